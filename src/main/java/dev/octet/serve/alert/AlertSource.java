package dev.octet.serve.alert;

import dev.octet.bundle.Bundle;
import java.time.Clock;
import java.util.Objects;

/**
 * The product that raises alerts, as alert formats name it.
 *
 * @param version of Octet
 * @param model name of the model
 * @param bundle id of its bundle
 * @param threshold the score from which rows are flagged; may be infinite
 * @param clock tells when an alert is made
 */
public record AlertSource(String version, String model, String bundle, double threshold, Clock clock) {
    public AlertSource {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(bundle, "bundle");
        Objects.requireNonNull(clock, "clock");
    }

    /** The alerts of a bundle, made now. */
    public static AlertSource of(Bundle bundle) {
        String version = AlertSource.class.getPackage().getImplementationVersion();
        return new AlertSource(
                version == null ? "unknown" : version,
                bundle.model().name(),
                bundle.id(),
                bundle.model().threshold().value(),
                Clock.systemUTC());
    }

    /** Names an alert: the same row of the same log has the same id, however often it is told. */
    public String id(Alert alert) {
        return bundle + "-" + alert.row().row();
    }

    /** Whether an alert is serious: its score is at least twice a threshold above 0. */
    boolean isHigh(Alert alert) {
        return threshold > 0 && alert.score() >= 2 * threshold;
    }
}
