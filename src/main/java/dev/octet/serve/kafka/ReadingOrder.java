package dev.octet.serve.kafka;

import dev.octet.event.TemporaryFile;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.zip.CRC32C;

/**
 * The order in which the partitions of a topic were read since the last saved place, in a file that is written before the
 * records are handed out. Partitions have no order among each other, so without it a process that goes on after a crash
 * would number the same logins otherwise. Not thread-safe.
 */
final class ReadingOrder implements Closeable {
    private static final int RUN_BYTES = Integer.BYTES + 2 * Long.BYTES;

    private final Path file;
    private final List<Run> runs = new ArrayList<>();
    private FileChannel out;

    /**
     * Records of one partition that were read one after another.
     *
     * @param from offset of the first
     * @param to offset after the last
     */
    record Run(int partition, long from, long to) {}

    /** Reads what an earlier process left; half a run at the end, of a process that died, was never handed out. */
    ReadingOrder(Path file) throws IOException {
        this.file = file.toAbsolutePath();
        if (Files.exists(this.file)) {
            try (InputStream stream = Files.newInputStream(this.file);
                    DataInputStream in = new DataInputStream(stream)) {
                byte[] next = in.readNBytes(RUN_BYTES + Integer.BYTES);
                while (next.length == RUN_BYTES + Integer.BYTES) {
                    ByteBuffer bytes = ByteBuffer.wrap(next);
                    Run run = new Run(bytes.getInt(), bytes.getLong(), bytes.getLong());
                    if (bytes.getInt() != check(next)) {
                        break;
                    }
                    runs.add(run);
                    next = in.readNBytes(RUN_BYTES + Integer.BYTES);
                }
            }
        }
    }

    private static int check(byte[] run) {
        CRC32C check = new CRC32C();
        check.update(run, 0, RUN_BYTES);
        return (int) check.getValue();
    }

    private static ByteBuffer bytes(List<Run> runs) {
        ByteBuffer all = ByteBuffer.allocate(runs.size() * (RUN_BYTES + Integer.BYTES));
        for (Run run : runs) {
            byte[] one = new byte[RUN_BYTES];
            ByteBuffer.wrap(one).putInt(run.partition()).putLong(run.from()).putLong(run.to());
            all.put(one).putInt(check(one));
        }
        return all.flip();
    }

    /** The runs since the place that was saved last. */
    List<Run> runs() {
        return List.copyOf(runs);
    }

    /** Leaves out what lies before a place, by partition; the file then holds the rest only. */
    void keepFrom(SortedMap<Integer, Long> next) throws IOException {
        runs.removeIf(run -> run.to() <= next.getOrDefault(run.partition(), 0L));
        close();
        rewrite();
    }

    private void rewrite() throws IOException {
        TemporaryFile.replace(file, temporary -> {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                write(channel, runs);
            }
        });
    }

    /** Forgets everything: another watch or another topic begins. */
    void clear() throws IOException {
        runs.clear();
        close();
        Files.deleteIfExists(file);
    }

    /** Writes runs to the disk; afterwards their records may be handed out. */
    void append(List<Run> more) throws IOException {
        if (more.isEmpty()) {
            return;
        }
        if (out == null) {
            Files.createDirectories(file.getParent());
            rewrite(); // without half a run at its end
            out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        }
        runs.addAll(more);
        write(out, more);
    }

    private static void write(FileChannel channel, List<Run> runs) throws IOException {
        ByteBuffer bytes = bytes(runs);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
            out = null;
        }
    }
}
