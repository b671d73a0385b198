package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.TrainingProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs with several seeds. */
class SeedRunTest {
    private static final String CONFIG = SimulatedConfig.text("seeds", "{rows: 8000, takeovers: 40, seed: 3}", """
            split: {by: time, train: 0.4, validation: 0.2, test: 0.4}
            detectors:
              - {name: network, autoencoder: {layers: [6, 3, 6], epochs: 2, seed: 1}}
              - {name: forest, isolation-forest: {trees: 20, seed: 5}}
              - {name: counts, user-surprise: {}}
            threshold: {percentile: 95}
            evaluate: {on: successful}
            """);

    @TempDir
    static Path logs;

    @TempDir
    Path folder;

    private static final class Told implements RunListener {
        private final List<String> trained = new ArrayList<>();
        private final String failsAt;

        Told(String failsAt) {
            this.failsAt = failsAt;
        }

        @Override
        public void stage(String text) {
            if (text.startsWith(failsAt)) {
                throw new IllegalStateException("broken");
            }
        }

        @Override
        public TrainingProgress training(String detector) {
            trained.add(detector);
            return TrainingProgress.SILENT;
        }
    }

    @BeforeAll
    static void simulate() throws IOException {
        Sample.makeIfMissing(config(logs).data(), RunListener.SILENT);
    }

    private static ExperimentConfig config(Path output, String... overrides) {
        return SimulatedConfig.of(CONFIG, logs.resolve("logins.csv"), output, overrides);
    }

    private static JsonNode run(Path output, String... overrides) throws IOException {
        new Experiment(config(output, overrides), RunListener.SILENT).run(true);
        return new ObjectMapper().readTree(output.resolve("evaluation.json").toFile());
    }

    @Test
    void aFurtherSeedGivesWhatARunWithThatSeedGives() throws IOException {
        JsonNode one = run(folder.resolve("one"));
        JsonNode three = run(folder.resolve("three"), "evaluate.seeds=3");
        JsonNode second =
                run(folder.resolve("second"), "detectors.0.autoencoder.seed=2", "detectors.1.isolation-forest.seed=6");
        assertFalse(one.has("seeds"));
        assertEquals(2, three.get("seeds").size(), "counts draw nothing at random");
        for (int i = 0; i < 2; i++) {
            JsonNode spread = three.get("seeds").get(i);
            assertEquals(one.get("detectors").get(i).get("detector"), spread.get("detector"));
            assertEquals(3, spread.get("seeds").asInt());
            for (var run : List.of(one, second)) {
                int place = run == one ? 0 : 1;
                JsonNode detector = run.get("detectors").get(i);
                assertEquals(
                        detector.get("roc_auc"),
                        spread.get("roc_auc").get("values").get(place));
                assertEquals(
                        detector.get("budgets").get(3).get("recall").get("value"),
                        spread.get("budgets").get(3).get("recall").get("values").get(place));
                assertEquals(
                        detector.get("at_threshold").get("alerts_per_day").get("value"),
                        spread.get("at_threshold")
                                .get("alerts_per_day")
                                .get("values")
                                .get(place));
            }
            assertTrue(spread.get("roc_auc").get("standard_deviation").asDouble() > 0, spread.toString());
        }
        // all else is the first seed's
        assertEquals(one.get("detectors"), three.get("detectors"));
        for (String name : List.of("scores-network.csv", "alerts-forest.csv", "bundle-network/weights.bin")) {
            assertArrayEquals(
                    Files.readAllBytes(folder.resolve("one").resolve(name)),
                    Files.readAllBytes(folder.resolve("three").resolve(name)),
                    name);
        }
        String table = Files.readString(folder.resolve("three/table.md"));
        assertTrue(table.contains("mean ± standard deviation"), table);
        assertTrue(Files.readString(folder.resolve("three/report.html")).contains("±"));
        JsonNode differences = three.get("paired_differences");
        assertEquals("network", differences.get("main").asText());
        assertTrue(differences.get("groups").asInt() > 1);
        for (Path left : List.of(folder.resolve("three/seeds-network"), folder.resolve("three/seeds-forest"))) {
            assertFalse(Files.exists(left), left.toString());
        }
    }

    @Test
    void seedsThatAreTrainedAreNotTrainedAgain() throws IOException {
        Path out = folder.resolve("out");
        Told broken = new Told("scoring the test span");
        assertThrows(
                IllegalStateException.class, () -> new Experiment(config(out, "evaluate.seeds=3"), broken).run(true));
        assertEquals(
                List.of("network", "network@2", "network@3"),
                broken.trained.stream()
                        .filter(name -> name.startsWith("network"))
                        .toList());
        Told again = new Told("never");
        new Experiment(config(out, "evaluate.seeds=3"), again).run(true);
        assertEquals(List.of(), again.trained);
        JsonNode whole = run(folder.resolve("whole"), "evaluate.seeds=3");
        JsonNode resumed =
                new ObjectMapper().readTree(out.resolve("evaluation.json").toFile());
        assertEquals(whole.get("seeds"), resumed.get("seeds"));
        assertEquals(whole.get("paired_differences"), resumed.get("paired_differences"));
    }
}
