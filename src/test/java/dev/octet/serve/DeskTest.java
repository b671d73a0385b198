package dev.octet.serve;

import static dev.octet.serve.ServedBundle.JSON;
import static dev.octet.serve.ServedBundle.get;
import static dev.octet.serve.ServedBundle.json;
import static dev.octet.serve.ServedBundle.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.event.InputException;
import dev.octet.event.Verdicts;
import dev.octet.serve.desk.AlertStore;
import dev.octet.serve.http.Access;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The desk's HTTP interface, in a service on a small bundle. */
@Timeout(100)
class DeskTest {
    private static final String ANN = "0123456789abcdef-ann";
    private static final String BOB = "0123456789abcdef-bob";
    private static ServedBundle served;

    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();

    @BeforeAll
    static void trains() throws Exception {
        served = ServedBundle.shared();
    }

    static DeskSettings settings(Path... watched) {
        return new DeskSettings(List.of(watched), Optional.empty(), AlertStore.Keep.of(Duration.ofDays(30)));
    }

    private ScoreService start(Path... watched) throws Exception {
        return ScoreService.start(served.settings(folder.resolve("state")), Optional.of(settings(watched)), notes::add);
    }

    /** Scores logins; the ids of those that were flagged, in order. */
    private static List<String> score(ScoreService service, int from, int to) throws Exception {
        ArrayNode array = JSON.createArrayNode();
        for (int i = from; i < to; i++) {
            array.add(served.later.get(i).deepCopy().put("id", "login-" + i));
        }
        HttpResponse<String> answer = post(service.port(), "/v1/score", array.toString());
        assertEquals(200, answer.statusCode(), answer.body());
        List<String> flagged = new ArrayList<>();
        for (JsonNode each : json(answer)) {
            if (each.get("flagged").asBoolean()) {
                flagged.add(each.get("id").asText());
            }
        }
        return flagged;
    }

    private static JsonNode alerts(ScoreService service, String query) throws Exception {
        HttpResponse<String> answer = get(service.port(), "/v1/alerts" + query);
        assertEquals(200, answer.statusCode(), answer.body());
        return json(answer);
    }

    /** The list once it has so many alerts; the desk reads the journal a moment later. */
    private static JsonNode await(ScoreService service, int alerts) throws Exception {
        long until = System.nanoTime() + 20_000_000_000L;
        while (true) {
            JsonNode list = alerts(service, "?limit=500");
            if (list.at("/counts/all").asInt() >= alerts || System.nanoTime() > until) {
                assertEquals(alerts, list.at("/counts/all").asInt());
                return list;
            }
            Thread.sleep(50);
        }
    }

    private static List<String> ids(JsonNode list) {
        List<String> ids = new ArrayList<>();
        list.get("alerts").forEach(alert -> ids.add(alert.get("id").asText()));
        return ids;
    }

    private static String verdict(String verdict, long version, String... ids) {
        ObjectNode body = JSON.createObjectNode().put("verdict", verdict).put("note", "a \"note\"");
        ArrayNode alerts = body.putArray("alerts");
        for (String id : ids) {
            alerts.addObject().put("id", id).put("version", version);
        }
        return body.toString();
    }

    @Test
    void listsWhatWasFlaggedWithWhatIsAroundIt() throws Exception {
        try (ScoreService service = start()) {
            List<String> flagged = score(service, 0, 3000);
            assertTrue(flagged.size() > 5, flagged.toString());
            JsonNode list = await(service, flagged.size());
            List<String> newest = new ArrayList<>(flagged);
            java.util.Collections.reverse(newest);
            assertEquals(newest, ids(list), "the newest first");

            double before = Double.POSITIVE_INFINITY;
            for (JsonNode alert : alerts(service, "?order=highest").get("alerts")) {
                assertTrue(alert.get("score").asDouble() <= before);
                before = alert.get("score").asDouble();
            }
            List<String> paged = new ArrayList<>();
            for (int offset = 0; offset < flagged.size(); offset += 4) {
                paged.addAll(ids(alerts(service, "?limit=4&offset=" + offset)));
            }
            assertEquals(newest, paged);

            String id = flagged.get(flagged.size() - 1);
            int number = Integer.parseInt(id.substring(6));
            ObjectNode login = served.later.get(number);
            JsonNode alert = json(get(service.port(), "/v1/alerts/" + id));
            for (String field : List.of("user", "ip", "country", "asn", "device", "success")) {
                assertEquals(
                        login.path(field).asText(), alert.at("/login/" + field).asText(), field);
            }
            assertTrue(
                    alert.get("sentence").asText().contains(login.get("user").asText()),
                    alert.get("sentence").asText());
            // what is around it, counted from the logins that were handed in
            String day = login.get("time").asText().substring(0, 10);
            int ofUser = 0;
            int ofNetwork = 0;
            int failures = 0;
            Set<String> users = new HashSet<>();
            for (int i = 0; i < 3000; i++) {
                ObjectNode each = served.later.get(i);
                ofUser += i <= number && each.get("user").equals(login.get("user")) ? 1 : 0;
                if (each.path("asn").equals(login.path("asn"))
                        && each.get("time").asText().startsWith(day)) {
                    ofNetwork++;
                    failures += each.get("success").asBoolean() ? 0 : 1;
                    users.add(each.get("user").asText());
                }
            }
            assertEquals(Math.min(50, ofUser), alert.get("user_logins").size());
            assertEquals(ofNetwork, alert.at("/network/logins").asInt());
            assertEquals(failures, alert.at("/network/failures").asInt());
            assertEquals(users.size(), alert.at("/network/users").asInt());
            JsonNode ocsf = JSON.readTree(alert.at("/copies/ocsf").asText());
            assertEquals(2004, ocsf.get("class_uid").asInt());
            assertEquals(
                    login.get("user").asText(),
                    ocsf.at("/evidences/0/user/name").asText());

            String country = alert.at("/login/country").asText();
            JsonNode ofCountry = alerts(service, "?country=" + country);
            assertTrue(ids(ofCountry).contains(id));
            ofCountry
                    .get("alerts")
                    .forEach(each ->
                            assertEquals(country, each.at("/login/country").asText()));
            assertTrue(ids(alerts(service, "?q=" + login.get("ip").asText())).contains(id));
            assertEquals(List.of(), ids(alerts(service, "?q=%25nobody%25")), "a percent sign is one");
            assertEquals(422, get(service.port(), "/v1/alerts?limit=1000").statusCode());
            assertEquals(422, get(service.port(), "/v1/alerts?uesr=1").statusCode());
            assertEquals(404, get(service.port(), "/v1/alerts/none").statusCode());
        }
    }

    @Test
    void campaignsHoldEveryAlertOnce() throws Exception {
        try (ScoreService service = start()) {
            List<String> flagged = score(service, 0, 3000);
            await(service, flagged.size());
            int ofTechniques = 0;
            for (JsonNode group : alerts(service, "?group=technique&limit=500").get("techniques")) {
                JsonNode members = alerts(
                        service,
                        "?limit=500&technique=" + group.at("/technique/key").asText());
                assertEquals(group.get("alerts").asInt(), members.get("alerts").size());
                ofTechniques += group.get("alerts").asInt();
            }
            assertEquals(alerts(service, "").at("/counts/all").asInt(), ofTechniques);
            assertEquals(422, get(service.port(), "/v1/alerts?group=colour").statusCode());
            JsonNode groups = alerts(service, "?group=campaign&limit=500").get("campaigns");
            int sum = 0;
            boolean several = false;
            Set<String> seen = new HashSet<>();
            for (JsonNode group : groups) {
                JsonNode members =
                        alerts(service, "?campaign=" + group.get("campaign").asLong());
                assertEquals(group.get("alerts").asInt(), members.get("alerts").size());
                assertEquals(members.get("alerts").get(0), group.get("head"), "the newest");
                seen.addAll(ids(members));
                sum += group.get("alerts").asInt();
                several |= group.get("alerts").asInt() > 1;
            }
            assertEquals(flagged.size(), sum);
            assertEquals(new HashSet<>(flagged), seen);
            assertTrue(several, "some alerts of this log belong together");
        }
    }

    @Test
    void verdictsAreKeptWithWhoAndOverwriteNothingSilently() throws Exception {
        List<String> flagged;
        try (ScoreService service = start()) {
            flagged = score(service, 0, 3000);
            await(service, flagged.size());
            String first = flagged.get(0);
            String second = flagged.get(1);
            HttpResponse<String> group = post(service.port(), "/v1/verdicts", verdict("takeover", 0, first, second));
            assertEquals(200, group.statusCode(), group.body());
            long version = json(group).at("/judged/0/version").asLong();
            assertEquals(
                    flagged.size() - 2,
                    alerts(service, "?state=open").at("/counts/all").asInt());
            assertEquals(List.of(second, first), ids(alerts(service, "?state=judged")));

            HttpResponse<String> late =
                    post(service.port(), "/v1/verdicts", verdict("benign", 0, flagged.get(2), first));
            assertEquals(409, late.statusCode(), "whoever has not seen the verdict overwrites nothing");
            assertTrue(json(late).get("error").asText().contains("local said takeover"), late.body());
            assertEquals(2, alerts(service, "?state=judged").at("/counts/all").asInt(), "all or none");

            assertEquals(
                    200,
                    post(service.port(), "/v1/verdicts", verdict("withdrawn", version, first))
                            .statusCode());
            JsonNode alert = json(get(service.port(), "/v1/alerts/" + first));
            assertTrue(alert.get("verdict").isNull());
            assertEquals(List.of("withdrawn", "takeover"), alert.get("verdicts").findValuesAsText("verdict"));
            assertEquals("local", alert.at("/verdicts/0/by").asText());
            assertEquals("a \"note\"", alert.at("/verdicts/0/note").asText());
            assertEquals(
                    200,
                    post(service.port(), "/v1/verdicts", verdict("unsure", 0, flagged.get(2)))
                            .statusCode());
            assertEquals(
                    200,
                    post(service.port(), "/v1/feedback", "{\"id\":\"" + flagged.get(3) + "\",\"verdict\":\"benign\"}")
                            .statusCode());
            assertEquals(3, alerts(service, "?state=judged").at("/counts/all").asInt());
            assertEquals(
                    422,
                    post(service.port(), "/v1/verdicts", verdict("maybe", 0, flagged.get(4)))
                            .statusCode());
            assertEquals(
                    404,
                    post(service.port(), "/v1/verdicts", verdict("benign", 0, "nobody"))
                            .statusCode());
        }
        List<Verdicts.Entry> known = Verdicts.read(folder.resolve("state/verdicts.ndjson"));
        assertEquals(
                List.of(flagged.get(1) + " TAKEOVER", flagged.get(3) + " BENIGN"),
                known.stream().map(entry -> entry.id() + " " + entry.verdict()).toList(),
                "what was taken back or unsure does not update the history");
        Files.delete(folder.resolve("state/desk.db"));
        try (ScoreService service = start()) {
            assertEquals(0, alerts(service, "").at("/counts/all").asInt(), "only past alerts are lost with the store");
        }
        try (Stream<String> lines = Files.lines(folder.resolve("state/audit.ndjson"))) {
            assertEquals(
                    5, lines.filter(line -> line.contains("\"did\":\"judged\"")).count());
        }
    }

    /** Events of a stream, as they come. */
    private static BlockingQueue<String> listen(ScoreService service) throws Exception {
        HttpResponse<InputStream> stream = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/v1/alerts/stream"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, stream.statusCode());
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("event: ")) {
                        events.add(line.substring(7) + " " + lines.readLine());
                    }
                }
                events.add("end");
            } catch (java.io.IOException e) {
                events.add("broken " + e);
            }
        });
        reader.setDaemon(true);
        reader.start();
        return events;
    }

    @Test
    void openDesksAreToldAtOnce() throws Exception {
        BlockingQueue<String> events;
        try (ScoreService service = start()) {
            events = listen(service);
            BlockingQueue<String> others = listen(service);
            List<String> flagged = score(service, 0, 3000);
            String alert = events.poll(10, TimeUnit.SECONDS);
            assertTrue(alert != null && alert.startsWith("alert data: {\"number\":"), alert);
            assertNotEquals(null, others.poll(10, TimeUnit.SECONDS));
            await(service, flagged.size());
            events.clear();
            post(service.port(), "/v1/verdicts", verdict("benign", 0, flagged.get(0)));
            String verdict = events.poll(10, TimeUnit.SECONDS);
            while (verdict != null && verdict.startsWith("alert ")) { // the last of the alerts may be on its way still
                verdict = events.poll(10, TimeUnit.SECONDS);
            }
            assertEquals("verdict data: {\"by\":\"local\",\"ids\":[\"" + flagged.get(0) + "\"]}", verdict);
        }
        assertEquals("end", events.poll(10, TimeUnit.SECONDS), "a service that stops ends its streams");
    }

    private static HttpResponse<String> send(
            ScoreService service, String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private ServiceSettings guarded(String tokens) {
        ServiceSettings open = served.settings(folder.resolve("state"));
        return new ServiceSettings(
                open.model(),
                open.models(),
                open.state(),
                false,
                "127.0.0.1",
                0,
                Optional.of(tokens),
                Optional.empty(),
                open.keepScores(),
                ServedBundle.NO_DATABASES,
                open.limits());
    }

    @Test
    void tokensHaveNamesAndRights() throws Exception {
        String tokens = "ann:judge:" + ANN + ",bob:read:" + BOB;
        try (ScoreService service = ScoreService.start(guarded(tokens), Optional.of(settings()), notes::add)) {
            ArrayNode array = JSON.createArrayNode();
            served.later.subList(0, 3000).forEach(array::add);
            String bearer = "Bearer " + ANN;
            assertEquals(401, get(service.port(), "/v1/alerts").statusCode());
            assertEquals(200, get(service.port(), "/").statusCode(), "the form that asks for a token");
            assertEquals(
                    403,
                    send(service, "POST", "/v1/score", array.get(0).toString(), "Authorization", "Bearer " + BOB)
                            .statusCode());
            assertEquals(
                    200,
                    send(service, "POST", "/v1/score", array.toString(), "Authorization", bearer)
                            .statusCode());
            String id = "";
            for (int i = 0; i < 200 && id.isEmpty(); i++) {
                Thread.sleep(50);
                id = json(get(service.port(), "/v1/alerts?limit=1", "Authorization", "Bearer " + BOB))
                        .at("/alerts/0/id")
                        .asText();
            }
            assertFalse(id.isEmpty());

            HttpResponse<String> signedIn = send(service, "POST", "/v1/desk/session", "{\"token\":\"" + ANN + "\"}");
            assertEquals(200, signedIn.statusCode(), signedIn.body());
            String cookie = signedIn.headers().firstValue("Set-Cookie").orElse("");
            assertTrue(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), cookie);
            String pair = cookie.split(";")[0];
            String csrf = json(signedIn).get("csrf").asText();
            String body = verdict("takeover", 0, id);
            assertEquals(
                    403,
                    send(service, "POST", "/v1/verdicts", body, "Cookie", pair).statusCode(),
                    "no CSRF value");
            assertEquals(
                    403,
                    send(service, "POST", "/v1/verdicts", body, "Cookie", pair, Access.CSRF_HEADER, "0" + csrf)
                            .statusCode());
            HttpResponse<String> judged =
                    send(service, "POST", "/v1/verdicts", body, "Cookie", pair, Access.CSRF_HEADER, csrf);
            assertEquals(200, judged.statusCode(), judged.body());
            assertEquals(
                    "ann",
                    json(get(service.port(), "/v1/alerts/" + id, "Authorization", "Bearer " + BOB))
                            .at("/verdicts/0/by")
                            .asText());

            HttpResponse<String> reader = send(service, "POST", "/v1/desk/session", "{\"token\":\"" + BOB + "\"}");
            String readers =
                    reader.headers().firstValue("Set-Cookie").orElse("").split(";")[0];
            String readersCsrf = json(reader).get("csrf").asText();
            assertEquals(
                    200, get(service.port(), "/v1/alerts", "Cookie", readers).statusCode());
            assertEquals(
                    403,
                    send(service, "POST", "/v1/verdicts", body, "Cookie", readers, Access.CSRF_HEADER, readersCsrf)
                            .statusCode());
            assertEquals(
                    200,
                    send(
                                    service,
                                    "DELETE",
                                    "/v1/desk/session",
                                    null,
                                    "Cookie",
                                    readers,
                                    Access.CSRF_HEADER,
                                    readersCsrf)
                            .statusCode());
            assertEquals(
                    401, get(service.port(), "/v1/alerts", "Cookie", readers).statusCode(), "signed out");

            int status = 0;
            for (int i = 0; i < 25 && status != 429; i++) {
                status = send(service, "POST", "/v1/desk/session", "{\"token\":\"wrong\"}")
                        .statusCode();
            }
            assertEquals(429, status);
            assertEquals(200, get(service.port(), "/v1/alerts", "Cookie", pair).statusCode(), "who is in stays in");
        }
        for (String wrong :
                List.of("ann:judge:short", "ann:judge:" + ANN + ",ann:read:" + BOB, "ann:judge:" + ANN + ",x")) {
            assertThrows(InputException.class, () -> guarded(wrong), wrong);
        }
    }

    @Test
    void pagesOfOtherSitesChangeNothing() throws Exception {
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "origin,host");
        try (ScoreService service = start()) {
            List<String> flagged = score(service, 0, 3000);
            await(service, flagged.size());
            String body = verdict("benign", 0, flagged.get(0));
            assertEquals(
                    403,
                    send(service, "POST", "/v1/verdicts", body, "Origin", "https://evil.example")
                            .statusCode());
            assertEquals(
                    403,
                    send(service, "POST", "/v1/verdicts", body, "Origin", "null")
                            .statusCode());
            assertEquals(
                    200,
                    send(service, "POST", "/v1/verdicts", body, "Origin", "http://127.0.0.1:" + service.port())
                            .statusCode());
            HttpResponse<String> page = get(service.port(), "/");
            String policy = page.headers().firstValue("Content-Security-Policy").orElse("");
            assertTrue(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"), policy);
            assertFalse(page.body().contains("<script>") || page.body().contains(" style="), "nothing inline");
            for (String file : page.body().split("\"")) {
                if (file.startsWith("/desk/")) {
                    assertEquals(200, get(service.port(), file).statusCode(), file);
                }
            }
        }
    }

    @Test
    void aThresholdIsAppliedOutlivesARestartAndIsTakenBack() throws Exception {
        String first;
        String second;
        Path made;
        try (ScoreService service = start()) {
            List<String> flagged = score(service, 0, 3000);
            await(service, flagged.size());
            JsonNode curve = json(get(service.port(), "/v1/desk/threshold"));
            first = curve.get("bundle").asText();
            assertFalse(curve.get("can_take_back").asBoolean());
            Map<Integer, Double> byAlerts = new HashMap<>();
            curve.get("points")
                    .forEach(point -> byAlerts.put(
                            point.get("alerts").asInt(), point.get("threshold").asDouble()));
            assertTrue(byAlerts.containsKey(flagged.size()), byAlerts.toString());
            double wanted = byAlerts.get(3);
            HttpResponse<String> other =
                    post(service.port(), "/v1/desk/threshold", "{\"threshold\":" + wanted + ",\"bundle\":\"another\"}");
            assertEquals(409, other.statusCode(), other.body());
            HttpResponse<String> applied = post(
                    service.port(),
                    "/v1/desk/threshold",
                    "{\"threshold\":" + wanted + ",\"bundle\":\"" + first + "\"}");
            assertEquals(200, applied.statusCode(), applied.body());
            second = json(applied).get("to").asText();
            made = served.bundle.resolveSibling(json(applied).get("directory").asText());
            assertNotEquals(first, second);
            JsonNode model = json(get(service.port(), "/v1/model"));
            assertEquals(second, model.get("bundle").asText());
            assertEquals(wanted, model.get("threshold").asDouble());
            assertEquals(
                    wanted,
                    json(post(
                                    service.port(),
                                    "/v1/score",
                                    served.later.get(3000).toString()))
                            .get("threshold")
                            .asDouble(0),
                    served.later.get(3000).get("success").asBoolean() ? 0 : Double.MAX_VALUE);
        }
        try (ScoreService service = start()) {
            assertEquals(
                    second, json(get(service.port(), "/v1/model")).get("bundle").asText(), notes.toString());
            HttpResponse<String> back = send(service, "DELETE", "/v1/desk/threshold?bundle=" + second, null);
            assertEquals(200, back.statusCode(), back.body());
            assertEquals(
                    first, json(get(service.port(), "/v1/model")).get("bundle").asText());
            assertEquals(
                    422,
                    send(service, "DELETE", "/v1/desk/threshold?bundle=" + first, null)
                            .statusCode());
        }
        try (ScoreService service = start()) {
            assertEquals(
                    first, json(get(service.port(), "/v1/model")).get("bundle").asText());
        }
        try (Stream<Path> files = Files.walk(made)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> assertTrue(file.toFile().delete()));
        }
    }

    @Test
    void pseudonymsAreAllThatTheDeskKeeps() throws Exception {
        ServiceSettings open = served.settings(folder.resolve("state"));
        ServiceSettings named = new ServiceSettings(
                open.model(),
                open.models(),
                open.state(),
                true,
                open.host(),
                0,
                Optional.empty(),
                Optional.of("a key that nobody guesses"),
                open.keepScores(),
                ServedBundle.NO_DATABASES,
                open.limits());
        try (ScoreService service = ScoreService.start(named, Optional.of(settings()), notes::add)) {
            List<String> flagged = score(service, 0, 1500);
            await(service, flagged.size());
            assertEquals(
                    200,
                    post(service.port(), "/v1/verdicts", verdict("benign", 0, flagged.get(0)))
                            .statusCode());
        }
        for (String file : List.of("desk.db", "verdicts.ndjson", "audit.ndjson")) {
            String all = Files.readString(folder.resolve("state").resolve(file), StandardCharsets.ISO_8859_1);
            for (ObjectNode login : served.later.subList(0, 1500)) {
                assertFalse(all.contains(login.get("user").asText()), file);
                assertFalse(login.has("ip") && all.contains(login.get("ip").asText()), file);
            }
        }
    }

    private JsonNode fact(ScoreService service, String key) throws Exception {
        for (JsonNode fact : json(get(service.port(), "/v1/desk/health")).get("facts")) {
            if (fact.get("key").asText().equals(key)) {
                return fact;
            }
        }
        throw new AssertionError("no fact " + key);
    }

    @Test
    void whetherTheModelStillFitsIsSaidAndSurvivesARestart() throws Exception {
        JsonNode before;
        try (ScoreService service = start()) {
            score(service, 0, 200);
            assertEquals(
                    "not known yet", fact(service, "model-fit").get("value").asText());
            score(service, 200, served.later.size());
            ArrayNode again = JSON.createArrayNode(); // too few have come: those that come late are scored, too
            for (int i = 0; i < 2000; i++) {
                again.add(served.later.get(i).deepCopy().put("id", "again-" + i));
            }
            assertEquals(
                    200, post(service.port(), "/v1/score", again.toString()).statusCode());
            before = fact(service, "model-fit");
            assertNotEquals("not known yet", before.get("value").asText(), before.toString());
            assertTrue(before.get("text").asText().contains("Shift of the scores"), before.toString());
        }
        try (ScoreService service = start()) {
            assertEquals(before, fact(service, "model-fit"));
            assertTrue(get(service.port(), "/metrics").body().contains("octet_drift_scores"));
        }
        Path counted = folder.resolve("state/drift.json");
        Files.writeString(
                counted,
                "{\"version\": 1, \"bundle\": \"" + Bundle.load(served.bundle).id() + "\"}");
        try (ScoreService service = start()) {
            assertEquals(
                    "not known yet", fact(service, "model-fit").get("value").asText());
            assertTrue(
                    Files.exists(folder.resolve("state/drift.json.unreadable")), "damage stops nothing, and is kept");
        }
    }

    @Test
    void healthIsSaidInSentences() throws Exception {
        try (ScoreService service = start()) {
            List<String> flagged = score(service, 0, 3000);
            await(service, flagged.size());
            JsonNode health = json(get(service.port(), "/v1/desk/health"));
            Map<String, JsonNode> facts = new HashMap<>();
            health.get("facts").forEach(fact -> facts.put(fact.get("key").asText(), fact));
            assertTrue(
                    facts.keySet()
                            .containsAll(List.of(
                                    "logins-per-minute",
                                    "share-scored",
                                    "without-network",
                                    "score-drift",
                                    "unreadable-fields",
                                    "model-age")),
                    facts.keySet().toString());
            facts.values().forEach(fact -> assertTrue(fact.get("text").asText().endsWith("."), fact.toString()));
            ObjectNode bad = served.later.get(3000).deepCopy().put("ip", "300.1.1.1");
            ArrayNode many = JSON.createArrayNode();
            for (int i = 0; i < 20; i++) {
                many.add(bad);
            }
            assertEquals(200, post(service.port(), "/v1/score", many.toString()).statusCode());
            for (JsonNode fact : json(get(service.port(), "/v1/desk/health")).get("facts")) {
                if (fact.get("key").asText().equals("unreadable-fields")) {
                    assertFalse(fact.get("ok").asBoolean());
                    assertTrue(fact.get("text").asText().contains("ip (20)"), fact.toString());
                }
            }
        }
    }

    @Test
    void aLogIsReadWhileItGrowsAndEachOfItsLoginsCountsOnce() throws Exception {
        List<String> lines = Files.readAllLines(served.laterLog);
        Path log = folder.resolve("growing.csv");
        Files.write(log, lines.subList(0, 2000));
        try (ScoreService service = start(log)) {
            awaitLogins(service, 1999);
            Files.write(log, lines.subList(2000, 3001), StandardOpenOption.APPEND);
            awaitLogins(service, 3000);
        }
        // as after a kill: the position is that of earlier
        try (Stream<Path> files = Files.list(folder.resolve("state"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".position")).toList()) {
                Files.delete(file);
            }
        }
        Path alone = folder.resolve("alone");
        List<String> flagged;
        try (ScoreService service = ScoreService.start(served.settings(alone), Optional.of(settings()), notes::add)) {
            flagged = score(service, 0, 3000);
        }
        try (ScoreService service = start(log)) {
            JsonNode list = await(service, flagged.size());
            Files.write(log, lines.subList(3001, 3101), StandardOpenOption.APPEND);
            awaitLogins(service, 3100);
            assertEquals(
                    flagged.stream().map(id -> id.substring(6)).toList(),
                    ids(list).stream()
                            .map(id -> id.substring(id.lastIndexOf('-') + 1))
                            .sorted(java.util.Comparator.comparingInt(Integer::parseInt))
                            .toList(),
                    "the same logins as over HTTP");
        }
    }

    @Test
    void severalLogsAreReadInStepByTime() throws Exception {
        List<String> lines = Files.readAllLines(served.laterLog);
        List<List<String>> parts = List.of(new ArrayList<>(), new ArrayList<>());
        parts.forEach(part -> part.add(lines.get(0)));
        for (int i = 1; i <= 3000; i++) {
            parts.get(i / 700 % 2).add(lines.get(i)); // stretches of several days, by turns
        }
        Path one = Files.write(folder.resolve("one.csv"), parts.get(0));
        Path other = Files.write(folder.resolve("other.csv"), parts.get(1));
        try (ScoreService service = start(one, other)) {
            awaitLogins(service, 3000);
            String metrics = get(service.port(), "/metrics").body();
            assertTrue(metrics.contains("octet_logins_late_total 0.0"), metrics);
        }
    }

    private static void awaitLogins(ScoreService service, int logins) throws Exception {
        long until = System.nanoTime() + 20_000_000_000L;
        while (json(get(service.port(), "/v1/model")).get("logins").asInt() != logins && System.nanoTime() < until) {
            Thread.sleep(50);
        }
        assertEquals(
                logins, json(get(service.port(), "/v1/model")).get("logins").asInt());
    }
}
