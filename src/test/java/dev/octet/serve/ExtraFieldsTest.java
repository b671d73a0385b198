package dev.octet.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.config.ExperimentConfig;
import dev.octet.run.Experiment;
import dev.octet.run.RunListener;
import dev.octet.serve.http.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fields beyond the table, end to end: takeovers that come from the user's own network with the user's own device, so that
 * only the log's tenant and whether the device is managed tell them.
 */
class ExtraFieldsTest {
    private static final int LOGINS = 5_000;
    private static final int USERS = 150;
    private static final String EXTRA = "extra: {tenant: org, managed: {column: managedDevice, type: boolean},"
            + " risk: {column: risk, type: number}}";
    private static final String TAKEOVER =
            "detector: {autoencoder: {reconstruction: likelihood, epochs: 3, batch-size: 256, seed: 1}}";
    private static final String LISTED = """
            features: [tenant, managed, risk, new-tenant, surprise-managed, rarity-tenant]
            detector: {autoencoder: {layers: [16, 4, 16], epochs: 5, batch-size: 64, seed: 1}}""";

    @TempDir
    private static Path folder;

    private static Path csv;
    private static Path json;
    private static final List<ObjectNode> LOGINS_AS_JSON = new ArrayList<>();
    /** Rows of the takeovers. */
    private static final Set<String> TAKEOVERS = new HashSet<>();

    private record Login(Instant at, int user, String tenant, boolean managed, Double risk, boolean attack) {}

    @BeforeAll
    static void writesTheLog() throws IOException {
        Random random = new Random(11);
        Instant start = Instant.parse("2024-03-01T00:00:00Z");
        List<Login> logins = new ArrayList<>();
        for (int i = 0; i < LOGINS; i++) {
            int user = random.nextInt(USERS);
            Instant at = start.plusMillis(
                    (long) (random.nextDouble() * Duration.ofDays(60).toMillis()));
            Double risk = random.nextInt(10) == 0 ? null : 10 + 3 * random.nextGaussian();
            logins.add(new Login(at, user, "tenant-" + user % 5, true, risk, false));
        }
        for (int i = 0; i < 12; i++) {
            int user = 7 * i;
            Instant at = start.plus(Duration.ofHours(40 * 24 + 36L * i));
            logins.add(new Login(at, user, "tenant-" + (user + 1) % 5, false, 10.0, true));
        }
        logins.sort(Comparator.comparing(Login::at));
        StringBuilder rows = new StringBuilder("when,who,ok,from,cc,as,agent,org,managedDevice,risk,takeover\n");
        StringBuilder lines = new StringBuilder();
        for (int row = 0; row < logins.size(); row++) {
            Login login = logins.get(row);
            String user = "user" + login.user;
            String ip = "198.51." + login.user % 100 + "." + (1 + login.user % 50);
            String agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/" + (100 + login.user % 9);
            String risk = login.risk == null ? "" : String.valueOf(login.risk);
            rows.append(String.join(
                            ",",
                            login.at.toString(),
                            user,
                            "true",
                            ip,
                            login.user % 2 == 0 ? "NO" : "SE",
                            String.valueOf(1000 + login.user % 7),
                            agent,
                            login.tenant,
                            login.managed ? "Yes" : "no",
                            risk,
                            String.valueOf(login.attack)))
                    .append('\n');
            ObjectNode node = ServedBundle.JSON.createObjectNode();
            node.put("time", login.at.toString())
                    .put("user", user)
                    .put("success", true)
                    .put("ip", ip);
            node.put("country", login.user % 2 == 0 ? "NO" : "SE").put("asn", 1000 + login.user % 7);
            node.put("user_agent", agent).put("tenant", login.tenant).put("managed", login.managed);
            if (login.risk != null) {
                node.put("risk", login.risk);
            }
            LOGINS_AS_JSON.add(node);
            ObjectNode line = ServedBundle.JSON.createObjectNode();
            line.put("when", login.at.toString())
                    .put("who", user)
                    .put("ok", true)
                    .put("from", ip);
            line.set("cc", node.get("country"));
            line.set("as", node.get("asn"));
            line.put("agent", agent).put("takeover", login.attack);
            line.put("org", login.tenant).put("managedDevice", login.managed).set("risk", node.get("risk"));
            lines.append(line).append('\n');
            if (login.attack) {
                TAKEOVERS.add(String.valueOf(row));
            }
        }
        csv = Files.writeString(folder.resolve("logins.csv"), rows);
        json = Files.writeString(folder.resolve("logins.ndjson"), lines);
    }

    private static Path run(String name, Path log, String extra, String detector) throws IOException {
        Path config = folder.resolve(name + ".yaml");
        Path output = folder.resolve(name);
        Files.writeString(config, """
                name: %s
                data:
                  format:
                    columns: {time: when, user: who, success: ok, ip: from, country: cc, asn: as, user-agent: agent%s}
                  train: %s
                  labels: {column: takeover, in-training: ignore}
                split: {by: time, train: 0.5, validation: 0.15, test: 0.35}
                %s
                threshold: {percentile: 99, if-too-few: lower}
                output: %s
                """.formatted(name, extra.isEmpty() ? "" : ", " + extra, log, detector, output));
        new Experiment(ExperimentConfig.read(config, List.of(), Map.of()), RunListener.SILENT).run(false);
        return output;
    }

    /** How many takeovers are among the so many highest scores. */
    private static long found(Path run, int top) throws IOException {
        return Files.readAllLines(run.resolve("scores.csv")).stream()
                .skip(1)
                .map(line -> line.split(",", 5))
                .sorted(Comparator.comparing(cells -> -Double.parseDouble(cells[3])))
                .limit(top)
                .filter(cells -> TAKEOVERS.contains(cells[0]))
                .count();
    }

    @Test
    void takeoversThatOnlyTheExtraFieldsShowAreFoundAndServedAlike() throws Exception {
        Path with = run("with", csv, EXTRA, TAKEOVER);
        assertTrue(found(with, 15) >= 11, "found " + found(with, 15));
        Path without = run("without", csv, "", TAKEOVER);
        assertTrue(found(without, 15) <= 2, "found without the fields: " + found(without, 15));
        Path fromJson = run("json", json, EXTRA, TAKEOVER);
        assertEquals(Files.readString(with.resolve("scores.csv")), Files.readString(fromJson.resolve("scores.csv")));

        String alerts = Files.readString(with.resolve("alerts.csv"));
        assertTrue(alerts.contains("tenant tenant-") && alerts.contains("never seen for this user"), alerts);
        // the graph was held against the detector when the bundle was written
        String graph = Files.readString(with.resolve("bundle/model.onnx"), StandardCharsets.ISO_8859_1);
        assertTrue(graph.contains("tenant") && graph.contains("managed"));

        checkService(with.resolve("bundle"));
    }

    /** The memory is that of the end of the log, so every login here is one more. */
    private static void checkService(Path bundle) throws Exception {
        assertEquals(
                List.of("managed", "tenant"),
                dev.octet.feature.FeatureRequest.extrasOf(
                                Bundle.load(bundle).model().features().requests())
                        .stream()
                        .map(Object::toString)
                        .toList());
        ServiceSettings settings = new ServiceSettings(
                bundle,
                bundle.getParent(),
                folder.resolve("state"),
                false,
                "127.0.0.1",
                0,
                Optional.empty(),
                Optional.empty(),
                Duration.ofDays(30),
                ServedBundle.NO_DATABASES,
                Limits.defaults());
        ObjectNode usual = LOGINS_AS_JSON.get(0).deepCopy();
        usual.put("time", "2024-05-02T10:00:00Z").remove("risk");
        ObjectNode odd = usual.deepCopy();
        odd.put("time", "2024-05-02T10:01:00Z").put("tenant", "tenant-9").put("managed", "no");
        double usualScore;
        JsonNode second;
        try (ScoreService service = ScoreService.start(settings, note -> {})) {
            usualScore = post(service, usual).get("score").asDouble();
            second = post(service, odd);
        }
        assertTrue(second.get("score").asDouble() > usualScore + 3, usualScore + " and " + second);
        assertTrue(second.get("flagged").asBoolean(), second.toString());
        assertTrue(second.toString().contains("tenant tenant-9"), second.toString());
        try (ScoreService service = ScoreService.start(settings, note -> {})) { // goes on from the journal
            ObjectNode unreadable = usual.deepCopy();
            unreadable
                    .put("time", "2024-05-02T10:02:00Z")
                    .put("managed", "perhaps")
                    .put("tenant", 7);
            JsonNode third = post(service, unreadable);
            assertTrue(third.get("warnings").toString().contains("managed"), third.toString());
            assertFalse(third.get("warnings").toString().contains("tenant"), third.toString());
            var refused = ServedBundle.post(
                    service.port(),
                    "/v1/score",
                    usual.deepCopy().put("department", "x").toString());
            assertEquals(4, refused.statusCode() / 100);
            assertTrue(refused.body().contains("tenant"), refused.body());
        }
    }

    private static JsonNode post(ScoreService service, ObjectNode login) throws Exception {
        var answer = ServedBundle.post(service.port(), "/v1/score", login.toString());
        assertEquals(200, answer.statusCode(), answer.body());
        return ServedBundle.json(answer);
    }

    @Test
    void anyDetectorTakesThemAsFeatures() throws IOException {
        Path listed = run("listed", csv, EXTRA, LISTED);
        assertTrue(found(listed, 15) >= 11, "found " + found(listed, 15));
        Map<String, String> scores = new HashMap<>();
        Files.readAllLines(listed.resolve("scores.csv")).forEach(line -> scores.put(line.split(",", 2)[0], line));
        assertTrue(TAKEOVERS.stream()
                .filter(scores::containsKey)
                .anyMatch(row -> scores.get(row).contains("tenant=")));
    }
}
