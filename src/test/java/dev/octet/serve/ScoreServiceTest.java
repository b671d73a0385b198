package dev.octet.serve;

import static dev.octet.serve.ServedBundle.JSON;
import static dev.octet.serve.ServedBundle.get;
import static dev.octet.serve.ServedBundle.json;
import static dev.octet.serve.ServedBundle.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.Reasons;
import dev.octet.bundle.RowScorer;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.Threshold;
import dev.octet.event.CsvSource;
import dev.octet.event.InputException;
import dev.octet.event.RejectedRows;
import dev.octet.event.Verdicts;
import dev.octet.event.format.ColumnFormats;
import dev.octet.feature.RowReader;
import dev.octet.feature.history.LoginHistory;
import dev.octet.serve.http.Limits;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service over HTTP, on a small bundle. */
class ScoreServiceTest {
    @TempDir
    private Path folder;

    private static ServedBundle served;
    private final List<String> notes = new ArrayList<>();

    @BeforeAll
    static void trains() throws IOException {
        served = ServedBundle.shared();
    }

    private ScoreService start() throws IOException {
        return ScoreService.start(served.settings(folder.resolve("state")), notes::add);
    }

    private static String array(List<ObjectNode> logins) {
        ArrayNode array = JSON.createArrayNode();
        logins.forEach(array::add);
        return array.toString();
    }

    private static String lines(List<ObjectNode> logins) {
        StringBuilder text = new StringBuilder();
        logins.forEach(login -> text.append(login).append('\n'));
        return text.toString();
    }

    private record Expected(double score, boolean flagged, String reasons) {}

    /** What octet score gives, by the row's number. */
    private static Map<Integer, Expected> scores() throws IOException {
        Bundle bundle = Bundle.load(served.bundle);
        Reasons reasons = new Reasons(bundle.model().features().layout());
        Map<Integer, Expected> scores = new HashMap<>();
        try (RowReader rows = bundle.model()
                .view()
                .read(
                        new CsvSource(served.laterLog, ColumnFormats.RBA).open(RejectedRows.ignoring()),
                        Optional.empty())) {
            new RowScorer(bundle.model(), bundle.extractor())
                    .score(
                            rows,
                            (row, score, flagged, columns, contributions, words) -> scores.put(
                                    (int) row.row().row(),
                                    new Expected(score, flagged, reasons.inWords(contributions, words))));
        }
        return scores;
    }

    @Test
    void scoresAreThoseOfOctetScoreHoweverTheyAreHandedIn() throws Exception {
        Map<Integer, Expected> expected = scores();
        List<JsonNode> answers = new ArrayList<>();
        try (ScoreService service = start()) {
            int third = served.later.size() / 3;
            for (int i = 0; i < 300; i++) {
                HttpResponse<String> one =
                        post(service.port(), "/v1/score", served.later.get(i).toString());
                assertEquals(200, one.statusCode(), one.body());
                answers.add(json(one));
            }
            for (int from = 300; from < third; from += 97) {
                json(post(service.port(), "/v1/score", array(served.later.subList(from, Math.min(third, from + 97)))))
                        .forEach(answers::add);
            }
            HttpResponse<String> rest = post(
                    service.port(),
                    "/v1/score",
                    "application/x-ndjson",
                    lines(served.later.subList(third, served.later.size())));
            assertEquals(200, rest.statusCode());
            for (String line : rest.body().split("\n")) {
                answers.add(JSON.readTree(line));
            }
        }
        assertEquals(served.later.size(), answers.size());
        int flagged = 0;
        int known = 0;
        for (int i = 0; i < answers.size(); i++) {
            JsonNode answer = answers.get(i);
            Expected score = expected.get(i);
            assertEquals(score != null, answer.get("scored").asBoolean(), "login " + i);
            assertFalse(answer.get("late").asBoolean());
            if (score != null) {
                assertEquals(score.score(), answer.get("score").asDouble(), "login " + i);
                assertEquals(score.flagged(), answer.get("flagged").asBoolean());
                List<String> words = new ArrayList<>();
                answer.get("reasons")
                        .forEach(reason -> words.add(reason.get("text").asText()));
                assertEquals(
                        score.reasons(),
                        String.join("; ", words.stream().distinct().toList()),
                        "login " + i);
                flagged += answer.get("flagged").asBoolean() ? 1 : 0;
                known += answer.get("user_had_history").asBoolean() ? 1 : 0;
            }
        }
        assertTrue(flagged > 5, flagged + " flagged");
        assertTrue(known > 100 && known < expected.size() - 100, known + " users known");
    }

    @Test
    void aStateIsRestoredAndSaysSo() throws Exception {
        List<ObjectNode> first = served.later.subList(0, 500);
        String answered;
        try (ScoreService service = start()) {
            answered = post(service.port(), "/v1/score", array(first)).body();
        }
        assertTrue(notes.get(0).contains("is new: nothing to restore; the history starts with "), notes.toString());
        notes.clear();
        try (ScoreService service = start()) {
            assertTrue(notes.get(0).startsWith("restored 500 logins from "), notes.toString());
            assertTrue(notes.get(0).contains("500 by the snapshot, 0 by the journal"), notes.toString());
            JsonNode more =
                    json(post(service.port(), "/v1/score", served.later.get(500).toString()));
            assertTrue(more.get("id").asText().endsWith("-501"), more.toString());
            assertFalse(answered.contains(more.get("id").asText()));
            InputException used = assertThrows(InputException.class, this::start);
            assertTrue(used.getMessage().contains("is in use by another service"), used.getMessage());
        }
    }

    @Test
    void anIdThatComesAgainGetsItsAnswerAndCountsOnce() throws Exception {
        ObjectNode login = served.later.get(0).deepCopy().put("id", "once:1");
        String first;
        try (ScoreService service = start()) {
            first = post(service.port(), "/v1/score", login.toString()).body();
            assertEquals(
                    first.replace("\"repeated\":false", "\"repeated\":true"),
                    post(service.port(), "/v1/score", login.toString()).body());
            assertEquals(1, json(get(service.port(), "/v1/model")).get("logins").asInt());
            HttpResponse<String> other = post(
                    service.port(),
                    "/v1/score",
                    login.deepCopy().put("user", "42").toString());
            assertEquals(409, other.statusCode());
            assertEquals(
                    "the id once:1 was given to another login; an id is for one login only",
                    json(other).get("error").asText());
        }
        try (ScoreService service = start()) {
            assertEquals(
                    first.replace("\"repeated\":false", "\"repeated\":true"),
                    post(service.port(), "/v1/score", login.toString()).body());
        }
    }

    @Test
    void takesTheEventsOfAVendorAsTheyAre() throws Exception {
        ObjectNode login = served.later.get(20).deepCopy().put("time", "2024-05-01T12:00:00Z");
        String event = """
                {"eventType":"%s","published":"%s","actor":{"alternateId":"%s"},"outcome":{"result":"%s"},\
                "client":{"ipAddress":"%s","userAgent":{"rawUserAgent":"%s"},"geographicalContext":{"country":"%s"}}}
                """;
        try (ScoreService service = start()) {
            String okta = event.formatted(
                    "user.session.start",
                    login.get("time").asText(),
                    login.get("user").asText(),
                    "SUCCESS",
                    login.get("ip").asText(),
                    "Mozilla/5.0",
                    "Norway");
            String page = "[" + okta + "," + okta.replace("user.session.start", "user.session.end") + "]";
            for (String body : List.of(okta, page)) {
                HttpResponse<String> said = post(service.port(), "/v1/score?format=okta", "text/plain", body);
                assertEquals(200, said.statusCode(), said.body());
                JsonNode answer = json(said);
                assertEquals(1, answer.size());
                assertEquals("2024-05-01T12:00:00Z", answer.get(0).get("time").asText());
            }
            assertEquals(
                    400,
                    post(service.port(), "/v1/score?format=./okta.yaml", okta).statusCode() / 100 * 100);
            assertEquals(
                    400, post(service.port(), "/v1/score?format=okta", "{}{").statusCode() / 100 * 100);
            assertEquals(
                    "[]",
                    post(service.port(), "/v1/score?format=okta", "{\"a\":1}")
                            .body()
                            .strip());
        }
    }

    @Test
    void clocksMayDifferALittle() throws Exception {
        try (ScoreService service = start()) {
            ObjectNode login = served.later.get(10).deepCopy().put("time", "2024-05-01T12:00:00Z");
            post(service.port(), "/v1/score", login.toString());
            JsonNode little = json(post(
                    service.port(),
                    "/v1/score",
                    login.put("time", "2024-05-01T11:59:00.5Z").toString()));
            assertFalse(little.get("late").asBoolean());
            assertEquals("2024-05-01T12:00:00Z", little.get("time").asText());
            JsonNode late = json(post(
                    service.port(),
                    "/v1/score",
                    login.put("time", "2024-05-01T11:58:59Z").toString()));
            assertTrue(late.get("late").asBoolean());
            assertEquals("2024-05-01T11:58:59Z", late.get("time").asText());
            HttpResponse<String> ahead = post(
                    service.port(),
                    "/v1/score",
                    login.put("time", "2999-01-01T00:00:00Z").toString());
            assertEquals(422, ahead.statusCode(), notes.toString());
            assertTrue(ahead.body().contains("5 minutes ahead of this machine's clock"), ahead.body());
        }
    }

    @Test
    void theDocumentListsTheRoutes() throws Exception {
        try (ScoreService service = ScoreService.start(
                served.settings(folder.resolve("state")), Optional.of(DeskTest.settings()), notes::add)) {
            JsonNode document = json(get(service.port(), "/openapi.json"));
            TreeSet<String> documented = new TreeSet<>();
            document.get("paths")
                    .properties()
                    .forEach(path -> path.getValue()
                            .fieldNames()
                            .forEachRemaining(method -> documented.add(method.toUpperCase() + " " + path.getKey())));
            assertEquals(new TreeSet<>(service.routes()), documented);
            List<String> fields = new ArrayList<>();
            document.at("/components/schemas/Login/properties").fieldNames().forEachRemaining(fields::add);
            HttpResponse<String> unknown = post(service.port(), "/v1/score", "{\"usr\":1}");
            assertEquals(
                    "there is no field \"usr\"; allowed are " + String.join(", ", fields),
                    json(unknown).get("error").asText());
            JsonNode answer =
                    json(post(service.port(), "/v1/score", served.later.get(0).toString()));
            TreeSet<String> answered = new TreeSet<>();
            answer.fieldNames().forEachRemaining(answered::add);
            TreeSet<String> required = new TreeSet<>();
            document.at("/components/schemas/Answer/required").forEach(name -> required.add(name.asText()));
            assertEquals(required, answered);
            TreeSet<String> model = new TreeSet<>();
            json(get(service.port(), "/v1/model")).fieldNames().forEachRemaining(model::add);
            TreeSet<String> documentedModel = new TreeSet<>();
            document.at("/components/schemas/Model/properties").fieldNames().forEachRemaining(documentedModel::add);
            assertEquals(documentedModel, model);
        }
    }

    @Test
    void metricsCountWhatWasDone() throws Exception {
        try (ScoreService service = start()) {
            JsonNode answers = json(post(service.port(), "/v1/score", array(served.later.subList(0, 400))));
            long flagged = Stream.iterate(0, i -> i < 400, i -> i + 1)
                    .filter(i -> answers.get(i).get("flagged").asBoolean())
                    .count();
            post(service.port(), "/v1/score", "{");
            post(
                    service.port(),
                    "/v1/score",
                    served.later
                            .get(401)
                            .deepCopy()
                            .put("success", true)
                            .put("country", "Atlantis")
                            .toString());
            String metrics = get(service.port(), "/metrics").body();
            assertTrue(
                    metrics.contains("octet_request_seconds_bucket{route=\"/v1/score\",status=\"200\",le=\"0.005\"}"),
                    metrics);
            assertTrue(metrics.contains("octet_request_seconds_count{route=\"/v1/score\",status=\"400\"} 1"), metrics);
            assertTrue(metrics.contains("octet_rejected_total{reason=\"malformed\"} 1.0"), metrics);
            assertTrue(metrics.contains("octet_unseen_categories_total{feature=\"country\"}"), metrics);
            assertTrue(metrics.contains("octet_score_bucket"), metrics);
            String line = metrics.lines()
                    .filter(each -> each.startsWith("octet_logins_flagged_total "))
                    .findFirst()
                    .orElseThrow();
            assertTrue(Double.parseDouble(line.split(" ")[1]) >= flagged, line);
        }
    }

    static Stream<String[]> wrong() {
        String good = "\"user\":\"u\",\"success\":true";
        return Stream.<String[]>of(
                new String[] {"", "400", "the body is empty"},
                new String[] {"{", "400", "not readable as JSON"},
                new String[] {"{\"user\":}", "400", "not readable as JSON"},
                new String[] {"{" + good + "} {}", "400", "there is more behind the JSON value"},
                new String[] {"{" + good + ",\"latitude\":NaN}", "400", "not readable as JSON"},
                new String[] {"{" + good + ",\"user\":\"v\"}", "400", "Duplicate"},
                new String[] {"{\"user\":1,\"success\":true}", "422", "user must be a text, found a number"},
                new String[] {
                    "{\"user\":\"u\",\"success\":\"true\"}", "422", "success must be true or false, found a text"
                },
                new String[] {"{\"user\":\"u\"}", "422", "success is missing"},
                new String[] {
                    "{" + good + ",\"time\":\"yesterday\"}", "422", "time must be a date and time with its offset"
                },
                new String[] {
                    "{" + good + ",\"time\":\"2024-05-01T12:00:00\"}",
                    "422",
                    "time must be a date and time with its offset"
                },
                new String[] {
                    "{" + good + ",\"time\":\"+1000000000-12-31T23:59:59Z\"}", "422", "time must be a date and time"
                },
                new String[] {"{" + good + ",\"id\":\"a b\"}", "422", "id must be 1 to 128 of the characters"},
                new String[] {"[{" + good + "},7]", "422", "login 1: a JSON object is expected, found a number"},
                new String[] {"[".repeat(100_000), "422", "login 0: a JSON object is expected, found a list"},
                new String[] {"{\"user\":" + "[".repeat(50), "422", "user must be a text, found a list"},
                new String[] {"\"text\"", "422", "a JSON object is expected, found a text"},
                new String[] {"{" + good + ",\"\\u001b[2J\":1}", "422", "\\u001b[2J"});
    }

    /** What is sent of a field, and what a warning says about it. */
    static Stream<String[]> tolerated() {
        return Stream.of(
                new String[] {"ip", "\"300.1.1.1\"", "octet 300"},
                new String[] {"ip", "\"1.2.3.4:99999\"", "not an IP address"},
                new String[] {"ip", "7", "an IPv4 or IPv6 address is expected"},
                new String[] {"latitude", "91", "a number in [-90, 90] is expected"},
                new String[] {"latitude", "1e999", "a number in [-90, 90] is expected"},
                new String[] {"longitude", "\"east\"", "a number in [-180, 180] is expected"},
                new String[] {"asn", "-1", "an integer in [0, 4294967295] is expected"},
                new String[] {"asn", "99999999999999999999", "an integer in [0, 4294967295] is expected"},
                new String[] {"asn", "1.5", "an integer in [0, 4294967295] is expected"},
                new String[] {"asn", "[1]", "an integer in [0, 4294967295] is expected"},
                new String[] {"country", "{\"a\":[1,2]}", "a text is expected"},
                new String[] {"country", "\"\\ud800\"", "half a surrogate pair"},
                new String[] {"user_agent", "\"curl/8\\u0001\"", "control character U+0001"},
                new String[] {"user_agent", '"' + "x".repeat(70_000) + '"', "70000 characters, of which the first 4096"
                });
    }

    @Test
    void aFieldThatCannotBeReadIsNotKnownAndAWarningSaysSo() throws Exception {
        try (ScoreService service = start()) {
            for (String[] each : tolerated().toList()) {
                String login = "{\"user\":\"u\",\"success\":true,\"" + each[0] + "\":" + each[1] + "}";
                HttpResponse<String> response = post(service.port(), "/v1/score", login);
                String shown = login.substring(0, Math.min(80, login.length())) + " -> " + response.body();
                assertEquals(200, response.statusCode(), shown);
                JsonNode warnings = json(response).get("warnings");
                assertEquals(1, warnings.size(), shown);
                assertEquals(each[0], warnings.get(0).get("field").asText(), shown);
                assertTrue(warnings.get(0).get("reason").asText().contains(each[2]), shown);
                assertTrue(response.body().length() < 2000, shown);
                String line = post(service.port(), "/v1/score", "application/x-ndjson", login)
                        .body();
                assertTrue(line.contains("\"warnings\":[{\"field\":\"" + each[0] + '"'), line);
            }
            String metrics = get(service.port(), "/metrics").body();
            assertTrue(metrics.contains("octet_unreadable_fields_total{field=\"ip\"} 6.0"), metrics);
        }
    }

    @Test
    void whatLogsWriteAroundAddressesIsNoReasonForAWarning() throws Exception {
        try (ScoreService service = start()) {
            String plain = scoreOf(service, "\"203.0.113.9\"", "64500");
            for (String address : List.of(
                    "203.0.113.9:5123", "::ffff:203.0.113.9", "203.0.113.9, 10.0.0.1", "[::ffff:203.0.113.9]:80")) {
                assertEquals(plain, scoreOf(service, '"' + address + '"', "\"AS64500\""), address);
            }
        }
    }

    private String scoreOf(ScoreService service, String address, String network) throws Exception {
        JsonNode answer = json(post(
                service.port(),
                "/v1/score",
                "{\"time\":\"2020-01-01T00:00:00Z\",\"user\":\"nobody\",\"success\":true,\"ip\":" + address
                        + ",\"asn\":" + network + "}"));
        assertFalse(answer.has("warnings"), answer.toString());
        return answer.get("score").asText();
    }

    @Test
    void userNamesOfEveryKindAreScoredAndComeBackAfterAKill() throws Exception {
        List<String> users = List.of("a\\u0000b", "a\\ud800", "u".repeat(100_000));
        try (ScoreService service = start()) {
            for (String user : users) {
                HttpResponse<String> response =
                        post(service.port(), "/v1/score", "{\"user\":\"" + user + "\",\"success\":true}");
                assertEquals(200, response.statusCode(), response.body());
                assertFalse(json(response).has("warnings"), response.body());
            }
            for (String nobody : List.of("{\"success\":true}", "{\"user\":null,\"success\":true}")) {
                JsonNode answer = json(post(service.port(), "/v1/score", nobody));
                assertEquals("user", answer.at("/warnings/0/field").asText(), answer.toString());
            }
        }
        try (ScoreService again = start()) {
            for (String user : users) {
                JsonNode answer = json(post(again.port(), "/v1/score", "{\"user\":\"" + user + "\",\"success\":true}"));
                assertTrue(
                        answer.get("user_had_history").asBoolean()
                                || answer.get("flagged").asBoolean(),
                        answer.toString());
            }
        }
    }

    @Test
    void whatIsWrongIsSaidAndHurtsNobody() throws Exception {
        try (ScoreService service = start()) {
            for (String[] each : wrong().toList()) {
                HttpResponse<String> response = post(service.port(), "/v1/score", each[0]);
                String shown = each[0].substring(0, Math.min(80, each[0].length())) + " -> " + response.body();
                assertEquals(Integer.parseInt(each[1]), response.statusCode(), shown);
                assertTrue(json(response).get("error").asText().contains(each[2]), shown);
                assertTrue(response.body().length() < 600, shown);
            }
            assertEquals(
                    415, post(service.port(), "/v1/score", "text/plain", "{}").statusCode());
            assertEquals(404, get(service.port(), "/v2/score").statusCode());
            assertEquals(405, get(service.port(), "/v1/score").statusCode());
            HttpResponse<String> large = post(service.port(), "/v1/score", " ".repeat(10 << 20));
            assertEquals(413, large.statusCode());
            assertTrue(large.body().contains("larger than 4194304 bytes"), large.body());
            HttpResponse<String> many = post(
                    service.port(), "/v1/score", "[" + "{\"user\":\"\",\"success\":false},".repeat(10_000) + "{}]");
            assertEquals(413, many.statusCode());

            HttpResponse<String> stream = post(
                    service.port(),
                    "/v1/score",
                    "application/x-ndjson",
                    served.later.get(0) + "\n\nnonsense\n" + served.later.get(1) + "\r\n[]\n{\"x\":\""
                            + "y".repeat(300_000) + "\"}\n" + served.later.get(2));
            List<String> lines = stream.body().lines().toList();
            assertEquals(5, lines.size(), stream.body());
            assertTrue(lines.get(0).contains("\"scored\":"), lines.get(0));
            assertTrue(lines.get(1).startsWith("{\"line\":3,\"error\":\"not readable as JSON"), lines.get(1));
            assertTrue(lines.get(2).contains("\"scored\":"), lines.get(2));
            assertEquals("{\"line\":5,\"error\":\"a line is one login, found a list\"}", lines.get(3));
            assertTrue(
                    lines.get(4).startsWith("{\"line\":6,\"error\":\"a line is longer than 262144 bytes"),
                    lines.get(4));

            assertEquals(2, json(get(service.port(), "/v1/model")).get("logins").asInt(), "and nothing else was taken");
            assertEquals(
                    200,
                    post(service.port(), "/v1/score", served.later.get(3).toString())
                            .statusCode());
        }
    }

    @Test
    void theServletAnswersAsJettysOwnHandlerDoes() throws Exception {
        try (ScoreService service = start()) {
            List<String[]> bodies = new ArrayList<>(wrong().toList());
            bodies.add(
                    new String[] {served.later.get(0).deepCopy().put("id", "a").toString()});
            bodies.add(new String[] {"[" + bodies.get(bodies.size() - 1)[0] + "]"});
            post(service.port(), "/v1/score", bodies.get(bodies.size() - 1)[0]); // so that it is repeated from now on
            for (String[] each : bodies) {
                HttpResponse<String> direct = post(service.port(), "/v1/score", each[0]);
                HttpResponse<String> servlet = post(service.port(), "/v1/score/", each[0]);
                assertEquals(servlet.statusCode(), direct.statusCode(), servlet.body());
                assertEquals(servlet.body(), direct.body());
                assertEquals(servlet.headers(), direct.headers(), servlet.body());
            }
        }
    }

    @Test
    void slowClientsHoldUpNobody() throws Exception {
        ServiceSettings settings = served.settings(folder.resolve("state"));
        ServiceSettings hasty = new ServiceSettings(
                settings.model(),
                settings.models(),
                settings.state(),
                false,
                settings.host(),
                0,
                Optional.empty(),
                Optional.empty(),
                settings.keepScores(),
                ServedBundle.NO_DATABASES,
                new Limits(4 << 20, 64 << 10, 100, Duration.ofMillis(700), Duration.ofMillis(500), 1 << 10));
        List<Socket> slow = new ArrayList<>();
        try (ScoreService service = ScoreService.start(hasty, notes::add)) {
            String head =
                    "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{";
            for (int i = 0; i < 40; i++) {
                Socket socket = new Socket("127.0.0.1", service.port());
                slow.add(socket);
                socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            }
            for (int i = 0; i < 20; i++) {
                assertEquals(
                        200,
                        post(service.port(), "/v1/score", served.later.get(i).toString())
                                .statusCode());
            }
            // one that goes on, a byte at a time, is ended too
            Socket dripping = slow.get(0);
            for (int i = 0; i < 6; i++) {
                try {
                    dripping.getOutputStream().write(' ');
                } catch (IOException e) {
                    break; // it was
                }
                Thread.sleep(200);
            }
            for (Socket socket : slow.subList(0, 3)) {
                socket.setSoTimeout(5000);
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void aModelTakesThePlaceOfAnotherWhileRequestsGoOn() throws Exception {
        Bundle first = Bundle.load(served.bundle);
        Path other = served.bundle.resolveSibling("other");
        if (!Files.exists(other)) {
            FittedThreshold low =
                    new FittedThreshold(0, "test", first.model().threshold().alerts(), List.of());
            first.withThreshold(other, low, first.provenance().deepCopy());
        }
        String otherId = Bundle.load(other).id();
        try (ScoreService service = start()) {
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger failed = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            TreeSet<String> bundles = new TreeSet<>();
            List<Thread> clients = new ArrayList<>();
            for (int c = 0; c < 3; c++) {
                int from = c * 1000;
                clients.add(new Thread(() -> {
                    for (int i = from; i < from + 1000 && !over.get(); i++) {
                        try {
                            HttpResponse<String> answer = post(
                                    service.port(),
                                    "/v1/score",
                                    served.later.get(i).toString());
                            if (answer.statusCode() != 200) {
                                failed.incrementAndGet();
                            }
                            synchronized (bundles) {
                                bundles.add(json(answer).get("bundle").asText());
                            }
                            done.incrementAndGet();
                        } catch (IOException | InterruptedException e) {
                            failed.incrementAndGet();
                        }
                    }
                }));
            }
            clients.forEach(Thread::start);
            for (int i = 0; i < 6; i++) {
                HttpResponse<String> swapped = post(
                        service.port(),
                        "/v1/model",
                        "{\"path\":\"" + (i % 2 == 0 ? "other" : served.bundle.getFileName()) + "\"}");
                assertEquals(200, swapped.statusCode(), swapped.body());
                assertEquals(
                        i % 2 == 0 ? otherId : first.id(),
                        json(swapped).get("bundle").asText());
                Thread.sleep(30);
            }
            over.set(true);
            for (Thread client : clients) {
                client.join();
            }
            assertEquals(0, failed.get());
            assertEquals(
                    done.get(),
                    json(get(service.port(), "/v1/model")).get("logins").asInt());
            assertEquals(new TreeSet<>(List.of(first.id(), otherId)), bundles);

            HttpResponse<String> outside = post(service.port(), "/v1/model", "{\"path\":\"../..\"}");
            assertEquals(403, outside.statusCode(), outside.body());
            assertEquals(
                    404,
                    post(service.port(), "/v1/model", "{\"path\":\"none\"}").statusCode());
            Path link = served.bundle.resolveSibling("link");
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, folder);
            }
            assertEquals(
                    403,
                    post(service.port(), "/v1/model", "{\"path\":\"link\"}").statusCode());
            Path broken = served.bundle.resolveSibling("broken");
            Files.createDirectories(broken);
            Files.writeString(broken.resolve("bundle.json"), "{}");
            HttpResponse<String> refused = post(service.port(), "/v1/model", "{\"path\":\"broken\"}");
            assertEquals(422, refused.statusCode());
            assertTrue(refused.body().contains("is not an Octet bundle"), refused.body());
            assertEquals(
                    first.id(),
                    json(get(service.port(), "/v1/model")).get("bundle").asText(),
                    "the one before goes on");
            service.reload();
            assertTrue(notes.get(notes.size() - 1).startsWith("now scoring with served"), notes.toString());
        }
    }

    @Test
    void aTokenIsNeededWhereOthersCanReachIt() throws Exception {
        ServiceSettings open = served.settings(folder.resolve("state"));
        InputException refused = assertThrows(
                InputException.class,
                () -> new ServiceSettings(
                        open.model(),
                        open.models(),
                        open.state(),
                        false,
                        "0.0.0.0",
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        open.keepScores(),
                        ServedBundle.NO_DATABASES,
                        open.limits()));
        assertTrue(
                refused.getMessage()
                        .startsWith("--host 0.0.0.0 can be reached by others, and no token is set; set OCTET_TOKEN"),
                refused.getMessage());
        String token = "0123456789abcdef0123";
        ServiceSettings guarded = new ServiceSettings(
                open.model(),
                open.models(),
                open.state(),
                false,
                "0.0.0.0",
                0,
                Optional.of(token),
                Optional.empty(),
                open.keepScores(),
                ServedBundle.NO_DATABASES,
                open.limits());
        try (ScoreService service = ScoreService.start(guarded, notes::add)) {
            for (String path : List.of("/v1/model", "/metrics", "/openapi.json")) {
                assertEquals(401, get(service.port(), path).statusCode());
                assertEquals(
                        401,
                        get(service.port(), path, "Authorization", "Bearer " + token + "4")
                                .statusCode());
                assertEquals(
                        401,
                        get(service.port(), path, "Authorization", "Basic " + token)
                                .statusCode());
                assertEquals(
                        200,
                        get(service.port(), path, "Authorization", "Bearer " + token)
                                .statusCode());
            }
            assertEquals(
                    401,
                    post(service.port(), "/v1/score", served.later.get(0).toString())
                            .statusCode());
            assertEquals(200, get(service.port(), "/healthz").statusCode());
            assertEquals(200, get(service.port(), "/readyz").statusCode());
        }
    }

    @Test
    void withoutATokenAWebPageCannotReachItByAnotherName() throws Exception {
        try (ScoreService service = start();
                Socket socket = new Socket("127.0.0.1", service.port())) {
            OutputStream out = socket.getOutputStream();
            out.write("GET /v1/model HTTP/1.1\r\nHost: evil.example:8080\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
        }
    }

    @Test
    void notesNameNoUserAndNoAddress() throws Exception {
        List<String> logged = new ArrayList<>();
        Logger root = Logger.getLogger("");
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                synchronized (logged) {
                    logged.add(new SimpleFormatter().format(record));
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        root.addHandler(handler);
        try (ScoreService service = start()) {
            post(service.port(), "/v1/score", array(served.later.subList(0, 300)));
            post(
                    service.port(),
                    "/v1/score",
                    served.later.get(0).deepCopy().put("asn", -5).toString());
            service.reload();
        } finally {
            root.removeHandler(handler);
        }
        logged.addAll(notes);
        String all = String.join("\n", logged);
        for (ObjectNode login : served.later.subList(0, 300)) {
            assertFalse(all.contains(login.get("user").asText()), all);
            assertFalse(login.has("ip") && all.contains(login.get("ip").asText()), all);
        }
    }

    @Test
    void pseudonymsAreAllThatIsKept() throws Exception {
        ServiceSettings open = served.settings(folder.resolve("plain"));
        ServiceSettings plain = cold(open, folder.resolve("plain"), Optional.empty());
        ServiceSettings named = cold(open, folder.resolve("named"), Optional.of("a key that nobody guesses"));
        String expected;
        try (ScoreService service = ScoreService.start(plain, notes::add)) {
            expected = post(service.port(), "/v1/score", array(served.later.subList(0, 1500)))
                    .body();
        }
        Path state = folder.resolve("named");
        String id;
        ScoreService service = ScoreService.start(named, notes::add);
        try {
            JsonNode answers = json(post(service.port(), "/v1/score", array(served.later.subList(0, 1500))));
            JsonNode others = JSON.readTree(expected);
            id = others.get(0).get("id").asText();
            for (int i = 0; i < answers.size(); i++) {
                assertEquals(others.get(i).get("score"), answers.get(i).get("score"), "login " + i);
                assertEquals(
                        others.get(i).get("user_had_history"), answers.get(i).get("user_had_history"));
            }
            requireNoNames(state);
        } finally {
            service.close();
        }
        requireNoNames(state);
        InputException other = assertThrows(
                InputException.class,
                () -> ScoreService.start(cold(open, state, Optional.of("another key, also long")), notes::add));
        assertTrue(other.getMessage().contains("was made with another OCTET_PSEUDONYM_KEY"), other.getMessage());
        assertThrows(InputException.class, () -> ScoreService.start(cold(open, state, Optional.empty()), notes::add));
        try (ScoreService again = ScoreService.start(named, notes::add)) {
            JsonNode next =
                    json(post(again.port(), "/v1/score", served.later.get(1500).toString()));
            assertTrue(next.get("id").asText().endsWith("-1501"), id);
        }
    }

    private static ServiceSettings cold(ServiceSettings of, Path state, Optional<String> key) {
        return new ServiceSettings(
                of.model(),
                of.models(),
                state,
                true,
                of.host(),
                0,
                Optional.empty(),
                key,
                of.keepScores(),
                ServedBundle.NO_DATABASES,
                of.limits());
    }

    private static void requireNoNames(Path state) throws IOException {
        StringBuilder kept = new StringBuilder();
        try (Stream<Path> files = Files.walk(state)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                kept.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        String all = kept.toString();
        assertTrue(all.length() > 100_000);
        for (ObjectNode login : served.later.subList(0, 1500)) {
            assertFalse(all.contains(login.get("user").asText()), login.toString());
            assertFalse(login.has("ip") && all.contains(login.get("ip").asText()), login.toString());
        }
    }

    @Test
    void aBenignVerdictUpdatesTheHistoryAtOnceAndATakeoverNever() throws Exception {
        ObjectNode odd = null;
        JsonNode first = null;
        try (ScoreService service = start()) {
            JsonNode answers = json(post(service.port(), "/v1/score", array(served.later)));
            String last = served.later.get(served.later.size() - 1).get("time").asText();
            // Somebody with a history comes from a network that nobody ever came from; flagged, it updates no history.
            for (int i = 0; i < answers.size() && odd == null; i++) {
                if (served.later.get(i).get("success").asBoolean()
                        && answers.get(i).get("user_had_history").asBoolean()) {
                    ObjectNode from =
                            served.later.get(i).deepCopy().put("time", last).put("asn", 4_199_999_999L);
                    first = json(post(service.port(), "/v1/score", from.toString()));
                    odd = first.get("flagged").asBoolean() ? from : null;
                }
            }
            assertNotNull(odd, "nobody is flagged who comes from a new network");
            double before = first.get("score").asDouble();
            judge(service, first.get("id").asText(), "takeover");
            JsonNode refused = json(post(service.port(), "/v1/score", odd.toString()));
            assertTrue(refused.get("flagged").asBoolean(), refused.toString());
            assertEquals(before, refused.get("score").asDouble(), 0.02 * before);
            judge(service, refused.get("id").asText(), "benign");
            JsonNode updated = json(post(service.port(), "/v1/score", odd.toString()));
            assertTrue(refused.toString().contains("never seen for this user"), refused.toString());
            assertFalse(updated.get("flagged").asBoolean(), updated.toString());
            assertFalse(updated.toString().contains("never seen for this user"), updated.toString());
        }
        try (ScoreService again = start()) {
            JsonNode restarted = json(post(again.port(), "/v1/score", odd.toString()));
            assertFalse(restarted.get("flagged").asBoolean(), restarted.toString());
        }
    }

    private static void judge(ScoreService service, String id, String verdict) throws Exception {
        HttpResponse<String> answer =
                post(service.port(), "/v1/feedback", "{\"id\":\"" + id + "\",\"verdict\":\"" + verdict + "\"}");
        assertEquals(200, answer.statusCode(), answer.body());
    }

    @Test
    void feedbackMakesAnotherThreshold() throws Exception {
        Path state = folder.resolve("state");
        List<JsonNode> flagged = new ArrayList<>();
        try (ScoreService service = start()) {
            json(post(service.port(), "/v1/score", array(served.later))).forEach(answer -> {
                if (answer.get("flagged").asBoolean()) {
                    flagged.add(answer);
                }
            });
            flagged.sort((a, b) ->
                    Double.compare(b.get("score").asDouble(), a.get("score").asDouble()));
            assertTrue(flagged.size() > 8, flagged.size() + " flagged");
            for (int i = 0; i < 6; i++) {
                HttpResponse<String> kept = post(
                        service.port(),
                        "/v1/feedback",
                        "{\"id\":\"" + flagged.get(i).get("id").asText() + "\",\"verdict\":\""
                                + (i < 3 ? "takeover" : "benign") + "\"}");
                assertEquals(200, kept.statusCode(), kept.body());
            }
            // the last one counts
            post(
                    service.port(),
                    "/v1/feedback",
                    "{\"id\":\"" + flagged.get(2).get("id").asText() + "\",\"verdict\":\"benign\"}");
            assertEquals(
                    404,
                    post(service.port(), "/v1/feedback", "{\"id\":\"nobody\",\"verdict\":\"benign\"}")
                            .statusCode());
            HttpResponse<String> wrong = post(service.port(), "/v1/feedback", "{\"id\":\"x\",\"verdict\":\"maybe\"}");
            assertEquals(422, wrong.statusCode());
            assertEquals(
                    "verdict must be takeover, benign, unsure or withdrawn, found \"maybe\"",
                    json(wrong).get("error").asText());
            assertEquals(
                    422,
                    post(service.port(), "/v1/feedback", "{\"id\":1,\"verdict\":\"benign\"}")
                            .statusCode());
        }
        Path log = state.resolve("verdicts.ndjson");
        List<Verdicts.Entry> entries = Verdicts.read(log);
        assertEquals(6, entries.size());
        assertEquals(Verdicts.Verdict.BENIGN, entries.get(2).verdict());
        assertEquals(flagged.get(0).get("score").asDouble(), entries.get(0).score());

        Bundle bundle = Bundle.load(served.bundle);
        Rethreshold rethreshold = new Rethreshold(bundle, log, state);
        FittedThreshold next =
                rethreshold.fit(new Threshold.TargetPrecisionRecall(OptionalDouble.empty(), OptionalDouble.of(1)));
        Rethreshold.Outcome before =
                rethreshold.outcome(bundle.model().threshold().value());
        Rethreshold.Outcome after = rethreshold.outcome(next.value());
        assertEquals(flagged.size(), before.alerts());
        assertEquals(2, before.takeoversFound());
        assertEquals(4, before.benignFlagged());
        assertEquals(2, after.alerts());
        assertEquals(2, after.takeoversFound());
        assertEquals(0, after.benignFlagged());
        String report = rethreshold.report(next);
        assertTrue(report.contains("6 verdicts: 2 takeovers, 4 benign"), report);
        assertTrue(report.contains("2 of 2"), report);
        Bundle written = rethreshold.apply(next, folder.resolve("served-v2"));
        assertEquals(next.value(), written.model().threshold().value());
        assertEquals(bundle.id(), written.provenance().get("rethresholded_from").asText());
        assertTrue(written.provenance().get("rethresholded").asText().contains("6 verdicts (2 takeovers, 4 benign)"));
        assertTrue(!written.id().equals(bundle.id()));
        assertEquals(
                flagged.size(),
                new Rethreshold(written, log, state)
                        .outcome(bundle.model().threshold().value())
                        .alerts(),
                "scores of the bundle before count on");
        InputException taken =
                assertThrows(InputException.class, () -> rethreshold.apply(next, folder.resolve("served-v2")));
        assertTrue(taken.getMessage().contains("exists already"), taken.getMessage());
    }

    @Test
    void manyUnknownUsersDoNotFillTheMemory() throws Exception {
        try (ScoreService service = start()) {
            for (int first = 0; first < 100_000; first += 20_000) {
                StringBuilder lines = new StringBuilder();
                for (int i = first; i < first + 20_000; i++) {
                    lines.append("{\"user\":\"nobody-")
                            .append(i)
                            .append("\",\"success\":false,\"country\":\"X")
                            .append(i)
                            .append("\"}\n");
                }
                HttpResponse<String> answers =
                        post(service.port(), "/v1/score", "application/x-ndjson", lines.toString());
                assertEquals(20_000, answers.body().lines().count());
                assertFalse(answers.body().contains("error"));
            }
        }
        LoginHistory before = StateOf.bundle(served.bundle);
        LoginHistory after = StateOf.directory(folder.resolve("state"));
        assertEquals(before.users(), after.users(), "who never gets in has no history");
        // an attempt of the last day is counted whoever made it, the latest 2,097,152 of them at most
        assertTrue(after.bytes() < before.bytes() + 200 * 100_000, before.bytes() + " -> " + after.bytes());
    }
}
