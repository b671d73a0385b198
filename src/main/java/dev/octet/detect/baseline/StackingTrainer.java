package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.Setting;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.Scaling;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A logistic regression over the scores of other detectors.
 *
 * <p>Wolpert, "Stacked generalization", Neural Networks 5, 1992. The final regression learns from out-of-fold scores only: each
 * training row is scored by detectors that were trained without its fold (stratified, contiguous folds, as scikit-learn's {@code
 * StackingClassifier}), since a detector knows its own training rows by heart. Then each detector is trained on all rows.
 * Unsupervised detectors are given the normal rows of the folds. The scores are standardised before the regression, since they
 * have units of their own.
 *
 * <p>Costs (folds + 1) trainings of each detector. All see the same columns, standardised.
 *
 * @param detectors at least one, each of a kind of this package
 * @param strength C of the final logistic regression
 * @param folds of the out-of-fold scores
 */
public record StackingTrainer(List<Trainer> detectors, double strength, int folds) implements Trainer {
    static final String KIND = "stacking";

    public StackingTrainer {
        detectors = List.copyOf(detectors);
        if (detectors.isEmpty()) {
            throw new InputException(KIND + ": detectors must name at least one");
        }
        for (Trainer detector : detectors) {
            if (!Baselines.knows(detector.kind()) || detector.kind().equals(KIND)) {
                throw new InputException(KIND + ": detector " + detector.kind() + " cannot be stacked; allowed are "
                        + Baselines.kinds().stream()
                                .filter(kind -> !kind.equals(KIND))
                                .collect(Collectors.joining(", ")));
            }
        }
        Settings.positive(KIND, "strength", strength);
        Settings.atLeast(KIND, "folds", folds, 2);
    }

    /** Naive Bayes, random forest and isolation forest; C 1, 5 folds. */
    public static StackingTrainer withDefaults() {
        return new StackingTrainer(
                List.of(
                        GaussianNaiveBayesTrainer.withDefaults(),
                        RandomForestTrainer.withDefaults(),
                        IsolationForestTrainer.withDefaults()),
                1,
                5);
    }

    @Override
    public boolean needsSpark() {
        return detectors.stream().anyMatch(Trainer::needsSpark);
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** Empty where none of the stacked detectors draws anything at random. */
    @Override
    public Optional<Trainer> reseeded(int more) {
        List<Trainer> next =
                detectors.stream().map(each -> each.reseeded(more).orElse(each)).toList();
        return detectors.stream().anyMatch(each -> each.reseeded(more).isPresent())
                ? Optional.of(new StackingTrainer(next, strength, folds))
                : Optional.empty();
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
    public StackingDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 2);
        LinearModel.requireBothKinds(KIND, data);
        int rows = data.train().rows();
        BitSet attacks = data.trainAttacks();
        int[] fold = StratifiedFolds.of(KIND, attacks, rows, folds);
        int size = detectors.size();
        double[] scores = new double[rows * size];
        for (int test = 0; test < folds; test++) {
            progress.epochStarted(test + 1, folds, rows);
            for (int k = 0; k < size; k++) {
                Trainer trainer = detectors.get(k);
                Detector detector =
                        trainer.train(without(data, fold, test, trainer.supervised()), TrainingProgress.SILENT);
                float[] row = new float[columns.width()];
                double[] score = new double[1];
                for (int i = 0; i < rows; i++) {
                    if (fold[i] == test) {
                        data.train().copyRow(i, row, 0);
                        detector.score(row, 1, score);
                        scores[i * size + k] = score[0];
                    }
                }
            }
        }
        double[] means = new double[size];
        double[] deviations = new double[size];
        for (int k = 0; k < size; k++) {
            for (int i = 0; i < rows; i++) {
                means[k] += scores[i * size + k] / rows;
            }
            double squares = 0;
            for (int i = 0; i < rows; i++) {
                squares += Math.pow(scores[i * size + k] - means[k], 2);
            }
            deviations[k] = squares == 0 ? 1 : Math.sqrt(squares / rows);
            for (int i = 0; i < rows; i++) {
                scores[i * size + k] = (scores[i * size + k] - means[k]) / deviations[k];
            }
        }
        double[] positive = new double[rows];
        double[] negative = new double[rows];
        for (int i = 0; i < rows; i++) {
            (attacks.get(i) ? positive : negative)[i] = 1;
        }
        double[] weights = new LogisticLoss(scores, positive, negative, strength).minimise(1000, 1e-10);
        List<Detector> trained = detectors.stream()
                .map(trainer ->
                        trainer.train(without(data, fold, folds, trainer.supervised()), TrainingProgress.SILENT))
                .toList();
        return new StackingDetector(columns, trained, new Standardiser(means, deviations), weights);
    }

    /** The rows that are not in fold {@code test}; the normal ones only where labels are not to be seen. */
    private static TrainingData without(TrainingData data, int[] fold, int test, boolean supervised) {
        FloatMatrix rows = new FloatMatrix(data.train().columns());
        BitSet attacks = new BitSet();
        float[] row = new float[data.train().columns()];
        for (int i = 0; i < fold.length; i++) {
            if (fold[i] != test && (supervised || !data.trainAttacks().get(i))) {
                data.train().copyRow(i, row, 0);
                attacks.set(rows.rows(), data.trainAttacks().get(i));
                rows.append(row);
            }
        }
        return new TrainingData(data.columns(), rows, attacks, data.validation(), data.validationAttacks());
    }

    /** @param stackable the kinds whose scores it may learn from */
    static DetectorDefinition definition(List<DetectorDefinition> stackable) {
        Setting<List<Trainer>> detectors = Setting.byDefault(
                "detectors",
                new Setting.Many<>(new Setting.TrainerOf(stackable), 1),
                "[gaussian-naive-bayes, random-forest, isolation-forest]",
                "those whose scores the regression learns from; all see the columns standardised");
        Setting<Double> strength =
                Setting.byDefault("strength", new Setting.Real("(0, inf)"), "1", "C of the final regression");
        Setting<Integer> folds =
                Setting.byDefault("folds", new Setting.Count(2, 1000), "5", "of the out-of-fold scores");
        return new DetectorDefinition(
                KIND,
                "From labels: a logistic regression over out-of-fold scores of other detectors (Wolpert, Neural Networks"
                        + " 1992)",
                List.of(detectors, strength, folds),
                values -> new StackingTrainer(values.get(detectors), values.get(strength), values.get(folds)),
                StackingDetector::restore);
    }
}
