package dev.octet.serve;

import dev.octet.event.Verdicts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A verdict log that is appended to, and forced to the disk before anybody is told that a verdict is kept. Thread-safe. */
final class VerdictLog implements AutoCloseable {
    /** The log's name in a state directory. */
    static final String NAME = "verdicts.ndjson";

    private final FileChannel channel;
    private long end;

    private VerdictLog(FileChannel channel, long end) {
        this.channel = channel;
        this.end = end;
    }

    /** Opens a log to append to; a line that a crash left half written is cut off. */
    static VerdictLog open(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        long end = channel.size();
        ByteBuffer last = ByteBuffer.allocate(1);
        while (end > 0) {
            channel.read(last.clear(), end - 1);
            if (last.get(0) == '\n') {
                break;
            }
            end--;
        }
        channel.truncate(end);
        return new VerdictLog(channel, end);
    }

    /** Appends entries; all are on the disk when this returns. */
    synchronized void append(List<Verdicts.Entry> entries) throws IOException {
        StringBuilder lines = new StringBuilder();
        entries.forEach(entry -> lines.append(entry.line()));
        ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
        long at = end;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
        channel.force(true);
        end = at; // what could not be written whole is written over
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
