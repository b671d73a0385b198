package dev.octet.serve.alert;

import dev.octet.bundle.Reasons.Reason;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.feature.EntityRow;
import dev.octet.feature.WindowRow;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** Alerts for tests: the one of docs/alerts.md, and others. */
final class Alerts {
    static final AlertSource SOURCE = new AlertSource(
            "0.1.0",
            "takeover",
            "1c9a3f0d5b7e2468",
            13.25,
            Clock.fixed(Instant.parse("2024-05-01T12:35:02.117Z"), ZoneOffset.UTC));

    private static final long MICROS = 1_714_566_896_789_000L;

    private Alerts() {}

    static LoginEvent.Builder login() {
        return LoginEvent.at(MICROS, "alice", true)
                .row(4711)
                .ip(IpAddress.parse("203.0.113.40"))
                .asn(64497)
                .country("BR")
                .region("São Paulo")
                .city("Campinas")
                .coordinates(-22.9, -47.06)
                .userAgent("Mozilla/5.0 (Linux; Android 13) Chrome/123.0.0.0 Mobile")
                .browser("Chrome Mobile 123.0.0")
                .os("Android 13")
                .device("mobile");
    }

    static Alert page() {
        return of(login().build(), 21.5);
    }

    static Alert of(LoginEvent event, double score) {
        return new Alert(
                event,
                score,
                List.of(
                        new Reason(
                                "surprise-asn",
                                0.56,
                                "network AS 64497, never seen for this user in 214 logins (0.02 % of all)"),
                        new Reason(
                                "surprise-country",
                                0.31,
                                "country BR, never seen for this user in 214 logins (0.4 % of all)")));
    }

    static Alert window() {
        return new Alert(
                new WindowRow(12, MICROS, MICROS + 60_000_000L, 40, 39, 30, 31, 2, 9, 30),
                14,
                List.of(new Reason("failures", 1, "39 failed attempts")));
    }

    static Alert entity(String name) {
        return new Alert(
                new EntityRow(3, name, MICROS, MICROS + 5_000_000L, 20, 10, 0, 1_000_000L),
                99,
                List.of(new Reason("total-count", 1, "20 attempts")));
    }
}
