package dev.octet.detect.surprise;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.event.InputException;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import dev.octet.onnx.OnnxScore;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** A {@link HistorySum} at work: one multiplication a column. A column's contribution is its term, 0 where that is negative. */
public final class HistorySumDetector implements Detector {
    private static final int STATE_VERSION = 1;
    /** Odds that differ by a hundredth. */
    private static final double NATS = 0.01;

    private final HistorySum sum;
    private final double[] weights;

    HistorySumDetector(HistorySum sum) {
        this.sum = sum;
        this.weights = sum.terms().stream().mapToDouble(HistorySum.Term::weight).toArray();
    }

    /**
     * The detector whose {@link #state} this is.
     *
     * @throws InputException if the state is of another kind or version, or has other weights than the sum of its kind
     */
    public static HistorySumDetector restore(DetectorState state) {
        HistorySum sum = HistorySum.ofKind(state.kind())
                .orElseThrow(() -> new InputException(state.kind() + " is not a sum of history features"));
        if (state.version() != STATE_VERSION) {
            throw new InputException(sum.kind() + ": the stored detector has version " + state.version()
                    + ", this Octet reads version " + STATE_VERSION);
        }
        HistorySumDetector detector = new HistorySumDetector(sum);
        if (!(state.arrays().get("weights") instanceof double[] stored) || !Arrays.equals(stored, detector.weights)) {
            throw new InputException(
                    sum.kind() + ": the stored weights are not those of this sum; the bundle is damaged");
        }
        return detector;
    }

    @Override
    public String kind() {
        return sum.kind();
    }

    @Override
    public int columns() {
        return weights.length;
    }

    /** @throws IllegalArgumentException if a value is not finite, or an array too short */
    @Override
    public void score(float[] rows, int count, double[] scores) {
        if (count < 0 || rows.length < (long) count * columns() || scores.length < count) {
            throw new IllegalArgumentException(count + " rows of " + columns() + " columns and as many scores need"
                    + " larger arrays than " + rows.length + " and " + scores.length);
        }
        for (int row = 0; row < count; row++) {
            double score = 0;
            for (int column = 0; column < weights.length; column++) {
                score += weights[column] * rows[row * weights.length + column];
            }
            if (!Double.isFinite(score)) {
                throw new IllegalArgumentException(sum.kind() + ": row " + row + " has a value that is not finite");
            }
            scores[row] = score;
        }
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        for (int column = 0; column < weights.length; column++) {
            contributions[column] = Math.max(0, weights[column] * row[column]);
        }
    }

    @Override
    public boolean gainsFromBatches() {
        return false;
    }

    /** All but the rule are in nats. */
    @Override
    public double resolution() {
        return sum == HistorySum.NEW_COUNTRY_OR_NETWORK ? 0 : NATS;
    }

    @Override
    public Optional<OnnxScore> addTo(OnnxGraph graph, String features) {
        String terms = graph.add("Mul", graph.cast(features, Type.DOUBLE), graph.doubles(weights, weights.length));
        return Optional.of(new OnnxScore(
                graph.cast(graph.rowSums(terms), Type.FLOAT),
                graph.cast(graph.add("Max", terms, graph.scalar(0.0)), Type.FLOAT)));
    }

    @Override
    public DetectorState state() {
        return new DetectorState(sum.kind(), STATE_VERSION, Map.of(), Map.of("weights", weights.clone()));
    }
}
