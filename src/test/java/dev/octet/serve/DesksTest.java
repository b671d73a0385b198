package dev.octet.serve;

import static dev.octet.serve.ServedBundle.get;
import static dev.octet.serve.ServedBundle.json;
import static dev.octet.serve.ServedBundle.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.event.InputException;
import dev.octet.event.Verdicts;
import dev.octet.event.enrich.Enrichment;
import dev.octet.serve.alert.Alert;
import dev.octet.serve.alert.AlertSink;
import dev.octet.serve.desk.AlertStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Desks without a service: of a watch, and of a finished run. */
@Timeout(100)
class DesksTest {
    private static final AlertStore.Keep KEEP = AlertStore.Keep.of(Duration.ofDays(1));
    private static ServedBundle served;

    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();

    @BeforeAll
    static void trains() throws Exception {
        served = ServedBundle.shared();
    }

    /** Keeps the rows of alerts. */
    private static final class Rows implements AlertSink {
        private final List<Long> rows = new ArrayList<>();

        @Override
        public void accept(Alert alert) {
            rows.add(alert.row().row());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private DeskServer at() {
        return new DeskServer(0, Optional.empty(), notes::add);
    }

    private Rows watch(Bundle bundle, Path log, WatchDesk desk, Path verdicts) throws IOException {
        Rows rows = new Rows();
        Watch watch = new Watch(
                bundle,
                WatchInput.of(log, bundle.format()),
                false,
                folder.resolve("watch-state"),
                false,
                Optional.of(verdicts),
                Enrichment.none(),
                rows,
                notes::add,
                notes::add,
                1);
        desk.show(watch);
        watch.run();
        return rows;
    }

    private static String verdict(String id, String verdict) {
        return "{\"verdict\":\"" + verdict + "\",\"alerts\":[{\"id\":\"" + id + "\",\"version\":0}]}";
    }

    @Test
    void theDeskOfAWatchShowsItsAlertsAndItsVerdictsReachIt() throws Exception {
        Bundle bundle = Bundle.load(served.bundle);
        List<String> lines = Files.readAllLines(served.laterLog);
        Path log = folder.resolve("log.csv");
        Files.write(log, lines.subList(0, 3501));
        Path verdicts = folder.resolve("desk/verdicts.ndjson");
        try (WatchDesk desk = new WatchDesk(
                bundle,
                WatchInput.of(log, bundle.format()),
                false,
                folder.resolve("desk"),
                verdicts,
                KEEP,
                ServedBundle.NO_DATABASES,
                at())) {
            List<Long> raised = watch(bundle, log, desk, verdicts).rows;
            assertTrue(raised.size() > 5, raised.toString());
            JsonNode alerts = json(get(desk.port(), "/v1/alerts?limit=500")).get("alerts");
            List<Long> shown = new ArrayList<>();
            alerts.forEach(alert -> shown.add(0, alert.get("number").asLong() - 1));
            assertEquals(raised, shown);
            JsonNode first = json(get(desk.port(), "/v1/alerts/" + bundle.id() + "-" + raised.get(0)));
            assertEquals(
                    bundle.id() + "-" + raised.get(0),
                    tree(first.at("/copies/ocsf")).at("/finding_info/uid").asText());
            assertTrue(first.get("reasons").size() > 0);
            assertEquals(
                    200,
                    post(desk.port(), "/v1/verdicts", verdict(first.get("id").asText(), "benign"))
                            .statusCode());

            JsonNode curve = json(get(desk.port(), "/v1/desk/threshold"));
            assertEquals(1, curve.get("known_benign").asInt());
            long successes = served.later.subList(0, 3500).stream()
                    .filter(login -> login.get("success").asBoolean())
                    .count();
            assertEquals(successes, curve.get("scores").asInt());
            HttpResponse<String> apply =
                    post(desk.port(), "/v1/desk/threshold", "{\"threshold\":1,\"bundle\":\"" + bundle.id() + "\"}");
            assertEquals(422, apply.statusCode());
            assertTrue(json(apply).get("error").asText().contains("octet rethreshold"), apply.body());
            JsonNode learning = json(get(desk.port(), "/v1/desk/learning"));
            assertEquals(1, learning.path("benign").asInt(), learning.toString());
            assertFalse(learning.get("passed").asBoolean(), "one verdict proves nothing");
            assertEquals(200, get(desk.port(), "/v1/desk/health").statusCode());
        }
        // the same lines are not told or taken twice, and the verdict was heard
        Files.write(log, lines.subList(0, 3901));
        try (WatchDesk desk = new WatchDesk(
                bundle,
                WatchInput.of(log, bundle.format()),
                false,
                folder.resolve("desk"),
                verdicts,
                KEEP,
                ServedBundle.NO_DATABASES,
                at())) {
            List<Long> raised = watch(bundle, log, desk, verdicts).rows;
            assertTrue(raised.stream().allMatch(row -> row >= 3500), raised.toString());
            JsonNode judged = json(get(desk.port(), "/v1/alerts?state=judged"));
            assertEquals(1, judged.at("/counts/all").asInt());
        }
        assertEquals(1, Verdicts.read(verdicts).size());
    }

    private static JsonNode tree(JsonNode text) throws IOException {
        return ServedBundle.JSON.readTree(text.asText());
    }

    @Test
    void theDeskOfARunShowsItsAlertsWithTheLoginsAroundThem() throws Exception {
        Path run = served.bundle.getParent();
        List<String> alertFile = Files.readAllLines(run.resolve("alerts.csv"));
        int alerts = alertFile.size() - 1;
        assertTrue(alerts > 0);
        String[] line = alertFile.get(1).split(",");
        String id;
        try (RunDesk desk = new RunDesk(run, KEEP, at())) {
            JsonNode list = json(get(desk.port(), "/v1/alerts?limit=500"));
            assertEquals(alerts, list.at("/counts/all").asInt());
            JsonNode first = list.get("alerts").get(list.get("alerts").size() - 1);
            assertEquals(Long.parseLong(line[1]), first.get("number").asLong() - 1);
            assertEquals(line[2], first.get("time").asText());
            assertEquals(line[3], first.at("/login/user").asText());
            assertEquals(Double.parseDouble(line[4]), first.get("score").asDouble());
            assertTrue(first.get("reasons").get(0).get("text").asText().length() > 10);
            id = first.get("id").asText();
            JsonNode alert = json(get(desk.port(), "/v1/alerts/" + id));
            assertTrue(alert.get("user_logins").size() > 0);
            assertTrue(alert.at("/network/logins").asInt() > 0);
            assertEquals(
                    200,
                    post(desk.port(), "/v1/verdicts", verdict(id, "takeover")).statusCode());
            JsonNode curve = json(get(desk.port(), "/v1/desk/threshold"));
            assertEquals(1, curve.get("known_takeovers").asInt());
            ObjectNode now = null;
            for (JsonNode point : curve.get("points")) {
                now = point.get("threshold").equals(curve.get("threshold")) ? (ObjectNode) point : now;
            }
            assertEquals(1, now.get("known_takeovers_found").asInt());
        }
        try (RunDesk desk = new RunDesk(run, KEEP, at())) {
            assertTrue(notes.stream().anyMatch(note -> note.contains("read of")), notes.toString());
            assertEquals(
                    "takeover",
                    json(get(desk.port(), "/v1/alerts/" + id)).get("verdict").asText());
        }
        InputException none = assertThrows(InputException.class, () -> new RunDesk(folder, KEEP, at()));
        assertTrue(none.getMessage().contains("is no finished run"), none.getMessage());
    }

    @Test
    void aRunWhoseLogHasChangedIsRefused() throws Exception {
        Path run = Files.createDirectories(folder.resolve("run"));
        Path from = served.bundle.getParent();
        for (String file : List.of("alerts.csv", "scores.csv", "config.yaml")) {
            Files.copy(from.resolve(file), run.resolve(file));
        }
        Files.createSymbolicLink(run.resolve("bundle"), from.resolve("bundle"));
        Path log = from.getParent().resolve("first.csv");
        List<String> lines = new ArrayList<>(Files.readAllLines(log));
        lines.remove(lines.size() / 2);
        Path changed = Files.write(folder.resolve("changed.csv"), lines);
        String config = Files.readString(run.resolve("config.yaml")).replace(log.toString(), changed.toString());
        assertTrue(config.contains(changed.toString()), config);
        Files.writeString(run.resolve("config.yaml"), config);
        InputException refused = assertThrows(InputException.class, () -> new RunDesk(run, KEEP, at()));
        assertTrue(refused.getMessage().contains("has changed since"), refused.getMessage());
    }
}
