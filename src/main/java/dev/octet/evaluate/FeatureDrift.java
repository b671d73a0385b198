package dev.octet.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import it.unimi.dsi.fastutil.floats.Float2IntOpenHashMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How far the features of a stream of rows have moved away from those of a sample of the training rows, by
 * {@link PopulationStability}: numbers in the deciles of the sample, categories in their {@value #MAX_CATEGORIES} most
 * frequent ones and all others together. Holds counts only. Not thread-safe.
 */
public final class FeatureDrift {
    private static final int MAX_CATEGORIES = 20;
    private static final int DECILES = 10;

    private final List<Bins> bins = new ArrayList<>();
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

    /** The counts of one feature or of one of its numbers. */
    private abstract static class Bins {
        private final String name;
        private long[] reference;
        private long[] test;

        Bins(String name) {
            this.name = name;
        }

        abstract int of(float[] columns);

        void bins(int count) {
            reference = new long[count];
            test = new long[count];
        }
    }

    /**
     * @param layout where each feature lies in a row
     * @param names of the columns
     * @param reference training rows, as encoded; not kept
     */
    public FeatureDrift(List<FeatureColumns> layout, List<String> names, FloatMatrix reference) {
        referenceRows = reference.rows();
        for (FeatureColumns feature : layout) {
            switch (feature.kind()) {
                case NUMERIC -> {
                    for (int column = feature.first(); column < feature.first() + feature.width(); column++) {
                        bins.add(new Numbers(names.get(column), column, reference));
                    }
                }
                case ONE_HOT -> bins.add(new OneHot(feature));
                case CODE -> bins.add(new Codes(feature, reference));
            }
        }
        float[] row = new float[names.size()];
        for (int i = 0; i < reference.rows(); i++) {
            reference.copyRow(i, row, 0);
            for (Bins each : bins) {
                each.reference[each.of(row)]++;
            }
        }
    }

    private static final class Numbers extends Bins {
        private final int column;
        private final double[] edges;

        Numbers(String name, int column, FloatMatrix reference) {
            super(name);
            this.column = column;
            double[] values = IntStream.range(0, reference.rows())
                    .mapToDouble(row -> reference.get(row, column))
                    .sorted()
                    .toArray();
            edges = values.length == 0
                    ? new double[0]
                    : IntStream.range(1, DECILES)
                            .mapToDouble(i -> values[(int) ((long) i * (values.length - 1) / DECILES)])
                            .distinct()
                            .toArray();
            bins(edges.length + 1);
        }

        @Override
        int of(float[] columns) {
            return PopulationStability.bin(edges, columns[column]);
        }
    }

    private static final class OneHot extends Bins {
        private final FeatureColumns feature;

        OneHot(FeatureColumns feature) {
            super(feature.feature());
            this.feature = feature;
            bins(feature.width());
        }

        @Override
        int of(float[] columns) {
            int on = 0;
            for (int i = 1; i < feature.width(); i++) {
                on = columns[feature.first() + i] > columns[feature.first() + on] ? i : on;
            }
            return on;
        }
    }

    private static final class Codes extends Bins {
        private final int column;
        private final Float2IntOpenHashMap places = new Float2IntOpenHashMap();

        Codes(FeatureColumns feature, FloatMatrix reference) {
            super(feature.feature());
            column = feature.first();
            Float2IntOpenHashMap counts = new Float2IntOpenHashMap();
            for (int row = 0; row < reference.rows(); row++) {
                counts.addTo(reference.get(row, column), 1);
            }
            float[] frequent = new float[Math.min(MAX_CATEGORIES, counts.size())];
            List<Float> byCount = new ArrayList<>(counts.keySet());
            byCount.sort(Comparator.<Float>comparingInt(code -> -counts.get(code.floatValue()))
                    .thenComparing(Comparator.naturalOrder()));
            for (int i = 0; i < frequent.length; i++) {
                places.put(byCount.get(i).floatValue(), i);
            }
            places.defaultReturnValue(frequent.length);
            bins(frequent.length + 1);
        }

        @Override
        int of(float[] columns) {
            return places.get(columns[column]);
        }
    }

    /** Counts one row, as encoded. */
    public void add(float[] columns) {
        rows++;
        for (Bins each : bins) {
            each.test[each.of(columns)]++;
        }
    }

    public long referenceRows() {
        return referenceRows;
    }

    public long rows() {
        return rows;
    }

    /** Every feature, the one that has moved farthest first. */
    public List<Shift> shifts() {
        return bins.stream()
                .map(each -> new Shift(each.name, PopulationStability.index(each.reference, each.test)))
                .sorted(Comparator.comparingDouble(Shift::index).reversed().thenComparing(Shift::feature))
                .toList();
    }
}
