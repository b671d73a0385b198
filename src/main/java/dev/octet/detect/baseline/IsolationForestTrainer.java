package dev.octet.detect.baseline;

import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.Setting;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.feature.Scaling;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Isolation forest: trees of random cuts, each grown on a small sample; an anomaly is cut off early.
 *
 * <p>Liu, Ting and Zhou, "Isolation Forest", ICDM 2008. As there, a tree stops at depth ceil(log2 samples), and a cut is
 * drawn uniformly between the least and the greatest value of a column drawn among those that are not constant in
 * the node; a node whose columns are all constant is a leaf. Contamination is no setting here: it is a threshold.
 *
 * <p>Training costs O(trees × samples × log samples) and looks at no other rows than those drawn (every row is checked
 * to be finite); a score costs O(trees × log samples). The columns' scale does not matter.
 *
 * @param trees number of trees
 * @param samples rows drawn for each tree, without replacement; all rows where there are fewer
 * @param seed of the samples and the cuts
 */
public record IsolationForestTrainer(int trees, int samples, long seed) implements Trainer {
    static final String KIND = "isolation-forest";

    public IsolationForestTrainer {
        Settings.atLeast(KIND, "trees", trees, 1);
        Settings.atLeast(KIND, "samples", samples, 2);
    }

    /** 100 trees, 256 samples, seed 0. */
    public static IsolationForestTrainer withDefaults() {
        return new IsolationForestTrainer(100, 256, 0);
    }

    public IsolationForestTrainer withSeed(long value) {
        return new IsolationForestTrainer(trees, samples, value);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<Trainer> reseeded(int more) {
        return Optional.of(new IsolationForestTrainer(trees, samples, seed + more));
    }

    @Override
    public Scaling scaling() {
        return Scaling.NONE;
    }

    @Override
    public IsolationForestDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 2);
        int drawn = Math.min(samples, data.train().rows());
        IsolationForestGrower grower = new IsolationForestGrower(columns.width(), drawn, trees);
        SplittableRandom random = new SplittableRandom(seed);
        for (int tree = 0; tree < trees; tree++) {
            grower.grow(data.train(), random.split());
        }
        return grower.forest(columns, Occlusion.of(columns, data.train()));
    }

    static DetectorDefinition definition() {
        Setting<Integer> trees = Setting.byDefault("trees", new Setting.Count(1, 1_000_000), "100", "number of trees");
        Setting<Integer> samples = Setting.byDefault(
                "samples", new Setting.Count(2, 1_000_000_000), "256", "training rows drawn for each tree");
        Setting<Long> seed = Setting.seed("of the samples and the cuts");
        return new DetectorDefinition(
                KIND,
                "Trees of random cuts; an anomaly is cut off early (Liu, Ting, Zhou, ICDM 2008). A share of rows to flag"
                        + " is a `threshold`",
                List.of(trees, samples, seed),
                values -> new IsolationForestTrainer(values.get(trees), values.get(samples), values.get(seed)),
                IsolationForestDetector::restore);
    }
}
