package dev.octet.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.BundleDrift;
import dev.octet.detect.AlertRate;
import dev.octet.evaluate.drift.DriftMonitor;
import dev.octet.evaluate.drift.DriftReference;
import dev.octet.evaluate.drift.DriftReport;
import dev.octet.event.InputException;
import java.io.IOException;
import java.util.Optional;

/**
 * Tells, for a stream of logins without an end, whether the model still fits: by spans of at least {@value #ROWS} scored
 * logins and a day, one after the other. What was counted goes on after a restart by {@link #toJson} and {@link #restore}.
 * Not thread-safe, but for {@link #last} and {@link #isWatching}.
 */
final class DriftWatch {
    private static final int ROWS = 2000;
    private static final int VERSION = 1;

    private final String bundleId;
    private final AlertRate promised;
    private final Optional<DriftReference> reference;
    private Optional<DriftMonitor> monitor;
    private Optional<DriftMonitor> ended = Optional.empty();
    private volatile Optional<DriftReport> last = Optional.empty();

    /** @throws InputException if the bundle's sketch is damaged */
    DriftWatch(Bundle bundle) throws IOException {
        bundleId = bundle.id();
        promised = bundle.model().threshold().alerts();
        reference = BundleDrift.reference(bundle);
        monitor = fresh();
    }

    private Optional<DriftMonitor> fresh() {
        return reference.map(known -> new DriftMonitor(known, promised));
    }

    /**
     * Counts a scored login.
     *
     * @param columns as the detector saw it
     * @return what the span that ends with it says; empty in the middle of one
     */
    Optional<DriftReport> add(float[] columns, double score, boolean flagged, long timeMicros) {
        if (monitor.isEmpty()) {
            return Optional.empty();
        }
        DriftMonitor counting = monitor.get();
        counting.add(columns, score, flagged, timeMicros);
        if (counting.rows() < ROWS || counting.days() < 1) {
            return Optional.empty();
        }
        ended = monitor;
        last = Optional.of(counting.report());
        monitor = fresh();
        return last;
    }

    /** What the span says that has not ended; empty of a bundle without a sketch. */
    Optional<DriftReport> sofar() {
        return monitor.map(DriftMonitor::report);
    }

    /** What the last span said that ended; any thread. */
    Optional<DriftReport> last() {
        return last;
    }

    /** Whether the bundle has a sketch to compare with; any thread. */
    boolean isWatching() {
        return reference.isPresent();
    }

    /** What was counted in the span that goes on and in the last one that ended. */
    ObjectNode toJson() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("version", VERSION);
        tree.put("bundle", bundleId);
        monitor.ifPresent(counting -> tree.set("counting", counting.toJson()));
        ended.ifPresent(counted -> tree.set("ended", counted.toJson()));
        return tree;
    }

    /**
     * Goes on with what {@link #toJson} said. Counts of another bundle, or of another version, are none of this one, and
     * nothing changes.
     *
     * @throws InputException if it is damaged; then nothing changes either
     */
    void restore(JsonNode tree) {
        boolean ours = tree.path("version").asInt() == VERSION
                && tree.path("bundle").asText().equals(bundleId);
        if (!ours || reference.isEmpty()) {
            return;
        }
        DriftMonitor counting = DriftMonitor.fromJson(tree.path("counting"), reference.get(), promised);
        if (tree.has("ended")) {
            ended = Optional.of(DriftMonitor.fromJson(tree.path("ended"), reference.get(), promised));
            last = ended.map(DriftMonitor::report);
        }
        monitor = Optional.of(counting);
    }
}
