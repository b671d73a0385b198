package dev.octet.detect.baseline;

import dev.octet.detect.DetectorState;
import dev.octet.detect.OnlineDetector;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Averaged stochastic gradient descent, trained. The score is the log-odds of an attack, so 0 is the classifier's own decision;
 * contributions are counted from the mean training row. Immutable and thread-safe.
 */
public final class SgdDetector extends LinearDetector implements OnlineDetector {
    private final SgdTrainer settings;
    private final SgdDescent.Weights weights;
    private final long step;
    private final double resume; // the intercept that learning goes on from

    /** @param started the intercept that the run which ended in {@code weights} started from */
    SgdDetector(
            SgdTrainer settings,
            RowColumns columns,
            double[] means,
            SgdDescent.Weights weights,
            long step,
            double started) {
        super(linear(columns, averaged(settings, step) ? weights.average() : weights.current(), means), Map.of());
        this.settings = settings;
        this.weights = weights;
        this.step = step;
        resume = averaged(settings, step) ? started : weights.current()[columns.width()];
    }

    private static boolean averaged(SgdTrainer settings, long step) {
        return settings.averageFrom() > 0 && settings.averageFrom() <= step - 1;
    }

    private static LinearModel linear(RowColumns columns, double[] used, double[] means) {
        int width = columns.width();
        return new LinearModel(columns, Arrays.copyOf(used, width), used[width], means);
    }

    /**
     * One pass at the first learning rate, as scikit-learn's {@code partial_fit}: it goes on from the last weights and not from
     * their averages, and once it averages, from the intercept that the run before started from, since that is where
     * scikit-learn leaves it.
     */
    @Override
    public SgdDetector partialFit(TrainingData data) {
        RowColumns columns = model.columns();
        columns.checkLearning(data);
        SgdDescent descent = new SgdDescent(settings, weights.resumedFrom(resume), step);
        descent.run(columns, data, 1, TrainingProgress.SILENT);
        return new SgdDetector(settings, columns, model.means(), descent.weights(), descent.step(), resume);
    }

    @Override
    public DetectorState state() {
        Map<String, Object> stored = new HashMap<>(StateReader.settings(model.columns()));
        stored.put("penalty", settings.penalty());
        stored.put("rate", settings.rate());
        stored.put("tolerance", settings.tolerance());
        stored.put("passes", (long) settings.passes());
        stored.put("average-from", (long) settings.averageFrom());
        stored.put("seed", settings.seed());
        stored.put("step", step);
        stored.put("resume", resume);
        return new DetectorState(
                kind(),
                VERSION,
                stored,
                Map.of(
                        "current", weights.current().clone(),
                        "average", weights.average().clone(),
                        "means", model.means().clone()));
    }

    /**
     * The detector that {@link #state()} was taken of; it can go on learning.
     *
     * @throws InputException if the state is not one of this detector or damaged
     */
    public static SgdDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, SgdTrainer.KIND, VERSION);
        RowColumns columns = reader.columns();
        return new SgdDetector(
                new SgdTrainer(
                        reader.number("penalty"),
                        reader.number("rate"),
                        reader.number("tolerance"),
                        reader.integer("passes"),
                        reader.integer("average-from"),
                        reader.longInteger("seed")),
                columns,
                reader.doubles("means", columns.width()),
                new SgdDescent.Weights(
                        reader.doubles("current", columns.width() + 1), reader.doubles("average", columns.width() + 1)),
                reader.longInteger("step"),
                reader.number("resume"));
    }
}
