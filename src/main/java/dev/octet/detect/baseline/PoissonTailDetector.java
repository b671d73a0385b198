package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import java.util.Arrays;
import java.util.Map;
import org.apache.commons.math3.special.Gamma;
import org.apache.commons.math3.util.FastMath;

/**
 * A Poisson tail with its rates. The score is -log10 P(X ≥ count): 0 for no event, 3 for a count that one row in a thousand
 * would reach. Only the counting column contributes. Immutable and thread-safe.
 */
public final class PoissonTailDetector implements Detector {
    private static final int VERSION = 1;

    private final RowColumns columns;
    private final CountColumn count;
    private final int[] keys; // columns that make the groups
    private final float[] groups; // sorted, row-major
    private final double[] rates; // of each group
    private final double overall;

    PoissonTailDetector(
            RowColumns columns, CountColumn count, int[] keys, float[] groups, double[] rates, double overall) {
        this.columns = columns;
        this.count = count;
        this.keys = keys;
        this.groups = groups;
        this.rates = rates;
        this.overall = overall;
    }

    @Override
    public String kind() {
        return PoissonTailTrainer.KIND;
    }

    @Override
    public int columns() {
        return columns.width();
    }

    @Override
    public void score(float[] rows, int rowCount, double[] scores) {
        columns.checkScoring(rows, rowCount, scores);
        for (int i = 0; i < rowCount; i++) {
            int row = i * columns.width();
            scores[i] = 0 - logTail(count.of(rows, row), rate(rows, row)) / FastMath.log(10); // 0 and not -0
        }
    }

    /** The rate that a row's count is held against, in events a row. */
    double rate(float[] rows, int row) {
        int low = 0;
        int high = rates.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compare(rows, row, middle);
            if (order == 0) {
                return rates[middle];
            } else if (order < 0) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return overall;
    }

    private int compare(float[] rows, int row, int group) {
        for (int k = 0; k < keys.length; k++) {
            float value = rows[row + keys[k]];
            float other = groups[group * keys.length + k];
            if (value != other) {
                return value < other ? -1 : 1;
            }
        }
        return 0;
    }

    /** ln P(X ≥ count), in logarithms where the probability itself would underflow. */
    static double logTail(double count, double rate) {
        if (count == 0) {
            return 0;
        }
        if (count <= rate) {
            return FastMath.log(Gamma.regularizedGammaP(count, rate));
        }
        double sum = 1;
        double term = 1;
        for (double next = count + 1; term > 1e-17 * sum; next++) {
            term *= rate / next;
            sum += term;
        }
        return count * FastMath.log(rate) - rate - Gamma.logGamma(count + 1) + FastMath.log(sum);
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        columns.checkContributions(row, contributions);
        double[] score = new double[1];
        score(row, 1, score);
        Arrays.fill(contributions, 0, columns.width(), 0);
        contributions[count.column()] = score[0];
    }

    @Override
    public DetectorState state() {
        Map<String, Object> settings = StateReader.settings(columns);
        settings.put("count", (long) count.column());
        settings.put("overall", overall);
        return new DetectorState(
                kind(),
                VERSION,
                settings,
                Map.of("keys", keys.clone(), "groups", groups.clone(), "rates", rates.clone()));
    }

    /**
     * The detector that {@link #state()} was taken of.
     *
     * @throws InputException if the state is not one of this detector or damaged
     */
    public static PoissonTailDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, PoissonTailTrainer.KIND, VERSION);
        RowColumns columns = reader.columns();
        CountColumn count = CountColumn.restored(reader, columns);
        int[] keys = reader.indices("keys", reader.length("keys"), 0, columns.width());
        int groups = reader.length("rates");
        return new PoissonTailDetector(
                columns,
                count,
                keys,
                reader.floats("groups", Math.multiplyExact(groups, keys.length)),
                reader.doubles("rates", groups),
                reader.number("overall"));
    }
}
