package dev.octet.detect;

import dev.octet.event.InputException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Scores in ascending order, without their rows: all that thresholds and ranking metrics need of a class of rows.
 *
 * <p>Immutable and thread-safe. 8 bytes a score; making it costs O(n log n) on primitives. Negative zero counts as
 * zero, infinities are allowed, NaN is refused.
 */
public final class SortedScores {
    private final double[] ascending;

    private SortedScores(double[] ascending) {
        this.ascending = ascending;
    }

    /**
     * Sorts the scores of those rows whose bit equals {@code chosen}.
     *
     * @param scores one a row; not changed, not kept
     * @param rows how many of them count
     * @param bits one a row
     * @throws InputException if a score is NaN, with its row
     */
    public static SortedScores of(double[] scores, int rows, BitSet bits, boolean chosen) {
        int set = bits.get(0, rows).cardinality();
        double[] taken = new double[chosen ? set : rows - set];
        int n = 0;
        for (int row = 0; row < rows; row++) {
            if (bits.get(row) == chosen) {
                taken[n++] = checked(scores[row], row);
            }
        }
        Arrays.sort(taken);
        return new SortedScores(taken);
    }

    private static double checked(double score, int row) {
        if (Double.isNaN(score)) {
            throw new InputException("score of row " + row + " is not a number (NaN). Either a feature of that row is"
                    + " NaN or the training diverged: look at the row's features, or lower the learning rate.");
        }
        return score + 0.0; // -0.0 + 0.0 = 0.0, so that sorting and comparing agree on zeros
    }

    public int count() {
        return ascending.length;
    }

    /** The score at {@code rank}, 0 = the smallest. */
    public double at(int rank) {
        return ascending[rank];
    }

    /** How many scores are greater than {@code value}: the rows that a threshold of {@code value} flags. */
    public int above(double value) {
        return ascending.length - firstAbove(value);
    }

    /** How many scores equal {@code value}. */
    public int equalTo(double value) {
        return firstAbove(value) - firstAtLeast(value);
    }

    /**
     * The {@code percentile}-th percentile, linearly interpolated between order statistics (type 7 of Hyndman and Fan,
     * "Sample Quantiles in Statistical Packages", 1996; NumPy's default).
     *
     * @throws IllegalArgumentException if there are no scores or the percentile is not in [0, 100]
     */
    public double percentile(double percentile) {
        if (!(percentile >= 0 && percentile <= 100) || ascending.length == 0) {
            throw new IllegalArgumentException(
                    "percentile " + percentile + " of " + ascending.length + " scores; [0, 100] of at least 1 is allowed");
        }
        double rank = percentile / 100 * (ascending.length - 1);
        int below = (int) rank;
        double low = ascending[below];
        double high = ascending[Math.min(below + 1, ascending.length - 1)];
        double share = rank - below;
        if (low == high || share == 0) {
            return low; // also keeps infinity - infinity out
        }
        return Double.isInfinite(low) || Double.isInfinite(high) ? high : low + (high - low) * share;
    }

    /** Copies the scores greater than {@code value}, each less {@code value}. */
    double[] excesses(double value) {
        double[] excesses = Arrays.copyOfRange(ascending, firstAbove(value), ascending.length);
        for (int i = 0; i < excesses.length; i++) {
            excesses[i] -= value;
        }
        return excesses;
    }

    private int firstAbove(double value) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending[middle] > value) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private int firstAtLeast(double value) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending[middle] >= value) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
