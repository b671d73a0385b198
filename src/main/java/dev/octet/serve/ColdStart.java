package dev.octet.serve;

import dev.octet.bundle.Bundle;
import dev.octet.event.Micros;
import java.util.Locale;
import java.util.Optional;

/** The effect of {@code --history cold} on a log of users that the bundle knows. */
public final class ColdStart {
    /** Times as many alerts as expected that are worth a word. */
    private static final double FAR_MORE = 3;

    private ColdStart() {}

    /**
     * A warning, where far more logins are alerts than the threshold was chosen for.
     *
     * @param alerts so far
     * @param fromMicros time of the first scored login
     * @param toMicros time of the last one
     */
    public static Optional<String> warning(Bundle bundle, long alerts, long fromMicros, long toMicros) {
        double days = Math.max(toMicros - fromMicros, Micros.PER_DAY) / (double) Micros.PER_DAY;
        double expected = bundle.model().threshold().alerts().perDay() * days;
        if (!(alerts > FAR_MORE * Math.max(expected, 1))) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "--history cold: %,d alerts, where the threshold was chosen for about %,.0f. Nothing of the bundle's history"
                        + " was used, so every user and every network counts as new at first. For a log of users that the"
                        + " bundle knows, leave out --history cold",
                alerts,
                expected));
    }
}
