package dev.octet.detect.baseline;

import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.Setting;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.feature.Scaling;
import java.util.List;
import java.util.Objects;

/**
 * The rule "at least k of something in this row", e.g. k user names that failed within a minute from one address or on the
 * whole site. The score is the count itself; the threshold is k. Nothing is learnt.
 *
 * @param feature the feature that counts; one column of whole numbers, not scaled
 */
public record CountTrainer(String feature) implements Trainer {
    static final String KIND = "count";

    public CountTrainer {
        Objects.requireNonNull(feature, "feature must not be null");
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
    public CountDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 1);
        CountColumn count = CountColumn.named(columns, feature);
        columns.forEachRow(data.train(), (index, row) -> count.of(row, 0));
        return new CountDetector(count);
    }

    static DetectorDefinition definition() {
        Setting<String> feature = CountColumn.setting();
        return new DetectorDefinition(
                KIND,
                "A rule such as \"k user names failed within a minute\": the score is the count, `threshold: {score: k - 1}`"
                        + " or a percentile is k",
                List.of(feature),
                values -> new CountTrainer(values.get(feature)),
                CountDetector::restore);
    }
}
