package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.bundle.Bundle;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.simulate.SimulationFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run checks before it trains, and what it leaves when it fails afterwards. */
class RunStepsTest {
    private static final String CONFIG = SimulatedConfig.text("steps", "{rows: 6000, takeovers: 12, seed: 3}", """
            split: {by: time, train: 0.5, validation: 0.2, test: 0.3}
            detectors:
              - {name: first, autoencoder: {layers: [4], epochs: 2, seed: 1}}
              - {name: counts, user-surprise: {}}
            threshold: {percentile: 95}
            evaluate: {on: successful, by: [history]}
            """);

    @TempDir
    static Path logs;

    @TempDir
    Path folder;

    private static Path log;

    /** Remembers what a run says, and fails at a stage. */
    private static final class Told implements RunListener {
        private final List<String> stages = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private final List<String> trained = new ArrayList<>();
        private final Optional<String> failsAt;

        Told(Optional<String> failsAt) {
            this.failsAt = failsAt;
        }

        @Override
        public void stage(String text) {
            stages.add(text);
            if (failsAt.isPresent() && text.startsWith(failsAt.get())) {
                throw new Broken();
            }
        }

        @Override
        public void note(String text) {
            notes.add(text);
        }

        @Override
        public TrainingProgress training(String detector) {
            trained.add(detector);
            return TrainingProgress.SILENT;
        }
    }

    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @BeforeAll
    static void simulate() throws IOException {
        log = logs.resolve("logins.csv");
        Sample.makeIfMissing(config(logs).data(), RunListener.SILENT);
    }

    private static ExperimentConfig config(Path output, String... overrides) {
        return SimulatedConfig.of(CONFIG, logs.resolve("logins.csv"), output, overrides);
    }

    private Told refused(String part, String... overrides) {
        Told told = new Told(Optional.empty());
        InputException e = assertThrows(
                InputException.class, () -> new Experiment(config(folder.resolve("out"), overrides), told).run(true));
        assertTrue(e.getMessage().contains(part), e.getMessage());
        assertEquals(List.of(), told.trained, "nothing was trained");
        return told;
    }

    @ParameterizedTest
    @ValueSource(strings = {"scoring the test span", "reading what the log says around"})
    void whatWasTrainedIsThereAfterAFailureAndTheSameRunGoesOnFromIt(String stage) throws IOException {
        Path whole = folder.resolve("out");
        new Experiment(config(whole), RunListener.SILENT).run(true);
        Path kept = folder.resolve("kept");
        Files.move(whole, kept);

        assertThrows(Broken.class, () -> new Experiment(config(whole), new Told(Optional.of(stage))).run(true));
        for (String name : List.of("bundle-first", "bundle-counts")) {
            Bundle.load(whole.resolve(name)).verify();
        }
        assertTrue(new Outputs(config(whole)).resumable().contains(whole.resolve("trained-first")));
        assertFalse(Files.exists(whole.resolve("table.md")));

        Told told = new Told(Optional.empty());
        new Experiment(config(whole), told).run(true);
        assertEquals(List.of(), told.trained, "no detector is trained again");
        assertFalse(told.stages.contains("computing features"), told.stages.toString());
        assertEquals(List.of(), new Outputs(config(whole)).resumable());
        for (String name :
                List.of("scores-first.csv", "scores-counts.csv", "alerts-first.csv", "evaluation.json", "table.md")) {
            assertEquals(Files.readString(kept.resolve(name)), Files.readString(whole.resolve(name)), name);
        }
        for (String name : List.of("history.bin", "weights.bin", "threshold.json", "golden.json")) {
            assertArrayEquals(
                    Files.readAllBytes(kept.resolve("bundle-first").resolve(name)),
                    Files.readAllBytes(whole.resolve("bundle-first").resolve(name)),
                    name);
        }
    }

    @Test
    void anotherConfigDoesNotGoOnFromIt() throws IOException {
        Path out = folder.resolve("out");
        assertThrows(Broken.class, () -> new Experiment(config(out), new Told(Optional.of("scoring"))).run(true));
        Told told = new Told(Optional.empty());
        new Experiment(config(out, "threshold={percentile: 90}"), told).run(true);
        assertEquals(List.of("first", "counts"), told.trained);
    }

    @Test
    void theLogIsReadOnceForAllDetectorsInEachStep() throws IOException {
        Told told = new Told(Optional.empty());
        new Experiment(config(folder.resolve("out")), told).run(true);
        assertEquals(
                1, told.stages.stream().filter("computing features"::equals).count());
        assertEquals(
                List.of("scoring the test span: first, counts"),
                told.stages.stream()
                        .filter(stage -> stage.startsWith("scoring"))
                        .toList());
    }

    /** Detectors share one memory of the log, also where their features differ. */
    @Test
    void aDetectorBesideAnotherOneGivesTheScoresThatItGivesAlone() throws IOException {
        Path both = folder.resolve("both");
        Told told = new Told(Optional.empty());
        new Experiment(config(both), told).run(true);
        assertTrue(told.notes.stream().noneMatch(note -> note.contains("never vary")), told.notes.toString());
        Path alone = folder.resolve("alone");
        new Experiment(config(alone, "detectors=[{name: counts, user-surprise: {}}]"), RunListener.SILENT).run(true);
        assertEquals(
                Files.readString(alone.resolve("scores.csv")), Files.readString(both.resolve("scores-counts.csv")));
        for (String name : List.of("threshold.json", "golden.json")) {
            assertEquals(
                    Files.readString(alone.resolve("bundle").resolve(name)),
                    Files.readString(both.resolve("bundle-counts").resolve(name)),
                    name);
        }
    }

    @Test
    void aTruthFileOfAnotherFormIsFoundBeforeTraining() throws IOException {
        Path truth = SimulationFiles.truthPath(log);
        String before = Files.readString(truth);
        try {
            Files.writeString(truth, "user,verdict\n1,benign\n");
            refused("no column row", "evaluate.by=[attacker]");
        } finally {
            Files.writeString(truth, before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluation.json", "report.html", "table.md", "scores-first.csv", "alerts-counts.csv"})
    void aFolderWhereAFileBelongsIsFoundBeforeTheLogIsRead(String name) throws IOException {
        Files.createDirectories(folder.resolve("out").resolve(name).resolve("mine"));
        assertEquals(List.of(), refused(name + " is no plain file").stages);
    }

    @Test
    void anOutputThatCannotBeMadeIsFoundBeforeTheLogIsRead() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Told told = new Told(Optional.empty());
        IOException e =
                assertThrows(IOException.class, () -> new Experiment(config(file.resolve("out")), told).run(true));
        assertTrue(e.getMessage().contains("choose another folder with output"), e.getMessage());
        Told again = new Told(Optional.empty());
        IOException cache = assertThrows(
                IOException.class,
                () -> new Experiment(config(folder.resolve("out"), "data.matrix-cache=" + file.resolve("cache")), again)
                        .run(true));
        assertTrue(cache.getMessage().contains("data.matrix-cache"), cache.getMessage());
        assertEquals(List.of(), again.stages);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{percentile: 99.99}|needs at least 29956 validation normals",
                "{alerts-per-day: 0.001}|allows no alert at all",
                "{min-recall: 0.5}|no labelled attack"
            })
    void aThresholdThatTheValidationSpanDoesNotSupportIsFoundBeforeTraining(String threshold, String part) {
        refused(part, "threshold=" + threshold);
    }

    @Test
    void aPercentileThatIsTooHighFallsBackWhereThatIsWanted() throws IOException {
        Path out = folder.resolve("out");
        new Experiment(config(out, "threshold={percentile: 99.99, if-too-few: lower}"), RunListener.SILENT).run(true);
        String policy =
                Bundle.load(out.resolve("bundle-first")).model().threshold().policy();
        assertTrue(policy.matches("percentile 9[0-9.]+ of validation normals"), policy);
        assertFalse(policy.contains("99.99 "), policy);
        assertTrue(Files.readString(out.resolve("table.md")).contains("percentile 99.99 needs 29956"));
    }

    @Test
    void detectorsWhoseMemoriesDoNotFitTogetherTakeTurns() throws IOException {
        Path out = folder.resolve("out");
        new Experiment(config(out), RunListener.SILENT).run(true);
        Path memory = out.resolve("bundle-first").resolve(Bundle.HISTORY);
        TrainedDetector one = new TrainedDetector(
                "a",
                Bundle.load(out.resolve("bundle-first")).model(),
                Optional.of(memory),
                1,
                1,
                List.of(),
                null,
                null,
                Optional.empty(),
                List.of());
        long bytes = Files.size(memory);
        assertEquals(
                List.of(2, 1),
                ScoreStep.turns(List.of(one, one, one), 2 * bytes).stream()
                        .map(List::size)
                        .toList());
        assertEquals(1, ScoreStep.turns(List.of(one, one, one), 3 * bytes).size());
        assertEquals(3, ScoreStep.turns(List.of(one, one, one), 1).size());
    }

    /** Without the jars of profile spark, before the log is looked for. */
    @Test
    void aTrainingOnSparkNeedsItsJars() throws IOException {
        Path config = Files.writeString(
                folder.resolve("spark.yaml"), """
                name: spark
                data: {format: rba, train: %s}
                features: [hour]
                detector: {autoencoder: {engine: dl4j-spark}}
                output: %s
                """.formatted(folder.resolve("nowhere.csv"), folder.resolve("spark")));
        ExperimentConfig experiment = ExperimentConfig.read(config, List.of(), Map.of());
        assertTrue(Experiment.needsSpark(experiment));
        String said = assertThrows(
                        InputException.class, () -> new Experiment(experiment, new Told(Optional.empty())).run(false))
                .getMessage();
        assertTrue(said.contains("dl4j-spark") && said.contains("./mvnw -Pspark"), said);
        assertFalse(said.contains("nowhere.csv"), said);
        assertFalse(Files.exists(folder.resolve("spark")));
    }
}
