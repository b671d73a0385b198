package dev.octet.feature;

import dev.octet.event.ViewRow;
import java.util.Objects;

/**
 * The logins of one address or one user in a span of time, summed up. Days and weekends are UTC's, or those of the zone
 * in which a log without zones was read as UTC.
 *
 * @param row entities from the first one, in the order in which they appear in the span, 0-based
 * @param entity the address or the user name
 * @param firstMicros time of its first attempt
 * @param lastMicros time of its last attempt
 * @param attempts login attempts, at least 1
 * @param medianDailyCount median number of attempts a day, over the days with at least one
 * @param weekendAttempts attempts on a Saturday or Sunday
 * @param longestGapMicros longest time between two attempts that follow each other; 0 where there is one attempt only
 */
public record EntityRow(
        long row,
        String entity,
        long firstMicros,
        long lastMicros,
        int attempts,
        double medianDailyCount,
        int weekendAttempts,
        long longestGapMicros)
        implements ViewRow {
    private static final double MICROS_A_MINUTE = 60_000_000.0;

    public EntityRow {
        Objects.requireNonNull(entity, "entity");
        if (lastMicros < firstMicros || attempts < 1) {
            throw new IllegalArgumentException(
                    attempts + " attempts from " + firstMicros + " to " + lastMicros + " are no entity");
        }
    }

    @Override
    public long timeMicros() {
        return firstMicros;
    }

    /** Attempts from Monday to Friday for each one on a weekend; an entity that was never seen on one counts one there. */
    public double weekdayWeekendRatio() {
        return (double) (attempts - weekendAttempts) / Math.max(1, weekendAttempts);
    }

    /** Mean time between two attempts that follow each other, in minutes, whole days included; NaN for one attempt. */
    public double meanGapMinutes() {
        return attempts == 1 ? Double.NaN : (lastMicros - firstMicros) / (attempts - 1.0) / MICROS_A_MINUTE;
    }

    /** The longest such time; NaN for one attempt. */
    public double maxGapMinutes() {
        return attempts == 1 ? Double.NaN : longestGapMicros / MICROS_A_MINUTE;
    }
}
