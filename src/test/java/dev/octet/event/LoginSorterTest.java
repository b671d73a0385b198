package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginSorterTest {
    private static final int BATCH = 50;

    @TempDir
    private Path folder;

    /** Logins of few moments with every kind of value, in the order of time. */
    private static List<Labelled<LoginEvent>> logins() {
        SplittableRandom random = new SplittableRandom(2);
        List<Labelled<LoginEvent>> logins = new ArrayList<>();
        long time = 1_700_000_000_000_000L;
        for (int i = 0; i < 5000; i++) {
            time += random.nextInt(3) * 1_000_000;
            LoginEvent.Builder login = LoginEvent.at(time, "ü\u0000ser" + random.nextInt(40), random.nextBoolean())
                    .row(i)
                    .ip(random.nextBoolean() ? IpAddress.parse("2001:db8::" + random.nextInt(99)) : IpAddress.MISSING)
                    .asn(random.nextInt(3) - 1L)
                    .country("NO");
            if (random.nextInt(3) == 0) {
                login.userAgent("x".repeat(random.nextInt(2000))).roundTripMillis(random.nextInt(9));
            }
            if (random.nextInt(4) == 0) {
                login.with(LoginField.extra("tenant", LoginField.Extra.CATEGORY), "t" + random.nextInt(3));
                login.with(LoginField.extra("risk", LoginField.Extra.NUMBER), random.nextInt(9) / 4.0);
                login.unreadable(LoginField.extra("managed", LoginField.Extra.BOOLEAN));
            }
            if (random.nextInt(9) == 0) {
                login.unreadable(LoginField.CITY).unreadable(LoginField.IP);
            }
            logins.add(new Labelled<>(login.build(), Label.values()[random.nextInt(3)]));
        }
        return logins;
    }

    private List<Labelled<LoginEvent>> sorted(List<Labelled<LoginEvent>> logins) throws IOException {
        List<Labelled<LoginEvent>> sorted = new ArrayList<>();
        try (LoginSorter sorter = new LoginSorter(folder, BATCH)) {
            for (Labelled<LoginEvent> login : logins) {
                sorter.add(login);
            }
            List<Labelled<LoginEvent>> again = new ArrayList<>();
            try (LoginReader reader = sorter.read();
                    LoginReader other = sorter.read()) {
                for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                    sorted.add(login);
                    again.add(other.next());
                }
                assertEquals(logins.isEmpty() ? Double.NaN : 1, reader.share(), 1e-12);
            }
            assertEquals(sorted, again);
            try (Stream<Path> files = Files.list(folder)) {
                assertTrue(files.count() <= 1);
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count(), "the temporary file is gone");
        }
        return sorted;
    }

    @Test
    void manyBatchesAreSortedStably() throws IOException {
        List<Labelled<LoginEvent>> logins = logins();
        List<Labelled<LoginEvent>> shuffled = new ArrayList<>(logins);
        Collections.shuffle(shuffled, new java.util.Random(1));
        List<Labelled<LoginEvent>> expected = new ArrayList<>(shuffled);
        // of the two ways in which logins of one moment may stand, the sorter takes the one of most neighbours
        long falls = 0;
        long rises = 0;
        for (int i = 1; i < shuffled.size(); i++) {
            long step = shuffled.get(i).row().timeMicros()
                    - shuffled.get(i - 1).row().timeMicros();
            falls += step < 0 ? 1 : 0;
            rises += step > 0 ? 1 : 0;
        }
        assertTrue(Math.abs(falls - rises) < 200);
        expected.sort(Comparator.comparingLong(login -> login.row().timeMicros()));
        List<Labelled<LoginEvent>> sorted = sorted(shuffled);
        assertEquals(
                expected.stream().map(login -> login.row().timeMicros()).toList(),
                sorted.stream().map(login -> login.row().timeMicros()).toList());
        Comparator<Labelled<LoginEvent>> byRow =
                Comparator.comparingLong(login -> login.row().row());
        sorted.sort(byRow);
        assertEquals(logins, sorted, "nothing is lost, doubled or changed");
    }

    @Test
    void logsFromOldestToNewestAndFromNewestToOldestAreTheSame() throws IOException {
        List<Labelled<LoginEvent>> logins = logins();
        assertEquals(logins, sorted(logins));
        List<Labelled<LoginEvent>> newestFirst = new ArrayList<>(logins);
        Collections.reverse(newestFirst);
        assertEquals(logins, sorted(newestFirst));
    }

    @Test
    void longTextsFillABatchToo() throws IOException {
        List<Labelled<LoginEvent>> logins = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            logins.add(new Labelled<>(
                    LoginEvent.at(1_000_000L * (i * 7 % 30), "u".repeat(3 << 20), true)
                            .row(i)
                            .build(),
                    Label.UNKNOWN));
        }
        try (LoginSorter sorter = new LoginSorter(folder)) {
            for (Labelled<LoginEvent> login : logins) {
                sorter.add(login);
            }
            assertTrue(sorter.spilled() >= 5, sorter.spilled() + " batches");
            logins.sort(Comparator.comparingLong(login -> login.row().timeMicros()));
            try (LoginReader reader = sorter.read()) {
                for (Labelled<LoginEvent> login : logins) {
                    assertEquals(login, reader.next());
                }
            }
        }
    }

    @Test
    void nothingIsNothing() throws IOException {
        assertEquals(List.of(), sorted(List.of()));
    }
}
