package dev.octet.cli;

import static dev.octet.cli.Said.octet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.bundle.Bundle;
import dev.octet.detect.DetectorState;
import dev.octet.detect.MixtureDetector;
import dev.octet.detect.learn.LearnedDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code octet learn} with a takeover detector, from a log to the new bundle and its scores. */
class LearnTest {
    private static final String CONFIG = """
            name: learn
            data: {format: rba, train: %s, labels: {column: Is Account Takeover, in-training: ignore}}
            detector: {autoencoder: {reconstruction: likelihood, epochs: 1, seed: 1}}
            split: {by: time, train: 0.4, validation: 0.1, test: 0.5}
            threshold: {percentile: 99}
            evaluate: {on: successful}
            output: %s
            """;

    @TempDir
    private Path folder;

    @Test
    void verdictsMoveThePriorsOfTheBundleThatIsWritten() throws IOException {
        Path log = folder.resolve("log.csv");
        Said simulated = octet(
                "simulate",
                "--rows",
                12_000,
                "--takeovers",
                120,
                "--seed",
                4,
                "--attackers",
                "campaign,brute-force,travel",
                "--events",
                "new-phone,travel",
                "--output",
                log);
        assertEquals(0, simulated.code(), simulated.err());
        Path run = folder.resolve("run");
        Said ran = octet("run", Files.writeString(folder.resolve("c.yaml"), CONFIG.formatted(log, run)), "-q");
        assertEquals("", ran.err());
        assertEquals(0, ran.code(), ran.err());
        Path bundle = run.resolve("bundle");
        Path verdicts = verdicts(run.resolve("scores.csv"), folder.resolve("log.truth.csv"));
        Path learned = folder.resolve("learned");
        Said said = octet(
                "learn",
                "--model",
                bundle,
                "--input",
                log,
                "--verdicts",
                verdicts,
                "--history",
                "cold",
                "--apply",
                "--output",
                learned,
                "--json");
        assertEquals(0, said.code(), said.err());
        JsonNode tree = new ObjectMapper().readTree(said.out());
        assertEquals(4, tree.path("attackers").size(), said.out());

        // Loading and writing have checked its ONNX model against it.
        LearnedDetector detector =
                (LearnedDetector) Bundle.load(learned).model().detector();
        double[] offsets = ((MixtureDetector) detector.base()).offsets();
        for (int j = 0; j < 4; j++) {
            assertEquals(
                    offsets[j], tree.path("attackers").path(j).path("change").asDouble(), 1e-12);
        }
        assertFalse(Arrays.stream(offsets).allMatch(offset -> offset == 0));

        // What another round of learning begins at is the detector of the first bundle.
        DetectorState first = Bundle.load(bundle).model().detector().state();
        DetectorState labelFree = LearnedDetector.labelFree(detector).state();
        assertEquals(first.version(), labelFree.version());
        assertEquals(first.settings(), labelFree.settings());
        assertEquals(first.arrays().keySet(), labelFree.arrays().keySet());
    }

    /** What an analyst says of the 150 logins with the highest scores. */
    private Path verdicts(Path scores, Path truth) throws IOException {
        Set<String> takeovers = Files.readAllLines(truth).stream()
                .map(line -> line.split(",")[0])
                .collect(Collectors.toSet());
        List<String> lines = Files.readAllLines(scores).stream()
                .skip(1)
                .map(line -> line.split(","))
                .sorted(Comparator.comparingDouble(cells -> -Double.parseDouble(cells[3])))
                .limit(150)
                .map(cells -> String.format(
                        "{\"id\": \"%s\", \"verdict\": \"%s\", \"time\": \"%s\", \"user\": \"%s\", \"score\": %s,"
                                + " \"threshold\": %s, \"bundle\": \"b\"}",
                        cells[0],
                        takeovers.contains(cells[0]) ? "takeover" : "benign",
                        cells[1],
                        cells[2],
                        cells[3],
                        cells[4]))
                .toList();
        return Files.write(folder.resolve("verdicts.ndjson"), lines);
    }
}
