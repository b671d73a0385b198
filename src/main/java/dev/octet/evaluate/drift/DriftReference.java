package dev.octet.evaluate.drift;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.SortedScores;
import dev.octet.event.InputException;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.util.ArrayList;
import java.util.List;

/**
 * A sketch of the rows that a threshold was chosen on: for each feature the counts of the validation normals in bins, and how
 * far it had moved since the training rows by itself; likewise their scores. A few kilobytes, whatever the log's size.
 * Immutable but for its arrays, which are not to be changed; then thread-safe.
 *
 * @param columns width of a row
 * @param rows rows counted
 * @param bins of the features
 * @param counts by feature and bin
 * @param natural population stability index of each feature between training rows and these, or between the halves of
 *     these where that is larger: features that remember grow with the log, and their movement is no drift
 * @param scoreEdges edges between the bins of the scores
 * @param scoreCounts by bin
 * @param untilMicros first moment after the rows; {@link #UNKNOWN} where that is not known. Not part of the data: a bundle's
 *     provenance has it
 */
public record DriftReference(
        int columns,
        long rows,
        FeatureBins bins,
        long[][] counts,
        double[] natural,
        double[] scoreEdges,
        long[] scoreCounts,
        long untilMicros) {
    /** The file in a bundle. */
    public static final String FILE = "drift.json";

    private static final int VERSION = 1;

    /** A moment that is not known: no login is older. */
    public static final long UNKNOWN = Long.MIN_VALUE;

    /**
     * Sketches the validation span.
     *
     * @param layout where each feature lies in a row
     * @param names of the columns
     * @param train training normals of the time right before the validation span and as long, as encoded: what moved from one
     *     to the next has moved by itself
     * @param validation validation normals in order of time, as encoded
     * @param scores of all validation normals
     */
    public static DriftReference of(
            List<FeatureColumns> layout,
            List<String> names,
            FloatMatrix train,
            FloatMatrix validation,
            SortedScores scores) {
        FeatureBins bins = FeatureBins.of(layout, names, validation);
        long[][] counts = bins.counts(validation);
        long[][] before = bins.counts(train);
        long[][] early = bins.counts();
        float[] row = new float[validation.columns()];
        for (int i = 0; i < validation.rows() / 2; i++) {
            validation.copyRow(i, row, 0);
            bins.count(row, early);
        }
        double[] natural = new double[bins.size()];
        for (int i = 0; i < natural.length; i++) {
            long[] late = new long[counts[i].length];
            for (int bin = 0; bin < late.length; bin++) {
                late[bin] = counts[i][bin] - early[i][bin];
            }
            natural[i] = Math.max(
                    PopulationStability.index(before[i], counts[i]), PopulationStability.index(early[i], late));
        }
        double[] edges = PopulationStability.scoreEdges(scores);
        return new DriftReference(
                names.size(),
                validation.rows(),
                bins,
                counts,
                natural,
                edges,
                PopulationStability.counts(edges, scores),
                UNKNOWN);
    }

    /** The same of rows that end before a moment. */
    public DriftReference until(long micros) {
        return new DriftReference(columns, rows, bins, counts, natural, scoreEdges, scoreCounts, micros);
    }

    /** As data. */
    public ObjectNode toJson() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("version", VERSION);
        tree.put("columns", columns);
        tree.put("rows", rows);
        ArrayNode features = tree.putArray("features");
        List<ObjectNode> nodes = bins.toJson();
        for (int i = 0; i < nodes.size(); i++) {
            ObjectNode node = nodes.get(i);
            put(node.putArray("counts"), counts[i]);
            node.put("natural_shift", natural[i]);
            features.add(node);
        }
        ObjectNode scores = tree.putObject("scores");
        ArrayNode edges = scores.putArray("edges");
        for (double edge : scoreEdges) {
            edges.add(edge);
        }
        put(scores.putArray("counts"), scoreCounts);
        return tree;
    }

    static void put(ArrayNode array, long[] counts) {
        for (long count : counts) {
            array.add(count);
        }
    }

    /**
     * A sketch that {@link #toJson} made.
     *
     * @param columns width of a row of the model
     * @throws InputException if it is none, or of another model
     */
    public static DriftReference fromJson(JsonNode tree, int columns) {
        if (tree.path("version").asInt() != VERSION) {
            throw new InputException(
                    "version is " + tree.path("version") + "; this Octet knows " + VERSION + ", make the bundle again");
        }
        if (tree.path("columns").asInt() != columns) {
            throw new InputException("columns is " + tree.path("columns") + ", the model's rows have " + columns
                    + "; make the bundle again");
        }
        List<JsonNode> features = new ArrayList<>();
        tree.path("features").forEach(features::add);
        FeatureBins bins = FeatureBins.fromJson(features, columns);
        long[][] counts = bins.counts();
        double[] natural = new double[counts.length];
        for (int i = 0; i < counts.length; i++) {
            read(bins.name(i), features.get(i).path("counts"), counts[i]);
            natural[i] = features.get(i).path("natural_shift").asDouble(Double.NaN);
        }
        double[] edges = FeatureBins.edges("scores", tree.path("scores").path("edges"));
        long[] scoreCounts = new long[edges.length + 1];
        read("scores", tree.path("scores").path("counts"), scoreCounts);
        return new DriftReference(
                columns, tree.path("rows").asLong(), bins, counts, natural, edges, scoreCounts, UNKNOWN);
    }

    static void read(String name, JsonNode array, long[] counts) {
        if (array.size() != counts.length) {
            throw new InputException(name + " has " + array.size() + " counts for " + counts.length + " bins");
        }
        for (int i = 0; i < counts.length; i++) {
            counts[i] = array.get(i).asLong(-1);
            if (counts[i] < 0) {
                throw new InputException(name + ": count " + i + " is " + array.get(i) + "; counts are not negative");
            }
        }
    }
}
