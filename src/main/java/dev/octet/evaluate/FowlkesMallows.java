package dev.octet.evaluate;

import java.util.Arrays;

/**
 * The Fowlkes-Mallows index of two clusterings: the geometric mean of pairwise precision and recall (Fowlkes and
 * Mallows, "A Method for Comparing Two Hierarchical Clusterings", JASA 1983).
 */
public final class FowlkesMallows {
    private FowlkesMallows() {}

    /**
     * The index, in [0, 1]; 1 = the same clustering whatever its numbers, 0 if no pair shares a cluster in both. Sorts the
     * pairs of labels: O(n log n), 8 bytes a row.
     *
     * @param one a row's cluster in the first clustering, any numbers
     * @param other in the second
     */
    public static double index(int[] one, int[] other) {
        if (one.length != other.length || one.length == 0) {
            throw new IllegalArgumentException("clusterings of " + one.length + " and " + other.length
                    + " rows; the same number, at least 1, is needed");
        }
        long[] cells = new long[one.length];
        long[] first = new long[one.length];
        long[] second = new long[one.length];
        for (int i = 0; i < one.length; i++) {
            cells[i] = (long) one[i] << 32 | other[i] & 0xFFFFFFFFL;
            first[i] = one[i];
            second[i] = other[i];
        }
        double together = pairs(cells);
        return together == 0 ? 0 : Math.sqrt(together / pairs(first)) * Math.sqrt(together / pairs(second));
    }

    /** Pairs of equal values. */
    private static double pairs(long[] values) {
        Arrays.sort(values);
        double pairs = 0;
        long run = 0;
        for (int i = 0; i < values.length; i++) {
            run = i > 0 && values[i] == values[i - 1] ? run + 1 : 0;
            pairs += run;
        }
        return pairs;
    }
}
