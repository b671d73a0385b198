package dev.octet.cli;

import static dev.octet.cli.Said.octet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./octet explore} as a user types it, its figures counted again by other means. */
class ExploreTest {
    private static final String MOLIN = """
            source_ip,username,success,failure_reason,datetime
            10.0.0.1,ann,True,,2018-01-01 00:00:01
            10.0.0.1,bob,False,error_wrong_password,2018-01-01 00:00:30
            10.0.0.2,cem,False,error_wrong_username,2018-01-01 01:05:00
            10.0.0.2,dee,False,error_wrong_username,2018-01-01 01:05:01
            10.0.0.2,eve,False,error_wrong_username,2018-01-01 01:05:02
            10.0.0.3,ann,True,,2018-01-02 12:00:00
            """;

    @TempDir
    private static Path once;

    @TempDir
    private Path folder;

    private static Path log;
    private static List<String> lines;

    @BeforeAll
    static void simulate() throws IOException {
        log = once.resolve("logins.csv");
        assertEquals(
                0,
                octet("simulate", "--rows", 20_000, "--takeovers", 40, "--seed", 5, "--output", log)
                        .code());
        lines = Files.readAllLines(log);
    }

    @Test
    void everyFigureOfASimulatedLogIsThatOfAPlainCount() throws IOException {
        JsonNode json = octet("explore", log, "--json").json();
        List<String> header = List.of(lines.get(0).split(","));
        Map<String, Map<String, Integer>> truth = new HashMap<>();
        Map<String, Set<String>> users = new HashMap<>();
        int successes = 0;
        int attacks = 0;
        int[] hours = new int[24];
        for (String line : lines.subList(1, lines.size())) {
            String[] row = line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
            for (int i = 0; i < row.length; i++) {
                truth.computeIfAbsent(header.get(i), any -> new HashMap<>())
                        .merge(row[i].replace("\"", ""), 1, Integer::sum);
            }
            successes += row[header.indexOf("Login Successful")].equals("True") ? 1 : 0;
            attacks += row[header.indexOf("Is Account Takeover")].equals("True") ? 1 : 0;
            hours[Integer.parseInt(row[header.indexOf("Login Timestamp")].substring(11, 13))]++;
            users.computeIfAbsent(row[header.indexOf("IP Address")], any -> new HashSet<>())
                    .add(row[header.indexOf("User ID")]);
        }
        assertEquals(20_000, json.get("rows").asInt());
        assertEquals(successes, json.get("successes").asInt());
        assertEquals(attacks, json.at("/labels/attacks").asInt());
        for (JsonNode column : json.get("columns")) {
            Map<String, Integer> counts = truth.get(column.get("name").asText());
            int missing = counts.getOrDefault("", 0) + counts.getOrDefault("-", 0);
            assertEquals(
                    missing, column.get("missing").asInt(), column.get("name").asText());
            if (column.has("least")) {
                continue; // written in another way
            }
            counts.keySet().removeAll(List.of("", "-"));
            assertEquals(
                    counts.size(),
                    column.get("distinct").asInt(),
                    column.get("name").asText());
            JsonNode first = column.at("/top/0");
            if (!column.get("name").asText().equals("Login Successful")) {
                assertEquals(
                        counts.get(first.get("value").asText()),
                        first.get("count").asInt());
            }
            assertEquals(
                    counts.values().stream().mapToInt(Integer::intValue).max().orElseThrow(),
                    first.get("count").asInt(),
                    column.get("name").asText());
        }
        for (int hour = 0; hour < 24; hour++) {
            int sum = 0;
            for (JsonNode day : json.get("attempts_by_weekday_and_hour")) {
                sum += day.get(hour).asInt();
            }
            assertEquals(hours[hour], sum, "hour " + hour);
        }
        int most = users.values().stream().mapToInt(Set::size).max().orElseThrow();
        assertEquals(most, json.at("/users_per_address/top/0/count").asInt());
        int addresses = 0;
        for (JsonNode group : json.at("/users_per_address/groups")) {
            addresses += group.get("addresses").asInt();
        }
        assertEquals(users.size(), addresses);
        assertTrue(
                json.at("/labels/features").size() > 15,
                json.at("/labels/features").toString());
        double before = 1;
        for (JsonNode feature : json.at("/labels/features")) {
            double auc = feature.get("roc_auc").asDouble();
            assertTrue(auc >= 0.5 && auc <= before, feature.toString());
            before = auc;
        }
    }

    @Test
    void theTextFitsATerminal() {
        Said said = octet("explore", log);
        assertEquals(0, said.code(), said.err());
        said.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
        for (String part : List.of(
                "20,000 rows, ",
                "Column ",
                "Attempts by weekday and hour (UTC)",
                "Over time, from ",
                "Minutes with most failures",
                "Users per address",
                "Labels: ",
                "feature alone")) {
            assertTrue(said.out().contains(part), part + " in:\n" + said.out());
        }
        assertTrue(said.out().contains("█"));
        assertFalse(said.out().contains("\u001b"), "no colours in a pipe");
        assertTrue(said.err().contains("reading " + log), said.err());
        assertEquals("", octet("explore", log, "--quiet").err());
    }

    @Test
    void aSmallLogOfTheBookIsReadByItsHeader() throws IOException {
        Path book = Files.writeString(folder.resolve("log.csv"), MOLIN);
        JsonNode json = octet("explore", book, "--json").json();
        assertEquals(2, json.get("successes").asInt());
        assertEquals("2018-01-01T01:05:00Z", json.at("/worst_minutes/0/start").asText());
        assertEquals(3, json.at("/worst_minutes/0/failures").asInt());
        assertEquals("10.0.0.2", json.at("/users_per_address/top/0/value").asText());
        assertEquals(3, json.at("/users_per_address/top/0/count").asInt());
        assertEquals(
                5,
                json.at("/attempts_by_weekday_and_hour/0/0").asInt()
                        + json.at("/attempts_by_weekday_and_hour/0/1").asInt(),
                "2018-01-01 was a Monday");
        assertEquals(1, json.at("/attempts_by_weekday_and_hour/1/12").asInt());
        assertFalse(json.has("labels"));

        Path windows = Files.writeString(
                folder.resolve("attacks.csv"), "start,end\n2018-01-01 01:05:00,2018-01-01 01:05:02\n");
        json = octet("explore", book, "--windows", windows, "--json").json();
        assertEquals(3, json.at("/labels/attacks").asInt());
        assertTrue(
                json.at("/labels/suspicious").toString().contains("either this problem is that easy"),
                "a label of six rows");

        Path truth = Files.writeString(folder.resolve("truth.csv"), "row,attacker\n1,x\n");
        json = octet("explore", book, "--truth", truth, "--json").json();
        assertEquals(1, json.at("/labels/attacks").asInt());
    }

    @Test
    void packedFilesAndMappedColumnsAreRead() throws IOException {
        Path packed = folder.resolve("log.csv.gz");
        try (var gzip = new GZIPOutputStream(Files.newOutputStream(packed))) {
            gzip.write(MOLIN.getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(6, octet("explore", packed, "--json").json().get("rows").asInt());

        Path mine = Files.writeString(
                folder.resolve("mine.csv"),
                MOLIN.replace("source_ip,username,success,failure_reason,datetime", "a,b,c,d,e"));
        Said said = octet("explore", mine);
        assertEquals(3, said.code());
        assertTrue(said.err().contains("begins with \"a,b,c,d,e\" and has none of the known formats"), said.err());
        Path config = Files.writeString(folder.resolve("c.yaml"), """
                name: mine
                data:
                  format:
                    columns: {ip: a, user: b, success: c, time: e}
                    time-format: uuuu-MM-dd HH:mm:ss
                  train: %s
                features: [hour]
                detector: isolation-forest
                output: %s
                """.formatted(mine, folder.resolve("out")));
        assertEquals(
                6,
                octet("explore", "--config", config, "--json")
                        .json()
                        .get("rows")
                        .asInt());
        assertEquals(
                6,
                octet("explore", mine, "--config", config, "--json")
                        .json()
                        .get("rows")
                        .asInt());
    }

    @Test
    void thePageIsOneFileWithTheSameFiguresAndSafeFromTheLog() throws IOException {
        Path hostile = Files.writeString(
                folder.resolve("log.csv"),
                MOLIN.replace("bob", "<script>alert(1)</script>").replace("cem", "\u202e\"\"x"));
        Said said = octet("explore", hostile);
        Path page = folder.resolve("log.csv.explore.html");
        assertTrue(said.out().endsWith("The same as a page: " + page + "\n"), said.out());
        String html = Files.readString(page);
        assertFalse(html.contains("<script>alert"), "escaped");
        assertTrue(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), html);
        assertFalse(html.contains("\u202e"), "shown by number");
        assertTrue(html.contains("default-src &#39;none&#39;"));
        assertFalse(html.matches("(?s).*(src|href)=\"(?!#).*"), "asks nobody for anything");
        assertTrue(html.contains("2018-01-01 01:05:00"), "the worst minute");

        Path large = folder.resolve("page.html");
        assertEquals(0, octet("explore", log, "--html", large).code());
        String first = Files.readString(large);
        assertTrue(first.length() < 1_000_000, first.length() + " characters");
        assertEquals(0, octet("explore", log, "--html", large, "--quiet").code());
        assertEquals(first, Files.readString(large), "same input, same bytes");
        Files.delete(page);
        octet("explore", hostile, "--no-html");
        assertFalse(Files.exists(page));
    }

    @Test
    void rowsThatCannotBeUsedAreCountedWithTheFirstReason() throws IOException {
        List<String> broken = new ArrayList<>(MOLIN.lines().toList());
        broken.add(3, "300.1.1.1,x,True,,2018-01-01 00:10:00");
        broken.add(5, "10.0.0.1,x,maybe,,2018-01-01 01:05:00");
        Path file = Files.writeString(folder.resolve("log.csv"), String.join("\n", broken));
        JsonNode json = octet("explore", file, "--json").json();
        assertEquals(8, json.get("rows").asInt());
        assertEquals(7, json.get("usable").asInt());
        assertEquals(1, json.at("/rejected/neither success nor failure").asInt());
        assertTrue(json.get("first_rejected").asText().contains(":6, column success: neither"), json.toString());
        assertTrue(
                json.get("warnings").toString().contains("source_ip (1 \u00d7 unreadable IP address)"),
                json.toString());
        assertTrue(json.get("warnings").toString().contains("maybe"), json.toString());
        Said said = octet("explore", file);
        assertTrue(said.out().contains("1  neither success nor failure"), said.out());
        assertTrue(said.out().contains("unreadable IP address"), said.out());
    }

    @Test
    void whatALogSaysDoesNotMoveTheCursor() throws IOException {
        Path file = Files.writeString(
                folder.resolve("log.csv"), MOLIN.replace("ann", "\u202eann").replace("bob", "<b>\u200b"));
        Said said = octet("explore", file);
        assertEquals(0, said.code(), said.err());
        assertTrue(said.out().contains("\\u202eann"), said.out());
        assertFalse(said.out().contains("\u202e"), said.out());
    }

    @Test
    void whatDoesNotGoTogetherIsWrongUsage() throws IOException {
        Path book = Files.writeString(folder.resolve("log.csv"), MOLIN);
        assertEquals(2, octet("explore").code());
        assertEquals(2, octet("explore", book, "--labels", "x", "--truth", "y").code());
        assertEquals(
                2, octet("explore", book, "--config", "x", "--format", "rba").code());
        assertEquals(3, octet("explore", folder.resolve("none.csv")).code());
        Said said = octet("explore", book, "--labels", "takeover");
        assertEquals(3, said.code());
        assertTrue(said.err().contains("the header has no column takeover"), said.err());
        Path empty = Files.writeString(
                folder.resolve("empty.csv"), MOLIN.lines().findFirst().orElseThrow() + "\n");
        said = octet("explore", empty);
        assertEquals(3, said.code());
        assertTrue(said.err().contains("has a header but no rows"), said.err());
    }
}
