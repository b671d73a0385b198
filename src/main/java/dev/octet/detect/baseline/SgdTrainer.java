package dev.octet.detect.baseline;

import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.OnlineTrainer;
import dev.octet.detect.Setting;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.feature.Scaling;
import java.util.List;
import java.util.Optional;

/**
 * Logistic regression by averaged stochastic gradient descent, which can go on learning.
 *
 * <p>Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992; step by step what scikit-learn's
 * {@code SGDClassifier(loss="log_loss", learning_rate="adaptive", average=…)} does, with the same order of the rows: the
 * rate is divided by 5 when five passes in a row have not lowered the loss by the tolerance, and training ends when that
 * happens at a rate of at most 1e-6. Training costs O(passes × n × d).
 *
 * @param penalty alpha, weight of |weights|² / 2
 * @param rate first learning rate, eta0
 * @param tolerance on the mean loss
 * @param passes over the rows, at most
 * @param averageFrom the step from which weights are averaged; 0: no averaging
 * @param seed of the order of the rows, in [0, 2^31): scikit-learn's {@code random_state}
 */
public record SgdTrainer(double penalty, double rate, double tolerance, int passes, int averageFrom, long seed)
        implements OnlineTrainer {
    static final String KIND = "sgd";

    public SgdTrainer {
        Settings.notNegative(KIND, "penalty", penalty);
        Settings.positive(KIND, "rate", rate);
        Settings.notNegative(KIND, "tolerance", tolerance);
        Settings.atLeast(KIND, "passes", passes, 1);
        Settings.atLeast(KIND, "average-from", averageFrom, 0);
        NumpyRandom.checkSeed(KIND, seed);
    }

    /** Penalty 1e-4, rate 0.01, tolerance 1e-3, 1000 passes, averaged from step 1000, seed 10: the book's. */
    public static SgdTrainer withDefaults() {
        return new SgdTrainer(1e-4, 0.01, 1e-3, 1000, 1000, 10);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<Trainer> reseeded(int more) {
        return Optional.of(new SgdTrainer(penalty, rate, tolerance, passes, averageFrom, NumpyRandom.next(seed, more)));
    }

    @Override
    public boolean supervised() {
        return true;
    }

    @Override
    public Scaling scaling() {
        return Scaling.STANDARD;
    }

    @Override
    public SgdDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 2);
        double[] means = LinearModel.means(columns, data);
        SgdDescent descent = new SgdDescent(this, new SgdDescent.Weights(columns.width()), 1);
        descent.run(columns, data, passes, progress);
        return new SgdDetector(this, columns, means, descent.weights(), descent.step(), 0);
    }

    static DetectorDefinition definition() {
        Setting<Double> penalty =
                Setting.byDefault("penalty", new Setting.Real("[0, inf)"), "0.0001", "alpha, weight of |weights|² / 2");
        Setting<Double> rate = Setting.byDefault("rate", new Setting.Real("(0, inf)"), "0.01", "first learning rate");
        Setting<Double> tolerance = SgdTrainer.toleranceSetting();
        Setting<Integer> passes =
                Setting.byDefault("passes", new Setting.Count(1, 1_000_000_000), "1000", "over the rows, at most");
        Setting<Integer> averageFrom = Setting.byDefault(
                "average-from",
                new Setting.Count(0, 1_000_000_000),
                "1000",
                "step from which weights are averaged; 0: no averaging");
        Setting<Long> seed = Setting.numpySeed("10", "of the order of the rows");
        return new DetectorDefinition(
                KIND,
                "From labels, online: logistic regression by averaged stochastic gradient descent (Polyak, Juditsky 1992)",
                List.of(penalty, rate, tolerance, passes, averageFrom, seed),
                values -> new SgdTrainer(
                        values.get(penalty),
                        values.get(rate),
                        values.get(tolerance),
                        values.get(passes),
                        values.get(averageFrom),
                        values.get(seed)),
                SgdDetector::restore);
    }

    static Setting<Double> toleranceSetting() {
        return Setting.byDefault(
                "tolerance", new Setting.Real("[0, inf)"), "0.001", "on the mean loss; 5 passes without it end it");
    }
}
