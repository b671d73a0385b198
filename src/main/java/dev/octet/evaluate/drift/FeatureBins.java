package dev.octet.evaluate.drift;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.InputException;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import it.unimi.dsi.fastutil.floats.Float2IntOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Bins in which the features of encoded rows are counted: numbers in the deciles of a sample, categories in its {@value
 * #MAX_CATEGORIES} most frequent ones and all others together. Immutable and thread-safe.
 */
public final class FeatureBins {
    private static final int MAX_CATEGORIES = 20;
    private static final int DECILES = 10;
    private static final int MAX_BINS = 100_000;

    private final Bins[] bins;

    private FeatureBins(List<Bins> bins) {
        this.bins = bins.toArray(Bins[]::new);
    }

    /** The bins of one feature or of one of its numbers. */
    private sealed interface Bins {
        String name();

        int count();

        int of(float[] columns);

        ObjectNode toJson();
    }

    private record Numbers(String name, int column, double[] edges) implements Bins {
        @Override
        public int count() {
            return edges.length + 1;
        }

        @Override
        public int of(float[] columns) {
            return PopulationStability.bin(edges, columns[column]);
        }

        @Override
        public ObjectNode toJson() {
            ObjectNode node = object("number", name).put("column", column);
            ArrayNode array = node.putArray("edges");
            for (double edge : edges) {
                array.add(edge);
            }
            return node;
        }
    }

    private record OneHot(String name, int first, int count) implements Bins {
        @Override
        public int of(float[] columns) {
            int on = 0;
            for (int i = 1; i < count; i++) {
                on = columns[first + i] > columns[first + on] ? i : on;
            }
            return on;
        }

        @Override
        public ObjectNode toJson() {
            return object("one-hot", name).put("column", first).put("width", count);
        }
    }

    private record Codes(String name, int column, List<Float> frequent, Float2IntOpenHashMap places) implements Bins {
        static Codes of(String name, int column, List<Float> frequent) {
            Float2IntOpenHashMap places = new Float2IntOpenHashMap();
            for (int i = 0; i < frequent.size(); i++) {
                places.put(frequent.get(i).floatValue(), i);
            }
            places.defaultReturnValue(frequent.size());
            return new Codes(name, column, frequent, places);
        }

        @Override
        public int count() {
            return frequent.size() + 1;
        }

        @Override
        public int of(float[] columns) {
            return places.get(columns[column]);
        }

        @Override
        public ObjectNode toJson() {
            ObjectNode node = object("code", name).put("column", column);
            ArrayNode array = node.putArray("codes");
            frequent.forEach(code -> array.add(code.floatValue()));
            return node;
        }
    }

    private static ObjectNode object(String kind, String name) {
        return JsonNodeFactory.instance.objectNode().put("feature", name).put("kind", kind);
    }

    /**
     * Bins of a sample.
     *
     * @param layout where each feature lies in a row
     * @param names of the columns
     * @param sample rows, as encoded; not kept
     */
    public static FeatureBins of(List<FeatureColumns> layout, List<String> names, FloatMatrix sample) {
        List<Bins> bins = new ArrayList<>();
        for (FeatureColumns feature : layout) {
            switch (feature.kind()) {
                case NUMERIC -> {
                    for (int column = feature.first(); column < feature.first() + feature.width(); column++) {
                        bins.add(new Numbers(names.get(column), column, deciles(sample, column)));
                    }
                }
                case ONE_HOT -> bins.add(new OneHot(feature.feature(), feature.first(), feature.width()));
                case CODE -> bins.add(Codes.of(feature.feature(), feature.first(), frequent(sample, feature.first())));
            }
        }
        return new FeatureBins(bins);
    }

    private static double[] deciles(FloatMatrix sample, int column) {
        double[] values = IntStream.range(0, sample.rows())
                .mapToDouble(row -> sample.get(row, column))
                .sorted()
                .toArray();
        return values.length == 0
                ? new double[0]
                : IntStream.range(1, DECILES)
                        .mapToDouble(i -> values[(int) ((long) i * (values.length - 1) / DECILES)])
                        .distinct()
                        .toArray();
    }

    private static List<Float> frequent(FloatMatrix sample, int column) {
        Float2IntOpenHashMap counts = new Float2IntOpenHashMap();
        for (int row = 0; row < sample.rows(); row++) {
            counts.addTo(sample.get(row, column), 1);
        }
        List<Float> byCount = new ArrayList<>(counts.keySet());
        byCount.sort(Comparator.<Float>comparingInt(code -> -counts.get(code.floatValue()))
                .thenComparing(Comparator.naturalOrder()));
        return List.copyOf(byCount.subList(0, Math.min(MAX_CATEGORIES, byCount.size())));
    }

    /** Number of features, numbers of a feature counted singly. */
    public int size() {
        return bins.length;
    }

    /** Name of a feature; of a feature of several numbers, of the number. */
    public String name(int feature) {
        return bins[feature].name();
    }

    /** Counts of nothing: by feature and bin. */
    public long[][] counts() {
        return Arrays.stream(bins).map(each -> new long[each.count()]).toArray(long[][]::new);
    }

    /** Counts one row, as encoded. */
    public void count(float[] columns, long[][] counts) {
        for (int i = 0; i < counts.length; i++) {
            counts[i][bins[i].of(columns)]++;
        }
    }

    /** Counts rows, as encoded. */
    public long[][] counts(FloatMatrix rows) {
        long[][] counts = counts();
        float[] row = new float[rows.columns()];
        for (int i = 0; i < rows.rows(); i++) {
            rows.copyRow(i, row, 0);
            count(row, counts);
        }
        return counts;
    }

    /** As data, one object a feature; {@link #fromJson} reads it. */
    public List<ObjectNode> toJson() {
        return Arrays.stream(bins).map(Bins::toJson).toList();
    }

    /**
     * Bins that {@link #toJson} wrote.
     *
     * @param columns width of a row
     * @throws InputException if they are no such bins
     */
    public static FeatureBins fromJson(List<JsonNode> nodes, int columns) {
        List<Bins> bins = new ArrayList<>();
        for (JsonNode node : nodes) {
            String name = node.path("feature").asText();
            String kind = node.path("kind").asText();
            int column = node.path("column").asInt(-1);
            int width = kind.equals("one-hot") ? node.path("width").asInt(-1) : 1;
            if (column < 0 || width < 1 || width > MAX_BINS || column > columns - width) {
                throw new InputException("feature \"" + name + "\": columns " + column + " to "
                        + (column + (long) width - 1) + " are not among the " + columns + " of a row");
            }
            bins.add(
                    switch (kind) {
                        case "number" -> new Numbers(name, column, edges(name, node.path("edges")));
                        case "one-hot" -> new OneHot(name, column, width);
                        case "code" -> Codes.of(name, column, codes(name, node.path("codes")));
                        default ->
                            throw new InputException("feature \"" + name + "\": kind is \"" + kind
                                    + "\", allowed: number, one-hot, code");
                    });
        }
        return new FeatureBins(bins);
    }

    /** Ascending numbers. */
    public static double[] edges(String name, JsonNode array) {
        double[] edges = new double[Math.min(MAX_BINS, array.size())];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = array.get(i).asDouble();
            if (!array.get(i).isNumber() || i > 0 && !(edges[i] > edges[i - 1])) {
                throw new InputException(
                        name + ": edge " + i + " is " + array.get(i) + "; edges are ascending numbers");
            }
        }
        return edges;
    }

    private static List<Float> codes(String name, JsonNode array) {
        List<Float> codes = new ArrayList<>();
        for (JsonNode code : array) {
            Optional<Float> value = code.isNumber() ? Optional.of((float) code.asDouble()) : Optional.empty();
            codes.add(value.orElseThrow(() -> new InputException(name + ": code " + code + " is no number")));
        }
        return codes;
    }
}
