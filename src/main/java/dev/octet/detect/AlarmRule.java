package dev.octet.detect;

import dev.octet.event.InputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The rule that makes alerts of flagged rows. It comes after the score and the threshold and changes neither.
 * Immutable.
 *
 * <p>Without a rule every flagged row is an alert of its own.
 *
 * @param hold windows that an alarm stays on after the last flagged one, in [0, 1000]; where it is above 0, windows in
 *     alarm without a break between them are one alert
 * @param onePerUser after an alert of a user, its flagged logins belong to that alert for so long; zero: never
 * @param onePerCause the same for those flagged logins of the user alone that have the same cause; zero: never
 */
public record AlarmRule(int hold, Duration onePerUser, Duration onePerCause) {
    /** Every flagged row is an alert. */
    public static final AlarmRule NONE = new AlarmRule(0, Duration.ZERO);

    /** How long flagged logins with the same cause are one alert of their user, where a config does not say. */
    public static final Duration ONE_PER_CAUSE = Duration.ofDays(1);

    /** Longest {@code hold}. */
    public static final int LONGEST_HOLD = 1000;

    public AlarmRule {
        if (hold < 0 || hold > LONGEST_HOLD) {
            throw new InputException("alarm hold is " + hold + "; allowed: [0, " + LONGEST_HOLD + "]");
        }
        if (onePerUser.isNegative()) {
            throw new InputException("alarm one-per-user is " + onePerUser + "; allowed: a duration");
        }
        if (onePerCause.isNegative()) {
            throw new InputException("alarm one-per-cause is " + onePerCause + "; allowed: a duration");
        }
    }

    /** A rule that does not look at causes. */
    public AlarmRule(int hold, Duration onePerUser) {
        this(hold, onePerUser, Duration.ZERO);
    }

    /** The rule in words, for tables. */
    public String text() {
        List<String> parts = new ArrayList<>();
        if (hold > 0) {
            parts.add("held for " + hold + (hold == 1 ? " more window" : " more windows"));
        }
        if (!onePerUser.isZero()) {
            parts.add("one alert a user within " + text(onePerUser));
        }
        if (!onePerCause.isZero()) {
            parts.add("one alert a user and cause within " + text(onePerCause));
        }
        return parts.isEmpty() ? "every flagged row is an alert" : String.join(", ", parts);
    }

    private static String text(Duration span) {
        double hours = span.toMillis() / 3_600_000.0;
        return hours == Math.rint(hours)
                ? String.format(Locale.ROOT, "%.0f h", hours)
                : String.format(Locale.ROOT, "%d s", span.toSeconds());
    }
}
