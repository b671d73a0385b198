package dev.octet.serve;

import dev.octet.serve.desk.AlertStore;
import dev.octet.serve.desk.Desk;
import dev.octet.serve.desk.DeskLogin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Reads the journals of a service while it writes them, for a desk: scoring does not know of it, and what a process that is
 * killed has not read it reads after its next start. A thread of its own does so, at most a quarter of the time; before a
 * journal goes it is read to its end. Thread-safe.
 */
final class JournalTail implements AutoCloseable {
    private static final int BATCH = 2_000;
    private static final long POLL_MILLIS = 150;
    /** Times as long as it has worked it waits then. */
    private static final int PAUSE = 3;
    /** Logins that it may be behind; then those that raised no alert are left out. */
    static final long MAX_BEHIND = 200_000;

    private final Path directory;
    private final Desk desk;
    private final AlertStore store;
    private final LongSupplier newest;
    private final Consumer<String> notes;
    private final Thread thread = new Thread(this::follow, "octet-desk");
    private Path file;
    private long offset;
    private boolean failing;
    private volatile boolean closed;

    /**
     * Begins after what the store has.
     *
     * @param newest number of the newest login
     * @param notes told when the store cannot be written
     */
    JournalTail(Path directory, Desk desk, AlertStore store, LongSupplier newest, Consumer<String> notes) {
        this.directory = directory;
        this.desk = desk;
        this.store = store;
        this.newest = newest;
        this.notes = notes;
        store.rewind(newest.getAsLong());
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    void start() {
        thread.start();
    }

    private void follow() {
        while (!closed) {
            long start = System.nanoTime();
            boolean more = tryBatch();
            long worked = (System.nanoTime() - start) / 1_000_000;
            try {
                Thread.sleep(Math.max(more ? 1 : POLL_MILLIS, PAUSE * worked));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Reads all there is. Where the desk's store cannot be written, the rest is left out of it. */
    void catchUp() {
        while (tryBatch()) {
            // goes on
        }
    }

    private boolean tryBatch() {
        try {
            boolean more = batch();
            if (failing) {
                failing = false;
                notes.accept("the desk's store can be written again");
            }
            return more;
        } catch (IOException | RuntimeException e) {
            if (!failing) {
                failing = true;
                notes.accept("the desk does not see new alerts, scoring goes on: " + e.getMessage());
            }
            return false;
        }
    }

    /** Reads a batch; whether there may be more. */
    private synchronized boolean batch() throws IOException {
        if (file == null) {
            List<Path> journals = Journal.in(directory);
            if (journals.isEmpty()) {
                return false;
            }
            file = journals.get(0);
            offset = 0;
        }
        // looked for first: once there is a next one, this one is complete
        List<Path> later = Journal.in(directory).stream()
                .filter(each -> Journal.firstSequence(each) > Journal.firstSequence(file))
                .toList();
        Read read = new Read(store.last());
        long next = offset;
        try {
            if (Files.size(file) > offset) {
                next = Journal.readRaw(file, offset, BATCH, read);
            }
        } catch (NoSuchFileException e) {
            read.records = 0; // it has been archived, after it was read to its end
        }
        desk.take(read.logins, read.last, read.leftOut);
        offset = next;
        if (read.records == 0 && !later.isEmpty()) {
            file = later.get(0);
            offset = 0;
            return true;
        }
        return read.records == BATCH;
    }

    /** What a batch has read. Of one that is far behind, those without an alert are counted and not decoded. */
    private final class Read implements Journal.RawReader {
        private final List<DeskLogin> logins = new ArrayList<>();
        private final long known;
        private final boolean around;
        private int records;
        private long last;
        private long leftOut;

        Read(long known) {
            this.known = known;
            last = known;
            around = newest.getAsLong() - known <= MAX_BEHIND;
        }

        @Override
        public void take(byte[] payload, int length) throws IOException {
            records++;
            long number = EventRecord.sequence(payload);
            if (number <= known) {
                return;
            }
            last = number;
            if (around || EventRecord.isFlagged(payload)) {
                logins.add(of(EventRecord.read(payload, length)));
            } else {
                leftOut++;
            }
        }
    }

    private static DeskLogin of(EventRecord login) {
        Answer answer = login.answer();
        return new DeskLogin(
                answer.sequence(),
                answer.id(),
                login.event(),
                answer.scored(),
                answer.score(),
                answer.threshold(),
                answer.flagged(),
                answer.bundle(),
                answer.reasons());
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(60_000); // who closes the scorer must not wait for this thread while it waits for the scorer
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
