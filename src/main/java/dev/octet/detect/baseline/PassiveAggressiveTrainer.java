package dev.octet.detect.baseline;

import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.OnlineTrainer;
import dev.octet.detect.Setting;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.Scaling;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Passive-aggressive classification, which can go on learning: a row on the right side of the margin changes nothing, any
 * other moves the plane just far enough, or by at most C.
 *
 * <p>Crammer, Dekel, Keshet, Shalev-Shwartz and Singer, "Online passive-aggressive algorithms", JMLR 7, 2006: PA-I with the
 * hinge loss, as scikit-learn's {@code PassiveAggressiveClassifier}, with the same order of the rows; training ends when
 * five passes in a row have not lowered the mean loss by the tolerance. It costs O(passes × n × d).
 *
 * @param aggressiveness C, the largest step
 * @param tolerance on the mean loss
 * @param passes over the rows, at most
 * @param seed of the order of the rows, in [0, 2^31): scikit-learn's {@code random_state}
 */
public record PassiveAggressiveTrainer(double aggressiveness, double tolerance, int passes, long seed)
        implements OnlineTrainer {
    static final String KIND = "passive-aggressive";
    private static final int PATIENCE = 5;

    public PassiveAggressiveTrainer {
        Settings.positive(KIND, "aggressiveness", aggressiveness);
        Settings.notNegative(KIND, "tolerance", tolerance);
        Settings.atLeast(KIND, "passes", passes, 1);
        NumpyRandom.checkSeed(KIND, seed);
    }

    /** C 0.01, tolerance 1e-3, 1000 passes, seed 0: the best of the book's grid. */
    public static PassiveAggressiveTrainer withDefaults() {
        return new PassiveAggressiveTrainer(0.01, 1e-3, 1000, 0);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<Trainer> reseeded(int more) {
        return Optional.of(
                new PassiveAggressiveTrainer(aggressiveness, tolerance, passes, NumpyRandom.next(seed, more)));
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
    public PassiveAggressiveDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 2);
        double[] means = LinearModel.means(columns, data);
        double[] weights = new double[columns.width() + 1];
        learn(columns, data, weights, passes, progress);
        return new PassiveAggressiveDetector(this, columns, means, weights);
    }

    /** Changes {@code weights}, the intercept last, by passes over the rows. */
    void learn(RowColumns columns, TrainingData data, double[] weights, int most, TrainingProgress progress) {
        int width = columns.width();
        float[] rows = columns.flat(data.train());
        int count = data.train().rows();
        BitSet attacks = data.trainAttacks();
        RowShuffle shuffle = new RowShuffle(count, seed);
        double best = Double.POSITIVE_INFINITY;
        int waited = 0;
        for (int pass = 1; pass <= most; pass++) {
            progress.epochStarted(pass, most, count);
            double loss = 0;
            for (int row : shuffle.next()) {
                loss += step(weights, rows, row * width, attacks.get(row) ? 1 : -1);
            }
            for (double weight : weights) {
                if (!Double.isFinite(weight)) {
                    throw new InputException(KIND + " diverged in pass " + pass + "; scale the columns");
                }
            }
            progress.epochEnded(pass, loss / count, Double.NaN, aggressiveness);
            waited = loss > best - tolerance * count ? waited + 1 : 0;
            best = Math.min(best, loss);
            if (waited >= PATIENCE) {
                return;
            }
        }
    }

    private double step(double[] weights, float[] rows, int row, double label) {
        int width = weights.length - 1;
        double dot = 0;
        double norm = 0;
        for (int j = 0; j < width; j++) {
            double value = rows[row + j];
            dot += weights[j] * value;
            norm += value * value;
        }
        double loss = Math.max(0, 1 - label * (dot + weights[width]));
        if (loss > 0 && norm > 0) {
            double update = label * Math.min(aggressiveness, loss / norm);
            for (int j = 0; j < width; j++) {
                weights[j] += update * rows[row + j];
            }
            weights[width] += update;
        }
        return loss;
    }

    static DetectorDefinition definition() {
        Setting<Double> aggressiveness =
                Setting.byDefault("aggressiveness", new Setting.Real("(0, inf)"), "0.01", "C, the largest step");
        Setting<Double> tolerance = SgdTrainer.toleranceSetting();
        Setting<Integer> passes =
                Setting.byDefault("passes", new Setting.Count(1, 1_000_000_000), "1000", "over the rows, at most");
        Setting<Long> seed = Setting.numpySeed("0", "of the order of the rows");
        return new DetectorDefinition(
                KIND,
                "From labels, online: a plane moved just far enough by each row on its wrong side (Crammer et al., JMLR"
                        + " 2006)",
                List.of(aggressiveness, tolerance, passes, seed),
                values -> new PassiveAggressiveTrainer(
                        values.get(aggressiveness), values.get(tolerance), values.get(passes), values.get(seed)),
                PassiveAggressiveDetector::restore);
    }
}
