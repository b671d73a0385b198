package dev.octet.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.octet.event.AttackWindows;
import dev.octet.event.CsvSource;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import dev.octet.event.RejectedRows;
import dev.octet.event.format.ColumnFormats;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * The book's matrix against {@code book-2018.csv}: "feature_definition.checks" of {@code
 * molin-logins/reference-2018.json}, which pandas 1.5.3 and scikit-learn 1.2.1 made from the same log.
 */
class BookMatrixTest {
    private static Path data;
    private static List<Labelled<LoginEvent>> log;
    private static AttackWindows attacks;

    @BeforeAll
    static void readLog() throws Exception {
        String root = System.getenv("OCTET_DATA");
        if (root == null || !Files.exists(Path.of(root, "molin-logins/logs_2018.csv"))) {
            return;
        }
        data = Path.of(root, "molin-logins");
        log = new ArrayList<>();
        try (RejectedRows rejected = RejectedRows.ignoring();
                LoginReader reader = new CsvSource(data.resolve("logs_2018.csv"), ColumnFormats.MOLIN).open(rejected)) {
            for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                log.add(login);
            }
        }
        attacks = AttackWindows.read(data.resolve("hackers_2018.csv"), "start", "end", ColumnFormats.MOLIN.time());
    }

    @ParameterizedTest
    @CsvFileSource(resources = "book-2018.csv", useHeadersInDisplayName = true)
    void isTheBooks(
            String period,
            int rows,
            String firstMinute,
            String lastMinute,
            long sum,
            int positives,
            double mean,
            double deviation,
            String sha256)
            throws Exception {
        assumeTrue(data != null, "OCTET_DATA names no folder with molin-logins/logs_2018.csv; the book is not checked");
        FeatureExtractor extractor = new FeatureExtractor(View.Window.book(), List.of(FeatureRequest.of("book")));
        FeatureFitter fitter = new FeatureFitter(extractor, Scaling.STANDARD);
        float[] raw = new float[extractor.width()];
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        List<Labelled<?>> read = Logs.all(View.Window.book()
                .read(
                        Logs.reader(
                                log.stream().filter(login -> in(period, login)).toList()),
                        Optional.of(attacks)));
        long usersWithFailures = 0;
        int attackMinutes = 0;
        for (Labelled<?> row : read) {
            digest.update((line(row) + "\n").getBytes(StandardCharsets.UTF_8));
            usersWithFailures += ((WindowRow) row.row()).usersWithFailures();
            attackMinutes += row.label() == Label.ATTACK ? 1 : 0;
            extractor.extract(row.row(), raw);
            fitter.add(raw);
        }
        assertEquals(rows, read.size());
        assertEquals(sum, usersWithFailures);
        assertEquals(positives, attackMinutes);
        String first = line(read.get(0));
        String last = line(read.get(rows - 1));
        assertTrue(first.startsWith(firstMinute.replace(' ', 'T').substring(0, 16)), first);
        assertTrue(last.startsWith(lastMinute.replace(' ', 'T').substring(0, 16)), last);
        assertEquals(sha256, HexFormat.of().formatHex(digest.digest()));

        FittedFeatures fitted = fitter.fit();
        assertEquals(32, fitted.columns());
        Scale scale = fitted.features().get(0).scales().get(0);
        assertEquals(mean, scale.center(), 1e-14);
        assertEquals(deviation, scale.width(), 1e-13 * deviation);
    }

    private static boolean in(String period, Labelled<LoginEvent> login) {
        long micros = login.row().timeMicros();
        return switch (period) {
            case "2018" -> true;
            case "2018-Q2" ->
                micros >= Logs.micros("2018-04-01T00:00:00Z") && micros < Logs.micros("2018-07-01T00:00:00Z");
            default -> {
                java.time.YearMonth month = java.time.YearMonth.parse(period);
                yield micros >= Logs.micros(month + "-01T00:00:00Z")
                        && micros < Logs.micros(month.plusMonths(1) + "-01T00:00:00Z");
            }
        };
    }

    /** A row as {@code minute,usernames_with_failures,day_of_week,hour,label}. */
    private static String line(Labelled<?> labelled) {
        WindowRow row = (WindowRow) labelled.row();
        LocalDateTime minute = LocalDateTime.ofEpochSecond(row.startMicros() / 1_000_000, 0, ZoneOffset.UTC);
        return minute.truncatedTo(ChronoUnit.MINUTES) + "," + row.usersWithFailures() + ","
                + TimeParts.weekday(row.startMicros()) + "," + TimeParts.hour(row.startMicros()) + ","
                + (labelled.label() == Label.ATTACK ? 1 : 0);
    }
}
