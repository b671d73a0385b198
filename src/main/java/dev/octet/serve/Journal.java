package dev.octet.serve;

import dev.octet.event.InputException;
import dev.octet.event.TemporaryFile;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A file that only grows: every login taken, in order, with its number. A record is its length, the CRC-32C of its bytes,
 * and the bytes. What was {@linkplain #append appended} survives the end of the process, what was {@linkplain #force
 * forced} that of the machine. {@link #append} from one thread at a time; {@link #force} from any.
 */
final class Journal implements AutoCloseable {
    private static final long MAGIC = 0x4f63746574_4a6e31L; // "OctetJn1"
    private static final Pattern NAME = Pattern.compile("journal-(\\d{16})\\.log");
    private static final String PREPARED = "journal.next";
    private static final int HEAD = 2 * Integer.BYTES;
    /** Longer than any record: its texts are bounded by the length of a request. */
    private static final int LONGEST = 1 << 25;

    private final RandomAccessFile to; // no channel: an interrupted thread would close that
    private Path file;
    private final RecordBytes bytes = new RecordBytes();
    private final CRC32C checksum = new CRC32C();

    private Journal(Path file, RandomAccessFile to) {
        this.file = file;
        this.to = to;
    }

    /** A new file whose first record will have this number. */
    static Journal create(Path directory, long firstSequence) throws IOException {
        Journal journal = prepare(directory);
        journal.begin(firstSequence);
        forceNames(directory);
        return journal;
    }

    /** Makes a file that {@link #begin} turns into a journal. A directory has at most one. */
    static Journal prepare(Path directory) throws IOException {
        Path file = directory.resolve(PREPARED);
        Files.deleteIfExists(file);
        RandomAccessFile to = new RandomAccessFile(file.toFile(), "rw");
        to.writeLong(MAGIC);
        to.getFD().sync();
        return new Journal(file, to);
    }

    /** Makes the file a journal whose first record will have this number. It waits for no disk. */
    void begin(long firstSequence) throws IOException {
        file = Files.move(file, file.resolveSibling(String.format(Locale.ROOT, "journal-%016d.log", firstSequence)));
    }

    /** Deletes a file that is not to begin. */
    void discard() throws IOException {
        to.close();
        Files.delete(file);
    }

    /** Makes new and vanished names of a directory's files outlive the machine. */
    static void forceNames(Path directory) throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /** All journals of a directory, the oldest first. */
    static List<Path> in(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(
                            path -> NAME.matcher(path.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    /** The number of a journal's first record, by the file's name. */
    static long firstSequence(Path journal) {
        Matcher name = NAME.matcher(journal.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException(journal + " is no journal");
        }
        return Long.parseLong(name.group(1));
    }

    Path file() {
        return file;
    }

    /** Appends records, all or none, in one write. */
    void append(List<EventRecord> records) throws IOException {
        bytes.clear();
        for (EventRecord record : records) {
            int start = bytes.length();
            bytes.writeLong(0);
            record.write(bytes);
            int length = bytes.length() - start - HEAD;
            checksum.reset();
            checksum.update(bytes.array(), start + HEAD, length);
            bytes.set(start, length);
            bytes.set(start + Integer.BYTES, (int) checksum.getValue());
        }
        to.write(bytes.array(), 0, bytes.length());
    }

    /** Waits until everything appended so far is on the disk. */
    void force() throws IOException {
        to.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        to.close();
    }

    /** Takes the records of a journal. */
    @FunctionalInterface
    interface Reader {
        void take(EventRecord record) throws IOException;
    }

    /** Takes the bytes of the records of a journal, for readers that need a part of each only. */
    @FunctionalInterface
    interface RawReader {
        /**
         * @param payload holds the record from 0 to {@code length}; not kept, written over later
         */
        void take(byte[] payload, int length) throws IOException;
    }

    /**
     * Reads all records.
     *
     * @return the length up to which they are whole; less than the file's where its end is damaged or half written
     * @throws InputException if it is no journal
     */
    static long read(Path file, Reader reader) throws IOException {
        return readRaw(file, 0, Integer.MAX_VALUE, (payload, length) -> reader.take(EventRecord.read(payload, length)));
    }

    /**
     * Reads the next records; another thread may append meanwhile.
     *
     * @param from where to begin: 0, or what an earlier call has returned
     * @param most records that are read
     * @return the length up to which whole records have been read
     * @throws InputException if it is no journal
     */
    static long readRaw(Path file, long from, int most, RawReader reader) throws IOException {
        byte[] payload = new byte[1 << 12];
        CRC32C checksum = new CRC32C();
        long good = from;
        try (InputStream stream = Files.newInputStream(file);
                DataInputStream in = new DataInputStream(new BufferedInputStream(stream, 1 << 16))) {
            byte[] head = in.readNBytes(Long.BYTES);
            if (head.length < Long.BYTES) {
                return 0; // the process ended while it was created
            }
            if (ByteBuffer.wrap(head).getLong() != MAGIC) {
                throw new InputException(file + " is no journal of this Octet: it does not start like one");
            }
            if (from > Long.BYTES) {
                in.skipNBytes(from - Long.BYTES);
            } else {
                good = Long.BYTES;
            }
            for (int count = 0; count < most; count++) {
                byte[] next = in.readNBytes(HEAD);
                if (next.length < HEAD) {
                    return good;
                }
                int length = ByteBuffer.wrap(next).getInt();
                if (length < 1 || length > LONGEST) {
                    return good;
                }
                if (payload.length < length) {
                    payload = new byte[length];
                }
                if (in.readNBytes(payload, 0, length) < length) {
                    return good;
                }
                checksum.reset();
                checksum.update(payload, 0, length);
                if ((int) checksum.getValue() != ByteBuffer.wrap(next).getInt(Integer.BYTES)) {
                    return good;
                }
                reader.take(payload, length);
                good += HEAD + length;
            }
            return good;
        }
    }

    /**
     * Cuts off what is not whole at the end; it is kept beside the file.
     *
     * @return the bytes cut off
     */
    static long truncate(Path file, long good) throws IOException {
        long size = Files.size(file);
        if (good >= size) {
            return 0;
        }
        Path temporary = TemporaryFile.beside(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            try (FileChannel kept =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (long at = good; at < size; ) {
                    at += channel.transferTo(at, size - at, kept);
                }
            }
            Files.move(
                    temporary,
                    file.resolveSibling(file.getFileName() + ".cut-off"),
                    StandardCopyOption.REPLACE_EXISTING);
            channel.truncate(good);
            channel.force(true);
        }
        return size - good;
    }
}
