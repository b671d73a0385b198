package dev.octet.bench;

import dev.octet.event.CsvSource;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows;
import dev.octet.event.format.ColumnFormats;
import dev.octet.feature.history.HistoryFeature;
import dev.octet.feature.history.HistoryOptions;
import dev.octet.feature.history.LoginHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the history features cost: events a second on one thread, from events that are in memory and from a file, and the
 * heap of a history of many users. Needs the jar only:
 *
 * <pre>
 * ./octet simulate --rows 1000000 --output logins.csv
 * java -Xmx6g -XX:+UseSerialGC -cp target/octet.jar src/jmh/java/dev/octet/bench/HistoryTimes.java logins.csv [USERS]
 * </pre>
 */
public final class HistoryTimes {
    private static final int ROUNDS = 7;

    private HistoryTimes() {}

    /** @param arguments a file in RBA format, and how many users the second measurement has, 3,000,000 by default */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        int users = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3_000_000;
        List<LoginEvent> events = new ArrayList<>();
        try (LoginReader reader = new CsvSource(file, ColumnFormats.RBA).open(RejectedRows.ignoring())) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                events.add(login.row());
            }
        }
        double[] inMemory = new double[ROUNDS];
        double[] fromFile = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            inMemory[round] = events.size() / seconds(events);
            fromFile[round] = events.size() / seconds(file);
        }
        System.out.printf(
                Locale.ROOT,
                "%,d events, features and learning, events/s, median of %d rounds [least, most]: in memory %s, from the file %s%n",
                events.size(),
                ROUNDS,
                summary(inMemory),
                summary(fromFile));
        events.clear();
        heap(users);
    }

    private static double seconds(List<LoginEvent> events) {
        LoginHistory history = new LoginHistory(HistoryOptions.defaults());
        float[] features = new float[HistoryFeature.COUNT];
        long start = System.nanoTime();
        for (LoginEvent event : events) {
            history.features(event, features, 0);
            history.learn(event, true);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static double seconds(Path file) throws IOException {
        LoginHistory history = new LoginHistory(HistoryOptions.defaults());
        float[] features = new float[HistoryFeature.COUNT];
        long start = System.nanoTime();
        try (LoginReader reader = new CsvSource(file, ColumnFormats.RBA).open(RejectedRows.ignoring())) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                history.features(login.row(), features, 0);
                history.learn(login.row(), true);
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static String summary(double[] rates) {
        double[] sorted = rates.clone();
        Arrays.sort(sorted);
        return String.format(Locale.ROOT, "%,.0f [%,.0f, %,.0f]", sorted[ROUNDS / 2], sorted[0], sorted[ROUNDS - 1]);
    }

    /** Two logins of each user, the second from another network; what is alive afterwards. */
    private static void heap(int users) {
        long before = alive();
        LoginHistory history = new LoginHistory(HistoryOptions.defaults());
        float[] features = new float[HistoryFeature.COUNT];
        long start = System.nanoTime();
        for (int i = 0; i < 2 * users; i++) {
            int user = i % users;
            LoginEvent event = LoginEvent.at(1_580_688_000_000_000L + i * 5_000_000L, Integer.toString(user), true)
                    .asn(1000 + (user * 31L + i / users) % 12_000)
                    .country(i % 40 == 0 ? "SE" : "NO")
                    .device(user % 3 == 0 ? "mobile" : "desktop")
                    .browser("Chrome " + user % 90)
                    .os("Mac OS X 10." + user % 16)
                    .userAgent("Mozilla/5.0 (" + user % 50_000 + ")")
                    .build();
            history.features(event, features, 0);
            history.learn(event, true);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long heap = alive() - before;
        System.out.printf(
                Locale.ROOT,
                "%,d users, two logins each: %,d MB of heap, %,.0f events/s with the making of the events%n",
                history.users(), // still alive here
                heap >> 20,
                2 * users / seconds);
    }

    private static long alive() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
