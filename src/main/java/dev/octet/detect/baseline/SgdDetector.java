package dev.octet.detect.baseline;

import dev.octet.detect.DetectorState;
import dev.octet.detect.OnlineDetector;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxScore;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Averaged stochastic gradient descent, trained. The score is the log-odds of an attack, so 0 is the classifier's own decision;
 * contributions are counted from the mean training row. Immutable and thread-safe.
 */
public final class SgdDetector implements OnlineDetector {
    private static final int VERSION = 1;

    private final SgdTrainer settings;
    private final SgdDescent.Weights weights;
    private final long step;
    private final double resume; // the intercept that learning goes on from
    private final LinearModel model;

    /** @param started the intercept that the run which ended in {@code weights} started from */
    SgdDetector(
            SgdTrainer settings,
            RowColumns columns,
            double[] means,
            SgdDescent.Weights weights,
            long step,
            double started) {
        this.settings = settings;
        this.weights = weights;
        this.step = step;
        boolean averaged = settings.averageFrom() > 0 && settings.averageFrom() <= step - 1;
        double[] used = averaged ? weights.average() : weights.current();
        int width = columns.width();
        resume = averaged ? started : weights.current()[width];
        model = new LinearModel(columns, Arrays.copyOf(used, width), used[width], means);
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
        return SgdTrainer.KIND;
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
