package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code octet run --on} with a real Spark in a JVM of its own: what it writes is what {@code octet run} writes on one machine
 * of the same sample, byte for byte.
 */
class SparkRunIT {
    private static final int ROWS = 8_000;
    private static final int SAMPLE = 700;
    private static final String CONFIG = """
            name: run
            data:
              format: rba
              train: %s
              labels: {column: Is Account Takeover, in-training: %s}
              train-on: %s
              sample-rows: %d
            split: {by: time, train: 0.5, validation: 0.2, test: 0.3}
            %s
            threshold: {percentile: 97, if-too-few: lower}
            evaluate: {on: successful, by: [history, month]}
            output: %s
            """;
    private static final String STATEFUL =
            "detector: {autoencoder: {reconstruction: likelihood, epochs: 2, batch-size: 256, seed: 1}}";
    /** As configs/rba-octets.yaml: names as numbers, failed logins train too, labelled ones do not. */
    private static final String STATELESS =
            "features: [{country: code}, {device: one-hot}, success, hour, {os-family: code}]\n"
                    + "detector: {autoencoder: {layers: [4], engine: fused, epochs: 2, seed: 1}}";

    /** What depends on training, on the threshold and on the scores. */
    private static final List<String> EQUAL = List.of(
            "bundle/weights.bin",
            "bundle/detector.json",
            "bundle/features.json",
            "bundle/transform-process.json",
            "bundle/threshold.json",
            "bundle/golden.json",
            "bundle/drift.json",
            "bundle/history.bin",
            "bundle/bundle.json",
            "scores.csv",
            "attacks.csv",
            "figures.csv",
            "losses.csv");

    @TempDir
    private static Path folder;

    private static Path config(String name, Path log, String inTraining, String trainOn, String detector)
            throws IOException {
        return Files.writeString(
                folder.resolve(name + ".yaml"),
                CONFIG.formatted(log, inTraining, trainOn, SAMPLE, detector, folder.resolve(name)));
    }

    private static List<String> onSpark(Path config, String output, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                config.toString(),
                "--octet",
                Path.of("target/octet.jar").toAbsolutePath().toString(),
                "--set",
                "output=" + folder.resolve(output)));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private static void assertSame(String one, String other, String said) throws IOException {
        assertTrue(said.endsWith("exit code 0"), said);
        assertSame(folder.resolve(one), folder.resolve(other));
        assertEquals(SAMPLE, provenance(folder.resolve(other)).get("train_rows").asInt());
    }

    /** Compares the folders of two runs: all that depends on training, on the threshold and on the scores. */
    static void assertSame(Path one, Path other) throws IOException {
        int compared = 0;
        for (String name : EQUAL) {
            Path expected = one.resolve(name);
            if (Files.exists(expected)) {
                compared++;
                assertArrayEquals(
                        Files.readAllBytes(expected), Files.readAllBytes(other.resolve(name)), other + ": " + name);
            }
        }
        assertTrue(compared >= EQUAL.size() - 1, "only " + compared + " files in " + one);
        JsonNode before = provenance(one);
        JsonNode after = provenance(other);
        for (String key : List.of("rows", "rows_rejected", "train_rows", "validation_rows", "spans", "data")) {
            assertEquals(before.get(key), after.get(key), other + ": " + key);
        }
        assertEquals(alerts(one), alerts(other), other.toString());
    }

    private static JsonNode provenance(Path run) throws IOException {
        return new ObjectMapper().readTree(run.resolve("bundle/provenance.json").toFile());
    }

    /** The alerts without their reasons, which are words on one machine only. */
    private static List<String> alerts(Path run) throws IOException {
        try (Stream<String> lines = Files.lines(run.resolve("alerts.csv"))) {
            return lines.map(line -> line.replaceFirst("^(([^,]*,){6}).*", "$1"))
                    .toList();
        }
    }

    @Test
    void theBundleIsThatOfOneMachine() throws IOException, InterruptedException {
        Path log = folder.resolve("log.csv");
        done(SparkRuns.octet("simulate", "--rows", ROWS, "--takeovers", 40, "--seed", 5, "--output", log));
        List<String> lines = new ArrayList<>(Files.readAllLines(log));
        Collections.shuffle(lines.subList(1, lines.size()), new Random(1));
        Path shuffled = Files.write(folder.resolve("shuffled.csv"), lines);
        Path stateful = config("stateful", log, "ignore", "scored", STATEFUL);
        Path mixed = config("mixed", shuffled, "ignore", "scored", STATEFUL);
        Path stateless = config("stateless", log, "exclude", "all", STATELESS);
        for (Path each : List.of(stateful, mixed, stateless)) {
            done(SparkRuns.octet("run", each, "-q"));
        }
        List<String> said = SparkRuns.spark(
                folder,
                true,
                List.of(
                        onSpark(stateful, "one", "--partitions", "1"),
                        onSpark(
                                stateful,
                                "five",
                                "--partitions",
                                "5",
                                "--chunk-rows",
                                "600",
                                "--block-bytes",
                                "100000"),
                        onSpark(mixed, "mixed-two", "--partitions", "2", "--chunk-rows", "1000"),
                        onSpark(stateless, "stateless-three", "--partitions", "3", "--chunk-rows", "900"),
                        onSpark(stateless, "refused", "--set", "detector={k-means: {clusters: 3}}")));
        assertSame("stateful", "one", said.get(0));
        assertSame("stateful", "five", said.get(1));
        assertSame("mixed", "mixed-two", said.get(2));
        assertSame("stateless", "stateless-three", said.get(3));
        assertTrue(said.get(4).contains("without --on") && said.get(4).endsWith("exit code 3"), said.get(4));
        assertTrue(Files.notExists(folder.resolve("refused")), "refused before anything is written");
    }

    private static void done(SparkRuns.Said said) {
        assertEquals(0, said.code(), said.err());
    }
}
