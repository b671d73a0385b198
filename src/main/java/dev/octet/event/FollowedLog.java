package dev.octet.event;

import java.io.BufferedInputStream;
import java.io.DataInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The logins of a log that still grows, line by line: text, CSV with a header line, or JSON lines; not packed. Survives its
 * rotation (the file gets another name, and a new one its own: the old one is read to its end first) and its truncation
 * (the file is emptied and goes on), and can begin where an earlier one stopped. A line is read when its end has been
 * written. A login that is older than the newest by at most a minute counts as being as new: writers are not in step.
 *
 * <p>Not thread-safe; one thread reads, and waits in {@link #next()}.
 */
public final class FollowedLog implements GrowingLog {
    private static final int HEAD = 256;
    private static final int BUFFER = 1 << 16;

    private final Path path;
    private final LogFormat format;
    private final RejectedRows rejected;
    private final boolean follow;
    private final Duration poll;
    private final Waiter waiter;
    private final Deque<Path> files = new ArrayDeque<>();
    private Lines lines;
    private LoginReader reader;
    private String header;
    private Optional<Position> end = Optional.empty();
    private long unfinished;

    /**
     * A place in a log.
     *
     * @param file what the file system calls the file, whatever its name
     * @param head check value of the first bytes of the file
     * @param headLength how many bytes that are
     * @param offset bytes that have been read
     * @param header the header line that the columns were last named by; empty where there is none
     */
    public record Position(String file, long head, int headLength, long offset, String header) implements LogPlace {
        /** Reads the five values in their order. */
        public static Position read(DataInput in) throws IOException {
            return new Position(in.readUTF(), in.readLong(), in.readInt(), in.readLong(), in.readUTF());
        }
    }

    /**
     * Opens a log.
     *
     * @param from where to go on, if that file is still there, under its own or another name
     * @param follow whether to wait for more at its end
     * @param poll how long to wait before looking again
     * @throws InputException if there is no such file, and none is waited for
     */
    public FollowedLog(
            Path path,
            LogFormat format,
            RejectedRows rejected,
            Optional<Position> from,
            boolean follow,
            Duration poll,
            Waiter waiter)
            throws IOException {
        this.path = path;
        this.format = format;
        this.rejected = rejected;
        this.follow = follow;
        this.poll = poll;
        this.waiter = waiter;
        if (!follow && !Files.isRegularFile(path)) {
            throw new InputException(path + (Files.exists(path) ? " is no file" : " does not exist"));
        }
        long offset = 0;
        if (from.isPresent()) {
            Optional<Path> before = find(from.get());
            if (before.isPresent()) {
                offset = from.get().offset();
                header = from.get().header().isEmpty() ? null : from.get().header();
                files.add(before.get());
                if (!Files.isRegularFile(path) || !Files.isSameFile(before.get(), path)) {
                    files.add(path);
                }
            }
        }
        if (files.isEmpty()) {
            files.add(path);
        }
        open(offset);
    }

    /** The file of a position: the log itself, or one beside it that the log was renamed to. */
    private Optional<Path> find(Position position) throws IOException {
        if (isAt(path, position)) {
            return Optional.of(path);
        }
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return Optional.empty();
        }
        List<Path> beside;
        try (Stream<Path> all = Files.list(folder)) {
            beside = all.filter(each -> each.getFileName()
                            .toString()
                            .startsWith(path.getFileName().toString()))
                    .toList();
        }
        for (Path each : beside) {
            if (isAt(each, position)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    private static boolean isAt(Path file, Position position) throws IOException {
        if (!Files.isRegularFile(file) || !key(file).equals(position.file()) || Files.size(file) < position.offset()) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return head(channel, position.headLength()) == position.head();
        }
    }

    private static String key(Path file) throws IOException {
        return String.valueOf(
                Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    }

    private static long head(FileChannel channel, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // reads on
        }
        CRC32C check = new CRC32C();
        check.update(bytes.flip());
        return check.getValue();
    }

    /** Begins the next file; waits for it to come. */
    private void open(long offset) throws IOException {
        Path file = files.remove();
        FileChannel channel = null;
        while (channel == null) {
            try {
                channel = FileChannel.open(file, StandardOpenOption.READ);
            } catch (NoSuchFileException e) {
                if (!follow || !pause()) {
                    lines = null;
                    return;
                }
            }
        }
        lines = new Lines(file, channel, offset);
        reader = null;
    }

    @Override
    public Labelled<LoginEvent> next() throws IOException {
        while (lines != null) {
            if (reader == null && !begin()) {
                return null;
            }
            Labelled<LoginEvent> login = reader.next();
            if (login != null) {
                return login;
            }
            boolean another = lines.replaced || !files.isEmpty();
            end = lines.position();
            reader.close();
            if (!another) {
                lines = null;
                return null;
            }
            if (files.isEmpty()) {
                files.add(path);
            }
            open(0);
        }
        return null;
    }

    /** Waits for the first line of a file, which tells what kind it is; whether there is one. */
    private boolean begin() throws IOException {
        String first = lines.first();
        if (first == null) {
            boolean another = lines.replaced || !files.isEmpty();
            end = lines.position();
            lines.close();
            if (another) {
                if (files.isEmpty()) {
                    files.add(path);
                }
                open(0);
                return lines != null && begin();
            }
            lines = null;
            return false;
        }
        if (format.beginsWithHeader(withoutMark(first))) {
            if (header != null && !first.equals(header) && !format.isHeader(first)) {
                lines.insert(header); // the writer goes on in a new file without another header
            } else {
                header = first;
            }
        }
        reader = format.follow(
                path.toString(),
                new BufferedInputStream(lines, BUFFER),
                withoutMark(first),
                rejected,
                LoginRows.TOLERANCE_MICROS);
        return true;
    }

    /** The line without a byte order mark, which stands before the first of a file. */
    private static String withoutMark(String line) {
        return line.startsWith("\ufeff") ? line.substring(1) : line;
    }

    @Override
    public Optional<Position> position() throws IOException {
        return lines == null ? end : lines.position();
    }

    /** Bytes at the end of the log that have no line end yet, once it has been read; they are not part of its position. */
    @Override
    public OptionalLong unfinished() {
        return unfinished > 0 ? OptionalLong.of(unfinished) : OptionalLong.empty();
    }

    private boolean pause() throws IOException {
        if (!waiter.idle()) {
            return false;
        }
        try {
            Thread.sleep(poll.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }

    /** One file, handed out a line at a time, so that the reader never holds a line that it has not read. */
    private final class Lines extends InputStream {
        private final Path file;
        private final FileChannel channel;
        private final String key;
        private final boolean current;
        private byte[] buffer = new byte[BUFFER];
        private int from;
        private int to;
        /** End of the line that is being handed out. */
        private int lineEnd;
        /** Offset in the file of {@code buffer[from]}. */
        private long offset;

        private byte[] inserted = new byte[0];
        private int insertedFrom;
        private boolean replaced;
        private boolean ended;

        Lines(Path file, FileChannel channel, long start) throws IOException {
            this.file = file;
            this.channel = channel;
            key = key(file);
            current = file.equals(path);
            offset = start;
            if (start > 0 && header != null) {
                insert(header); // a CSV file's columns are needed wherever reading begins
            }
        }

        void insert(String line) {
            inserted = (line + "\n").getBytes(StandardCharsets.UTF_8);
            insertedFrom = 0;
        }

        /** The first line that will be handed out, without its end; null where there is none. */
        String first() throws IOException {
            if (inserted.length > 0) {
                return new String(inserted, StandardCharsets.UTF_8).strip();
            }
            return findLine() ? new String(buffer, from, lineEnd - from, StandardCharsets.UTF_8).strip() : null;
        }

        Optional<Position> position() throws IOException {
            int length = (int) Math.min(HEAD, offset);
            return Optional.of(new Position(key, head(channel, length), length, offset, header == null ? "" : header));
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int at, int length) throws IOException {
            if (insertedFrom < inserted.length) {
                int count = Math.min(length, inserted.length - insertedFrom);
                System.arraycopy(inserted, insertedFrom, target, at, count);
                insertedFrom += count;
                return count;
            }
            if (from == lineEnd && !findLine()) {
                return -1;
            }
            int count = Math.min(length, lineEnd - from);
            System.arraycopy(buffer, from, target, at, count);
            from += count;
            offset += count;
            return count;
        }

        /** Whatever is asked for, no more than a line is there. */
        @Override
        public int available() {
            return 0;
        }

        private boolean findLine() throws IOException {
            int searched = from;
            while (!ended) {
                for (int i = searched; i < to; i++) {
                    if (buffer[i] == '\n') {
                        lineEnd = i + 1;
                        return true;
                    }
                }
                searched = to;
                if (to - from > RecordText.LONGEST_LINE * 4) {
                    lineEnd = to; // longer than any record: the reader gives it up piece by piece
                    return true;
                }
                if (fill()) {
                    searched -= shifted;
                    continue;
                }
                if (isOver()) {
                    ended = true;
                    if (current && !replaced) {
                        unfinished = to - from;
                        from = to; // what has no line end yet is left for the next time
                    }
                    lineEnd = to; // the last line of a file that nobody writes any more may lack its end
                    return lineEnd > from;
                }
            }
            return false;
        }

        private int shifted;

        private boolean fill() throws IOException {
            shifted = 0;
            if (to == buffer.length) {
                shifted = from;
                System.arraycopy(buffer, from, buffer, 0, to - from);
                to -= from;
                from = 0;
                lineEnd = 0;
                if (to == buffer.length) {
                    buffer = Arrays.copyOf(buffer, 2 * to);
                }
            }
            int count = channel.read(ByteBuffer.wrap(buffer, to, buffer.length - to), offset + to - from);
            to += Math.max(0, count);
            return count > 0;
        }

        /** At the end of what there is: whether more may come. Waits a while if so. */
        private boolean isOver() throws IOException {
            if (!current || !files.isEmpty()) {
                return true; // an old file that was renamed
            }
            if (!follow) {
                return true;
            }
            if (channel.size() < offset + to - from || !sameHead()) {
                replaced = true; // it was emptied
                from = to;
                return true;
            }
            BooleanSupplier renamed = () -> {
                try {
                    return Files.exists(file) && !key(file).equals(key);
                } catch (IOException e) {
                    return false; // it is being replaced at this moment
                }
            };
            if (renamed.getAsBoolean()) {
                if (channel.size() > offset + to - from) {
                    return false; // written between the last look and the renaming
                }
                replaced = true;
                return true;
            }
            if (!pause()) {
                // what has no line end yet is left for the next time
                from = to;
                return true;
            }
            return false;
        }

        private long headChecked;
        private int headLength;

        /** Whether the file still begins as it did; it may have been emptied and filled again. */
        private boolean sameHead() throws IOException {
            int length = (int) Math.min(HEAD, offset + to - from);
            long now = head(channel, headLength);
            if (headLength > 0 && now != headChecked) {
                return false;
            }
            if (length > headLength) {
                headLength = length;
                headChecked = head(channel, length);
            }
            return true;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
