package dev.octet.detect.baseline;

/**
 * The order in which scikit-learn's SGD visits the rows: a Fisher-Yates shuffle of the order so far at the start of each pass,
 * driven by a 32-bit xorshift generator (Marsaglia 2003) that starts from the same seed every time. Not thread-safe.
 */
final class RowShuffle {
    private final int[] order;
    private final int seed;

    /** @param randomState scikit-learn's {@code random_state}, in [0, 2^31) */
    RowShuffle(int rows, long randomState) {
        order = new int[rows];
        for (int i = 0; i < rows; i++) {
            order[i] = i;
        }
        NumpyRandom random = new NumpyRandom(randomState);
        random.randint(Integer.MAX_VALUE - 1); // scikit-learn draws a seed for the data set first
        int drawn = random.randint(Integer.MAX_VALUE);
        seed = drawn == 0 ? 1 : drawn;
    }

    /** The order of the next pass; it stands until the next call. */
    int[] next() {
        int state = seed;
        for (int i = 0; i < order.length - 1; i++) {
            state ^= state << 13;
            state ^= state >>> 17;
            state ^= state << 5;
            int pick = i + (int) ((state & 0xFFFFFFFFL) % 0x80000000L) % (order.length - i);
            int swap = order[i];
            order[i] = order[pick];
            order[pick] = swap;
        }
        return order;
    }
}
