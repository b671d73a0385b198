package dev.octet.config;

import static dev.octet.config.ConfigTypes.count;
import static dev.octet.config.ConfigTypes.number;
import static dev.octet.config.ConfigTypes.someOf;
import static dev.octet.config.UnsupervisedKeys.numpySeed;
import static dev.octet.config.UnsupervisedKeys.seed;

import dev.octet.detect.Trainer;
import dev.octet.detect.baseline.GaussianNaiveBayesTrainer;
import dev.octet.detect.baseline.LogisticRegressionTrainer;
import dev.octet.detect.baseline.PassiveAggressiveTrainer;
import dev.octet.detect.baseline.RandomForestTrainer;
import dev.octet.detect.baseline.SgdTrainer;
import dev.octet.detect.baseline.StackingTrainer;
import dev.octet.detect.baseline.StratifiedDummyTrainer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The detectors that learn from labels. */
final class SupervisedKeys {
    private static final int MOST = 1_000_000_000;

    private static final List<DetectorKind> SINGLE =
            List.of(stratifiedDummy(), naiveBayes(), logisticRegression(), sgd(), passiveAggressive(), randomForest());

    static final List<DetectorKind> KINDS =
            Stream.concat(SINGLE.stream(), Stream.of(stacking())).toList();

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

    private static DetectorKind stratifiedDummy() {
        Key<Long> seed = seed("of the guesses");
        return DetectorKind.of(
                "dummy-stratified",
                "From labels: guesses an attack as often as there are attacks; what another detector has to beat",
                List.of(seed),
                settings -> new StratifiedDummyTrainer(settings.get(seed)));
    }

    private static DetectorKind sgd() {
        Key<Double> penalty = Key.byDefault("penalty", number("[0, inf)"), "0.0001", "alpha, weight of |weights|² / 2");
        Key<Double> rate = Key.byDefault("rate", number("(0, inf)"), "0.01", "first learning rate");
        Key<Double> tolerance = tolerance();
        Key<Integer> passes = Key.byDefault("passes", count(1, MOST), "1000", "over the rows, at most");
        Key<Integer> averageFrom = Key.byDefault(
                "average-from", count(0, MOST), "1000", "step from which weights are averaged; 0: no averaging");
        Key<Long> seed = numpySeed("10", "of the order of the rows");
        return DetectorKind.of(
                "sgd",
                "From labels, online: logistic regression by averaged stochastic gradient descent (Polyak, Juditsky 1992)",
                List.of(penalty, rate, tolerance, passes, averageFrom, seed),
                settings -> new SgdTrainer(
                        settings.get(penalty),
                        settings.get(rate),
                        settings.get(tolerance),
                        settings.get(passes),
                        settings.get(averageFrom),
                        settings.get(seed)));
    }

    private static DetectorKind passiveAggressive() {
        Key<Double> aggressiveness = Key.byDefault("aggressiveness", number("(0, inf)"), "0.01", "C, the largest step");
        Key<Double> tolerance = tolerance();
        Key<Integer> passes = Key.byDefault("passes", count(1, MOST), "1000", "over the rows, at most");
        Key<Long> seed = numpySeed("0", "of the order of the rows");
        return DetectorKind.of(
                "passive-aggressive",
                "From labels, online: a plane moved just far enough by each row on its wrong side (Crammer et al., JMLR"
                        + " 2006)",
                List.of(aggressiveness, tolerance, passes, seed),
                settings -> new PassiveAggressiveTrainer(
                        settings.get(aggressiveness),
                        settings.get(tolerance),
                        settings.get(passes),
                        settings.get(seed)));
    }

    private static DetectorKind stacking() {
        List<DetectorKind> stackable =
                Stream.of(UnsupervisedKeys.KINDS, SINGLE).flatMap(List::stream).toList();
        List<Key<Optional<Trainer>>> kinds = stackable.stream()
                .map(kind -> Key.optional(kind.name(), kind.settings(), kind.description()))
                .toList();
        Section<Trainer> one = new Section<>(
                "detector.stacking.detectors",
                "One stacked detector, named by its kind; exactly one kind.",
                List.copyOf(kinds),
                settings -> settings.get(settings.exactlyOne(kinds)).orElseThrow());
        Key<List<Trainer>> detectors = Key.byDefault(
                "detectors",
                someOf(one),
                "[gaussian-naive-bayes, random-forest, isolation-forest]",
                "those whose scores the regression learns from; all see the columns standardised");
        Key<Double> strength = Key.byDefault("strength", number("(0, inf)"), "1", "C of the final regression");
        Key<Integer> folds = Key.byDefault("folds", count(2, 1000), "5", "of the out-of-fold scores");
        return DetectorKind.of(
                "stacking",
                "From labels: a logistic regression over out-of-fold scores of other detectors (Wolpert, Neural Networks"
                        + " 1992)",
                List.of(detectors, strength, folds),
                settings -> new StackingTrainer(settings.get(detectors), settings.get(strength), settings.get(folds)));
    }

    private static Key<Double> tolerance() {
        return Key.byDefault("tolerance", number("[0, inf)"), "0.001", "on the mean loss; 5 passes without it end it");
    }
}
