package dev.octet.detect.baseline;

import dev.octet.detect.DetectorState;
import dev.octet.detect.OnlineDetector;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A trained passive-aggressive classifier. The score is the signed margin, so 0 is the classifier's own decision; contributions are
 * counted from the mean training row. Immutable and thread-safe.
 */
public final class PassiveAggressiveDetector extends LinearDetector implements OnlineDetector {
    private final PassiveAggressiveTrainer settings;

    PassiveAggressiveDetector(PassiveAggressiveTrainer settings, RowColumns columns, double[] means, double[] weights) {
        super(
                new LinearModel(columns, Arrays.copyOf(weights, columns.width()), weights[columns.width()], means),
                Map.of());
        this.settings = settings;
    }

    /** One pass, as scikit-learn's {@code partial_fit}. */
    @Override
    public PassiveAggressiveDetector partialFit(TrainingData data) {
        RowColumns columns = model.columns();
        columns.checkLearning(data);
        double[] weights = Arrays.copyOf(model.weights(), columns.width() + 1);
        weights[columns.width()] = model.intercept();
        settings.learn(columns, data, weights, 1, TrainingProgress.SILENT);
        return new PassiveAggressiveDetector(settings, columns, model.means(), weights);
    }

    @Override
    public DetectorState state() {
        DetectorState state = model.state(VERSION);
        Map<String, Object> stored = new HashMap<>(state.settings());
        stored.put("aggressiveness", settings.aggressiveness());
        stored.put("tolerance", settings.tolerance());
        stored.put("passes", (long) settings.passes());
        stored.put("seed", settings.seed());
        return new DetectorState(kind(), VERSION, stored, state.arrays());
    }

    /**
     * The detector that {@link #state()} was taken of; it can go on learning.
     *
     * @throws dev.octet.event.InputException if the state is not one of this detector or damaged
     */
    public static PassiveAggressiveDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, PassiveAggressiveTrainer.KIND, VERSION);
        LinearModel model = LinearModel.restore(reader);
        double[] weights = Arrays.copyOf(model.weights(), model.weights().length + 1);
        weights[model.weights().length] = model.intercept();
        return new PassiveAggressiveDetector(
                new PassiveAggressiveTrainer(
                        reader.number("aggressiveness"),
                        reader.number("tolerance"),
                        reader.integer("passes"),
                        reader.longInteger("seed")),
                model.columns(),
                model.means(),
                weights);
    }
}
