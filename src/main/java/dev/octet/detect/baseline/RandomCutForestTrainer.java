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
 * Random cut forest, by the AWS library: trees of cuts drawn in proportion to each column's range; a row that would be cut off early
 * and displace many is an anomaly.
 *
 * <p>Guha, Mishra, Roy and Schrijvers, "Robust random cut forest based anomaly detection on streams", ICML 2016. Not another
 * isolation forest: the columns' scale decides where is cut. Rows are fed in an order drawn from the seed and without
 * decay in time, so that a forest stands for its training span as a whole. Training costs O(rows × trees × log samples); the
 * rows fed are kept, since the forest is made again from them when it is restored.
 *
 * @param trees number of trees
 * @param samples rows that each tree holds
 * @param maxRows more training rows than this are drawn from, which is said through {@link TrainingProgress#note}
 * @param seed of the draw, the order and the trees
 */
public record RandomCutForestTrainer(int trees, int samples, int maxRows, long seed) implements Trainer {
    static final String KIND = "random-cut-forest";

    public RandomCutForestTrainer {
        Settings.atLeast(KIND, "trees", trees, 1);
        Settings.atLeast(KIND, "samples", samples, 2);
        Settings.atLeast(KIND, "max-rows", maxRows, 2);
    }

    /** 50 trees, 256 samples (the library's defaults), at most 20,000 rows, seed 0. */
    public static RandomCutForestTrainer withDefaults() {
        return new RandomCutForestTrainer(50, 256, 20_000, 0);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<Trainer> reseeded(int more) {
        return Optional.of(new RandomCutForestTrainer(trees, samples, maxRows, seed + more));
    }

    @Override
    public Scaling scaling() {
        return Scaling.STANDARD;
    }

    @Override
    public RandomCutForestDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 2);
        int width = columns.width();
        SplittableRandom random = new SplittableRandom(seed);
        float[] rows = RowSample.of(columns, data.train(), maxRows, random.split(), progress);
        float[] swap = new float[width];
        for (int i = rows.length / width - 1; i > 0; i--) {
            int pick = random.nextInt(i + 1);
            System.arraycopy(rows, i * width, swap, 0, width);
            System.arraycopy(rows, pick * width, rows, i * width, width);
            System.arraycopy(swap, 0, rows, pick * width, width);
        }
        return new RandomCutForestDetector(columns, trees, samples, seed, rows);
    }

    static DetectorDefinition definition() {
        Setting<Integer> trees = Setting.byDefault("trees", new Setting.Count(1, 10_000), "50", "number of trees");
        Setting<Integer> samples =
                Setting.byDefault("samples", new Setting.Count(2, 1_000_000), "256", "rows that each tree holds");
        Setting<Integer> maxRows = RowSample.setting("20000");
        Setting<Long> seed = Setting.seed("of the draw, the order of the rows and the trees");
        return new DetectorDefinition(
                KIND,
                "Trees of cuts drawn in proportion to each column's range (Guha, Mishra, Roy, Schrijvers, ICML 2016), by the"
                        + " AWS library",
                List.of(trees, samples, maxRows, seed),
                values -> new RandomCutForestTrainer(
                        values.get(trees), values.get(samples), values.get(maxRows), values.get(seed)),
                RandomCutForestDetector::restore);
    }
}
