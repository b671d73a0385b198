package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.config.ExperimentConfig;
import dev.octet.event.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rolling-origin evaluation, and splits by user. */
class SplitRunTest {
    private static final String CONFIG = SimulatedConfig.text("splits", "{rows: 8000, takeovers: 40, seed: 3}", """
            split: {by: time, train: 0.4, validation: 0.1, test: 0.5}
            detectors:
              - {name: forest, isolation-forest: {trees: 10}}
              - {name: counts, user-surprise: {}}
            threshold: {percentile: 90, if-too-few: lower}
            evaluate: {on: successful}
            """);

    @TempDir
    static Path logs;

    @TempDir
    Path folder;

    @BeforeAll
    static void simulate() throws IOException {
        Sample.makeIfMissing(config(logs).data(), RunListener.SILENT);
    }

    private static ExperimentConfig config(Path output, String... overrides) {
        return SimulatedConfig.of(CONFIG, logs.resolve("logins.csv"), output, overrides);
    }

    private static JsonNode evaluation(Path output) throws IOException {
        return new ObjectMapper().readTree(output.resolve("evaluation.json").toFile());
    }

    @Test
    void foldsFollowEachOtherAndTheLastIsTheRun() throws IOException {
        Path out = folder.resolve("out");
        ExperimentConfig config = config(out, "split.folds=3");
        RollingOrigin.Result result =
                RollingOrigin.of(config, RunListener.SILENT).orElseThrow().run(true);
        assertEquals(3, result.table().folds().size());
        List<String> rows = new ArrayList<>();
        for (Path fold : List.of(out.resolve("fold-1"), out.resolve("fold-2"), out)) {
            List<String> scores = Files.readAllLines(fold.resolve("scores-forest.csv"));
            scores.subList(1, scores.size()).forEach(line -> rows.add(line.substring(0, line.indexOf(','))));
            assertTrue(Files.exists(fold.resolve("bundle-counts")), fold.toString());
        }
        Path whole = folder.resolve("whole");
        new Experiment(config(whole), RunListener.SILENT).run(true);
        List<String> single = Files.readAllLines(whole.resolve("scores-forest.csv")).stream()
                .skip(1)
                .map(line -> line.substring(0, line.indexOf(',')))
                .toList();
        assertEquals(single, rows, "the folds' test spans are that of the single split, cut in three");

        Path last = folder.resolve("last");
        double third = 0.166666666666;
        new Experiment(config(last, "split={train: " + (0.4 + 2 * third) + ", validation: 0.1}"), RunListener.SILENT)
                .run(true);
        assertArrayEquals(
                Files.readAllBytes(last.resolve("scores-counts.csv")),
                Files.readAllBytes(out.resolve("scores-counts.csv")));

        JsonNode folds = new ObjectMapper().readTree(out.resolve("folds.json").toFile());
        double found = 0;
        for (JsonNode fold : folds.get("folds")) {
            found += fold.get("detectors")
                    .get(1)
                    .get("budgets")
                    .get(3)
                    .get("recall")
                    .get("hits")
                    .asDouble();
        }
        JsonNode pooled = folds.get("pooled").get(1);
        assertEquals("counts", pooled.get("detector").asText());
        assertEquals(found, pooled.get("budgets").get(3).get("hits").asDouble(), 1e-9);
        assertEquals(
                evaluation(whole).get("attacks").asDouble(),
                pooled.get("budgets").get(3).get("of").asDouble());
        assertTrue(Files.readString(out.resolve("folds.md")).contains("by fold"));
    }

    @Test
    void aTestedUserIsNeverTrainedOn() throws IOException {
        Path matrix = folder.resolve("matrix");
        ExperimentConfig config = config(folder.resolve("out"), "split.test-users=0.3");
        new MatrixExport(config, RunListener.SILENT).write("", matrix, true);
        List<String> log = Files.readAllLines(logs.resolve("logins.csv"));
        Set<String> trained = users(log, matrix.resolve("train-rows.npy"));
        trained.addAll(users(log, matrix.resolve("validation-rows.npy")));
        Set<String> tested = users(log, matrix.resolve("test-rows.npy"));
        Set<String> both = new HashSet<>(trained);
        both.retainAll(tested);
        assertEquals(Set.of(), both);
        assertTrue(tested.size() > 50 && trained.size() > tested.size(), trained.size() + " " + tested.size());

        new Experiment(config, RunListener.SILENT).run(true);
        List<String> scores = Files.readAllLines(folder.resolve("out/scores-forest.csv"));
        Set<String> scored = new HashSet<>();
        scores.subList(1, scores.size()).forEach(line -> scored.add(line.split(",")[2]));
        assertEquals(tested, scored);
        JsonNode json = evaluation(folder.resolve("out"));
        assertEquals(scores.size() - 1, json.get("rows").asInt());
        assertTrue(
                json.get("split").asText().contains("by user, 30 %"),
                json.get("split").asText());
        Path all = folder.resolve("all");
        new Experiment(config(all), RunListener.SILENT).run(true);
        double share = json.get("rows").asDouble() / evaluation(all).get("rows").asDouble();
        assertEquals(0.3, share, 0.1, "so many rows are those of three users in ten");
    }

    private static Set<String> users(List<String> log, Path rows) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(rows)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(128);
        Set<String> users = new HashSet<>();
        while (bytes.hasRemaining()) {
            users.add(log.get((int) bytes.getLong() + 1).split(",")[2]);
        }
        return users;
    }

    @Test
    void whatCannotBeSplitIsRefused() {
        assertTrue(assertThrows(
                        InputException.class,
                        () -> config(folder, "split={by: date, train-until: 10d, validation-until: 20d, folds: 2}"))
                .getMessage()
                .contains("folds"));
        assertTrue(assertThrows(InputException.class, () -> config(folder, "split.test-users=1.5"))
                .getMessage()
                .contains("test-users"));
        assertFalse(RollingOrigin.of(config(folder), RunListener.SILENT).isPresent());
    }
}
