package dev.octet.cli;

import static dev.octet.cli.Said.octet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.event.InputFile;
import dev.octet.event.text.Hostile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Logs that were misread once, with what is right: copies of invented samples in {@code src/test/resources/faults}. {@link
 * FaultyLogsTest} has the three logs of epoch times.
 */
class FaultInputsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ECS_COLUMNS =
            "{time: \"@timestamp\", user: user.name, success: event.outcome, ip: source.ip,"
                    + " country: source.geo.country_iso_code, asn: source.as.number, user-agent: user_agent.original}";
    private static final String ALL_COLUMNS =
            "{time: ts, user: user, success: ok, ip: ip, country: country, asn: asn, user-agent: ua}";

    @TempDir
    private static Path shared;

    private static Path bundle;
    private static Said ran;

    @TempDir
    private Path folder;

    private static Path fault(String name) {
        return Path.of("src/test/resources/faults").resolve(name).toAbsolutePath();
    }

    /** A copy that is not packed. */
    private static Path unpacked(String name, Path folder) throws IOException {
        Path copy = folder.resolve(name.replace(".xz", ""));
        try (InputStream in = InputFile.open(fault(name))) {
            Files.copy(in, copy);
        }
        return copy;
    }

    private static Path config(Path folder, Path log, String columns, String more) throws IOException {
        return Files.writeString(
                folder.resolve("config.yaml"), """
                        name: fault
                        data:
                          train: %s
                          format: {columns: %s%s}
                        detector: user-surprise
                        output: %s
                        """.formatted(log, columns, more, folder.resolve("out")));
    }

    private static Said run(Path config, String... settings) {
        List<Object> arguments = new ArrayList<>(List.of("run", config, "-q"));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        return octet(arguments.toArray());
    }

    private static List<String> flagged(Path scores) throws IOException {
        return Files.readAllLines(scores).stream()
                .skip(1)
                .filter(row -> row.matches("(\"[^\"]*\"|[^\",]*,){5}1,.*"))
                .toList();
    }

    @BeforeAll
    static void trainOnJson() throws IOException {
        Path config = config(
                shared,
                fault("json-4000-logins.ndjson.xz"),
                ECS_COLUMNS,
                ", success-values: [success], failure-values: [failure]");
        // what user agents tell was not read when the 29 alerts were counted
        ran = run(
                config,
                "evaluate.on=successful",
                "split={by: time, train: 0.5, validation: 0.2, test: 0.3}",
                "threshold={percentile: 95}",
                "data.enrich={user-agents: keep}");
        bundle = shared.resolve("out/bundle");
    }

    @Test
    void rightKeysGiveTheAlertsThatThereAre() throws IOException {
        assertEquals(0, ran.code(), ran.err());
        assertEquals(29, flagged(shared.resolve("out/scores.csv")).size());
    }

    @Test
    void aReportWithoutLabelsHasNoColumnOfNothing() throws IOException {
        String page = Files.readString(shared.resolve("out/report.html"));
        assertTrue(page.contains("own threshold"));
        assertFalse(page.contains(">n/a</td>") || page.contains(">n/a<small>"), "a cell of a table says n/a");
    }

    @Test
    void wrongKeysAreRefusedOrSaid() throws IOException {
        Path log = fault("json-4000-logins.ndjson.xz");
        String outcomes = ", success-values: [success], failure-values: [failure]";
        Said refused = run(config(folder, log, ECS_COLUMNS.replace("user.name", "user.nmae"), outcomes));
        assertNotEquals(0, refused.code());
        assertTrue(refused.err().contains("no line has the key user.nmae; is \"user.name\" meant?"), refused.err());
        Said told = run(config(folder, log, ECS_COLUMNS.replace("source.as.", "source.asn."), outcomes));
        assertEquals(0, told.code(), told.err());
        assertTrue(told.err().contains("no row has a value of asn (source.asn.number)"), told.err());
        assertTrue(Files.readString(folder.resolve("out/table.md")).contains("source.asn.number"));
        assertTrue(Files.readString(folder.resolve("out/report.html")).contains("source.asn.number"));
    }

    @Test
    void noFieldHidesATakeover() throws IOException {
        Path scores = folder.resolve("scores.csv");
        Said scored = octet("score", "--model", bundle, "--input", fault("evade.ndjson"), "--output", scores, "-q");
        assertEquals(0, scored.code(), scored.err());
        assertEquals(6, flagged(scores).size(), Files.readString(scores));
        Said watched = octet(
                "watch", "--model", bundle, "--input", fault("evade.ndjson"), "--state", folder.resolve("state"), "-q");
        assertEquals(0, watched.code(), watched.err());
        assertEquals(6, watched.out().lines().count(), watched.out());
    }

    @Test
    void aWatchRepeatsNothingBehindAByteOrderMark() throws IOException {
        Path log = unpacked("bom.ndjson.xz", folder);
        List<String> lines = Files.readAllLines(log);
        Object[] watch = {"watch", "--model", bundle, "--input", log, "--state", folder.resolve("state")};
        Said first = octet(watch);
        assertEquals(lines.size(), first.out().lines().count(), first.out() + first.err());
        assertEquals("", octet(watch).out());
        String later = lines.get(1).replace("2021-03-01", "2021-03-02") + "\n";
        Files.writeString(log, later, StandardOpenOption.APPEND);
        List<String> alerts = octet(watch).out().lines().toList();
        assertEquals(1, alerts.size());
        assertTrue(alerts.get(0).contains("2021-03-02"), alerts.get(0));
    }

    @Test
    void addressesWithinAddressesAreTheSame() throws IOException {
        Path mixed = unpacked("mapped-mixed.csv.xz", folder);
        Path plain = Files.writeString(
                folder.resolve("plain.csv"), Files.readString(mixed).replace("::ffff:", ""));
        assertNotEquals(Files.readString(mixed), Files.readString(plain));
        List<String> scores = new ArrayList<>();
        List<String> profiles = new ArrayList<>();
        for (Path log : List.of(mixed, plain)) {
            Path config =
                    config(folder, log, "{time: ts, user: user, success: ok, ip: ip}", ", time-format: epoch-seconds");
            Said said = run(config);
            assertEquals(0, said.code(), said.err());
            assertFalse(said.err().contains("cannot be read"), said.err());
            scores.add(Files.readString(folder.resolve("out/scores.csv")));
            Said explored = octet("explore", "--config", config, "--no-html", log);
            assertEquals(0, explored.code(), explored.err());
            profiles.add(explored.out().replace(log.toString(), "LOG"));
        }
        assertEquals(scores.get(0), scores.get(1));
        assertEquals(profiles.get(0), profiles.get(1));
        assertTrue(profiles.get(0).contains("2,874"), profiles.get(0));
    }

    /** 50 people, one network, one browser, no attack: nothing tells one login from another. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "user-surprise",
                "{autoencoder: {reconstruction: likelihood, epochs: 3, seed: 1}}",
            })
    void aLogWhoseLoginsAreAllAlikeIsNotFlagged(String detector) throws IOException {
        Path config = config(folder, fault("office-0.csv.xz"), ALL_COLUMNS, "");
        Said said = run(config, "detector=" + detector, "evaluate.on=successful");
        assertEquals(0, said.code(), said.err());
        assertEquals(2266, Files.readAllLines(folder.resolve("out/scores.csv")).size());
        assertEquals(List.of(), flagged(folder.resolve("out/scores.csv")));
        for (String where : List.of("out/table.md", "out/report.html")) {
            assertTrue(
                    Files.readString(folder.resolve(where)).contains("scores of the validation span hardly differ"),
                    where);
        }
    }

    @Test
    void rowsThatAreAlmostAMinuteLateAreRead() throws IOException {
        Said said = run(config(folder, fault("outoforder.csv.xz"), ALL_COLUMNS, ""));
        assertEquals(0, said.code(), said.err());
        assertFalse(Files.exists(folder.resolve("out/unreadable.csv")), said.err());
        assertFalse(said.err().contains("left out") || said.err().contains("sorted"), said.err());
    }

    @Test
    void spellingsOfAUserBecomeOneWhereAskedFor() throws IOException {
        assertEquals(35, usersOf("[]").size());
        assertEquals(
                Set.of("alice", "bob", "carol", "dave", "erin"), usersOf("[lower-case, strip-domain, strip-prefix]"));
    }

    private Set<String> usersOf(String spelling) throws IOException {
        Path config = Files.writeString(folder.resolve("variants.yaml"), """
                        name: variants
                        data: {train: %s, format: {name: table, users: %s}}
                        detector: user-surprise
                        output: %s
                        """.formatted(
                        fault("variants.csv.xz"), spelling, folder.resolve("out")));
        Said said = run(config);
        assertEquals(0, said.code(), said.err());
        Set<String> users = new HashSet<>();
        for (String row : Files.readAllLines(folder.resolve("out/scores.csv"))) {
            users.add(row.split(",")[2]);
        }
        users.remove("user");
        return users;
    }

    @ParameterizedTest
    @ValueSource(strings = {"inject-users", "inject-md", "inject-rejected"})
    void whatAnOutsiderWritesIsTextInEveryOutput(String name) throws IOException {
        Path log = unpacked(name + ".csv.xz", folder);
        boolean addresses = name.equals("inject-rejected");
        String columns = addresses
                ? "{time: ts, user: user, success: ok, ip: ip}"
                : "{time: ts, user: user, success: ok, ip: ip, country: country, city: city, asn: asn, user-agent: ua}";
        Path config = config(folder, log, columns, ", time-format: \"uuuu-MM-dd HH:mm:ss.SSS\"");
        Said said = octet("run", config, "--set", "threshold={percentile: 90}", "--set", "evaluate.on=successful");
        assertEquals(0, said.code(), said.err());
        HostileLogTest.harmless(said.out());
        HostileLogTest.harmless(said.err());
        String table = Files.readString(folder.resolve("out/table.md"));
        assertTrue(said.out().contains(table), "the terminal shows the same");
        HostileLogTest.harmlessMarkdown(table);
        String page = Files.readString(folder.resolve("out/report.html"));
        assertEquals(List.of(), Hostile.hiddenIn(page, "\n"));
        for (String markup : List.of("<script>alert", "<img src=http", "onmouseover='alert", "<a href=\"http://evil")) {
            assertFalse(page.contains(markup), markup);
        }
        HostileLogTest.harmlessSheet(folder.resolve("out/alerts.csv"));
        if (addresses) {
            Path list = folder.resolve("out/unreadable.csv");
            HostileLogTest.harmlessSheet(list);
            String listed = Files.readString(list);
            assertTrue(listed.contains("'=HYPERLINK(") && listed.contains("'@SUM(1)"), listed);
            assertTrue(
                    listed.lines().skip(1).allMatch(row -> row.contains(",eve,ip,") && row.endsWith(",kept")), listed);
        } else {
            assertTrue(page.contains("&lt;script&gt;alert(1)"), "an alert shows it");
            String shown = name.equals("inject-users") ? "'=HYPERLINK(" : "[reset your password]";
            assertTrue(Files.readString(folder.resolve("out/alerts.csv")).contains(shown));
        }
        Said watched = octet(
                "watch",
                "--model",
                folder.resolve("out/bundle"),
                "--input",
                log,
                "--history",
                "cold",
                "--state",
                folder.resolve("state"));
        assertEquals(0, watched.code(), watched.err());
        HostileLogTest.harmless(watched.err());
        List<String> users = new ArrayList<>();
        for (String line : watched.out().lines().toList()) {
            assertEquals(List.of(), Hostile.hiddenIn(line, ""));
            JsonNode alert = JSON.readTree(line.getBytes(StandardCharsets.UTF_8));
            users.add(alert.get("user").textValue());
        }
        assertFalse(users.isEmpty());
        assertTrue(addresses || users.contains("<script>alert(1)</script>"), "JSON gives the very name back");
    }
}
