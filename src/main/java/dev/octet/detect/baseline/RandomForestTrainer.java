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
import java.util.stream.IntStream;

/**
 * Random forest of classification trees.
 *
 * <p>Breiman, "Random Forests", Machine Learning 45, 2001: each tree is grown to the end on a bootstrap sample, and each cut is
 * the best by Gini impurity among some columns drawn at random. As in scikit-learn the score is the mean of the leaves'
 * shares of attacks, cuts lie half way between two values, and drawing goes on until a column that is not constant is found.
 *
 * <p>Equal rows are worked on once; trees grow in parallel, and the forest does not depend on how many at once. Training costs
 * O(trees × m × log² m × columns drawn) for m distinct rows, a score O(trees × depth). The columns' scale does not matter.
 *
 * @param trees number of trees
 * @param drawn columns drawn at each node; 0: the square root of their number
 * @param seed of the samples and the columns
 */
public record RandomForestTrainer(int trees, int drawn, long seed) implements Trainer {
    static final String KIND = "random-forest";

    public RandomForestTrainer {
        Settings.atLeast(KIND, "trees", trees, 1);
        Settings.atLeast(KIND, "drawn", drawn, 0);
    }

    /** 100 trees, the square root of the columns, seed 0. */
    public static RandomForestTrainer withDefaults() {
        return new RandomForestTrainer(100, 0, 0);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<Trainer> reseeded(int more) {
        return Optional.of(new RandomForestTrainer(trees, drawn, seed + more));
    }

    @Override
    public boolean supervised() {
        return true;
    }

    @Override
    public Scaling scaling() {
        return Scaling.NONE;
    }

    @Override
    public RandomForestDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 2);
        LinearModel.requireBothKinds(KIND, data);
        int width = columns.width();
        DistinctRows rows = DistinctRows.of(columns.flat(data.train()), width);
        ColumnCodes codes = ColumnCodes.of(rows.values(), width);
        int tried = drawn == 0 ? Math.max(1, (int) Math.sqrt(width)) : Math.min(drawn, width);
        SplittableRandom random = new SplittableRandom(seed);
        SplittableRandom[] randoms = new SplittableRandom[trees];
        for (int tree = 0; tree < trees; tree++) {
            randoms[tree] = random.split();
        }
        RandomForestGrower.Tree[] grown = new RandomForestGrower.Tree[trees];
        IntStream.range(0, trees)
                .parallel()
                .forEach(tree -> grown[tree] =
                        new RandomForestGrower(codes, rows, data.trainAttacks(), tried, randoms[tree]).grow());
        return RandomForestDetector.of(columns, Occlusion.of(columns, data.train()), grown);
    }

    static DetectorDefinition definition() {
        Setting<Integer> trees = Setting.byDefault("trees", new Setting.Count(1, 1_000_000), "100", "number of trees");
        Setting<Integer> drawn = Setting.byDefault(
                "drawn",
                new Setting.Count(0, 1_000_000),
                "0",
                "columns tried at each cut; 0: the square root of their number");
        Setting<Long> seed = Setting.seed("of the samples and the columns");
        return new DetectorDefinition(
                KIND,
                "From labels: trees grown to the end on bootstrap samples (Breiman, Machine Learning 2001)",
                List.of(trees, drawn, seed),
                values -> new RandomForestTrainer(values.get(trees), values.get(drawn), values.get(seed)),
                RandomForestDetector::restore);
    }
}
