package dev.octet.evaluate;

import dev.octet.detect.SortedScores;
import java.util.ArrayList;
import java.util.List;

/**
 * Histogram of the scores of normal and of attack rows, in bins of one width on an axis that is linear, or logarithmic
 * where the scores span orders of magnitude.
 *
 * @param logarithmic whether the bins have one width in the logarithm
 * @param edges ascending, one more than there are bins; the first bin holds everything below it too
 * @param normals rows that are no attack, by bin
 * @param attacks rows that are one, by bin; all 0 where there are no labels
 * @param infinite rows whose score is infinite, in no bin
 */
public record ScoreHistogram(
        boolean logarithmic, List<Double> edges, List<Long> normals, List<Long> attacks, long infinite) {
    private static final int BINS = 60;
    /** From here on the greatest score over the median one asks for a logarithmic axis. */
    private static final double WIDE = 50;

    private static final double MAX_DECADES = 1e6;

    public ScoreHistogram {
        edges = List.copyOf(edges);
        normals = List.copyOf(normals);
        attacks = List.copyOf(attacks);
    }

    /** The histogram of a detector's scores. Sorts a copy of them. */
    public static ScoreHistogram of(ScoredRows rows) {
        SortedScores positives = rows.positives();
        SortedScores negatives = rows.negatives();
        int infinite = positives.above(Double.MAX_VALUE) + negatives.above(Double.MAX_VALUE);
        double low = Math.min(finiteLowest(positives), finiteLowest(negatives));
        double high = Math.max(finiteHighest(positives), finiteHighest(negatives));
        if (!(low <= high)) {
            return new ScoreHistogram(false, List.of(), List.of(), List.of(), infinite);
        }
        double median = negatives.count() == 0 ? positives.percentile(50) : negatives.percentile(50);
        boolean logarithmic = low >= 0 && median > 0 && high / median >= WIDE;
        double from = logarithmic ? Math.max(low, high / MAX_DECADES) : low;
        List<Double> edges = new ArrayList<>();
        int bins = high > from ? BINS : 1;
        for (int i = 0; i <= bins; i++) {
            double share = (double) i / bins;
            edges.add(
                    i == bins
                            ? high
                            : logarithmic ? from * StrictMath.pow(high / from, share) : from + (high - from) * share);
        }
        return new ScoreHistogram(logarithmic, edges, counts(negatives, edges), counts(positives, edges), infinite);
    }

    private static double finiteLowest(SortedScores scores) {
        int below = scores.count() - scores.above(-Double.MAX_VALUE) - scores.equalTo(-Double.MAX_VALUE);
        return below < scores.count() && scores.at(below) <= Double.MAX_VALUE
                ? scores.at(below)
                : Double.POSITIVE_INFINITY;
    }

    private static double finiteHighest(SortedScores scores) {
        int rank = scores.count() - scores.above(Double.MAX_VALUE) - 1;
        return rank >= 0 && scores.at(rank) >= -Double.MAX_VALUE ? scores.at(rank) : Double.NEGATIVE_INFINITY;
    }

    /** A bin holds what lies above its lower and up to its upper edge. */
    private static List<Long> counts(SortedScores scores, List<Double> edges) {
        List<Long> counts = new ArrayList<>();
        long above = scores.count();
        for (int bin = 0; bin < edges.size() - 1; bin++) {
            long next = scores.above(edges.get(bin + 1));
            if (bin == edges.size() - 2) {
                next = scores.above(Double.MAX_VALUE);
            }
            counts.add(above - next);
            above = next;
        }
        return counts;
    }
}
