package dev.octet.feature.history;

/**
 * Rows of a fixed number of {@code long}s, addressed by their numbers in the order in which they came: new ones are added at the
 * end, the oldest leave. A row never changes. Rows are kept in chunks, so that a queue that grows moves none, and an
 * {@link #image} shares them. Not thread-safe, but an image may be read on another thread.
 */
final class RowQueue {
    private static final int SHIFT = 12;
    private static final int CHUNK_ROWS = 1 << SHIFT;

    private final int width;
    /** A ring by number of the chunk; length a power of two. */
    private long[][] chunks;

    /** A chunk whose rows have left, for the next one that is needed. */
    private long[] spare;
    /** Whether an image may still be read, so that no chunk is written over. */
    private boolean shared;

    private long first;
    private long next;

    /** @param width longs of a row */
    RowQueue(int width) {
        this(width, new long[2][], 0, 0);
    }

    private RowQueue(int width, long[][] chunks, long first, long next) {
        this.width = width;
        this.chunks = chunks;
        this.first = first;
        this.next = next;
    }

    /** Number of the oldest row; that of the next row where there is none. */
    long first() {
        return first;
    }

    /** Number of the row that will be added next. */
    long next() {
        return next;
    }

    int size() {
        return (int) (next - first);
    }

    /** A value of a row from {@link #first} on. */
    long get(long row, int column) {
        return chunks[slot(row)][at(row) + column];
    }

    private int slot(long row) {
        return (int) (row >>> SHIFT) & chunks.length - 1;
    }

    private int at(long row) {
        return ((int) row & CHUNK_ROWS - 1) * width;
    }

    /** Adds a row, of which it takes a copy. */
    void add(long[] row) {
        if (at(next) == 0) {
            addChunk();
        }
        System.arraycopy(row, 0, chunks[slot(next)], at(next), width);
        next++;
    }

    private void addChunk() {
        if (chunks[slot(next)] != null) {
            long[][] twice = new long[2 * chunks.length][];
            for (long row = first; row < next; row += CHUNK_ROWS - (row & CHUNK_ROWS - 1)) {
                twice[(int) (row >>> SHIFT) & twice.length - 1] = chunks[slot(row)];
            }
            chunks = twice;
        }
        chunks[slot(next)] = spare == null ? new long[CHUNK_ROWS * width] : spare;
        spare = null;
    }

    /** Removes the oldest row. */
    void removeFirst() {
        if (at(first + 1) == 0) {
            spare = shared ? null : chunks[slot(first)];
            chunks[slot(first)] = null;
        }
        first++;
    }

    /** The rows as they are now; they stay so whatever comes, until {@link #release} is called. */
    RowQueue image() {
        shared = true;
        return new RowQueue(width, chunks.clone(), first, next);
    }

    /** No image is read any more. */
    void release() {
        shared = false;
    }

    /** Bytes of all chunks. */
    long bytes() {
        int count = spare == null ? 0 : 1;
        for (long[] chunk : chunks) {
            count += chunk == null ? 0 : 1;
        }
        return (long) Long.BYTES * CHUNK_ROWS * width * count;
    }
}
