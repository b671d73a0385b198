package dev.octet.evaluate.drift;

import dev.octet.detect.SortedScores;
import java.util.Arrays;

/**
 * The population stability index of two samples that were counted in the same bins: the sum over the bins of
 * {@code (q - p) ln(q / p)}, {@code p} and {@code q} being the bin's share of either (Siddiqi, "Credit Risk Scorecards",
 * 2006; the symmetric divergence of Kullback and Leibler, 1951). Half a row is added to every bin, so that an empty one
 * does not make it infinite. By custom, below 0.1 nothing has moved, above 0.25 a lot has.
 */
public final class PopulationStability {
    /** From here on a shift is worth a look. */
    public static final double MODERATE = 0.1;

    /** From here on a model should be doubted. */
    public static final double LARGE = 0.25;

    /** Bins of scores. */
    public static final int SCORE_BINS = 10;

    private PopulationStability() {}

    /** The index of two rows of counts, NaN where one counts nothing. */
    public static double index(long[] reference, long[] test) {
        double referenceRows = Arrays.stream(reference).sum();
        double testRows = Arrays.stream(test).sum();
        if (referenceRows == 0 || testRows == 0) {
            return Double.NaN;
        }
        double sum = 0;
        for (int bin = 0; bin < reference.length; bin++) {
            double p = (reference[bin] + 0.5) / (referenceRows + 0.5 * reference.length);
            double q = (test[bin] + 0.5) / (testRows + 0.5 * test.length);
            sum += (q - p) * StrictMath.log(q / p);
        }
        return sum;
    }

    /**
     * The index that two samples of one distribution have in expectation: a multiple of a
     * chi-squared variable with one degree of freedom less than bins (Yurdakul and Naranjo, "Statistical Properties of the Population Stability Index", 2020).
     */
    public static double chance(int bins, long referenceRows, long testRows) {
        return (bins - 1) * (1.0 / referenceRows + 1.0 / testRows);
    }

    /**
     * The index of a span's scores against those of another, in the deciles of the latter.
     *
     * @param rows how many of the scores count
     */
    public static double ofScores(SortedScores reference, double[] scores, int rows) {
        if (reference.count() == 0) {
            return Double.NaN;
        }
        double[] edges = scoreEdges(reference);
        long[] before = counts(edges, reference);
        long[] now = new long[edges.length + 1];
        for (int row = 0; row < rows; row++) {
            now[bin(edges, scores[row])]++;
        }
        return index(before, now);
    }

    /** Deciles of scores, equal ones once: the edges between the bins. */
    public static double[] scoreEdges(SortedScores reference) {
        double[] edges = new double[reference.count() == 0 ? 0 : SCORE_BINS - 1];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = reference.percentile(100.0 * (i + 1) / SCORE_BINS);
        }
        return Arrays.stream(edges).filter(Double::isFinite).distinct().toArray();
    }

    /** Scores counted between edges. */
    public static long[] counts(double[] edges, SortedScores scores) {
        long[] counts = new long[edges.length + 1];
        for (int rank = 0; rank < scores.count(); rank++) {
            counts[bin(edges, scores.at(rank))]++;
        }
        return counts;
    }

    /** The bin of a value: how many edges lie below it. There are a few, so that all are compared, which needs no branch. */
    public static int bin(double[] edges, double value) {
        int bin = 0;
        for (double edge : edges) {
            bin += edge < value ? 1 : 0;
        }
        return bin;
    }
}
