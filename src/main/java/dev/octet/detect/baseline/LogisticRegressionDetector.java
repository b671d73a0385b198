package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxScore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Trained logistic regression. The score is the log-odds of an attack, so 0 is the classifier's own decision; contributions are
 * counted from the mean training row. Immutable and thread-safe.
 */
public final class LogisticRegressionDetector implements Detector {
    private static final int VERSION = 1;

    private final LinearModel model;
    private final double strength;

    LogisticRegressionDetector(LinearModel model, double strength) {
        this.model = model;
        this.strength = strength;
    }

    /** The C that was chosen. */
    public double strength() {
        return strength;
    }

    /** Log-odds a unit of each column. */
    public double[] weights() {
        return model.weights().clone();
    }

    /** Log-odds where every column is 0. */
    public double intercept() {
        return model.intercept();
    }

    @Override
    public String kind() {
        return LogisticRegressionTrainer.KIND;
    }

    @Override
    public int columns() {
        return model.columns().width();
    }

    @Override
    public void score(float[] rows, int count, double[] scores) {
        model.score(rows, count, scores);
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        model.contributions(row, contributions);
    }

    @Override
    public Optional<OnnxScore> addTo(OnnxGraph graph, String features) {
        return Optional.of(model.addTo(graph, features));
    }

    @Override
    public DetectorState state() {
        DetectorState state = model.state(VERSION);
        Map<String, Object> settings = new HashMap<>(state.settings());
        settings.put("strength", strength);
        return new DetectorState(state.kind(), VERSION, settings, state.arrays());
    }

    /**
     * The detector that {@link #state()} was taken of.
     *
     * @throws dev.octet.event.InputException if the state is not one of this detector or damaged
     */
    public static LogisticRegressionDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, LogisticRegressionTrainer.KIND, VERSION);
        return new LogisticRegressionDetector(LinearModel.restore(reader), reader.number("strength"));
    }
}
