package dev.octet.bundle;

import dev.octet.evaluate.drift.DriftMonitor;
import dev.octet.evaluate.drift.DriftReference;
import dev.octet.event.InputException;
import java.io.IOException;
import java.util.Optional;

/** Statistics of the rows that a bundle was made on, for the detection of drift. Bundles of older versions say nothing. */
public final class BundleDrift {
    private BundleDrift() {}

    /**
     * The sketch of the rows that the threshold was chosen on.
     *
     * @throws InputException if it is damaged
     */
    public static Optional<DriftReference> reference(Bundle bundle) throws IOException {
        if (bundle.attached(DriftReference.FILE).isEmpty()) {
            return Optional.empty();
        }
        try {
            DriftReference reference = DriftReference.fromJson(
                    Json.read(bundle.directory().resolve(DriftReference.FILE)),
                    bundle.model().features().columns());
            long until = RunSpans.in(bundle.provenance())
                    .map(RunSpans::validationUntil)
                    .filter(micros -> micros != Long.MAX_VALUE)
                    .orElse(DriftReference.UNKNOWN);
            return Optional.of(reference.until(until));
        } catch (InputException e) {
            throw new InputException(bundle.directory().resolve(DriftReference.FILE) + ": " + e.getMessage(), e);
        }
    }

    /** A monitor that has counted nothing yet. */
    public static Optional<DriftMonitor> monitor(Bundle bundle) throws IOException {
        return reference(bundle)
                .map(reference ->
                        new DriftMonitor(reference, bundle.model().threshold().alerts()));
    }
}
