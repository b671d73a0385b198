package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import dev.octet.event.enrich.AddressFiles;
import dev.octet.event.text.Hostile;
import dev.octet.serve.ScoreService;
import dev.octet.serve.ServiceSettings;
import dev.octet.serve.http.Limits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One hostile alphabet in every field of a log, through every command: whatever they print and write is text. The logins
 * with these texts come from networks that their users never used, so that many of them are alerts.
 */
class HostileLogTest {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final List<String> TEXT_FIELDS =
            List.of("user", "country", "region", "city", "ua", "browser", "os", "device", "failure");
    private static final List<String> COLUMNS = Stream.concat(
                    Stream.of("ts", "ok", "ip", "asn", "attack"), TEXT_FIELDS.stream())
            .toList();
    private static final String CONFIG = """
            name: hostile
            data:
              train: %s
              max-rejected: 0.9
              labels: {column: attack}
              format:
                columns: {time: ts, user: user, success: ok, ip: ip, asn: asn, country: country, region: region,
                  city: city, user-agent: ua, browser: browser, os: os, device: device, failure-reason: failure}
            detector: user-surprise
            threshold: {percentile: 80}
            output: %s
            """;
    private static final String REPLAY = """
            name: hostile-replay
            data:
              train: %s
              max-rejected: 0.9
              labels: {column: attack}
              format: {columns: {time: ts, user: user, success: ok, ip: ip, failure-reason: failure}}
            view: {window: {span: 1h}}
            features: counts
            split: {by: date, train-until: 20d, validation-until: 40d}
            detector: {isolation-forest: {seed: 1}}
            threshold: {percentile: 95}
            replay: {every: week}
            output: %s
            """;
    /** What a spreadsheet would run; a plain number is none. */
    private static final Pattern FORMULA =
            Pattern.compile("[\\s\\h\"';]*[-=+@\uff0d\uff1d\uff0b\uff20].*", Pattern.DOTALL);

    @TempDir
    private static Path folder;

    private static Path log;
    private static Path out;
    private static final List<List<String>> logins = new ArrayList<>();
    private static Said ran;

    private static Said octet(Object... arguments) {
        Said said = Said.octet(arguments);
        harmless(said.out());
        harmless(said.err());
        return said;
    }

    /** A terminal and a log of lines show the text and do nothing; each line is one that Octet began. */
    static void harmless(String printed) {
        assertEquals(List.of(), Hostile.hiddenIn(printed, "\n"));
        printed.lines().forEach(line -> {
            assertFalse(line.startsWith("2. 2021-01-01T00:00:00Z"), line);
            assertFalse(line.startsWith("# Heading from"), line);
            assertFalse(line.startsWith("{\"id\":\"forged\""), line);
            assertTrue(line.length() < 20_000, () -> line.length() + " characters in a line");
        });
    }

    @BeforeAll
    static void run() throws IOException {
        SplittableRandom random = new SplittableRandom(14);
        log = folder.resolve("logins.csv");
        out = folder.resolve("out");
        Instant start = Instant.parse("2024-01-01T00:00:00Z");
        for (int i = 0; i < 6000; i++) {
            int user = random.nextInt(60);
            List<String> login = new ArrayList<>(List.of(
                    start.plus(i * 15L, ChronoUnit.MINUTES).toString(),
                    random.nextInt(10) == 0 ? "false" : "true",
                    "10.0." + user + ".1",
                    Integer.toString(100 + user % 5),
                    "0"));
            TEXT_FIELDS.forEach(field -> login.add(field.equals("user") ? "user-" + user : field + user % 4));
            if (i % 6 == 5) { // one field, or all of them, as an attacker would have it
                String text = random.nextBoolean()
                        ? Hostile.TEXTS.get(random.nextInt(Hostile.TEXTS.size()))
                        : Hostile.next(random);
                int field = 5 + random.nextInt(TEXT_FIELDS.size());
                login.set(1, "true");
                login.set(4, Integer.toString(random.nextInt(2)));
                login.set(5, text);
                login.set(field, text);
                if (random.nextInt(8) == 0) {
                    login.set(2, text);
                }
            }
            logins.add(login);
        }
        writeLog(log, logins);
        Path config = folder.resolve("hostile.yaml");
        Files.writeString(config, CONFIG.formatted(log, out));
        ran = octet("run", config);
        assertEquals(0, ran.code(), ran.err());
    }

    private static void writeLog(Path file, List<List<String>> rows) throws IOException {
        try (CsvWriter csv = CsvWriter.builder().build(file)) {
            csv.writeRecord(COLUMNS);
            rows.forEach(csv::writeRecord);
        }
    }

    private static List<CsvRecord> csv(Path file) throws IOException {
        try (CsvReader<CsvRecord> records = CsvReader.builder().ofCsvRecord(file)) {
            return records.stream().toList();
        }
    }

    /** A spreadsheet that opens the file runs nothing, and a row is a line. */
    static void harmlessSheet(Path file) throws IOException {
        List<CsvRecord> records = csv(file);
        assertTrue(records.size() > 1, file + " has rows");
        assertEquals(records.size(), Files.readString(file).lines().count(), file + ": a row is a line");
        for (CsvRecord record : records) {
            for (String cell : record.getFields()) {
                boolean formula = FORMULA.matcher(cell).matches() && !cell.matches("-?[0-9]+(\\.[0-9]+)?");
                assertTrue(!formula || cell.startsWith("'"), file + ": " + cell);
                assertEquals(List.of(), Hostile.hiddenIn(cell, ""), file.toString());
                assertTrue(cell.length() < 10_000, file.toString());
            }
        }
    }

    @Test
    void tablesAreMarkdownOfOctetAlone() throws IOException {
        String table = Files.readString(out.resolve("table.md"));
        harmless(table);
        assertTrue(ran.out().contains(table), "the terminal shows the same");
        harmlessMarkdown(table);
    }

    /** Lists alerts, and nothing in it is a link, an image, HTML or a heading but Octet's own. */
    static void harmlessMarkdown(String table) {
        assertTrue(table.contains("## Top alerts"), table);
        Node document = Parser.builder()
                .extensions(List.of(TablesExtension.create()))
                .build()
                .parse(table);
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(Link link) {
                throw new AssertionError("a link to " + link.getDestination());
            }

            @Override
            public void visit(Image image) {
                throw new AssertionError("an image from " + image.getDestination());
            }

            @Override
            public void visit(HtmlInline html) {
                throw new AssertionError("HTML: " + html.getLiteral());
            }

            @Override
            public void visit(HtmlBlock html) {
                throw new AssertionError("HTML: " + html.getLiteral());
            }

            @Override
            public void visit(Heading heading) {
                assertTrue(heading.getLevel() <= 2);
            }
        });
        assertEquals(1, table.lines().filter(line -> line.startsWith("# ")).count());
    }

    @Test
    void pagesHoldTextAlone() throws IOException {
        assertEquals(
                0,
                octet("explore", "--config", folder.resolve("hostile.yaml"), log)
                        .code());
        for (Path page : List.of(out.resolve("report.html"), log.resolveSibling("logins.csv.explore.html"))) {
            String html = Files.readString(page);
            assertEquals(List.of(), Hostile.hiddenIn(html, "\n"), page.toString());
            for (String markup :
                    List.of("<script>alert", "<img src=http", "onmouseover='alert", "<a href=\"http://evil")) {
                assertFalse(html.contains(markup), page + " holds " + markup);
            }
        }
        assertTrue(
                Files.readString(out.resolve("report.html")).contains("&lt;script&gt;alert(1)"), "an alert shows it");
    }

    @Test
    void sheetsHoldNoFormulas() throws IOException {
        harmlessSheet(out.resolve("alerts.csv"));
        assertTrue(
                Files.readString(out.resolve("alerts.csv")).contains("'=HYPERLINK")
                        || Files.readString(out.resolve("alerts.csv")).contains("'@SUM"),
                "some of the alerts are of such names: "
                        + Files.readString(out.resolve("alerts.csv")).substring(0, 3000));
        for (CsvRecord record : csv(out.resolve("scores.csv"))) {
            assertEquals(List.of(), Hostile.hiddenIn(String.join("", record.getFields()), ""));
        }
    }

    @Test
    void everyJsonIsJson() throws IOException {
        String json = Files.readString(out.resolve("evaluation.json"));
        harmlessJson(json);
        JSON.readTree(json);
        Said shown = octet("explore", "--config", folder.resolve("hostile.yaml"), "--no-html", "--json", log);
        assertEquals(0, shown.code(), shown.err());
        JSON.readTree(shown.out());
        try (Stream<Path> files = Files.walk(out.resolve("bundle"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".json")).toList()) {
                harmlessJson(Files.readString(file));
            }
        }
    }

    private static void harmlessJson(String json) {
        assertEquals(List.of(), Hostile.hiddenIn(json, "\n"));
    }

    @Test
    void scoresAndTheirAlerts() throws IOException {
        Path scores = folder.resolve("later.csv");
        Said said = octet(
                "score",
                "--model",
                out.resolve("bundle"),
                "--history",
                "cold",
                "--max-rejected",
                "0.9",
                "--input",
                log,
                "--output",
                scores);
        assertEquals(0, said.code(), said.err());
        harmlessSheet(Path.of(scores + ".alerts.csv"));
        harmlessSheet(Path.of(scores + ".unreadable.csv"));
        long rows = csv(scores).size();
        assertEquals(rows, Files.readString(scores).lines().count(), "a row is a line");
    }

    @Test
    void alertsOfAWatchAreALineEach() throws IOException {
        Path state = folder.resolve("watch-state");
        Said said =
                octet("watch", "--model", out.resolve("bundle"), "--input", log, "--state", state, "--history", "cold");
        assertEquals(0, said.code(), said.err());
        List<String> users = new ArrayList<>();
        for (String line : said.out().lines().toList()) {
            users.add(JSON.readTree(line).get("user").textValue());
        }
        assertTrue(users.contains("<script>alert(1)</script>"), "JSON gives the very name back");
    }

    @Test
    void theServiceAnswersInJsonAndItsLogNamesNobody() throws Exception {
        List<String> notes = Collections.synchronizedList(new ArrayList<>());
        ServiceSettings settings = new ServiceSettings(
                out.resolve("bundle"),
                out,
                folder.resolve("state"),
                false,
                "127.0.0.1",
                0,
                Optional.empty(),
                Optional.empty(),
                Duration.ofDays(30),
                new AddressFiles(Map.of(), Path.of("no-such-folder")),
                Limits.defaults());
        HttpClient client = HttpClient.newHttpClient();
        try (ScoreService service = ScoreService.start(settings, notes::add)) {
            for (String text : Hostile.TEXTS) {
                String short64 = text.length() > 900 ? text.substring(0, 900) : text;
                for (String field : List.of(
                        "user",
                        "id",
                        "country",
                        "user_agent",
                        "browser",
                        "os",
                        "device",
                        "ip",
                        "failure_reason",
                        short64)) {
                    ArrayNode bodies = JsonNodeFactory.instance.arrayNode();
                    bodies.addObject().put("user", "ann").put("success", true).put(field, short64);
                    HttpResponse<String> answer = client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/v1/score"))
                                    .header("content-type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            bodies.get(0).toString()))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
                    assertTrue(answer.statusCode() < 500, answer.statusCode() + " for " + field + ": " + answer.body());
                    assertEquals(List.of(), Hostile.hiddenIn(answer.body(), "\n"));
                    JSON.readTree(answer.body());
                }
            }
        }
        notes.forEach(HostileLogTest::harmless);
        notes.forEach(note -> assertFalse(note.contains("evil.example") || note.contains("alert(1)"), note));
    }

    @Test
    void replayToo() throws IOException {
        Path config = folder.resolve("replay.yaml");
        Files.writeString(config, REPLAY.formatted(log, folder.resolve("replayed")));
        Said said = octet("replay", config);
        assertEquals(0, said.code(), said.err());
        harmless(Files.readString(folder.resolve("replayed/replay.md")));
        harmlessJson(Files.readString(folder.resolve("replayed/replay.json")));
    }

    /** A log's header is written by others, too; so is the text that an error shows. */
    @Test
    void errorsAreOneLine() throws IOException {
        for (String text : Hostile.TEXTS) {
            if (text.length() > 10_000) {
                continue;
            }
            Path odd = folder.resolve("odd.csv");
            try (CsvWriter csv = CsvWriter.builder().build(odd)) {
                csv.writeRecord("ts", text, "ip");
                csv.writeRecord(text, text, text);
            }
            Path config = folder.resolve("odd.yaml");
            Files.writeString(config, CONFIG.formatted(odd, folder.resolve("odd")));
            Said said = octet("run", config);
            assertEquals(3, said.code(), said.err());
            assertEquals(
                    1,
                    said.err()
                            .lines()
                            .filter(line -> line.startsWith("octet: "))
                            .count(),
                    said.err());
        }
    }
}
