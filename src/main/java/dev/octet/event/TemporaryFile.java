package dev.octet.event;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;

/**
 * Names for files that are not complete yet: hidden, beside their target, so that moving them into place is one step.
 * Created by the usual ways, they get the usual permissions, which those of {@code Files.createTempFile} are not.
 * Thread-safe.
 */
public final class TemporaryFile {
    /** No process has more files in the making at one time; older ones were moved into place long ago. */
    private static final int REMEMBERED = 256;

    private static final Queue<Path> HANDED_OUT = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger COUNT = new AtomicInteger();
    /** Read locks are of files in the making; the write lock is taken once, by a process that ends, and kept. */
    private static final ReentrantReadWriteLock ENDING = new ReentrantReadWriteLock();

    private static final long WAIT_SECONDS = 5;

    private TemporaryFile() {}

    /**
     * A name beside the target that no other run uses, for a file or directory that is to become the target. After
     * {@link #deleteUnfinished} it does not return: a process that ends begins no file.
     */
    public static Path beside(Path target) {
        ENDING.readLock().lock();
        try {
            return handOut(target);
        } finally {
            ENDING.readLock().unlock();
        }
    }

    private static Path handOut(Path target) {
        Path temporary = asideOf(target);
        HANDED_OUT.add(temporary);
        if (COUNT.incrementAndGet() > REMEMBERED) {
            HANDED_OUT.poll();
            COUNT.decrementAndGet();
        }
        return temporary;
    }

    /** Writes the file or directory at a path. */
    @FunctionalInterface
    public interface Content {
        void write(Path path) throws IOException;
    }

    /**
     * Writes a file so that the target is either what it was or the whole new one.
     *
     * @param content writes the file at the path that it is given, which does not exist yet
     */
    public static void replace(Path target, Content content) throws IOException {
        ENDING.readLock().lock();
        try {
            Path temporary = handOut(target);
            try {
                content.write(temporary);
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } finally {
            ENDING.readLock().unlock();
        }
    }

    /** Deletes a file, or a directory with all that is in it; does nothing where there is neither. Follows no links. */
    public static void deleteTree(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /**
     * Deletes whatever still stands under a name of {@link #beside}: what an interrupted process would leave. Leaves what
     * cannot be deleted. Before that it waits some seconds for each {@link #replace} that works. To be called by a process that
     * ends, once.
     */
    public static void deleteUnfinished() {
        try {
            ENDING.writeLock().tryLock(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Path path : HANDED_OUT) {
            try {
                deleteTree(path);
            } catch (IOException e) {
                continue; // the process is ending: nobody is left to be told, and the others are to go too
            }
        }
    }

    /** Gives a file that is never written to in place a second name, which costs nothing; a copy where that cannot be done. */
    public static void linkOrCopy(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (UnsupportedOperationException | IOException e) {
            Files.copy(from, to);
        }
    }

    /** As {@link #beside}, for what steps aside for a moment and is never deleted by {@link #deleteUnfinished}. */
    public static Path asideOf(Path target) {
        String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        return target.toAbsolutePath().resolveSibling("." + target.getFileName() + "." + unique + ".tmp");
    }
}
