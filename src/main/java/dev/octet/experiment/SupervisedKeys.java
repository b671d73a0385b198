package dev.octet.experiment;

import static dev.octet.experiment.ConfigTypes.count;
import static dev.octet.experiment.ConfigTypes.number;
import static dev.octet.experiment.ConfigTypes.someOf;
import static dev.octet.experiment.UnsupervisedKeys.seed;

import dev.octet.detect.baseline.GaussianNaiveBayesTrainer;
import dev.octet.detect.baseline.LogisticRegressionTrainer;
import dev.octet.detect.baseline.RandomForestTrainer;
import java.util.List;

/** The detectors that learn from labels. */
final class SupervisedKeys {
    private static final int MOST = 1_000_000_000;

    static final List<DetectorKind> KINDS = List.of(naiveBayes(), logisticRegression(), randomForest());

    private SupervisedKeys() {}

    private static DetectorKind naiveBayes() {
        Key<Double> smoothing = Key.byDefault(
                "smoothing", number("[0, 1]"), "1e-9", "share of the largest variance that every variance is given");
        return DetectorKind.of(
                "gaussian-naive-bayes",
                "From labels: a normal distribution for each column and class (Zhang, FLAIRS 2004)",
                List.of(smoothing),
                settings -> new GaussianNaiveBayesTrainer(settings.get(smoothing)));
    }

    private static DetectorKind logisticRegression() {
        Key<List<Double>> strengths = Key.byDefault(
                "strengths", someOf(number("(0, inf)")), "[0.1, 0.5, 1, 2]", "grid of C, inverse to the L2 penalty");
        Key<Integer> folds =
                Key.byDefault("folds", count(2, 1000), "5", "of the cross-validation that chooses C by macro recall");
        Key<Integer> iterations = Key.byDefault("iterations", count(1, MOST), "1000", "of L-BFGS, at most");
        return DetectorKind.of(
                "logistic-regression",
                "From labels: log-odds linear in the columns, L2 penalty (Cox 1958)",
                List.of(strengths, folds, iterations),
                settings -> new LogisticRegressionTrainer(
                        settings.get(strengths), settings.get(folds), settings.get(iterations)));
    }

    private static DetectorKind randomForest() {
        Key<Integer> trees = Key.byDefault("trees", count(1, 1_000_000), "100", "number of trees");
        Key<Integer> drawn = Key.byDefault(
                "drawn", count(0, 1_000_000), "0", "columns tried at each cut; 0: the square root of their number");
        Key<Long> seed = seed("of the samples and the columns");
        return DetectorKind.of(
                "random-forest",
                "From labels: trees grown to the end on bootstrap samples (Breiman, Machine Learning 2001)",
                List.of(trees, drawn, seed),
                settings -> new RandomForestTrainer(settings.get(trees), settings.get(drawn), settings.get(seed)));
    }
}
