package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.serve.Broker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code octet-spark.jar stream} with a real Spark and a real broker, in JVMs of their own; answers are those of {@code octet score}. */
class SparkStreamIT {
    private static final int ROWS = 6000;
    private static final String FIELD_ENDS = ",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)";
    private static final String CONFIG = """
            name: stream
            data: {format: rba, train: %s, labels: {column: Is Account Takeover, in-training: ignore}}
            split: {by: time, train: 0.5, validation: 0.1, test: 0.4}
            detector: {autoencoder: {reconstruction: likelihood, epochs: 1, batch-size: 256, seed: 1}}
            threshold: {percentile: 95, if-too-few: lower}
            evaluate: {on: successful}
            output: %s
            """;

    @TempDir
    private static Path folder;

    private static Path bundle;
    private static String id;
    private static String header;
    /** The log's lines without that of the columns. */
    private static List<String> rows;

    private static Broker broker;

    @BeforeAll
    static void begin() throws Exception {
        Path log = folder.resolve("log.csv");
        done(SparkRuns.octet("simulate", "--rows", ROWS, "--takeovers", 20, "--seed", 9, "--output", log));
        Path config = Files.writeString(folder.resolve("run.yaml"), CONFIG.formatted(log, folder.resolve("run")));
        done(SparkRuns.octet("run", config, "-q"));
        bundle = folder.resolve("run").resolve("bundle");
        id = Bundle.load(bundle).id();
        List<String> lines = Files.readAllLines(log);
        header = lines.get(0);
        rows = lines.subList(1, lines.size());
        broker = new Broker(folder.resolve("broker"));
    }

    @AfterAll
    static void end() {
        broker.close();
    }

    private static void done(SparkRuns.Said said) {
        assertEquals(0, said.code(), said.err());
    }

    /** Lines of the score file of one machine, without that of the columns. */
    private static List<String> expected(Path... inputs) throws IOException {
        Path out = Files.createTempFile(folder, "expected", ".csv");
        List<Object> arguments =
                new ArrayList<>(List.of("score", "--model", bundle, "--output", out, "--history", "cold", "-q"));
        for (Path input : inputs) {
            arguments.addAll(List.of("--input", input));
        }
        done(SparkRuns.octet(arguments.toArray()));
        List<String> lines = Files.readAllLines(out);
        return lines.subList(1, lines.size());
    }

    /** The alerts of one machine. */
    private static List<String> alerts(Path input) throws IOException {
        Path out = Files.createTempFile(folder, "alerts", ".csv");
        done(SparkRuns.octet(
                "score",
                "--model",
                bundle,
                "--output",
                out,
                "--history",
                "cold",
                "-q",
                "--input",
                input,
                "--alerts",
                "ndjson"));
        return Files.readAllLines(out.resolveSibling(out.getFileName() + ".alerts.ndjson"));
    }

    private static Path csv(String name, List<String> of) throws IOException {
        return Files.write(
                folder.resolve(name),
                Stream.concat(Stream.of(header), of.stream()).toList());
    }

    private static List<String> stream(Object from, String name, Object... more) {
        Stream<?> first = Stream.of(
                "stream",
                "--model",
                bundle,
                "--from",
                from,
                "--to",
                folder.resolve(name),
                "--state",
                folder.resolve(name + "-state"),
                "--history",
                "cold");
        return Stream.concat(first, Arrays.stream(more)).map(Object::toString).toList();
    }

    private static List<String> json(String name) {
        return List.of(
                "json",
                folder.resolve(name).toString(),
                folder.resolve(name + "-json").toString());
    }

    /** Lines as the score file has them, of the rows that {@link #json} wrote, in the order of their numbers. */
    private static List<String> answers(String name) throws IOException {
        List<JsonNode> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder.resolve(name + "-json"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".json")).toList()) {
                for (String line : Files.readAllLines(file)) {
                    found.add(new ObjectMapper().readTree(line));
                }
            }
        }
        found.sort((one, other) ->
                Long.compare(one.get("row").asLong(), other.get("row").asLong()));
        return found.stream().map(SparkStreamIT::line).toList();
    }

    private static String line(JsonNode row) {
        assertEquals(id, row.get("bundle").asText());
        return String.join(
                ",",
                row.get("row").asText(),
                moment(OffsetDateTime.parse(row.get("time").asText())
                        .toInstant()
                        .toString()),
                row.get("user").asText(),
                row.get("score").asText(),
                row.get("threshold").asText(),
                row.get("flagged").asBoolean() ? "1" : "0",
                row.get("reasons").asText());
    }

    /** Without zeros at the end, which the writers of a time leave out in different ways. */
    private static String moment(String time) {
        return Instant.parse(time).toString();
    }

    private static List<String> byRow(List<String> scores) {
        return scores.stream()
                .sorted((one, other) -> Long.compare(row(one), row(other)))
                .map(score -> {
                    String[] fields = score.split(",", 4);
                    return String.join(",", fields[0], moment(fields[1]), fields[2], fields[3]);
                })
                .toList();
    }

    private static long row(String score) {
        return Long.parseLong(score.substring(0, score.indexOf(',')));
    }

    private static boolean flagged(String score) {
        return score.split(",", 7)[5].equals("1");
    }

    private static List<Broker.Message> messages(List<String> of) {
        return of.stream().map(line -> Broker.Message.of(0, 0, line)).toList();
    }

    private static void kill(List<String> arguments, Callable<Boolean> when) throws Exception {
        Process driver = start(arguments);
        try {
            for (int i = 0; i < 30_000 && !when.call(); i++) {
                assertTrue(driver.isAlive(), Files.readString(said()));
                Thread.sleep(20);
            }
        } finally {
            driver.destroyForcibly().waitFor();
        }
        assertTrue(when.call(), Files.readString(said()));
    }

    private static Path said() {
        return folder.resolve("said.txt");
    }

    private static Process start(List<String> arguments) throws IOException {
        List<String> command = SparkRuns.java(true, "spark.master=local[2]");
        command.add("dev.octet.spark.SparkMain");
        command.addAll(arguments);
        return SparkRuns.start(command, said());
    }

    private static boolean isSaid(String text) throws IOException {
        return Files.readString(said()).contains(text);
    }

    /** Killed (-9) in a round, between scores and state, and while it waits; alerts go to a file and a topic. */
    @Test
    void killedAndStartedAgainEachLoginIsAnsweredOnce() throws Exception {
        Path whole = csv("whole.csv", rows);
        List<String> wanted = byRow(expected(whole));
        broker.topic("logins", 1);
        broker.topic("alerts", 1);
        String topic = "kafka://" + broker.address() + "/";
        List<String> arguments = stream(
                topic + "logins",
                "answers",
                "--header",
                header,
                "--batch-rows",
                1700,
                "--alerts-to",
                topic + "alerts",
                "--alerts-to",
                folder.resolve("alerts.ndjson"));
        broker.write("logins", messages(rows.subList(0, 4000)));
        kill(arguments, () -> isSaid("batch 0: round 1"));
        assertFalse(Files.exists(folder.resolve("answers/batch=0")), "nothing is answered by half");
        kill(arguments, () -> Files.exists(folder.resolve("answers/batch=1")));
        List<String> following = Stream.concat(arguments.stream(), Stream.of("--follow", "--every", "1"))
                .toList();
        kill(following, () -> isSaid("batch 2: ") && isSaid(" logins scored"));
        broker.write("logins", messages(rows.subList(4000, ROWS)));
        Process last = start(arguments);
        try {
            assertTrue(last.waitFor(600, TimeUnit.SECONDS), Files.readString(said()));
        } finally {
            last.destroyForcibly();
        }
        assertEquals(0, last.exitValue(), Files.readString(said()));
        SparkRuns.spark(folder, true, List.of(json("answers")));
        assertEquals(wanted, answers("answers"));
        // reasons in words, and one alert a user and cause in a day, over the batches and kills
        List<String> wantedAlerts = alerts(whole);
        assertTrue(
                wantedAlerts.size() > 20
                        && wantedAlerts.size()
                                < wanted.stream().filter(SparkStreamIT::flagged).count(),
                wantedAlerts.size() + " alerts");
        List<String> alerts = Files.readAllLines(folder.resolve("alerts.ndjson"));
        assertEquals(wantedAlerts, alerts);
        assertEquals(ids(alerts), ids(broker.read("alerts")));
    }

    private static List<String> ids(List<String> alerts) throws IOException {
        List<String> ids = new ArrayList<>();
        for (String alert : alerts) {
            ids.add(new ObjectMapper().readTree(alert).get("id").asText());
        }
        return ids;
    }

    /**
     * A topic of JSON in three partitions, one batch, is a log in three files. Files that come into a folder are batches; a login
     * that is late by less than a minute counts as being as new as the newest of the batch before, an older one is left out.
     */
    @Test
    void partitionsFoldersAndLateLogins() throws Exception {
        broker.topic("spread", 3);
        Random random = new Random(3);
        List<List<String>> partitions = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<Broker.Message> messages = new ArrayList<>();
        for (String row : rows.subList(0, 2500)) {
            int partition = random.nextInt(3);
            String json = object(row).toString();
            partitions.get(partition).add(json);
            messages.add(Broker.Message.of(partition, 0, json));
            if (random.nextInt(500) == 0) {
                partitions.get(partition).add("{}");
                messages.add(Broker.Message.of(partition, 0, "no, JSON \""));
                messages.add(Broker.Message.of(partition, 0, " "));
            }
        }
        broker.write("spread", messages);
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            files.add(Files.write(folder.resolve("partition-" + i + ".ndjson"), partitions.get(i)));
        }
        List<String> spread = byRow(expected(files.toArray(new Path[0])));

        // the second file begins with a login of half a minute before the last one of the first file
        List<String> part = new ArrayList<>(rows.subList(0, 2500));
        part.set(1500, halfAMinuteBefore(rows.get(1499), rows.get(1500)));
        List<String> wanted = byRow(expected(csv("late.csv", part)));
        List<String> second = new ArrayList<>(part.subList(1500, 2500));
        second.add(1, rows.get(100));
        Path incoming = Files.createDirectories(folder.resolve("incoming"));
        Path done = Files.createDirectories(folder.resolve("done"));
        Files.move(csv("a.csv", part.subList(0, 1500)), incoming.resolve("a.csv"));
        Files.move(csv("b.csv", second), done.resolve("b.csv"));

        List<String> fromFolder = stream(incoming, "folder", "--batch-files", 1);
        List<String> said = SparkRuns.spark(
                folder,
                true,
                List.of(
                        stream("kafka://" + broker.address() + "/spread", "spread"),
                        fromFolder,
                        List.of(
                                "move",
                                done.resolve("b.csv").toString(),
                                incoming.resolve("b.csv").toString()),
                        fromFolder,
                        fromFolder,
                        json("spread"),
                        json("folder")));
        said.forEach(each -> assertTrue(each.endsWith("exit code 0"), each));
        assertEquals(spread, answers("spread"));
        assertTrue(said.get(3).contains("batch 1: WARNING: 1 of 1,001 rows"), said.get(3));
        assertFalse(said.get(4).contains("scored"), said.get(4));
        List<String> answers = answers("folder");
        assertEquals(
                wanted.stream().map(SparkStreamIT::withoutRow).toList(),
                answers.stream().map(SparkStreamIT::withoutRow).toList());
        assertEquals(
                answers.size(),
                answers.stream().mapToLong(SparkStreamIT::row).distinct().count());
    }

    /** A row with the time of half a minute before another one's. */
    private static String halfAMinuteBefore(String last, String row) {
        int column = Arrays.asList(header.split(",")).indexOf("Login Timestamp");
        DateTimeFormatter form = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");
        String[] fields = row.split(FIELD_ENDS, -1);
        fields[column] = form.format(
                LocalDateTime.parse(last.split(FIELD_ENDS, -1)[column], form).minusSeconds(30));
        return String.join(",", fields);
    }

    private static String withoutRow(String score) {
        return score.substring(score.indexOf(','));
    }

    private static ObjectNode object(String row) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        String[] names = header.split(",");
        String[] fields = row.split(FIELD_ENDS, -1);
        IntStream.range(0, names.length).forEach(i -> json.put(names[i], fields[i].replaceAll("^\"|\"$", "")));
        return json;
    }

    @Test
    void refusesWhatCannotGoOn() throws Exception {
        Path incoming = Files.createDirectories(folder.resolve("little"));
        csv("little.csv", rows.subList(0, 300));
        Files.move(folder.resolve("little.csv"), incoming.resolve("little.csv"));
        List<String> begun = stream(incoming, "begun");
        List<String> gone = stream(incoming, "gone");
        List<String> said = SparkRuns.spark(
                folder,
                true,
                List.of(
                        begun,
                        // a log of another time must not go between two batches
                        List.of(
                                "score",
                                "--model",
                                bundle.toString(),
                                "--input",
                                incoming.toString(),
                                "--output",
                                folder.resolve("between").toString(),
                                "--state",
                                folder.resolve("begun-state").toString()),
                        // the folder of another stream's answers
                        Stream.concat(
                                        begun.stream().map(each -> each.endsWith("begun-state") ? each + "-2" : each),
                                        Stream.of("--follow"))
                                .toList(),
                        gone,
                        List.of(
                                "remove",
                                folder.resolve("gone-state/checkpoint").toString()),
                        gone,
                        stream("kafka://" + broker.address() + "/nowhere", "nowhere"),
                        List.of("stream", "--model", bundle.toString(), "--from", "x", "--state", "y")));
        assertTrue(said.get(0).endsWith("exit code 0"), said.get(0));
        assertTrue(said.get(1).contains("octet stream") && said.get(1).endsWith("exit code 3"), said.get(1));
        assertTrue(said.get(2).contains("exists already") && said.get(2).endsWith("exit code 3"), said.get(2));
        assertTrue(said.get(3).endsWith("exit code 0"), said.get(3));
        assertTrue(said.get(5).contains("checkpoint") && said.get(5).endsWith("exit code 3"), said.get(5));
        assertTrue(said.get(6).contains("no topic nowhere") && said.get(6).endsWith("exit code 3"), said.get(6));
        assertTrue(said.get(7).contains("--to") && said.get(7).endsWith("exit code 2"), said.get(7));
    }
}
