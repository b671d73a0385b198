package dev.octet.feature;

import dev.octet.event.LoginEvent;
import dev.octet.event.ViewRow;
import java.util.List;

/**
 * The logins of the whole site in one span of time, summed up.
 *
 * @param row windows from the first one, 0-based
 * @param startMicros first microsecond of the window, since 1970-01-01T00:00Z
 * @param endMicros first microsecond after it
 * @param attempts login attempts
 * @param failures failed attempts
 * @param usersWithFailures distinct names, as typed, with at least one failed attempt
 * @param distinctUsers distinct names, as typed
 * @param distinctIps distinct source addresses
 * @param wrongUsernameFailures attempts that failed because the account does not exist
 * @param wrongPasswordFailures attempts that failed because of the password
 * @param logins the attempts themselves, for features that remember them
 */
public record WindowRow(
        long row,
        long startMicros,
        long endMicros,
        int attempts,
        int failures,
        int usersWithFailures,
        int distinctUsers,
        int distinctIps,
        int wrongUsernameFailures,
        int wrongPasswordFailures,
        List<LoginEvent> logins)
        implements ViewRow {
    public WindowRow {
        if (endMicros <= startMicros) {
            throw new IllegalArgumentException("window ends at " + endMicros + ", not after its start " + startMicros);
        }
        logins = List.copyOf(logins);
    }

    /** A window of which only the counts are known. */
    public WindowRow(
            long row,
            long startMicros,
            long endMicros,
            int attempts,
            int failures,
            int usersWithFailures,
            int distinctUsers,
            int distinctIps,
            int wrongUsernameFailures,
            int wrongPasswordFailures) {
        this(
                row,
                startMicros,
                endMicros,
                attempts,
                failures,
                usersWithFailures,
                distinctUsers,
                distinctIps,
                wrongUsernameFailures,
                wrongPasswordFailures,
                List.of());
    }

    @Override
    public long timeMicros() {
        return startMicros;
    }
}
