package dev.octet.event;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reads logins on a thread of its own, a few thousand ahead of the caller. Parsing and the caller's work take a core
 * each. Same logins and same exceptions in the same order. What the inner reader was opened with, its {@link
 * RejectedRows} above all, must be left alone until {@link #next} has returned {@code null} or thrown, or the reader is
 * closed. Not thread-safe otherwise.
 */
public final class ReadAhead implements LoginReader {
    private static final int BATCH = 512;
    private static final int BATCHES = 8;
    private static final long JOIN_MILLIS = 10;

    /** Logins, and what comes behind the last of them: nothing special, the end, or a failure; and how far reading was. */
    private record Batch(List<Labelled<LoginEvent>> logins, double share, boolean last, Throwable failure) {}

    private final LoginReader reader;
    private final BlockingQueue<Batch> ready = new ArrayBlockingQueue<>(BATCHES);
    private final Thread thread;
    private volatile boolean closed;
    private Batch batch = new Batch(List.of(), Double.NaN, false, null);
    private int next;

    private ReadAhead(LoginReader reader) {
        this.reader = reader;
        thread = new Thread(this::read, "octet-reading");
        thread.setDaemon(true);
        thread.start();
    }

    /** The same reader ahead of its caller, or itself where there is only one core. Closing closes the inner one. */
    public static LoginReader of(LoginReader reader) {
        return of(reader, 1);
    }

    /**
     * As above, for a caller that itself works on several threads of which one has more to do than the others: with no core left for
     * reading, a thread of its own would only take turns with that one.
     *
     * @param threads of the caller
     */
    public static LoginReader of(LoginReader reader, int threads) {
        return Runtime.getRuntime().availableProcessors() <= threads ? reader : new ReadAhead(reader);
    }

    private void read() {
        boolean last = false;
        try {
            while (!last && !closed) {
                Batch made = readBatch();
                last = made.last;
                ready.put(made);
            }
        } catch (InterruptedException e) {
            // only this class has the thread, and it interrupts nobody
            Thread.currentThread().interrupt();
        }
    }

    private Batch readBatch() {
        List<Labelled<LoginEvent>> logins = new ArrayList<>(BATCH);
        try {
            while (logins.size() < BATCH) {
                Labelled<LoginEvent> login = reader.next();
                if (login == null) {
                    return new Batch(logins, reader.share(), true, null);
                }
                logins.add(login);
            }
            return new Batch(logins, reader.share(), false, null);
        } catch (IOException | RuntimeException | Error e) {
            return new Batch(logins, reader.share(), true, e);
        }
    }

    @Override
    public Labelled<LoginEvent> next() throws IOException {
        while (next == batch.logins.size()) {
            if (batch.failure != null) {
                throw failure(batch.failure);
            }
            if (batch.last) {
                return null;
            }
            try {
                batch = ready.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while reading");
            }
            next = 0;
        }
        return batch.logins.get(next++);
    }

    /** Throws it if it is unchecked. */
    private static IOException failure(Throwable thrown) {
        if (thrown instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        return (IOException) thrown;
    }

    @Override
    public double share() {
        return batch.share;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            ready.clear(); // makes room for what the thread may be about to hand over
            try {
                thread.join(JOIN_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        reader.close();
    }
}
