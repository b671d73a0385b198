package dev.octet.evaluate.drift;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.AlertRate;
import dev.octet.event.InputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Counts scored rows in the bins of a {@link DriftReference} and says whether the model still fits them. A row costs a
 * binary search in nine numbers for each feature. Not thread-safe.
 */
public final class DriftMonitor {
    /** Fewer rows decide nothing. */
    public static final int MIN_ROWS = 200;

    private static final double MICROS_A_DAY = 86_400e6;
    /** An hour: a span that is shorter counts as one, so that alerts a day stay a sensible number. */
    private static final double SHORTEST_DAYS = 1 / 24.0;

    private final DriftReference reference;
    private final AlertRate promised;
    private final long[][] counts;
    private final long[] scores;
    private long rows;
    private long flagged;
    private long firstMicros = Long.MAX_VALUE;
    private long lastMicros = Long.MIN_VALUE;

    /** @param promised alerts a day that the threshold was chosen for */
    public DriftMonitor(DriftReference reference, AlertRate promised) {
        this.reference = reference;
        this.promised = promised;
        counts = reference.bins().counts();
        scores = new long[reference.scoreCounts().length];
    }

    /**
     * Counts one row.
     *
     * @param columns as the detector saw it; not kept
     * @param isFlagged whether its score is above the threshold
     */
    public void add(float[] columns, double score, boolean isFlagged, long timeMicros) {
        reference.bins().count(columns, counts);
        scores[PopulationStability.bin(reference.scoreEdges(), score)]++;
        rows++;
        flagged += isFlagged ? 1 : 0;
        firstMicros = Math.min(firstMicros, timeMicros);
        lastMicros = Math.max(lastMicros, timeMicros);
    }

    /** Adds what another monitor counted in the bins of the same reference. */
    public void add(DriftMonitor other) {
        for (int i = 0; i < counts.length; i++) {
            add(other.counts[i], counts[i]);
        }
        add(other.scores, scores);
        rows += other.rows;
        flagged += other.flagged;
        firstMicros = Math.min(firstMicros, other.firstMicros);
        lastMicros = Math.max(lastMicros, other.lastMicros);
    }

    private static void add(long[] from, long[] to) {
        for (int bin = 0; bin < to.length; bin++) {
            to[bin] += from[bin];
        }
    }

    /** What was counted, as data; {@link #fromJson} takes it. */
    public ObjectNode toJson() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("rows", rows);
        tree.put("flagged", flagged);
        tree.put("first_micros", firstMicros);
        tree.put("last_micros", lastMicros);
        ArrayNode features = tree.putArray("features");
        for (long[] each : counts) {
            DriftReference.put(features.addArray(), each);
        }
        DriftReference.put(tree.putArray("scores"), scores);
        return tree;
    }

    /**
     * Goes on with what was counted.
     *
     * @throws InputException if it was not counted in the bins of this reference
     */
    public static DriftMonitor fromJson(JsonNode tree, DriftReference reference, AlertRate promised) {
        DriftMonitor monitor = new DriftMonitor(reference, promised);
        JsonNode features = tree.path("features");
        if (features.size() != monitor.counts.length) {
            throw new InputException(
                    "it has counts of " + features.size() + " inputs, the model has " + monitor.counts.length);
        }
        for (int i = 0; i < monitor.counts.length; i++) {
            DriftReference.read(reference.bins().name(i), features.get(i), monitor.counts[i]);
        }
        DriftReference.read("scores", tree.path("scores"), monitor.scores);
        monitor.rows = number(tree, "rows", 0);
        monitor.flagged = number(tree, "flagged", 0);
        monitor.firstMicros = number(tree, "first_micros", Long.MIN_VALUE);
        monitor.lastMicros = number(tree, "last_micros", Long.MIN_VALUE);
        return monitor;
    }

    private static long number(JsonNode tree, String key, long least) {
        JsonNode value = tree.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < least) {
            throw new InputException(key + " is " + value + "; a whole number is expected"
                    + (least == 0 ? ", which is not negative" : ""));
        }
        return value.longValue();
    }

    /** Rows counted so far. */
    public long rows() {
        return rows;
    }

    /** Days between the first and the last row; 0 without rows. */
    public double days() {
        return rows == 0 ? 0 : (lastMicros - firstMicros) / MICROS_A_DAY;
    }

    /** What the rows so far say. */
    public DriftReport report() {
        List<DriftReport.Shift> moved = new ArrayList<>();
        List<String> unwatched = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            String name = reference.bins().name(i);
            double natural = reference.natural()[i];
            if (!(natural < PopulationStability.LARGE)) {
                unwatched.add(name);
                continue;
            }
            double index = PopulationStability.index(reference.counts()[i], counts[i]);
            double limit = limit(counts[i].length, 2 * natural);
            if (index > limit) {
                moved.add(new DriftReport.Shift(name, index, limit));
            }
        }
        moved.sort(Comparator.comparingDouble(DriftReport.Shift::index).reversed());
        double index = PopulationStability.index(reference.scoreCounts(), scores);
        double days = Math.max(days(), SHORTEST_DAYS);
        AlertRate alerts = AlertRate.of(flagged, days).among(rows, days);
        return new DriftReport(
                rows,
                days(),
                moved,
                unwatched,
                new DriftReport.Shift("score", index, limit(scores.length, 0)),
                alerts,
                promised,
                rows > 0 && lastMicros < reference.untilMicros());
    }

    /**
     * Where a shift is more than custom, nature and chance explain: the index's expectation and three standard deviations for
     * two samples of one distribution, which is that of a chi-squared variable.
     */
    private double limit(int bins, double natural) {
        double chance = PopulationStability.chance(bins, reference.rows(), rows);
        double deviation = chance * Math.sqrt(2.0 / Math.max(1, bins - 1));
        return PopulationStability.LARGE + natural + chance + 3 * deviation;
    }
}
