package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxScore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A detector whose score is intercept + weights · row; contributions are counted from the mean training row. Immutable and
 * thread-safe.
 *
 * <p>The score of a classifier is the log-odds of an attack or the signed margin, so 0 is the classifier's own decision; that
 * of the linear one-class machine is rho - weights · row, the negative of scikit-learn's {@code decision_function}: above 0 on
 * the origin's side of the plane.
 */
public class LinearDetector implements Detector {
    static final int VERSION = 1;

    final LinearModel model;
    /** Numbers of its training that are stored beside the model. */
    private final Map<String, Double> training;

    LinearDetector(LinearModel model, Map<String, Double> training) {
        this.model = model;
        this.training = Map.copyOf(training);
    }

    /** What the score changes by for a unit of each column. */
    public final double[] weights() {
        return model.weights().clone();
    }

    /** The score where every column is 0. */
    public final double intercept() {
        return model.intercept();
    }

    /** A number of its training, by its name in {@link #state()}. */
    public final double training(String name) {
        return training.get(name);
    }

    @Override
    public final String kind() {
        return model.columns().kind();
    }

    @Override
    public final int columns() {
        return model.columns().width();
    }

    @Override
    public final void score(float[] rows, int count, double[] scores) {
        model.score(rows, count, scores);
    }

    @Override
    public final void contributions(float[] row, double[] contributions) {
        model.contributions(row, contributions);
    }

    @Override
    public final Optional<OnnxScore> addTo(OnnxGraph graph, String features) {
        return Optional.of(model.addTo(graph, features));
    }

    @Override
    public DetectorState state() {
        DetectorState state = model.state(VERSION);
        Map<String, Object> settings = new HashMap<>(state.settings());
        settings.putAll(training);
        return new DetectorState(kind(), VERSION, settings, state.arrays());
    }

    /**
     * The detector that {@link #state()} was taken of.
     *
     * @param training names of the numbers that are stored beside the model
     * @throws dev.octet.event.InputException if the state is not one of this kind or damaged
     */
    static LinearDetector restore(DetectorState state, String kind, String... training) {
        StateReader reader = new StateReader(state, kind, VERSION);
        Map<String, Double> numbers = new HashMap<>();
        LinearModel model = LinearModel.restore(reader);
        for (String name : training) {
            numbers.put(name, reader.number(name));
        }
        return new LinearDetector(model, numbers);
    }
}
