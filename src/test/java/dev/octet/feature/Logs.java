package dev.octet.feature;

import dev.octet.event.IpAddress;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.ViewRow;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;

/** Logs for the tests of this package. */
final class Logs {
    private Logs() {}

    static long micros(String utc) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(utc));
    }

    static LoginReader reader(List<Labelled<LoginEvent>> logins) {
        return reader(logins, () -> {});
    }

    static LoginReader reader(List<Labelled<LoginEvent>> logins, Runnable whenClosed) {
        Iterator<Labelled<LoginEvent>> rest = logins.iterator();
        return new LoginReader() {
            @Override
            public Labelled<LoginEvent> next() {
                return rest.hasNext() ? rest.next() : null;
            }

            @Override
            public void close() {
                whenClosed.run();
            }
        };
    }

    static List<Labelled<?>> all(RowReader reader) throws IOException {
        List<Labelled<?>> rows = new ArrayList<>();
        try (reader) {
            for (Labelled<?> row = reader.next(); row != null; row = reader.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    static Labelled<LoginEvent> login(Label label, String utc, String user, String ip, String failureReason) {
        return new Labelled<>(
                LoginEvent.at(micros(utc), user, failureReason.isEmpty())
                        .ip(IpAddress.parse(ip))
                        .failureReason(failureReason)
                        .build(),
                label);
    }

    /** Attempts in which everything varies: missing and rare names, both kinds of address, times before 1970 too. */
    static List<ViewRow> attempts(int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String[] browsers = {
            "Chrome Mobile WebView 85.0.4183",
            "Chrome 69.0.3497.17.28",
            "134 Browser",
            "1Password",
            "VLC 3.0.0-git",
            "Unknown Mac OS X 11_6_3 Browser",
            "Firefox",
            " ",
            ""
        };
        String[] systems = {"Other ", "Mac OS X 10.14.6", "iOS 13.4", "Andorid", "Chrome OS 13020.67.3", ""};
        String[] devices = {"mobile", "desktop", "tablet", "bot", "unknown", ""};
        List<ViewRow> attempts = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            boolean success = random.nextInt(3) > 0;
            int kind = random.nextInt(10);
            IpAddress ip = kind == 0
                    ? IpAddress.MISSING
                    : kind < 4
                            ? new IpAddress(6, random.nextLong(), random.nextLong())
                            : new IpAddress(4, 0, random.nextLong(1L << 32));
            LoginEvent event = LoginEvent.at(
                            random.nextLong(-4_000_000_000_000_000L, 4_000_000_000_000_000L), "u", success)
                    .row(i)
                    .ip(ip)
                    .failureReason(success ? "" : "error_" + random.nextInt(4))
                    .country(name(random, "C", 60))
                    .region(name(random, "Møre ", 300))
                    .city(name(random, "Ål", 500))
                    .asn(random.nextInt(8) == 0 ? -1 : random.nextInt(400_000))
                    .userAgent(name(random, "Mozilla/5.0  (Linux, \"x\") ", 900))
                    .browser(browsers[random.nextInt(browsers.length)])
                    .os(systems[random.nextInt(systems.length)])
                    .device(devices[random.nextInt(devices.length)])
                    .roundTripMillis(random.nextInt(3) == 0 ? Float.NaN : random.nextInt(220_000) / 4f)
                    .build();
            attempts.add(event);
        }
        return attempts;
    }

    /** Frequent names first; every tenth is missing. */
    private static String name(SplittableRandom random, String prefix, int names) {
        double u = random.nextDouble();
        return u < 0.1 ? "" : prefix + (int) (u * u * names);
    }

    static List<ViewRow> windows(int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ViewRow> windows = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            long start = 60_000_000L * random.nextLong(-30_000_000, 30_000_000);
            windows.add(new WindowRow(
                    i,
                    start,
                    start + 60_000_000L,
                    random.nextInt(2000),
                    random.nextInt(1000),
                    random.nextInt(100),
                    random.nextInt(100),
                    random.nextInt(50),
                    random.nextInt(20),
                    random.nextInt(20)));
        }
        return windows;
    }

    static List<ViewRow> entities(int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ViewRow> entities = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            int attempts = 1 + random.nextInt(4) * random.nextInt(1000);
            long first = random.nextLong(2_000_000_000_000_000L);
            long length = attempts == 1 ? 0 : random.nextLong(30_000_000_000_000L);
            entities.add(new EntityRow(
                    i,
                    "10.0.0." + i,
                    first,
                    first + length,
                    attempts,
                    random.nextInt(100) / 2.0,
                    random.nextInt(attempts + 1),
                    attempts == 1 ? 0 : random.nextLong(length + 1)));
        }
        return entities;
    }
}
