package dev.octet.serve.desk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.octet.event.IpAddress;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.Verdicts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store of a desk, without a service. */
class AlertStoreTest {
    private static final long MINUTE = 60_000_000L;
    private static final long BEGIN = 1_700_000_000_000_000L;
    private static final Filter ALL = new Filter("1", List.of(), Filter.Order.NEWEST, 0, 500);

    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();
    private final Hands clock = new Hands();

    /** A clock that is set by hand. */
    private static final class Hands extends Clock {
        private Instant now = Instant.parse("2024-01-01T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private AlertStore open(int logins, int alerts, Duration age) throws Exception {
        return AlertStore.open(folder, new AlertStore.Keep(logins, alerts, age), clock, notes::add);
    }

    private static DeskLogin login(long number, long minute, String user, String ip, long asn, boolean alert) {
        LoginEvent.Builder event =
                LoginEvent.at(BEGIN + minute * MINUTE, user, true).row(number).asn(asn);
        if (!ip.isEmpty()) {
            event.ip(IpAddress.parse(ip));
        }
        return new DeskLogin(
                number,
                "id-" + number,
                event.build(),
                true,
                alert ? 20 + number : 1,
                10,
                alert,
                "b",
                alert ? "[{\"feature\":\"new-asn\",\"share\":1,\"text\":\"100% odd_one\"}]" : "[]");
    }

    private static List<Long> numbers(ArrayNode alerts) {
        List<Long> numbers = new ArrayList<>();
        alerts.forEach(alert -> numbers.add(alert.get("number").longValue()));
        return numbers;
    }

    @Test
    void keepsAtMostSoManyAndNoneTooOld() throws Exception {
        try (AlertStore store = open(10, 3, Duration.ofDays(2))) {
            List<DeskLogin> logins = new ArrayList<>();
            for (int number = 1; number <= 30; number++) {
                logins.add(login(number, number, "u" + number, "192.0.2." + number, number, number % 5 == 0));
            }
            store.take(logins);
            store.tidy();
            assertEquals(List.of(30L, 25L, 20L), numbers(store.list(ALL)));
            assertEquals(10, store.health().get("logins").asInt());
            assertEquals(30, store.last());

            clock.now = clock.now.plus(Duration.ofDays(1));
            store.take(List.of(login(31, 31, "v", "192.0.2.31", 31, true)));
            clock.now = clock.now.plus(Duration.ofDays(1)).plusSeconds(1);
            store.tidy();
            assertEquals(List.of(31L), numbers(store.list(ALL)));
            clock.now = clock.now.plus(Duration.ofDays(5));
            store.tidy();
            assertEquals(0, store.health().get("logins").asInt());
            assertEquals(31, store.last(), "what is deleted is not taken again");
        }
    }

    private static DeskLogin because(DeskLogin alert, String feature) {
        return new DeskLogin(
                alert.number(),
                alert.id(),
                alert.event(),
                true,
                alert.score(),
                alert.threshold(),
                true,
                alert.bundle(),
                "[{\"feature\":\"" + feature + "\",\"share\":1,\"text\":\"odd\"}]");
    }

    @Test
    void alertsAreGroupedByWhatTheyLookLikeAlsoThoseOfAnEarlierVersion() throws Exception {
        try (AlertStore store = open(100, 100, Duration.ofDays(1))) {
            store.take(List.of(
                    because(login(1, 1, "a", "192.0.2.1", 1, true), "pressure-users"),
                    because(login(2, 2, "b", "192.0.2.2", 2, true), "surprise-asn"),
                    because(login(3, 3, "c", "192.0.2.3", 3, true), "pressure-users")));
        }
        try (Connection earlier = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(AlertStore.NAME));
                Statement statement = earlier.createStatement()) {
            statement.execute("ALTER TABLE alert DROP COLUMN technique");
            statement.execute("PRAGMA user_version = 1");
        }
        try (AlertStore store = open(100, 100, Duration.ofDays(1))) {
            assertEquals(List.of(), notes, "it was not put aside");
            ArrayNode groups = store.groups(ALL, AlertStore.Group.TECHNIQUE);
            assertEquals(2, groups.size());
            assertEquals("spraying", groups.at("/0/technique/key").asText());
            assertEquals(2, groups.at("/0/alerts").asInt());
            assertEquals("id-3", groups.at("/0/head/id").asText());
            assertEquals("new-place", groups.at("/1/head/technique/key").asText());
            assertEquals(
                    "[\"spraying\",\"new-place\"]",
                    store.choices()
                            .get("technique")
                            .findValues("value")
                            .toString()
                            .replace(" ", ""));
            Filter spraying = new Filter("technique = ?", List.of("spraying"), Filter.Order.NEWEST, 0, 10);
            assertEquals(List.of(3L, 1L), numbers(store.list(spraying)));
            store.take(List.of(because(login(4, 4, "d", "192.0.2.4", 4, true), "travel")));
            assertEquals(3, store.groups(ALL, AlertStore.Group.TECHNIQUE).size());
        }
    }

    @Test
    void aLoginIsTakenOnceAndOneThatAMachineLostIsForgotten() throws Exception {
        List<DeskLogin> logins = List.of(
                login(1, 1, "a", "192.0.2.1", 1, true),
                login(2, 2, "b", "192.0.2.2", 2, false),
                login(3, 3, "c", "", -1, true));
        try (AlertStore store = open(100, 100, Duration.ofDays(1))) {
            assertEquals(2, store.take(logins).size());
            assertEquals(0, store.take(logins).size());
        }
        try (AlertStore store = open(100, 100, Duration.ofDays(1))) {
            assertEquals(3, store.last());
            store.rewind(2);
            assertEquals(List.of(1L), numbers(store.list(ALL)));
            assertEquals(1, store.take(List.of(login(3, 9, "d", "", -1, true))).size());
            assertEquals(
                    "d", store.alert("id-3").orElseThrow().at("/login/user").asText());
        }
    }

    @Test
    void campaignsEndAfterAnHourWithoutAlertAndAfterADay() throws Exception {
        try (AlertStore store = open(1000, 1000, Duration.ofDays(1))) {
            List<DeskLogin> logins = new ArrayList<>();
            logins.add(login(1, 0, "a", "192.0.2.1", 7, true));
            logins.add(login(2, 59, "b", "192.0.2.2", 7, true)); // the network of 1
            logins.add(login(3, 110, "b", "198.51.100.1", 8, true)); // the user of 2
            logins.add(login(4, 300, "b", "198.51.100.1", 8, true)); // too late
            logins.add(login(5, 301, "", "", -1, true)); // nothing in common: missing is not the same
            logins.add(login(6, 301, "", "", -1, true));
            for (int i = 0; i < 60; i++) {
                logins.add(login(7 + i, 10_000 + 50 * i, "x" + i, "", 9, true));
            }
            store.take(logins);
            List<Long> campaigns = new ArrayList<>();
            for (int number = 1; number <= 6; number++) {
                campaigns.add(store.alert("id-" + number)
                        .orElseThrow()
                        .get("campaign")
                        .longValue());
            }
            assertEquals(List.of(1L, 1L, 1L, 4L, 5L, 6L), campaigns);
            assertEquals(7, store.alert("id-35").orElseThrow().get("campaign").longValue());
            assertNotEquals(
                    7, store.alert("id-36").orElseThrow().get("campaign").longValue(), "24 h after its first");
        }
    }

    @Test
    void verdictsOfTheLogComeBack() throws Exception {
        Verdicts.Entry entry = new Verdicts.Entry(
                "id-1", Verdicts.Verdict.TAKEOVER, Instant.EPOCH, BEGIN, "a", 21, 10, true, "b", "ann", "seen");
        try (AlertStore store = open(100, 100, Duration.ofDays(1))) {
            store.restore(List.of(entry, entry.said(Verdicts.Verdict.WITHDRAWN, Instant.EPOCH, "bob", "")));
            store.take(List.of(login(1, 1, "a", "192.0.2.1", 1, true)));
            JsonNode alert = store.alert("id-1").orElseThrow();
            assertTrue(alert.get("verdict").isNull());
            assertEquals(2, alert.get("version").asInt(), "a verdict may come before its alert is taken");
            store.judged(List.of(entry));
            assertEquals(
                    "takeover", store.alert("id-1").orElseThrow().get("verdict").asText());
            assertEquals(3, store.judgeable("id-1").orElseThrow().version());
        }
    }

    @Test
    void theLogsOwnFieldsAreKeptComparedAndFound() throws Exception {
        LoginField tenant = LoginField.extra("tenant", LoginField.Extra.CATEGORY);
        LoginField risk = LoginField.extra("risk-level", LoginField.Extra.NUMBER);
        List<DeskLogin> logins = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            DeskLogin plain = login(number, number, "a", "192.0.2.1", 1, number == 3);
            LoginEvent event = plain.event().toBuilder()
                    .with(tenant, number == 3 ? "Beta" : "alpha")
                    .with(risk, 0.5)
                    .build();
            logins.add(new DeskLogin(
                    number, plain.id(), event, true, plain.score(), 10, plain.alert(), "b", plain.reasons()));
        }
        try (AlertStore store = open(100, 100, Duration.ofDays(1))) {
            store.take(logins);
            JsonNode alert = store.alert("id-3").orElseThrow();
            assertEquals("Beta", alert.at("/login/tenant").asText());
            assertEquals(0.5, alert.at("/login/risk_level").asDouble());
            List<String> compared = new ArrayList<>();
            for (JsonNode each : alert.get("new_values")) {
                compared.add(each.get("field").asText() + " " + each.get("same").asInt() + "/"
                        + each.get("among").asInt());
            }
            assertEquals(List.of("ip 2/2", "asn 2/2", "tenant 0/2"), compared);
            Filter beta = new Filter("search LIKE ?", List.of("%beta%"), Filter.Order.NEWEST, 0, 10);
            assertEquals(List.of(3L), numbers(store.list(beta)));
        }
    }

    @Test
    void aStoreThatCannotBeReadIsPutAside() throws Exception {
        Files.writeString(folder.resolve(AlertStore.NAME), "this is no database, however long it may be");
        try (AlertStore store = open(100, 100, Duration.ofDays(1))) {
            assertEquals(
                    1,
                    store.take(List.of(login(1, 1, "a", "192.0.2.1", 1, true))).size());
        }
        assertTrue(notes.get(0).contains("cannot be read"), notes.toString());
        assertTrue(Files.exists(folder.resolve("desk.db.unreadable")));
    }

    /** {@code from scipy.stats import poisson; poisson.sf(19, 10), poisson.cdf(2, 10), poisson.sf(2, 0.5)} */
    @Test
    void countsAreComparedAsPoissonCounts() {
        assertEquals(0.0034543419758568334, DeskHealth.probability(20, 10), 1e-9);
        assertEquals(0.0027693957155115762, DeskHealth.probability(2, 10), 1e-9);
        assertEquals(0.014387677966970687, DeskHealth.probability(3, 0.5), 1e-9);
    }
}
