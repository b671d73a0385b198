package dev.octet.feature;

import dev.octet.event.Labelled;
import dev.octet.event.ViewRow;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Predicate;

/**
 * Goes through rows while a thread of its own {@linkplain Gatherer gathers} a part of their features some thousand rows ahead, so
 * that the two parts take a core each. The features are those of one thread, to the bit.
 */
public final class Gathering {
    private static final int BATCH = 256;
    /** As many rows as a thread takes while another one waits for its core. */
    private static final int BATCHES = 16;

    private static final long JOIN_MILLIS = 10;

    private final RowReader rows;
    private final Gatherer gatherer;
    private final Predicate<ViewRow> asked;
    private final BlockingQueue<Batch> ready = new ArrayBlockingQueue<>(BATCHES);
    private final BlockingQueue<Batch> free = new ArrayBlockingQueue<>(BATCHES);
    private volatile boolean ended;

    /** Rows with what was gathered of each, and what comes behind the last: nothing special, the end, or a failure. */
    private static final class Batch {
        final List<Labelled<?>> rows = new ArrayList<>(BATCH);
        final Object[] rooms = new Object[BATCH];
        boolean last;
        Throwable failure;
    }

    /** Takes rows, in order. */
    @FunctionalInterface
    public interface Sink {
        void take(Labelled<?> row) throws IOException;
    }

    private Gathering(RowReader rows, Gatherer gatherer, Predicate<ViewRow> asked) {
        this.rows = rows;
        this.gatherer = gatherer;
        this.asked = asked;
        for (int i = 0; i < BATCHES; i++) {
            Batch batch = new Batch();
            for (int r = 0; r < BATCH; r++) {
                batch.rooms[r] = gatherer.room();
            }
            free.add(batch);
        }
    }

    /**
     * Hands all rows of a reader to a sink. The memory must see each of them, and no other, and may save itself before and after.
     *
     * @param rows read on another thread; stays open
     * @param memory whose features are gathered, if it can do that
     * @param asked whether a row's features may be asked for
     */
    public static void forEach(RowReader rows, RowFeatures memory, Predicate<ViewRow> asked, Sink sink)
            throws IOException {
        if (Runtime.getRuntime().availableProcessors() < 2 || !memory.gathers()) {
            for (Labelled<?> row = rows.next(); row != null; row = rows.next()) {
                sink.take(row);
            }
            return;
        }
        try (Gatherer open = memory.gatherer()) {
            new Gathering(rows, open, asked).forEach(sink);
        }
    }

    private void forEach(Sink sink) throws IOException {
        Thread thread = new Thread(this::read, "octet-gathering");
        thread.setDaemon(true);
        thread.start();
        try {
            while (true) {
                Batch batch = ready.take();
                for (int i = 0; i < batch.rows.size(); i++) {
                    gatherer.arrive(batch.rooms[i]);
                    sink.take(batch.rows.get(i));
                }
                if (batch.failure != null) {
                    throw failure(batch.failure);
                }
                if (batch.last) {
                    return;
                }
                free.put(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading");
        } finally {
            end(thread);
        }
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

    private void end(Thread thread) {
        ended = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            ready.clear(); // makes room for what the thread may be about to hand over
            free.offer(new Batch()); // wakes it where it waits for a batch; it sees the end before it fills one
            try {
                thread.join(JOIN_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try {
            boolean last = false;
            while (!last) {
                Batch batch = free.take();
                if (ended) {
                    return;
                }
                fill(batch);
                last = batch.last;
                ready.put(batch);
            }
        } catch (InterruptedException e) {
            // no other class has the thread, and this one does not interrupt it
            Thread.currentThread().interrupt();
        }
    }

    private void fill(Batch batch) {
        batch.rows.clear();
        try {
            while (batch.rows.size() < BATCH) {
                Labelled<?> row = rows.next();
                if (row == null) {
                    batch.last = true;
                    return;
                }
                gatherer.gather(row.row(), asked.test(row.row()), batch.rooms[batch.rows.size()]);
                batch.rows.add(row);
            }
        } catch (IOException | RuntimeException | Error e) {
            batch.failure = e;
            batch.last = true;
        }
    }
}
