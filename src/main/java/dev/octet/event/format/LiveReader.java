package dev.octet.event.format;

import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectedRows.Reason;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A log that still grows, in the order of time: a login that is hardly older than the newest counts as being as new, since
 * writers are not in step; an older one is rejected. Not thread-safe.
 */
final class LiveReader implements LoginReader {
    private final LoginReader log;
    private final RejectedRows rejected;
    private final long toleranceMicros;
    private long lastMicros = Long.MIN_VALUE;

    LiveReader(LoginReader log, RejectedRows rejected, long toleranceMicros) {
        this.log = log;
        this.rejected = rejected;
        this.toleranceMicros = toleranceMicros;
    }

    @Override
    public Labelled<LoginEvent> next() throws IOException {
        for (Labelled<LoginEvent> login = log.next(); login != null; login = log.next()) {
            long time = login.row().timeMicros();
            if (time >= lastMicros) {
                lastMicros = time;
                return login;
            }
            if (time >= lastMicros - toleranceMicros) {
                return new Labelled<>(login.row().withTime(lastMicros), login.label());
            }
            rejected.reject(
                    login.row().row(),
                    login.row().row() + 1,
                    "",
                    Reason.TIME_ORDER,
                    "it is before " + instant(lastMicros),
                    instant(time));
        }
        return null;
    }

    private static String instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
