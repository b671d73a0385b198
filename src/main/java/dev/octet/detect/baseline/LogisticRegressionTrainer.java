package dev.octet.detect.baseline;

import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.Setting;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.Scaling;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Logistic regression with an L2 penalty, its strength chosen from a small grid by cross-validation.
 *
 * <p>The objective and the folds are scikit-learn's ({@code LogisticRegression}, {@code StratifiedKFold} without shuffling), the
 * minimum is found by L-BFGS. Each fold is standardised by its own training rows, so that nothing of the rows it is tested
 * on is known; the grid's criterion is the mean over the folds of macro recall, (sensitivity + specificity) / 2 at score 0,
 * and the first of equals wins. Equal rows are worked on once. Training costs O(iterations × m × d) for m distinct rows, times
 * grid × folds.
 *
 * @param strengths the grid of C, inverse to the penalty; one value is taken as it is
 * @param folds of the cross-validation
 * @param iterations of L-BFGS at most
 */
public record LogisticRegressionTrainer(List<Double> strengths, int folds, int iterations) implements Trainer {
    static final String KIND = "logistic-regression";
    /** The C that was chosen, in {@link LinearDetector#training}. */
    public static final String STRENGTH = "strength";

    private static final double TOLERANCE = 1e-10;

    public LogisticRegressionTrainer {
        strengths = List.copyOf(strengths);
        if (strengths.isEmpty()) {
            throw new InputException(KIND + ": strengths must hold at least one value of C");
        }
        strengths.forEach(strength -> Settings.positive(KIND, "strengths", strength));
        Settings.atLeast(KIND, "folds", folds, 2);
        Settings.atLeast(KIND, "iterations", iterations, 1);
    }

    /** C in {0.1, 0.5, 1, 2}, 5 folds, 1000 iterations. */
    public static LogisticRegressionTrainer withDefaults() {
        return new LogisticRegressionTrainer(List.of(0.1, 0.5, 1.0, 2.0), 5, 1000);
    }

    @Override
    public String kind() {
        return KIND;
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
    public LinearDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 2);
        double[] means = LinearModel.means(columns, data);
        DistinctRows rows = DistinctRows.of(columns.flat(data.train()), columns.width());
        double[] recalls = strengths.size() == 1 ? new double[1] : recalls(rows, data.trainAttacks(), progress);
        int best = 0;
        for (int i = 1; i < recalls.length; i++) {
            best = recalls[i] > recalls[best] ? i : best;
        }
        double[] values = new double[rows.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = rows.values()[i];
        }
        double[] weights = fit(rows, values, data.trainAttacks(), new int[rows.place().length], 1, strengths.get(best));
        double intercept = weights[columns.width()];
        return new LinearDetector(
                new LinearModel(columns, Arrays.copyOf(weights, columns.width()), intercept, means),
                Map.of(STRENGTH, strengths.get(best)));
    }

    /** Mean macro recall over the folds of each C of the grid. */
    double[] recalls(DistinctRows rows, BitSet attacks, TrainingProgress progress) {
        int[] fold = StratifiedFolds.of(KIND, attacks, rows.place().length, folds);
        double[] recalls = new double[strengths.size()];
        for (int test = 0; test < folds; test++) {
            double[] scaled = standardised(rows, fold, test);
            for (int i = 0; i < recalls.length; i++) {
                double[] weights = fit(rows, scaled, attacks, fold, test, strengths.get(i));
                recalls[i] += macroRecall(rows, scaled, attacks, fold, test, weights) / folds;
            }
        }
        for (int i = 0; i < recalls.length; i++) {
            progress.note(String.format(
                    Locale.ROOT,
                    "%s: C = %s, macro recall %.4f in %d folds",
                    KIND,
                    strengths.get(i),
                    recalls[i],
                    folds));
        }
        return recalls;
    }

    /** Fits the rows that are not in fold {@code test}. */
    private double[] fit(DistinctRows rows, double[] values, BitSet attacks, int[] fold, int test, double strength) {
        double[] positive = new double[rows.size()];
        double[] negative = new double[rows.size()];
        for (int i = 0; i < fold.length; i++) {
            if (fold[i] != test) {
                (attacks.get(i) ? positive : negative)[rows.place()[i]]++;
            }
        }
        return new LogisticLoss(values, positive, negative, strength).minimise(iterations, TOLERANCE);
    }

    private static double[] standardised(DistinctRows rows, int[] fold, int test) {
        double[] counts = new double[rows.size()];
        int total = 0;
        for (int i = 0; i < fold.length; i++) {
            if (fold[i] != test) {
                counts[rows.place()[i]]++;
                total++;
            }
        }
        int width = rows.values().length / rows.size();
        double[] scaled = new double[rows.values().length];
        for (int j = 0; j < width; j++) {
            double sum = 0;
            for (int i = 0; i < counts.length; i++) {
                sum += counts[i] * rows.values()[i * width + j];
            }
            double mean = sum / total;
            double squares = 0;
            for (int i = 0; i < counts.length; i++) {
                double difference = rows.values()[i * width + j] - mean;
                squares += counts[i] * difference * difference;
            }
            double deviation = squares == 0 ? 1 : Math.sqrt(squares / total);
            for (int i = 0; i < counts.length; i++) {
                scaled[i * width + j] = (rows.values()[i * width + j] - mean) / deviation;
            }
        }
        return scaled;
    }

    private static double macroRecall(
            DistinctRows rows, double[] values, BitSet attacks, int[] fold, int test, double[] weights) {
        int width = weights.length - 1;
        long[] right = new long[2];
        long[] all = new long[2];
        for (int i = 0; i < fold.length; i++) {
            if (fold[i] == test) {
                double score = weights[width];
                for (int j = 0, at = rows.place()[i] * width; j < width; j++, at++) {
                    score += weights[j] * values[at];
                }
                int label = attacks.get(i) ? 1 : 0;
                all[label]++;
                right[label] += (score > 0) == attacks.get(i) ? 1 : 0;
            }
        }
        return ((double) right[0] / all[0] + (double) right[1] / all[1]) / 2;
    }

    static DetectorDefinition definition() {
        Setting<List<Double>> strengths = Setting.byDefault(
                "strengths",
                new Setting.Many<>(new Setting.Real("(0, inf)"), 1),
                "[0.1, 0.5, 1, 2]",
                "grid of C, inverse to the L2 penalty");
        Setting<Integer> folds = Setting.byDefault(
                "folds", new Setting.Count(2, 1000), "5", "of the cross-validation that chooses C by macro recall");
        Setting<Integer> iterations =
                Setting.byDefault("iterations", new Setting.Count(1, 1_000_000_000), "1000", "of L-BFGS, at most");
        return new DetectorDefinition(
                KIND,
                "From labels: log-odds linear in the columns, L2 penalty (Cox 1958)",
                List.of(strengths, folds, iterations),
                values ->
                        new LogisticRegressionTrainer(values.get(strengths), values.get(folds), values.get(iterations)),
                state -> LinearDetector.restore(state, KIND, STRENGTH));
    }
}
