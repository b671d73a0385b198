package dev.octet.serve.alert;

import dev.octet.event.InputException;
import dev.octet.event.TemporaryFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines that wait in a file until somebody has taken them, in order, across restarts, in bounded space.
 *
 * <p>The file holds the lines; beside it, {@code FILE.sent} says up to which byte they were taken. Both only ever change so
 * that a process that dies in between leaves lines to be taken twice, never none. When the file is full the oldest lines
 * go first. Thread-safe.
 */
final class Spool implements AutoCloseable {
    private static final int LARGEST_BATCH = 1 << 20;

    private final Path file;
    private final Path mark;
    private final long maximumBytes;
    private final FileChannel lockFile;
    private final FileLock lock;
    private RandomAccessFile lines;
    /** Where in the file the first line begins that nobody has taken. */
    private long taken;

    private long end;
    /** Number of that line, and of the next one that is added, since the file was opened. */
    private long takenLine;

    private long nextLine;
    /** Bytes that were cut off before the file's begin since then. */
    private long cut;

    private long dropped;

    /**
     * Some of the oldest lines.
     *
     * @param lines without their ends
     * @param next number of the line after them
     * @param end where they end, counted from the begin that the file had when it was opened
     */
    record Batch(List<String> lines, long next, long end) {
        boolean isEmpty() {
            return lines.isEmpty();
        }
    }

    /**
     * Opens the file, or makes it; half a line at its end, of a process that died, is cut off.
     *
     * @throws InputException if another process has it open
     */
    Spool(Path file, long maximumBytes) throws IOException {
        this.file = file.toAbsolutePath();
        this.maximumBytes = maximumBytes;
        mark = this.file.resolveSibling(this.file.getFileName() + ".sent");
        Files.createDirectories(this.file.getParent());
        lockFile = FileChannel.open(
                this.file.resolveSibling(this.file.getFileName() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        lock = lock(lockFile);
        if (lock == null) {
            lockFile.close();
            throw new InputException(
                    file + " is in use by another process that sends alerts; give each one a --state or"
                            + " --output of its own");
        }
        lines = new RandomAccessFile(this.file.toFile(), "rw");
        recover();
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    private void recover() throws IOException {
        end = lines.length();
        while (end > 0) {
            lines.seek(end - 1);
            if (lines.read() == '\n') {
                break;
            }
            end--;
        }
        lines.setLength(end);
        taken = Math.min(end, marked());
        nextLine = count(taken, end);
    }

    /** Line ends from one place to another. */
    private long count(long from, long to) throws IOException {
        long found = 0;
        byte[] buffer = new byte[1 << 16];
        lines.seek(from);
        for (long at = from; at < to; ) {
            int read = lines.read(buffer, 0, (int) Math.min(buffer.length, to - at));
            for (int i = 0; i < read; i++) {
                found += buffer[i] == '\n' ? 1 : 0;
            }
            at += read;
        }
        return found;
    }

    /** Where the line ends that a place is in; the end of the file where it is there. */
    private long endOfLine(long place) throws IOException {
        byte[] buffer = new byte[1 << 16];
        lines.seek(place);
        for (long at = place; at < end; ) {
            int read = lines.read(buffer, 0, (int) Math.min(buffer.length, end - at));
            for (int i = 0; i < read; i++) {
                if (buffer[i] == '\n') {
                    return at + i + 1;
                }
            }
            at += read;
        }
        return end;
    }

    private long marked() throws IOException {
        try {
            return Math.max(0, Long.parseLong(Files.readString(mark).strip()));
        } catch (NoSuchFileException | NumberFormatException e) {
            return 0; // nothing was taken, or nobody knows: then all of it is sent again
        }
    }

    /** Adds a line; the oldest make room where there is none. */
    synchronized void add(String line) throws IOException {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        if (end + bytes.length > maximumBytes) {
            makeRoom(bytes.length);
        }
        lines.seek(end);
        lines.write(bytes);
        end += bytes.length;
        nextLine++;
        notifyAll();
    }

    /** Rewrites the file without what was taken; without the oldest quarter as well where that is not enough. */
    private void makeRoom(int wanted) throws IOException {
        long from = taken;
        if (end - from + wanted > maximumBytes) {
            from = endOfLine(Math.min(end, from + maximumBytes / 4 + wanted));
            long gone = count(taken, from);
            dropped += gone;
            takenLine += gone;
        }
        Path temporary = TemporaryFile.beside(file);
        try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel target =
                        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = from; at < end; ) {
                at += source.transferTo(at, end - at, target);
            }
            target.force(true);
        }
        mark(0); // first, so that whoever dies here sends twice
        lines.close();
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        lines = new RandomAccessFile(file.toFile(), "rw");
        end -= from;
        cut += from;
        taken = 0;
    }

    /** The oldest lines, so many at most, and of some 1 MiB at most unless one alone is longer; none where none waits. */
    synchronized Batch oldest(int maximum) throws IOException {
        List<String> found = new ArrayList<>();
        long until = end - taken <= LARGEST_BATCH ? end : endOfLine(taken + LARGEST_BATCH);
        byte[] bytes = new byte[(int) (until - taken)];
        lines.seek(taken);
        lines.readFully(bytes);
        int begin = 0;
        for (int i = 0; i < bytes.length && found.size() < maximum; i++) {
            if (bytes[i] == '\n') {
                found.add(new String(bytes, begin, i - begin, StandardCharsets.UTF_8));
                begin = i + 1;
            }
        }
        return new Batch(found, takenLine + found.size(), cut + taken + begin);
    }

    /** Says that a batch need not be kept any longer. */
    synchronized void taken(Batch batch) throws IOException {
        if (batch.next() <= takenLine) {
            return; // all of it made room for younger lines meanwhile
        }
        takenLine = batch.next();
        taken = batch.end() - cut;
        if (taken == end) {
            mark(0);
            lines.setLength(0);
            cut += end;
            taken = 0;
            end = 0;
        } else {
            mark(taken);
        }
    }

    private void mark(long bytes) throws IOException {
        Path temporary = TemporaryFile.beside(mark);
        Files.writeString(temporary, bytes + "\n");
        Files.move(temporary, mark, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Waits until a line is there, or the time is over. */
    synchronized void await(long millis) throws InterruptedException {
        long until = System.nanoTime() + millis * 1_000_000;
        while (takenLine == nextLine) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    /** Wakes whoever waits. */
    synchronized void wake() {
        notifyAll();
    }

    synchronized long waiting() {
        return nextLine - takenLine;
    }

    /** Lines that made room for younger ones since it was opened. */
    synchronized long dropped() {
        return dropped;
    }

    synchronized void force() throws IOException {
        lines.getFD().sync();
    }

    Path file() {
        return file;
    }

    @Override
    public synchronized void close() throws IOException {
        boolean empty = takenLine == nextLine;
        lines.close();
        if (empty) {
            Files.deleteIfExists(file);
            Files.deleteIfExists(mark);
        }
        lock.release();
        lockFile.close();
        Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".lock"));
    }
}
