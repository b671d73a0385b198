package dev.octet.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reads bytes, unpacks them and finds their {@link MarkedPlaces} on a thread of its own, a few chunks ahead of who splits
 * them into records, so that the two take a core each. Same bytes and same exceptions in the same order. Not thread-safe
 * otherwise.
 */
final class BytesAhead implements AutoCloseable {
    /** Bytes of a chunk at most. */
    static final int CHUNK = 1 << 16;

    private static final int CHUNKS = 6;
    private static final long JOIN_MILLIS = 10;

    /** Some bytes, or, in the last one, what came instead of them: a failure or the end. */
    private static final class Chunk {
        private final byte[] bytes = new byte[CHUNK + RecordText.SLACK];
        private final MarkedPlaces places;
        private int size;
        private double share;
        private boolean last;
        private Throwable failure;

        Chunk(char separator) {
            places = new MarkedPlaces(separator);
        }
    }

    private final InputStream in;
    private final BlockingQueue<Chunk> unused = new ArrayBlockingQueue<>(CHUNKS);
    private final BlockingQueue<Chunk> ready = new ArrayBlockingQueue<>(CHUNKS);
    private final Thread thread;
    private volatile boolean closed;
    private Chunk taken;

    /**
     * Begins to read.
     *
     * @param in closed with this, and nobody else's from now on
     * @param separator of the fields
     */
    BytesAhead(InputStream in, char separator) {
        this.in = in;
        for (int i = 1; i < CHUNKS; i++) {
            unused.add(new Chunk(separator));
        }
        taken = new Chunk(separator);
        thread = new Thread(this::read, "octet-bytes");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try {
            boolean last = false;
            while (!last && !closed) {
                Chunk chunk = unused.take();
                fill(chunk);
                last = chunk.last;
                ready.put(chunk);
            }
        } catch (InterruptedException e) {
            // only this class has the thread, and it interrupts nobody
            Thread.currentThread().interrupt();
        }
    }

    private void fill(Chunk chunk) {
        chunk.places.clear();
        chunk.size = 0;
        try {
            while (chunk.size == 0) {
                int count = in.read(chunk.bytes, 0, CHUNK);
                if (count < 0) {
                    chunk.last = true;
                    return;
                }
                chunk.size = count;
            }
            chunk.places.find(chunk.bytes, 0, chunk.size);
            chunk.share = RecordText.share(in);
        } catch (IOException | RuntimeException | Error e) {
            chunk.failure = e;
            chunk.last = true;
        }
    }

    /**
     * Copies the next bytes, at most {@link #CHUNK}.
     *
     * @return how many; -1 at the end
     */
    int read(byte[] target, int offset) throws IOException {
        if (!taken.last) {
            next();
        }
        if (taken.failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (taken.failure instanceof Error error) {
            throw error;
        }
        if (taken.failure instanceof IOException io) {
            throw io;
        }
        System.arraycopy(taken.bytes, 0, target, offset, taken.size);
        return taken.last ? -1 : taken.size;
    }

    private void next() throws InterruptedIOException {
        unused.add(taken);
        try {
            taken = ready.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading");
        }
    }

    /** The places of the bytes read last; the first of them has place 0. */
    MarkedPlaces places() {
        return taken.places;
    }

    /** How much of the file was read with the bytes read last, in [0, 1]; NaN where its size is not known. */
    double share() {
        return taken.share;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            ready.drainTo(unused); // makes room for what the thread may be about to hand over
            try {
                thread.join(JOIN_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        in.close();
    }
}
