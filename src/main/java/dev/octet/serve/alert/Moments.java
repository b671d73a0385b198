package dev.octet.serve.alert;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as alerts write them. */
final class Moments {
    private Moments() {}

    /** ISO 8601 in UTC. */
    static String iso(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }

    static long millis(long micros) {
        return Math.floorDiv(micros, 1000);
    }
}
