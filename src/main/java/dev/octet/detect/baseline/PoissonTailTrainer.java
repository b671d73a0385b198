package dev.octet.detect.baseline;

import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.Setting;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.feature.Scaling;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The upper tail of a Poisson distribution: how improbable so large a count would be at the rate of the training rows, over all of
 * them or by groups such as the hour of the week.
 *
 * <p>A group's rate is the mean of its counts with {@code prior} rows at the overall rate added, so that a group where nothing
 * ever happened is not infinitely surprised; a group that training has not seen has the overall rate. Training costs O(n × d), a
 * score O(log groups + count).
 *
 * @param feature the feature that counts; one column of whole numbers, not scaled
 * @param by features whose values make the groups, e.g. day_of_week and hour; none for one rate
 * @param prior rows at the overall rate that every group is given
 */
public record PoissonTailTrainer(String feature, List<String> by, double prior) implements Trainer {
    static final String KIND = "poisson-tail";

    public PoissonTailTrainer {
        Objects.requireNonNull(feature, "feature must not be null");
        by = List.copyOf(by);
        Settings.positive(KIND, "prior", prior);
    }

    /** One rate, or by {@link #withBy} one a group with a prior of 10 rows. */
    public static PoissonTailTrainer withDefaults(String feature) {
        return new PoissonTailTrainer(feature, List.of(), 10);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Scaling scaling() {
        return Scaling.NONE;
    }

    @Override
    public PoissonTailDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 1);
        CountColumn count = CountColumn.named(columns, feature);
        int[] keys = by.stream()
                .map(columns::feature)
                .flatMapToInt(group -> IntStream.range(group.first(), group.first() + group.width()))
                .toArray();
        int total = data.train().rows();
        float[] groups = new float[total * keys.length];
        double[] sum = new double[1];
        columns.forEachRow(data.train(), (index, row) -> {
            sum[0] += count.of(row, 0);
            for (int k = 0; k < keys.length; k++) {
                groups[index * keys.length + k] = row[keys[k]];
            }
        });
        double overall = Math.max(sum[0], 0.5) / total; // half an event where there was none
        if (keys.length == 0) {
            return new PoissonTailDetector(columns, count, keys, new float[0], new double[0], overall);
        }
        DistinctRows distinct = DistinctRows.of(groups, keys.length);
        double[] rates = new double[distinct.size()];
        for (int i = 0; i < total; i++) {
            rates[distinct.place()[i]] += data.train().get(i, count.column());
        }
        for (int group = 0; group < rates.length; group++) {
            rates[group] = (rates[group] + prior * overall) / (distinct.counts()[group] + prior);
        }
        return new PoissonTailDetector(columns, count, keys, distinct.values(), rates, overall);
    }

    static DetectorDefinition definition() {
        Setting<String> feature = CountColumn.setting();
        Setting<List<String>> by = Setting.byDefault(
                "by",
                new Setting.Many<>(new Setting.Text("a feature's name"), 0),
                "[]",
                "features whose values have a rate each, e.g. `[hour]`");
        Setting<Double> prior = Setting.byDefault(
                "prior", new Setting.Real("(0, inf)"), "10", "rows at the overall rate that every group is given");
        return new DetectorDefinition(
                KIND,
                "How improbable so large a count is at the rate of the training rows (Poisson 1837)",
                List.of(feature, by, prior),
                values -> new PoissonTailTrainer(values.get(feature), values.get(by), values.get(prior)),
                PoissonTailDetector::restore);
    }
}
