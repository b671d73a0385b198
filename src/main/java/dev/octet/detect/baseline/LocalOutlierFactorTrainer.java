package dev.octet.detect.baseline;

import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.Setting;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.Scaling;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Local outlier factor: how much thinner the rows lie around a row than around its neighbours.
 *
 * <p>Breunig, Kriegel, Ng and Sander, "LOF: Identifying Density-Based Local Outliers", SIGMOD 2000. Training finds the
 * neighbours of every distinct row, exactly and in parallel: O(m log m) distances of the m distinct rows where they lie in
 * clusters, O(m²) at worst; it keeps the rows. A score costs O(log m) to O(m) distances.
 *
 * @param neighbours k of the paper
 * @param duplicates {@link Duplicates#DISTINCT}: the k-distinct-distance of the paper (remark after definition 6): the
 *     neighbourhood of a row reaches to the k-th distinct other row and holds every copy of every row in it, so that no
 *     density is infinite. {@link Duplicates#AS_SCIKIT_LEARN}: every copy is a neighbour of its own, and 1e-10 is added to
 *     the mean reachability distance; with more than k copies of a row its density is 1e10, and a row beside such a mass
 *     scores some 1e9 or 1e10
 * @param maxRows more training rows than this are drawn from, which is said through {@link TrainingProgress#note}
 * @param seed of that draw
 */
public record LocalOutlierFactorTrainer(int neighbours, Duplicates duplicates, int maxRows, long seed)
        implements Trainer {
    static final String KIND = "local-outlier-factor";

    public LocalOutlierFactorTrainer {
        Settings.atLeast(KIND, "neighbours", neighbours, 1);
        Objects.requireNonNull(duplicates, "duplicates must not be null");
        Settings.atLeast(KIND, "max-rows", maxRows, 2);
    }

    /** 20 neighbours, distinct, at most 100,000 rows, seed 0. */
    public static LocalOutlierFactorTrainer withDefaults() {
        return new LocalOutlierFactorTrainer(20, Duplicates.DISTINCT, 100_000, 0);
    }

    public LocalOutlierFactorTrainer withDuplicates(Duplicates value) {
        return new LocalOutlierFactorTrainer(neighbours, value, maxRows, seed);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<Trainer> reseeded(int more) {
        return Optional.of(new LocalOutlierFactorTrainer(neighbours, duplicates, maxRows, seed + more));
    }

    @Override
    public Scaling scaling() {
        return Scaling.STANDARD;
    }

    @Override
    public LocalOutlierFactorDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 2);
        float[] rows = RowSample.of(columns, data.train(), maxRows, new SplittableRandom(seed), progress);
        DistinctRows distinct = DistinctRows.of(rows, columns.width());
        if (duplicates == Duplicates.DISTINCT && distinct.size() == 1) {
            throw new InputException(KIND + ": all " + distinct.place().length
                    + " training rows are equal, so no row has a neighbour; choose features that vary");
        }
        boolean all = distinct.place().length == data.train().rows();
        return new LocalOutlierFactorDetector(columns, neighbours, duplicates, distinct, all);
    }

    static DetectorDefinition definition() {
        Setting<Integer> neighbours =
                Setting.byDefault("neighbours", new Setting.Count(1, 100_000), "20", "k of the paper");
        Setting<Duplicates> duplicates = Setting.byDefault(
                "duplicates",
                new Setting.OneOf<>(Duplicates.class),
                "distinct",
                "`distinct`: the k-distinct-distance of the paper, so that no density is infinite; `as-scikit-learn`: each"
                        + " copy of a row is a neighbour of its own");
        Setting<Integer> maxRows = RowSample.setting("100000");
        Setting<Long> seed = Setting.seed("of the draw of `max-rows`");
        return new DetectorDefinition(
                KIND,
                "How much thinner the training rows lie around a row than around its neighbours (Breunig, Kriegel, Ng,"
                        + " Sander, SIGMOD 2000)",
                List.of(neighbours, duplicates, maxRows, seed),
                values -> new LocalOutlierFactorTrainer(
                        values.get(neighbours), values.get(duplicates), values.get(maxRows), values.get(seed)),
                LocalOutlierFactorDetector::restore);
    }
}
