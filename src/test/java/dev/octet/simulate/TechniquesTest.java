package dev.octet.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.Records;
import dev.octet.event.InputException;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What techniques and events look like in the rows, in both shipped profiles. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TechniquesTest {
    private static final int ROWS = 60_000;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS");

    /** Columns of the generic format. */
    private enum Column {
        TIME,
        USER,
        SUCCESS,
        REASON,
        IP,
        COUNTRY,
        REGION,
        CITY,
        ASN,
        USER_AGENT,
        BROWSER,
        OS,
        DEVICE,
        ROUND_TRIP,
        TAKEOVER
    }

    private static final class Kept implements RowSink {
        final List<String[]> rows = new ArrayList<>();
        final List<Takeover> truth = new ArrayList<>();
        final List<EventLogin> events = new ArrayList<>();
        private boolean header;

        @Override
        public void line(byte[] bytes, int length) {
            if (header) {
                rows.add(Calibration.split(new String(bytes, 0, length - 1, UTF_8)));
            }
            header = true;
        }

        @Override
        public void takeover(Takeover row) {
            truth.add(row);
        }

        @Override
        public void event(EventLogin row) {
            events.add(row);
        }

        String[] row(Takeover takeover) {
            return rows.get((int) takeover.row());
        }

        /** Failed rows of an address, or of all addresses of a network, before and with a row's time. */
        long failures(Takeover takeover, double hours, Predicate<String[]> same) {
            String[] row = row(takeover);
            long millis = millis(row);
            long count = 0;
            for (int i = (int) takeover.row() - 1; i >= 0 && millis(rows.get(i)) >= millis - hours * 3.6e6; i--) {
                count += get(rows.get(i), Column.SUCCESS).equals("False") && same.test(rows.get(i)) ? 1 : 0;
            }
            return count;
        }

        /** The victim's latest success before, or an empty array. */
        String[] before(Takeover takeover) {
            for (int i = (int) takeover.row() - 1; i >= 0; i--) {
                if (get(rows.get(i), Column.USER).equals(Long.toString(takeover.user()))
                        && get(rows.get(i), Column.SUCCESS).equals("True")) {
                    return rows.get(i);
                }
            }
            return new String[0];
        }
    }

    private static String get(String[] row, Column column) {
        return row[column.ordinal()];
    }

    private static long millis(String[] row) {
        return LocalDateTime.parse(get(row, Column.TIME), TIME)
                .toInstant(ZoneOffset.UTC)
                .toEpochMilli();
    }

    private static Predicate<String[]> same(String[] row, Column column) {
        return other -> get(other, column).equals(get(row, column));
    }

    private final Map<String, Kept> logs = new HashMap<>();

    private static SimulationSettings settings(String profile) {
        Profile set = Profile.of(profile);
        return new SimulationSettings(
                ROWS,
                96,
                7,
                set.attackers().stream().filter(Technique.class::isInstance).toList(),
                set.events(),
                RowFormat.GENERIC);
    }

    @BeforeAll
    void simulate() throws IOException {
        for (String profile : Profile.SHIPPED) {
            Kept kept = new Kept();
            new Simulator(settings(profile)).generate(kept, SimulationProgress.NONE);
            logs.put(profile, kept);
        }
    }

    private List<Takeover> of(Kept log, String technique) {
        return log.truth.stream()
                .filter(row -> row.attacker().equals(technique))
                .toList();
    }

    @Test
    void takeoversAreSharedInEqualPartsAndLabelled() {
        logs.forEach((profile, log) -> {
            assertEquals(ROWS, log.rows.size());
            assertEquals(96, log.truth.size());
            assertEquals(
                    96,
                    log.rows.stream()
                            .filter(row -> get(row, Column.TAKEOVER).equals("True"))
                            .count());
            Profile.of(profile).attackers().stream()
                    .filter(Technique.class::isInstance)
                    .map(Attacker::label)
                    .forEach(label -> assertTrue(
                            of(log, label).size() == 13 || of(log, label).size() == 14, label));
        });
    }

    @Test
    void timesAreSorted() {
        for (Kept log : logs.values()) {
            String before = "";
            for (String[] row : log.rows) {
                assertTrue(get(row, Column.TIME).compareTo(before) >= 0);
                before = get(row, Column.TIME);
            }
        }
    }

    @Test
    void stuffingFailsAroundItsSuccessesFromOneAddress() {
        Kept log = logs.get("standard");
        // A takeover comes anywhere among the failures, so some come early.
        long pressed = of(log, "stuffing").stream()
                .filter(row -> log.failures(row, 12, same(log.row(row), Column.IP)) >= 5)
                .count();
        assertTrue(pressed >= 10, () -> pressed + " of 13");
    }

    @Test
    void distributedStuffingSpreadsFailuresOverAddressesWithFewUserAgents() {
        Kept log = logs.get("standard");
        long pressed = of(log, "distributed-stuffing").stream()
                .filter(row -> log.failures(row, 24, same(log.row(row), Column.USER_AGENT)) >= 10
                        && log.failures(row, 24, same(log.row(row), Column.IP)) < 10)
                .count();
        assertTrue(pressed >= 9, () -> pressed + " of 13");
    }

    @Test
    void bruteForceFailsOnItsVictim() {
        for (Kept log : logs.values()) {
            for (Takeover row : of(log, "brute-force")) {
                assertTrue(log.failures(row, 80, same(log.row(row), Column.USER)) >= 7, () -> "row " + row.row());
            }
        }
    }

    @Test
    void sprayingTriesManyAccountsAFewTimes() {
        Kept log = logs.get("standard");
        for (Takeover row : of(log, "spraying")) {
            assertTrue(log.failures(row, 80, same(log.row(row), Column.USER)) < 10, () -> "row " + row.row());
        }
        long pressed = of(log, "spraying").stream()
                .filter(row -> log.failures(row, 72, same(log.row(row), Column.USER_AGENT)) >= 10)
                .count();
        assertTrue(pressed >= 8, () -> pressed + " of 13");
    }

    @Test
    void travelComesFromAnotherCountryWithinHours() {
        for (Kept log : logs.values()) {
            for (Takeover row : of(log, "travel")) {
                String[] before = log.before(row);
                assertTrue(before.length > 0, () -> "row " + row.row());
                if (!get(before, Column.TAKEOVER).equals("True")) {
                    assertTrue(millis(log.row(row)) - millis(before) < 10 * 3.6e6, () -> "row " + row.row());
                }
            }
            long elsewhere = of(log, "travel").stream()
                    .filter(row -> {
                        String[] before = log.before(row);
                        return get(before, Column.TAKEOVER).equals("True")
                                || !get(before, Column.COUNTRY).equals(get(log.row(row), Column.COUNTRY));
                    })
                    .count();
            // The victim may have been abroad itself, or its network has addresses in two countries.
            assertTrue(elsewhere >= 12, () -> elsewhere + "");
        }
    }

    @Test
    void aStolenSessionHasTheVictimsDeviceAndCountryAndNoFailure() {
        for (Kept log : logs.values()) {
            for (Takeover row : of(log, "session-theft")) {
                String[] before = log.before(row);
                assertEquals(get(before, Column.OS), get(log.row(row), Column.OS), () -> "row " + row.row());
                assertEquals(0, log.failures(row, 48, same(log.row(row), Column.IP)), () -> "row " + row.row());
            }
            long sameCountry = of(log, "session-theft").stream()
                    .filter(row -> get(log.before(row), Column.COUNTRY).equals(get(log.row(row), Column.COUNTRY)))
                    .count();
            assertTrue(sameCountry >= 12, () -> sameCountry + "");
        }
    }

    @Test
    void mfaFatigueIsDeniedBeforeItIsApproved() {
        for (Kept log : logs.values()) {
            for (Takeover row : of(log, "mfa-fatigue")) {
                Predicate<String[]> victim = same(log.row(row), Column.USER);
                long denied = log.failures(
                        row, 31, victim.and(other -> get(other, Column.REASON).equals("mfa_denied")));
                assertTrue(denied >= 2, () -> "row " + row.row());
            }
        }
    }

    @Test
    void onlyFailuresHaveAReason() {
        for (Kept log : logs.values()) {
            for (String[] row : log.rows) {
                assertEquals(
                        get(row, Column.SUCCESS).equals("True"),
                        get(row, Column.REASON).isEmpty());
            }
        }
    }

    @Test
    void eventsAreNamedAndNeverTakeovers() {
        for (Map.Entry<String, Kept> log : logs.entrySet()) {
            Set<String> seen = new HashSet<>();
            for (EventLogin event : log.getValue().events) {
                String[] row = log.getValue().rows.get((int) event.row());
                assertEquals(Long.toString(event.user()), get(row, Column.USER));
                assertEquals(event.success() ? "True" : "False", get(row, Column.SUCCESS));
                assertEquals("False", get(row, Column.TAKEOVER));
                seen.add(event.event().label());
            }
            assertEquals(
                    Set.copyOf(Profile.of(log.getKey()).events().stream()
                            .map(LegitimateEvent::label)
                            .toList()),
                    seen);
        }
    }

    @Test
    void anOfficeSharesItsAddressAndAnOutageItsReason() {
        Kept log = logs.get("shifted");
        Map<Integer, Set<String>> offices = new HashMap<>();
        Map<Integer, Set<Long>> people = new HashMap<>();
        for (EventLogin event : log.events) {
            String[] row = log.rows.get((int) event.row());
            if (event.event().label().equals("shared-office")) {
                offices.computeIfAbsent(event.incident(), key -> new HashSet<>())
                        .add(get(row, Column.IP));
                people.computeIfAbsent(event.incident(), key -> new HashSet<>()).add(event.user());
            } else if (event.event().label().equals("outage") && !event.success()) {
                assertEquals("service_unavailable", get(row, Column.REASON));
            }
        }
        offices.forEach((incident, addresses) -> assertEquals(1, addresses.size()));
        assertTrue(people.values().stream().allMatch(users -> users.size() >= 20), people::toString);
    }

    @Test
    void anotherTechniqueBesideItLeavesATechniqueAsItWas() throws IOException {
        Profile profile = Profile.standard();
        SimulationSettings alone = Records.with(
                settings("standard"), "takeovers", 10, "attackers", profile.attackers("spraying"), "events", List.of());
        Kept one = new Kept();
        new Simulator(alone).generate(one, SimulationProgress.NONE);
        Kept two = new Kept();
        new Simulator(Records.with(alone, "takeovers", 20, "attackers", profile.attackers("spraying,brute-force")))
                .generate(two, SimulationProgress.NONE);
        assertEquals(
                one.truth.stream().map(row -> String.join(",", one.row(row))).toList(),
                of(two, "spraying").stream()
                        .map(row -> String.join(",", two.row(row)))
                        .toList());
    }

    @Test
    void morePlannedLoginsThanRowsAreRefusedWithAdvice() {
        SimulationSettings many = Records.with(
                settings("shifted"),
                "takeovers",
                20,
                "rows",
                2_000,
                "attackers",
                Profile.of("shifted").attackers("distributed-stuffing"));
        String message = assertThrows(
                        InputException.class,
                        () -> new Simulator(many).generate((bytes, length) -> {}, SimulationProgress.NONE))
                .getMessage();
        assertTrue(message.contains("Ask for more rows"), message);
    }
}
