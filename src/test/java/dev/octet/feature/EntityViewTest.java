package dev.octet.feature;

import static dev.octet.feature.Logs.login;
import static dev.octet.feature.Logs.micros;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.octet.event.AttackWindows;
import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.ViewRow;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The expected values are those of src/test/resources/dev/octet/feature/entities.py, plain Python. */
class EntityViewTest {
    private static final View.Entity BY_USER = new View.Entity(View.Entity.By.USER);
    private static final View.Entity BY_IP = new View.Entity(View.Entity.By.IP);
    private static final List<Long> ENDS = List.of(micros("2024-02-01T00:00:00Z"), micros("2024-03-15T00:00:00Z"));

    private static List<NamedCsvRecord> csv(String name) throws IOException {
        try (CsvReader<NamedCsvRecord> reader = CsvReader.builder()
                .ofNamedCsvRecord(new InputStreamReader(
                        EntityViewTest.class.getResourceAsStream(name), StandardCharsets.UTF_8))) {
            return reader.stream().toList();
        }
    }

    private static List<Labelled<LoginEvent>> log() throws IOException {
        List<Labelled<LoginEvent>> log = new ArrayList<>();
        for (NamedCsvRecord record : csv("entities-log.csv")) {
            String ip = record.getField("ip");
            LoginEvent event = LoginEvent.at(Long.parseLong(record.getField("micros")), record.getField("user"), true)
                    .row(log.size())
                    .ip(ip.isEmpty() ? IpAddress.MISSING : IpAddress.parse(ip))
                    .build();
            log.add(new Labelled<>(event, record.getField("attack").equals("1") ? Label.ATTACK : Label.NORMAL));
        }
        return log;
    }

    @ParameterizedTest
    @EnumSource(View.Entity.By.class)
    void eachSpanHasItsOwnEntities(View.Entity.By by) throws IOException {
        List<Labelled<?>> rows = Logs.all(new View.Entity(by).read(Logs.reader(log()), Optional.empty(), ENDS));
        List<NamedCsvRecord> expected = csv("entities.csv").stream()
                .filter(record -> record.getField("by").equals(by.name()))
                .toList();
        assertTrue(expected.size() > 12, "the reference is too small");
        assertEquals(expected.size(), rows.size());
        for (int i = 0; i < rows.size(); i++) {
            NamedCsvRecord one = expected.get(i);
            EntityRow row = (EntityRow) rows.get(i).row();
            assertEquals(i, row.row());
            assertEquals(one.getField("entity"), row.entity());
            assertEquals(Long.parseLong(one.getField("first")), row.timeMicros());
            assertEquals(Long.parseLong(one.getField("last")), row.lastMicros());
            int span = row.timeMicros() < ENDS.get(0) ? 0 : row.timeMicros() < ENDS.get(1) ? 1 : 2;
            assertEquals(Integer.parseInt(one.getField("span")), span);
            assertEquals(Integer.parseInt(one.getField("attempts")), row.attempts());
            assertEquals(number(one, "median"), row.medianDailyCount());
            assertEquals(number(one, "ratio"), row.weekdayWeekendRatio());
            assertEquals(number(one, "mean_gap"), row.meanGapMinutes(), 1e-6);
            assertEquals(number(one, "max_gap"), row.maxGapMinutes(), 1e-6);
            boolean attack = one.getField("attack").equals("1");
            assertEquals(attack ? Label.ATTACK : Label.NORMAL, rows.get(i).label());
        }
    }

    private static double number(NamedCsvRecord record, String column) {
        String text = record.getField(column);
        return text.equals("nan") ? Double.NaN : Double.parseDouble(text);
    }

    @Test
    void withoutSpansTheWholeLogIsOne() throws IOException {
        List<Labelled<?>> rows = Logs.all(BY_USER.read(Logs.reader(log()), Optional.empty()));
        assertEquals(
                List.of("ann", "bob", "cat", "x".repeat(40), "Ægir", "once").stream()
                        .sorted()
                        .toList(),
                rows.stream()
                        .map(row -> ((EntityRow) row.row()).entity())
                        .sorted()
                        .toList());
        int attempts = rows.stream()
                .mapToInt(row -> ((EntityRow) row.row()).attempts())
                .sum();
        assertEquals(
                log().stream().filter(login -> !login.row().user().isEmpty()).count(), attempts);
    }

    @Test
    void spansWithoutAttemptsHaveNoEntities() throws IOException {
        List<Labelled<LoginEvent>> log = List.of(
                login(Label.UNKNOWN, "2024-01-06T10:00:00Z", "ann", "10.0.0.1", ""),
                login(Label.UNKNOWN, "2024-06-01T10:00:00Z", "ann", "10.0.0.1", ""));
        List<Labelled<?>> rows = Logs.all(BY_USER.read(Logs.reader(log), Optional.empty(), ENDS));
        assertEquals(2, rows.size());
        EntityRow first = (EntityRow) rows.get(0).row();
        assertEquals(1, first.attempts());
        assertEquals(0, first.weekdayWeekendRatio()); // a Saturday, and nothing else
        assertEquals(Double.NaN, first.meanGapMinutes());
        assertEquals(Double.NaN, first.maxGapMinutes());
        assertEquals(Label.UNKNOWN, rows.get(0).label());
        assertEquals(List.of(), Logs.all(BY_USER.read(Logs.reader(List.of()), Optional.empty(), ENDS)));
    }

    @Test
    void attackMinutesLabelWhoeverLoggedInDuringThem() throws IOException {
        List<Labelled<LoginEvent>> log = List.of(
                login(Label.UNKNOWN, "2024-01-01T10:00:10Z", "ann", "10.0.0.1", ""),
                login(Label.UNKNOWN, "2024-01-01T10:05:00Z", "bob", "10.0.0.2", ""),
                login(Label.UNKNOWN, "2024-01-01T10:05:30Z", "ann", "10.0.0.1", ""));
        AttackWindows attacks = new AttackWindows(List.of(
                        new AttackWindows.Window(micros("2024-01-01T10:05:20Z"), micros("2024-01-01T10:05:31Z"))))
                .touchedMinutes();
        assertEquals(
                List.of(Label.ATTACK, Label.ATTACK),
                Logs.all(BY_IP.read(Logs.reader(log), Optional.of(attacks))).stream()
                        .map(Labelled::label)
                        .toList());
    }

    @Test
    void aLogOutOfOrderIsRefused() {
        List<Labelled<LoginEvent>> log = List.of(
                login(Label.UNKNOWN, "2024-01-01T10:00:10Z", "ann", "10.0.0.1", ""),
                login(Label.UNKNOWN, "2024-01-01T10:00:09Z", "ann", "10.0.0.1", ""));
        AtomicInteger closed = new AtomicInteger();
        assertEquals(
                "data row 0: time goes back from 2024-01-01T10:00:10Z to 2024-01-01T10:00:09Z; entities need a log in"
                        + " order of time, sort it first",
                assertThrows(
                                InputException.class,
                                () -> Logs.all(BY_IP.read(Logs.reader(log, closed::incrementAndGet), Optional.empty())))
                        .getMessage());
        assertEquals(1, closed.get());
    }

    @Test
    void memoryIsBounded() {
        List<Labelled<LoginEvent>> log = List.of(
                login(Label.UNKNOWN, "2024-01-01T10:00:10Z", "ann", "10.0.0.1", ""),
                login(Label.UNKNOWN, "2024-01-01T10:00:11Z", "bob", "10.0.0.1", ""),
                login(Label.UNKNOWN, "2024-01-01T10:00:12Z", "cat", "10.0.0.1", ""));
        assertEquals(
                "more than 2 entities by user in one span, at data row 0; choose shorter spans",
                assertThrows(
                                InputException.class,
                                () -> Logs.all(
                                        new EntityReader(BY_USER, Logs.reader(log), Optional.empty(), List.of(), 2)))
                        .getMessage());
    }

    /** Five features; the gaps have a second column for those that have none. */
    @Test
    void thePresetIsMinMaxScaledAndSurvivesAsJson() throws IOException {
        List<Labelled<?>> rows = Logs.all(BY_USER.read(Logs.reader(log()), Optional.empty(), ENDS));
        List<ViewRow> entities = rows.stream().<ViewRow>map(Labelled::row).toList();
        FeatureExtractor extractor = new FeatureExtractor(BY_USER, List.of(FeatureRequest.of("entity")));
        FittedFeatures fitted = FittedFeaturesTest.fit(extractor, Scaling.MIN_MAX, entities);
        assertEquals(
                List.of(
                        "total-count",
                        "median-daily-count",
                        "weekday-weekend-ratio",
                        "mean-gap",
                        "mean-gap=(missing)",
                        "max-gap",
                        "max-gap=(missing)"),
                fitted.columnNames());
        Encoder encoder = fitted.bind(extractor);
        float[] raw = new float[extractor.width()];
        float[] columns = new float[fitted.columns()];
        float[] least = new float[columns.length];
        float[] most = new float[columns.length];
        Arrays.fill(least, Float.MAX_VALUE);
        Arrays.fill(most, -Float.MAX_VALUE);
        for (ViewRow row : entities) {
            extractor.extract(row, raw);
            encoder.encode(raw, columns);
            boolean once = ((EntityRow) row).attempts() == 1;
            assertEquals(once ? 1 : 0, columns[4]);
            assertEquals(once ? 1 : 0, columns[6]);
            for (int i = 0; i < columns.length; i++) {
                least[i] = Math.min(least[i], columns[i]);
                most[i] = Math.max(most[i], columns[i]);
            }
        }
        for (int i = 0; i < columns.length; i++) {
            assertEquals(0, least[i], fitted.columnNames().get(i));
            assertEquals(1, most[i], fitted.columnNames().get(i));
        }
        ObjectMapper mapper = new ObjectMapper();
        assertEquals(fitted, FittedFeatures.fromJson(mapper.readTree(mapper.writeValueAsString(fitted.toJson()))));
    }

    @Test
    void featuresOfOtherViewsAreRefused() {
        assertEquals(
                "features: \"hour\" is not a feature of the entity view; allowed for the entity view: total-count,"
                        + " median-daily-count, weekday-weekend-ratio, mean-gap, max-gap, entity",
                assertThrows(
                                InputException.class,
                                () -> FeatureRequest.resolve(BY_IP, List.of(FeatureRequest.of("hour")), List.of()))
                        .getMessage());
        assertTrue(assertThrows(
                        InputException.class,
                        () -> FeatureRequest.resolve(
                                new View.Attempt(), List.of(FeatureRequest.of("mean-gap")), List.of()))
                .getMessage()
                .startsWith("features: \"mean-gap\" is not a feature of the attempt view;"));
    }
}
