package dev.octet.cli;

import static dev.octet.cli.Said.octet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs with faults of every kind, through the commands: nothing that whoever logs in can write hides a login. */
class FaultyLogsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COLUMNS =
            "{time: \"@timestamp\", user: user.name, success: event.outcome, ip: source.ip,"
                    + " country: source.geo.country_iso_code, asn: source.as.number, user-agent: user_agent.original}";
    private static final int USERS = 40;
    private static final int DAYS = 90;

    @TempDir
    private static Path shared;

    private static Path log;
    private static Path bundle;

    @TempDir
    private Path folder;

    /** A login in the shape of the Elastic Common Schema. */
    private static ObjectNode login(
            Instant time, String user, String ip, Object network, String country, String agent) {
        ObjectNode login = JSON.createObjectNode();
        login.put("@timestamp", time.toString());
        login.putObject("user").put("name", user);
        login.putObject("event").put("outcome", "success");
        ObjectNode source = login.putObject("source");
        source.put("ip", ip);
        source.putObject("as").set("number", JSON.valueToTree(network));
        source.putObject("geo").put("country_iso_code", country);
        login.putObject("user_agent").put("original", agent);
        return login;
    }

    /** Users with a network, a place and a browser of their own, each on every day, seldom from elsewhere. */
    private static String normals() {
        SplittableRandom random = new SplittableRandom(11);
        StringBuilder lines = new StringBuilder();
        Instant start = Instant.parse("2021-01-01T08:00:00Z");
        for (int day = 0; day < DAYS; day++) {
            for (int user = 0; user < USERS; user++) {
                int network = random.nextInt(12) == 0 ? random.nextInt(6) : user % 6;
                lines.append(login(
                                start.plusSeconds(day * 86_400L + user * 300L + random.nextInt(300)),
                                "user" + user,
                                "198.51." + network + "." + (1 + user),
                                64_500 + network,
                                network < 4 ? "NO" : "SE",
                                "Firefox/" + (80 + user % 5)))
                        .append('\n');
            }
        }
        return lines.toString();
    }

    /** What an attacker may do to one field of a takeover; each is a line of the log. */
    private static List<String> takeovers() throws IOException {
        List<String> lines = new ArrayList<>();
        Instant time = Instant.parse("2021-05-01T03:00:00Z");
        String ip = "203.0.113.9";
        String agent = "curl/8";
        List<String> addresses = List.of(
                ip, "203.0.113.9:5123", "203.0.113.9, 10.0.0.1", "unknown", "::ffff:203.0.113.9", "=cmd()", "[::1", "");
        List<String> agents = List.of(
                "curl/8\u0001", "curl/8\u001b[2J", "x".repeat(70_000), "y".repeat(300_000), "\u202egnp.exe", "=1+1");
        int victim = 0;
        for (String address : addresses) {
            lines.add(takeover(time, victim++, address, 4_200_000_999L, agent));
        }
        for (String each : agents) {
            lines.add(takeover(time.plusSeconds(60), victim++, ip, 4_200_000_999L, each));
        }
        for (Object network : List.of("AS4200000999", "no number", -1, 1e99, true)) {
            lines.add(takeover(time.plusSeconds(120), victim++, ip, network, agent));
        }
        // a writer that does not escape what it should, and one that escapes as C does
        lines.add(takeover(time.plusSeconds(180), victim++, ip, 4_200_000_999L, "curl")
                .replace("\"curl\"", "\"curl\u0007\""));
        lines.add(takeover(time.plusSeconds(180), victim++, ip, 4_200_000_999L, "curl")
                .replace("\"curl\"", "\"curl\\x07\""));
        lines.add(takeover(time.plusSeconds(180), victim, ip, 4_200_000_999L, "curl")
                .replace("\"curl\"", "{\"a\": [1]}"));
        return lines;
    }

    private static String takeover(Instant time, int victim, String ip, Object network, String agent) {
        return login(time, "user" + victim, ip, network, "ZZ", agent).toString();
    }

    private static Path config(Path folder, Path train, String columns, String more) throws IOException {
        return Files.writeString(
                Files.createDirectories(folder).resolve("config.yaml"),
                "name: faults\ndata:\n  format:\n    columns: " + columns + "\n    success-values: [success, \"1\"]\n"
                        + "    failure-values: [failure, \"0\"]\n" + more + "  train: " + train + "\nview: attempt\n"
                        + "split: {by: time, train: 0.6, validation: 0.2, test: 0.2}\n"
                        + "detector: {user-surprise: {}}\nthreshold: {percentile: 99}\noutput: "
                        + folder.resolve("out") + "\n");
    }

    @BeforeAll
    static void train() throws IOException {
        log = Files.writeString(shared.resolve("logins.ndjson"), normals());
        Said said = octet("run", config(shared.resolve("run"), log, COLUMNS, ""), "-q");
        assertEquals(0, said.code(), said.err());
        bundle = shared.resolve("run/out/bundle");
    }

    @Test
    void noFieldThatCannotBeReadHidesATakeover() throws IOException {
        List<String> lines = takeovers();
        Path attacks = folder.resolve("attacks.ndjson");
        Files.writeString(attacks, String.join("\n", lines) + "\n");
        Path scores = folder.resolve("scores.csv");
        Said scored = octet("score", "--model", bundle, "--input", attacks, "--output", scores, "-q");
        assertEquals(0, scored.code(), scored.err());
        List<String> rows = Files.readAllLines(scores);
        assertEquals(lines.size() + 1, rows.size(), scored.err());
        for (String row : rows.subList(1, rows.size())) {
            assertEquals("1", row.split(",")[5], row);
        }
        // loud although it is quiet, by column and reason
        assertTrue(scored.err().contains("more than the expected 0.1 %"), scored.err());
        assertTrue(scored.err().contains("source.ip (2 × unreadable IP address)"), scored.err());
        assertTrue(scored.err().contains("source.as.number (4 × unreadable number)"), scored.err());
        assertTrue(scored.err().contains("control character"), scored.err());

        Path state = folder.resolve("state");
        Said watched = octet("watch", "--model", bundle, "--input", attacks, "--state", state, "-q");
        assertEquals(0, watched.code(), watched.err());
        assertEquals(lines.size(), watched.out().lines().count(), watched.out());
        assertTrue(watched.err().contains("more than the expected 0.1 %"), watched.err());
        List<String> listed = Files.readAllLines(folder.resolve("state.unreadable.csv"));
        assertEquals("row,line,time,user,column,reason,value,outcome", listed.get(0));
        assertEquals(Files.readAllLines(folder.resolve("scores.csv.unreadable.csv")), listed);
        for (String line : listed.subList(1, listed.size())) {
            assertTrue(line.endsWith(",kept"), line);
            assertTrue(line.contains(",2021-05-01T03:0") && line.contains(",user"), line);
            assertTrue(line.chars().noneMatch(c -> c < ' ' || c == 0x202e), line);
            assertTrue(line.length() < 1000, line);
        }
        // another watch goes on behind what the list holds
        Files.writeString(attacks, takeovers().get(5).replace("05-01", "05-02") + "\n", StandardOpenOption.APPEND);
        assertEquals(
                0,
                octet("watch", "--model", bundle, "--input", attacks, "--state", state, "-q")
                        .code());
        assertEquals(
                listed.size() + 1,
                Files.readAllLines(folder.resolve("state.unreadable.csv")).size());
    }

    @Test
    void noShareOfUnreadableRowsStopsScoring() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1500; i++) {
            lines.append("{\"user_agent\": \"").append(i).append('\n');
        }
        lines.append(takeovers().get(0)).append('\n');
        Path attacks = Files.writeString(folder.resolve("attacks.ndjson"), lines);
        Path scores = folder.resolve("scores.csv");
        Said said = octet("score", "--model", bundle, "--input", attacks, "--output", scores, "-q");
        assertEquals(0, said.code(), said.err());
        assertEquals(2, Files.readAllLines(scores).size());
        assertTrue(said.err().contains("1,500 of 1,501 rows cannot be used"), said.err());
    }

    @Test
    void aKeyThatNoLineHasIsRefusedOrSaid() throws IOException {
        Said refused = octet("run", config(folder, log, COLUMNS.replace("user.name", "user.nmae"), ""), "-q");
        assertNotEquals(0, refused.code());
        assertTrue(refused.err().contains("no line has the key user.nmae"), refused.err());
        assertTrue(refused.err().contains("\"user.name\" meant"), refused.err());
        Said told =
                octet("run", config(folder, log, COLUMNS.replace("source.as.number", "source.asn.number"), ""), "-q");
        assertEquals(0, told.code(), told.err());
        assertTrue(told.err().contains("no row has a value of asn (source.asn.number)"), told.err());
        assertTrue(Files.readString(folder.resolve("out/table.md")).contains("source.asn.number"));
    }

    /** The same 48 logins in three units of time; see src/test/resources/faults. */
    @Test
    void timesOfAnotherUnitAreRefusedAndTheRightOneNamed() throws IOException {
        for (String written : List.of("seconds", "millis", "micros")) {
            Path file = Path.of("src/test/resources/faults/" + written + ".csv").toAbsolutePath();
            for (String stated : List.of("seconds", "millis", "micros")) {
                Path config = config(
                        folder.resolve(written + stated),
                        file,
                        "{time: ts, user: user, success: ok, ip: ip}",
                        "    time-format: epoch-" + stated + "\n");
                Said said = octet("run", config, "-q", "--set", "threshold.percentile=60");
                if (written.equals(stated)) {
                    assertEquals(0, said.code(), said.err());
                } else {
                    assertNotEquals(0, said.code(), written + " as " + stated);
                    assertTrue(said.err().contains("\"epoch-" + written + "\" fits"), said.err());
                }
            }
        }
    }

    @Test
    void addressesWithinAddressesAreTheSame() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        StringBuilder mixed = new StringBuilder();
        StringBuilder plain = new StringBuilder();
        for (String line : normals().split("\n")) {
            String address = JSON.readTree(line).at("/source/ip").asText();
            String other = List.of(
                            "::ffff:" + address,
                            address + ":" + random.nextInt(65_536),
                            address + ", 10.0.0.1",
                            address)
                    .get(random.nextInt(4));
            plain.append(line).append('\n');
            mixed.append(line.replace('"' + address + '"', '"' + other + '"')).append('\n');
        }
        List<String> scores = new ArrayList<>();
        for (StringBuilder text : List.of(plain, mixed)) {
            Path at = folder.resolve("log" + scores.size());
            Path file = Files.writeString(Files.createDirectories(at).resolve("log.ndjson"), text);
            Said said = octet("run", config(at, file, COLUMNS, ""), "-q");
            assertEquals(0, said.code(), said.err());
            assertTrue(!said.err().contains("cannot be read"), said.err());
            scores.add(Files.readString(at.resolve("out/scores.csv")));
        }
        assertEquals(scores.get(0), scores.get(1));
    }

    @Test
    void lateLinesOfAMinuteCountAsNewAndOlderOnesAreListed() throws IOException {
        StringBuilder text = new StringBuilder("ts,user,ok,ip\n");
        Instant start = Instant.parse("2024-01-01T00:00:00Z");
        for (int i = 0; i < 400; i++) {
            text.append(start.plusSeconds(i * 30L - (i % 10 == 9 ? 45 : 0)))
                    .append(",u")
                    .append(i % 7)
                    .append(",1,192.0.2.")
                    .append(i % 7)
                    .append('\n');
        }
        Path file = Files.writeString(folder.resolve("log.csv"), text);
        String columns = "{time: ts, user: user, success: ok, ip: ip}";
        Said said = octet("run", config(folder, file, columns, ""), "-q", "--set", "threshold.percentile=60");
        assertEquals(0, said.code(), said.err());
        assertTrue(Files.notExists(folder.resolve("out/unreadable.csv")), said.err());
    }

    @Test
    void aWatchRepeatsNothingBehindAByteOrderMarkAndLeavesHalfALine() throws IOException {
        Path attacks = folder.resolve("bom.ndjson");
        List<String> lines = takeovers();
        Files.writeString(attacks, "\ufeff" + lines.get(0) + "\n" + lines.get(1) + "\n");
        Path state = folder.resolve("state");
        Object[] watch = {"watch", "--model", bundle, "--input", attacks, "--state", state};
        assertEquals(2, octet(watch).out().lines().count());
        assertEquals(0, octet(watch).out().lines().count());
        String next = lines.get(2).replace("05-01", "05-02");
        Files.writeString(attacks, next.substring(0, 100), StandardOpenOption.APPEND);
        Said half = octet(watch);
        assertEquals("", half.out());
        assertTrue(half.err().contains("100 bytes that have no line end yet"), half.err());
        Files.writeString(attacks, next.substring(100) + "\n", StandardOpenOption.APPEND);
        String alert = octet(watch).out();
        assertEquals(1, alert.lines().count());
        JsonNode told = JSON.readTree(alert.getBytes(StandardCharsets.UTF_8));
        assertEquals(2, told.get("row").asInt());
        assertEquals("203.0.113.9", told.get("ip").asText());
    }

    @Test
    void wordsForTheOutcomeThatNobodyKnowsAreNamed() throws IOException {
        String text = normals()
                .replaceFirst("success", "denied")
                .replaceFirst("success", "denied")
                .replaceFirst("success", "locked");
        Path file = Files.writeString(folder.resolve("log.ndjson"), text);
        Said said = octet("run", config(folder, file, COLUMNS, ""), "-q");
        assertEquals(0, said.code(), said.err());
        assertTrue(said.err().contains("\"denied\" (2), \"locked\" (1)"), said.err());
    }

    @Test
    void aColumnOfAnotherKindIsRefusedForTrainingAndNamed() throws IOException {
        String columns = COLUMNS.replace("user-agent:", "latitude:");
        Said said = octet("run", config(folder, log, columns, ""), "-q");
        assertNotEquals(0, said.code());
        assertTrue(said.err().contains("column user_agent.original cannot be read in 3,600 of 3,600 rows"), said.err());
    }
}
