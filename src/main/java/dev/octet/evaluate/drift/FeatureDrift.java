package dev.octet.evaluate.drift;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Distance of the features of a stream of rows from those of a sample of the training rows, by {@link
 * PopulationStability} in {@link FeatureBins}. Holds counts only. Not thread-safe.
 */
public final class FeatureDrift {
    private final FeatureBins bins;
    private final long[][] before;
    private final long[][] now;
    private final long referenceRows;
    private long rows;

    /**
     * How far one feature has moved.
     *
     * @param feature its name; of a feature of several numbers, with the number's place
     * @param index population stability index, NaN without rows
     */
    public record Shift(
            String feature,
            @JsonProperty("population_stability_index") double index) {}

    /**
     * Compares with a sample.
     *
     * @param layout where each feature lies in a row
     * @param names of the columns
     * @param reference training rows, as encoded; not kept
     */
    public FeatureDrift(List<FeatureColumns> layout, List<String> names, FloatMatrix reference) {
        bins = FeatureBins.of(layout, names, reference);
        before = bins.counts(reference);
        now = bins.counts();
        referenceRows = reference.rows();
    }

    /** Counts one row, as encoded. */
    public void add(float[] columns) {
        rows++;
        bins.count(columns, now);
    }

    public long referenceRows() {
        return referenceRows;
    }

    public long rows() {
        return rows;
    }

    /** Every feature, the one that has moved farthest first. */
    public List<Shift> shifts() {
        return IntStream.range(0, bins.size())
                .mapToObj(i -> new Shift(bins.name(i), PopulationStability.index(before[i], now[i])))
                .sorted(Comparator.comparingDouble(Shift::index).reversed().thenComparing(Shift::feature))
                .toList();
    }
}
