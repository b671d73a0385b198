package dev.octet.detect.learn;

import dev.octet.feature.FeatureColumns;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Statistics of all scored logins, whatever their labels: means and spreads of the columns, and the label-free scores.
 * Takes logins one after the other. Not thread-safe.
 */
public final class Population {
    private static final double TAIL = 0.99;
    /** Logins that are kept whole, drawn uniformly from all taken. */
    private static final int SAMPLE = 2_048;

    private final double[] sums;
    private final double[] squares;
    private final DoubleArrayList scores = new DoubleArrayList();
    private final boolean[] numeric;
    private final List<float[]> sample = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(1);

    /** @param layout columns of the detector; numbers of categories are no quantities, and nothing is learnt from them */
    public Population(List<FeatureColumns> layout) {
        numeric = new boolean
                [layout.stream()
                        .mapToInt(part -> part.first() + part.width())
                        .max()
                        .orElse(0)];
        for (FeatureColumns part : layout) {
            for (int column = part.first(); column < part.first() + part.width(); column++) {
                numeric[column] = part.kind() != FeatureColumns.Kind.CODE;
            }
        }
        sums = new double[numeric.length];
        squares = new double[numeric.length];
    }

    /**
     * Takes a login.
     *
     * @param score of the label-free detector
     */
    public void add(float[] columns, double score) {
        for (int k = 0; k < sums.length; k++) {
            sums[k] += columns[k];
            squares[k] += (double) columns[k] * columns[k];
        }
        scores.add(score);
        if (sample.size() < SAMPLE) {
            sample.add(Arrays.copyOf(columns, numeric.length));
        } else if (random.nextInt(scores.size()) < SAMPLE) {
            sample.set(random.nextInt(SAMPLE), Arrays.copyOf(columns, numeric.length));
        }
    }

    /** The columns of a uniform sample of the logins. */
    List<float[]> sample() {
        return List.copyOf(sample);
    }

    /** Logins taken. */
    public int size() {
        return scores.size();
    }

    boolean numeric(int column) {
        return numeric[column];
    }

    int columns() {
        return numeric.length;
    }

    double[] means() {
        return Arrays.stream(sums).map(sum -> sum / Math.max(1, size())).toArray();
    }

    /** 1 for a column that is always the same. */
    double[] spreads() {
        double[] means = means();
        double[] spreads = new double[sums.length];
        for (int k = 0; k < spreads.length; k++) {
            double variance = squares[k] / Math.max(1, size()) - means[k] * means[k];
            spreads[k] = variance > 1e-12 * Math.max(1, means[k] * means[k]) ? Math.sqrt(variance) : 1;
        }
        return spreads;
    }

    /** The scores, ascending. */
    double[] sorted() {
        double[] sorted = scores.toDoubleArray();
        Arrays.sort(sorted);
        return sorted;
    }

    /**
     * The unit of the score in nats: the mean excess over its 99 % quantile. A score whose tail is exponential falls by
     * one nat of frequency in such a step. 1 where the scores do not differ.
     */
    double unit() {
        double[] sorted = sorted();
        int from = (int) (TAIL * sorted.length);
        double excess = 0;
        for (int i = from; i < sorted.length; i++) {
            excess += sorted[i] - sorted[from];
        }
        double unit = excess / Math.max(1, sorted.length - from);
        return unit > 0 && Double.isFinite(unit) ? unit : 1;
    }
}
