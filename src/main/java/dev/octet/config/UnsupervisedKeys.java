package dev.octet.config;

import static dev.octet.config.ConfigTypes.anySeed;
import static dev.octet.config.ConfigTypes.count;
import static dev.octet.config.ConfigTypes.listOf;
import static dev.octet.config.ConfigTypes.number;
import static dev.octet.config.ConfigTypes.oneOf;
import static dev.octet.config.ConfigTypes.text;
import static dev.octet.config.ConfigTypes.whole;

import dev.octet.detect.baseline.CountTrainer;
import dev.octet.detect.baseline.Duplicates;
import dev.octet.detect.baseline.IsolationForestTrainer;
import dev.octet.detect.baseline.KMeansTrainer;
import dev.octet.detect.baseline.LinearOneClassSvmTrainer;
import dev.octet.detect.baseline.LocalOutlierFactorTrainer;
import dev.octet.detect.baseline.MahalanobisTrainer;
import dev.octet.detect.baseline.OneClassSvmTrainer;
import dev.octet.detect.baseline.PcaTrainer;
import dev.octet.detect.baseline.PoissonTailTrainer;
import dev.octet.detect.baseline.RandomCutForestTrainer;
import java.util.List;

/** The classical detectors that learn from normal rows alone. */
final class UnsupervisedKeys {
    /** Bound of scikit-learn's {@code random_state}, where the seed means the same. */
    static final long NUMPY_SEED = (1L << 31) - 1;

    private static final int MOST = 1_000_000_000;

    static final List<DetectorKind> KINDS = List.of(
            isolationForest(),
            randomCutForest(),
            localOutlierFactor(),
            oneClassSvm(),
            linearOneClassSvm(),
            kMeans(),
            mahalanobis(),
            pca(),
            poissonTail(),
            countRule());

    private UnsupervisedKeys() {}

    private static DetectorKind isolationForest() {
        Key<Integer> trees = Key.byDefault("trees", count(1, 1_000_000), "100", "number of trees");
        Key<Integer> samples = Key.byDefault("samples", count(2, MOST), "256", "training rows drawn for each tree");
        Key<Long> seed = seed("of the samples and the cuts");
        return DetectorKind.of(
                "isolation-forest",
                "Trees of random cuts; an anomaly is cut off early (Liu, Ting, Zhou, ICDM 2008). A share of rows to flag"
                        + " is a `threshold`",
                List.of(trees, samples, seed),
                settings -> new IsolationForestTrainer(settings.get(trees), settings.get(samples), settings.get(seed)));
    }

    private static DetectorKind localOutlierFactor() {
        Key<Integer> neighbours = Key.byDefault("neighbours", count(1, 100_000), "20", "k of the paper");
        Key<Duplicates> duplicates = Key.byDefault(
                "duplicates",
                oneOf(Duplicates.class),
                "distinct",
                "`distinct`: the k-distinct-distance of the paper, so that no density is infinite; `as-scikit-learn`: each"
                        + " copy of a row is a neighbour of its own");
        Key<Integer> maxRows = maxRows("100000");
        Key<Long> seed = seed("of the draw of `max-rows`");
        return DetectorKind.of(
                "local-outlier-factor",
                "How much thinner the training rows lie around a row than around its neighbours (Breunig, Kriegel, Ng,"
                        + " Sander, SIGMOD 2000)",
                List.of(neighbours, duplicates, maxRows, seed),
                settings -> new LocalOutlierFactorTrainer(
                        settings.get(neighbours), settings.get(duplicates), settings.get(maxRows), settings.get(seed)));
    }

    private static DetectorKind oneClassSvm() {
        Key<Double> nu = nu();
        Key<Double> gamma = Key.byDefault(
                "gamma",
                number("[0, inf)"),
                "0",
                "of the kernel; 0: 1 / (columns × variance), scikit-learn's \"scale\"");
        Key<Double> tolerance = Key.byDefault("tolerance", number("(0, 1)"), "0.001", "on the optimality conditions");
        Key<Duplicates> duplicates = Key.byDefault(
                "duplicates",
                oneOf(Duplicates.class),
                "distinct",
                "`distinct`: one variable for equal rows, the same optimum sooner; `as-scikit-learn`: the very steps of"
                        + " LIBSVM");
        Key<Integer> maxRows = maxRows("50000");
        Key<Long> seed = seed("of the draw of `max-rows`");
        return DetectorKind.of(
                "one-class-svm",
                "A smooth surface that leaves a share of the training rows outside, Gaussian kernel (Schölkopf et al., Neural"
                        + " Computation 2001), by LIBSVM",
                List.of(nu, gamma, tolerance, duplicates, maxRows, seed),
                settings -> new OneClassSvmTrainer(
                        settings.get(nu),
                        settings.get(gamma),
                        settings.get(tolerance),
                        settings.get(duplicates),
                        settings.get(maxRows),
                        settings.get(seed)));
    }

    private static DetectorKind linearOneClassSvm() {
        Key<Double> nu = nu();
        Key<Double> tolerance = Key.byDefault("tolerance", number("(0, 1)"), "0.01", "on the optimality conditions");
        Key<Integer> iterations = Key.byDefault("iterations", count(1, MOST), "1000", "most passes over the rows");
        Key<Long> seed = seed("of the order of the descent");
        return DetectorKind.of(
                "one-class-svm-linear",
                "As one-class-svm with a plane, for millions of rows (Chou, Lin, Lin, SDM 2020), by LIBLINEAR",
                List.of(nu, tolerance, iterations, seed),
                settings -> new LinearOneClassSvmTrainer(
                        settings.get(nu), settings.get(tolerance), settings.get(iterations), settings.get(seed)));
    }

    private static DetectorKind kMeans() {
        Key<Integer> clusters = Key.byDefault("clusters", count(1, 100_000), "8", "number of centres");
        Key<Integer> starts = Key.byDefault("starts", count(1, 10_000), "10", "the best of so many starts is kept");
        Key<Integer> iterations = Key.byDefault("iterations", count(1, MOST), "300", "of each start, at most");
        Key<Double> tolerance = Key.byDefault(
                "tolerance", number("[0, 1)"), "0.0001", "on the centres' moves, in mean variances of the columns");
        Key<Long> seed = numpySeed("0", "of the starts");
        return DetectorKind.of(
                "k-means",
                "Distance from the nearest cluster centre (Lloyd 1982; k-means++, Arthur and Vassilvitskii, SODA 2007)",
                List.of(clusters, starts, iterations, tolerance, seed),
                settings -> new KMeansTrainer(
                        settings.get(clusters),
                        settings.get(starts),
                        settings.get(iterations),
                        settings.get(tolerance),
                        settings.get(seed)));
    }

    private static DetectorKind randomCutForest() {
        Key<Integer> trees = Key.byDefault("trees", count(1, 10_000), "50", "number of trees");
        Key<Integer> samples = Key.byDefault("samples", count(2, 1_000_000), "256", "rows that each tree holds");
        Key<Integer> maxRows = maxRows("20000");
        Key<Long> seed = seed("of the draw, the order of the rows and the trees");
        return DetectorKind.of(
                "random-cut-forest",
                "Trees of cuts drawn in proportion to each column's range (Guha, Mishra, Roy, Schrijvers, ICML 2016), by the"
                        + " AWS library",
                List.of(trees, samples, maxRows, seed),
                settings -> new RandomCutForestTrainer(
                        settings.get(trees), settings.get(samples), settings.get(maxRows), settings.get(seed)));
    }

    private static DetectorKind mahalanobis() {
        return DetectorKind.of(
                "mahalanobis",
                "Distance from the mean in units of the covariance (Mahalanobis 1936)",
                List.of(),
                settings -> MahalanobisTrainer.withDefaults());
    }

    private static DetectorKind pca() {
        Key<Integer> components =
                Key.byDefault("components", count(0, 1_000_000), "0", "number of components; 0: what `variance` needs");
        Key<Double> variance = Key.byDefault(
                "variance", number("(0, 1]"), "0.95", "share of the variance to be explained where components is 0");
        return DetectorKind.of(
                "pca",
                "What the first principal components cannot reconstruct (Shyu, Chen, Sarinnapakorn, Chang, 2003)",
                List.of(components, variance),
                settings -> new PcaTrainer(settings.get(components), settings.get(variance)));
    }

    private static DetectorKind countRule() {
        Key<String> feature = counted();
        return DetectorKind.of(
                "count",
                "A rule such as \"k user names failed within a minute\": the score is the count, `threshold: {score: k - 1}`"
                        + " or a percentile is k",
                List.of(feature),
                settings -> new CountTrainer(settings.get(feature)));
    }

    private static DetectorKind poissonTail() {
        Key<String> feature = counted();
        Key<List<String>> by = Key.byDefault(
                "by", listOf(text("a feature's name")), "[]", "features whose values have a rate each, e.g. `[hour]`");
        Key<Double> prior =
                Key.byDefault("prior", number("(0, inf)"), "10", "rows at the overall rate that every group is given");
        return DetectorKind.of(
                "poisson-tail",
                "How improbable so large a count is at the rate of the training rows (Poisson 1837)",
                List.of(feature, by, prior),
                settings -> new PoissonTailTrainer(settings.get(feature), settings.get(by), settings.get(prior)));
    }

    private static Key<String> counted() {
        return Key.required("feature", text("a feature's name"), "the feature that counts, one column");
    }

    private static Key<Integer> maxRows(String byDefault) {
        return Key.byDefault(
                "max-rows",
                count(2, MOST),
                byDefault,
                "more training rows than this are drawn from at random, which the run says");
    }

    static Key<Long> seed(String of) {
        return Key.byDefault("seed", anySeed(), "0", of);
    }

    static Key<Long> numpySeed(String byDefault, String of) {
        return Key.byDefault("seed", whole(0, NUMPY_SEED), byDefault, of + "; scikit-learn's `random_state`");
    }

    private static Key<Double> nu() {
        return Key.byDefault(
                "nu",
                number("(0, 1]"),
                "0.5",
                "largest share of the training rows outside; a `threshold` decides anyway");
    }
}
