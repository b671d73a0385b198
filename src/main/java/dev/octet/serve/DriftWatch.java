package dev.octet.serve;

import dev.octet.bundle.Bundle;
import dev.octet.bundle.BundleDrift;
import dev.octet.evaluate.drift.DriftMonitor;
import dev.octet.evaluate.drift.DriftReference;
import dev.octet.evaluate.drift.DriftReport;
import dev.octet.event.InputException;
import java.io.IOException;
import java.util.Optional;

/**
 * Tells, for a stream of logins without an end, whether the model still fits: by spans of at least {@value #ROWS} scored
 * logins and a day, one after the other. Starts anew with the process. Not thread-safe.
 */
final class DriftWatch {
    private static final int ROWS = 2000;

    private final Bundle bundle;
    private final Optional<DriftReference> reference;
    private Optional<DriftMonitor> monitor;
    private Optional<DriftReport> last = Optional.empty();

    /** @throws InputException if the bundle's sketch is damaged */
    DriftWatch(Bundle bundle) throws IOException {
        this.bundle = bundle;
        reference = BundleDrift.reference(bundle);
        monitor = fresh();
    }

    private Optional<DriftMonitor> fresh() {
        return reference.map(
                known -> new DriftMonitor(known, bundle.model().threshold().alerts()));
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
        last = Optional.of(counting.report());
        monitor = fresh();
        return last;
    }

    /** What the span says that has not ended; empty of a bundle without a sketch. */
    Optional<DriftReport> sofar() {
        return monitor.map(DriftMonitor::report);
    }

    /** What the last span said that ended. */
    Optional<DriftReport> last() {
        return last;
    }
}
