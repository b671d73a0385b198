package dev.octet.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.BundleDrift;
import dev.octet.evaluate.drift.DriftMonitor;
import dev.octet.evaluate.drift.DriftReference;
import dev.octet.evaluate.drift.DriftReport;
import dev.octet.event.text.JsonText;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Counts for the detection of drift, which are made where the logins are and summed on the driver. Both travel as JSON. */
final class DriftCounts {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private DriftCounts() {}

    /** The bundle's drift reference as a text; empty where it has none. */
    static Optional<String> reference(Bundle bundle) throws IOException {
        return BundleDrift.reference(bundle).map(reference -> JsonText.line(reference.toJson()));
    }

    /** A monitor of a worker. */
    static DriftMonitor monitor(String reference, Bundle bundle) {
        return new DriftMonitor(
                DriftReference.fromJson(
                        read(reference), bundle.model().features().columns()),
                bundle.model().threshold().alerts());
    }

    /**
     * What all counts together say.
     *
     * @param bundle has a reference
     * @param counted what workers' monitors counted
     */
    static DriftReport report(Bundle bundle, List<String> counted) throws IOException {
        DriftReference reference = BundleDrift.reference(bundle).orElseThrow();
        DriftMonitor all =
                new DriftMonitor(reference, bundle.model().threshold().alerts());
        for (String each : counted) {
            all.add(DriftMonitor.fromJson(
                    read(each), reference, bundle.model().threshold().alerts()));
        }
        return all.report();
    }

    private static JsonNode read(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("counts for the detection of drift are no JSON", e);
        }
    }
}
