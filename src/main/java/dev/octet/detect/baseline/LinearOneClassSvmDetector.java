package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxScore;
import java.util.Optional;

/**
 * A trained linear one-class support vector machine. The score is rho - weights · row: above 0 on the origin's side of the plane;
 * the negative of scikit-learn's {@code decision_function}. Contributions are counted from the mean training row. Immutable and
 * thread-safe.
 */
public final class LinearOneClassSvmDetector implements Detector {
    private static final int VERSION = 1;

    private final LinearModel model;

    LinearOneClassSvmDetector(LinearModel model) {
        this.model = model;
    }

    @Override
    public String kind() {
        return LinearOneClassSvmTrainer.KIND;
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
        return model.state(VERSION);
    }

    /**
     * The detector that {@link #state()} was taken of.
     *
     * @throws dev.octet.event.InputException if the state is not one of this detector or damaged
     */
    public static LinearOneClassSvmDetector restore(DetectorState state) {
        return new LinearOneClassSvmDetector(
                LinearModel.restore(new StateReader(state, LinearOneClassSvmTrainer.KIND, VERSION)));
    }
}
