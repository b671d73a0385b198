package dev.octet.cli;

import static dev.octet.cli.Said.octet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs that do not stand in the order of time: each row has the score that it has in the sorted log. */
class UnsortedLogTest {
    private static final int ROWS = 6000;
    private static final String SORTED = "the rows do not stand in the order of time and were sorted";

    private static final String CONFIG = """
            name: order
            data: {format: rba, train: %s, labels: {column: Is Account Takeover}}
            features: [country, device, hour, surprise-country, surprise-asn, no-history]
            detector: {autoencoder: {layers: [4], epochs: 2, seed: 1}}
            threshold: {percentile: 95}
            replay: {every: week}
            output: %s
            """;

    @TempDir
    private static Path folder;

    private static List<String> lines;
    private static Path bundle;
    /** What the sorted log's rows get, without their numbers. */
    private static Map<Integer, String> expected;

    @BeforeAll
    static void runSorted() throws IOException {
        Path log = folder.resolve("sorted.csv");
        Said simulated = octet("simulate", "--rows", ROWS, "--takeovers", 20, "--seed", 3, "--output", log);
        assertEquals(0, simulated.code(), simulated.err());
        lines = Files.readAllLines(log);
        Said said = run("sorted", log.toString());
        assertFalse(said.err().contains(SORTED), said.err());
        bundle = folder.resolve("run-sorted/bundle");
        expected = scores(folder.resolve("run-sorted/scores.csv"));
        assertTrue(expected.size() > 500);
    }

    private static Path config(String name, String logs) throws IOException {
        return Files.writeString(folder.resolve(name + ".yaml"), CONFIG.formatted(logs, folder.resolve("run-" + name)));
    }

    private static Said run(String name, String logs) throws IOException {
        Said said = octet("run", config(name, logs), "-q");
        assertEquals(0, said.code(), said.err());
        return said;
    }

    private static Map<Integer, String> scores(Path file) throws IOException {
        Map<Integer, String> scores = new TreeMap<>();
        List<String> rows = Files.readAllLines(file);
        for (String row : rows.subList(1, rows.size())) {
            int comma = row.indexOf(',');
            scores.put(Integer.parseInt(row.substring(0, comma)), row.substring(comma));
        }
        return scores;
    }

    /** Writes the sorted log's rows in another order. */
    private static Path write(String name, List<Integer> order) throws IOException {
        List<String> text = new ArrayList<>(List.of(lines.get(0)));
        order.forEach(row -> text.add(lines.get(1 + row)));
        return Files.write(folder.resolve(name), text);
    }

    private static List<Integer> rows(int from, int until) {
        return new ArrayList<>(IntStream.range(from, until).boxed().toList());
    }

    private static Map<Integer, String> numberedAs(Map<Integer, String> scores, List<Integer> order) {
        Map<Integer, String> numbered = new TreeMap<>();
        scores.forEach((row, score) -> numbered.put(order.get(row), score));
        return numbered;
    }

    private static List<Integer> newestFirst() {
        List<Integer> order = rows(0, ROWS);
        Collections.reverse(order);
        return order;
    }

    private static List<Integer> shuffled() {
        List<Integer> order = rows(0, ROWS);
        Collections.shuffle(order, new Random(5));
        return order;
    }

    /** Two files that overlap in time, the later one first. */
    private static List<Integer> overlapping() {
        List<Integer> order = rows(2000, 4000);
        order.addAll(rows(4001, ROWS));
        order.addAll(rows(0, 2000));
        order.add(4000);
        return order;
    }

    @Test
    void aRunGivesEachRowTheScoreOfTheSortedLog() throws IOException {
        for (List<Integer> order : List.of(newestFirst(), shuffled(), overlapping())) {
            Said said = run("one", write("one.csv", order).toString());
            assertTrue(said.err().contains("one.csv: " + SORTED), said.err());
            assertEquals(expected, numberedAs(scores(folder.resolve("run-one/scores.csv")), order));
            assertTrue(Files.readString(folder.resolve("run-one/table.md")).contains(SORTED));
            assertTrue(Files.readString(folder.resolve("run-one/report.html")).contains(SORTED));
            try (Stream<Path> files = Files.list(folder.resolve("run-one"))) {
                assertEquals(
                        List.of(),
                        files.map(file -> file.getFileName().toString())
                                .filter(name -> name.startsWith(".") || name.equals("unreadable.csv"))
                                .toList());
            }
        }
    }

    @Test
    void filesThatOverlapInTimeAreOneLog() throws IOException {
        List<Integer> order = overlapping();
        Path first = write("first.csv", order.subList(0, 3999));
        Path second = write("second.csv", order.subList(3999, ROWS));
        Said said = run("two", "[" + first + ", " + second + "]");
        assertTrue(said.err().contains("first.csv, " + second + ": " + SORTED), said.err());
        assertEquals(expected, numberedAs(scores(folder.resolve("run-two/scores.csv")), order));

        Map<Integer, String> whole = scored("whole", folder.resolve("sorted.csv"));
        assertEquals(whole, numberedAs(scored("both", first, second), order));
    }

    private static Map<Integer, String> scored(String name, Object... logs) throws IOException {
        Path scores = folder.resolve(name + ".scores.csv");
        List<Object> arguments =
                new ArrayList<>(List.of("score", "--model", bundle, "--history", "cold", "--output", scores));
        for (Object log : logs) {
            arguments.addAll(List.of("--input", log));
        }
        Said said = octet(arguments.toArray());
        assertEquals(0, said.code(), said.err());
        assertEquals(!name.equals("whole"), said.err().contains(SORTED), said.err());
        return scores(scores);
    }

    @Test
    void scoringGivesEachRowTheScoreOfTheSortedLog() throws IOException {
        Map<Integer, String> whole = scored("whole", folder.resolve("sorted.csv"));
        for (List<Integer> order : List.of(newestFirst(), shuffled())) {
            assertEquals(whole, numberedAs(scored("other", write("other.csv", order)), order));
        }
    }

    /** What has been sent cannot be taken back, so nothing is sent before the order is known. */
    @Test
    void alertsAreSentOnce() throws IOException {
        List<Integer> order = rows(0, ROWS);
        Collections.swap(order, 100, ROWS - 100);
        List<List<String>> sent = new ArrayList<>();
        for (Path log : List.of(folder.resolve("sorted.csv"), write("swapped.csv", order))) {
            Path alerts = folder.resolve(log.getFileName() + ".alerts.ndjson");
            Said said = octet(
                    "score",
                    "--model",
                    bundle,
                    "--history",
                    "cold",
                    "--input",
                    log,
                    "--output",
                    log + ".out",
                    "--alerts-to",
                    alerts);
            assertEquals(0, said.code(), said.err());
            sent.add(Files.readAllLines(alerts).stream()
                    .map(alert -> alert.replaceAll("\"(id|row)\":(\"[^\"]*\"|\\d+),", ""))
                    .toList());
        }
        assertTrue(sent.get(0).size() > 10);
        assertEquals(sent.get(0), sent.get(1));
    }

    @Test
    void replayAndExploreSortToo() throws IOException {
        List<Integer> order = shuffled();
        Path log = write("shuffled.csv", order);
        List<String> tables = new ArrayList<>();
        List<String> profiles = new ArrayList<>();
        for (Path each : List.of(folder.resolve("sorted.csv"), log)) {
            String name = "replay-" + each.getFileName();
            Said replayed = octet("replay", config(name, each.toString()), "-q");
            assertEquals(0, replayed.code(), replayed.err());
            assertEquals(each == log, replayed.err().contains(SORTED), replayed.err());
            tables.add(Files.readString(folder.resolve("run-" + name + "/replay.md")));
            Said explored = octet("explore", each, "--json");
            assertEquals(0, explored.code(), explored.err());
            assertEquals(each == log, explored.err().contains(SORTED), explored.err());
            profiles.add(explored.out().replace("shuffled.csv", "sorted.csv"));
        }
        assertEquals(tables.get(0), tables.get(1));
        assertEquals(profiles.get(0), profiles.get(1));
    }
}
