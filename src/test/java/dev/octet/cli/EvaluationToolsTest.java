package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.bundle.Bundle;
import dev.octet.detect.Detector;
import dev.octet.run.SimulatedConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes in and out of evaluations: scores of others, matrices, comparisons, MLflow's folder, CSV. */
class EvaluationToolsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static Path config;
    private static Path first;

    private static String out;
    private static String err;

    private static int octet(Object... arguments) {
        Said said = Said.octet(arguments);
        out = said.out();
        err = said.err();
        return said.code();
    }

    @BeforeAll
    static void run() throws IOException {
        config = folder.resolve("tools.yaml");
        first = folder.resolve("first");
        Files.writeString(
                config,
                SimulatedConfig.text("tools", "{rows: 8000, takeovers: 40, seed: 3}", """
                split: {by: time, train: 0.4, validation: 0.2, test: 0.4}
                detectors:
                  - {name: forest, isolation-forest: {trees: 20}}
                  - {name: counts, user-surprise: {}}
                threshold: {percentile: 95}
                history: {flagged-update-history: true}
                evaluate: {on: successful}
                """)
                        .replace("LOG", folder.resolve("logins.csv").toString()));
        assertEquals(
                0, octet("run", config, "--set", "output=" + first, "--mlflow", folder.resolve("mlflow"), "-q"), err);
    }

    private static JsonNode evaluation(Path run) throws IOException {
        return JSON.readTree(run.resolve("evaluation.json").toFile());
    }

    @Test
    void scoresOfAnotherProgramGetTheFiguresThatTheirOwnDetectorHas() throws IOException {
        Path run = folder.resolve("external");
        String external = "evaluate.external=[{name: theirs, scores: " + first.resolve("scores-forest.csv") + "}]";
        assertEquals(0, octet("run", config, "--set", "output=" + run, "--set", external, "-q"), err);
        JsonNode detectors = evaluation(run).get("detectors");
        assertEquals("theirs", detectors.get(2).get("detector").asText());
        for (String key : List.of("rows", "attacks", "roc_auc", "average_precision", "budgets", "curve")) {
            assertEquals(detectors.get(0).get(key), detectors.get(2).get(key), key);
        }
        assertFalse(detectors.get(2).has("threshold"), "the file has no row of the validation span");
        JsonNode paired =
                evaluation(run).get("paired_differences").get("budgets").get(3).get("detectors");
        assertEquals(0, paired.get(2).get("to_main").get("high").asDouble());
    }

    @Test
    void scoresOfTheValidationSpanGiveAnotherProgramAThreshold() throws IOException {
        Path scores = folder.resolve("every.csv");
        StringBuilder lines = new StringBuilder("row,score\n");
        for (int row = 0; row < 8000; row++) {
            lines.append(row).append(',').append(row % 100).append('\n');
        }
        Files.writeString(scores, lines);
        Path run = folder.resolve("every");
        String external = "evaluate.external=[{name: theirs, scores: " + scores + "}]";
        assertEquals(0, octet("run", config, "--set", "output=" + run, "--set", external, "-q"), err);
        JsonNode theirs = evaluation(run).get("detectors").get(2);
        // the 95th of a hundred scores that come equally often
        assertEquals(94, theirs.get("threshold").get("value").asDouble(), 3);
    }

    @Test
    void aRowWithoutAScoreIsRefusedBeforeTraining() throws IOException {
        Path scores = folder.resolve("short.csv");
        List<String> lines = Files.readAllLines(first.resolve("scores-forest.csv"));
        Files.write(scores, lines.subList(0, lines.size() - 3));
        String external = "evaluate.external=[{name: theirs, scores: " + scores + "}]";
        assertEquals(3, octet("run", config, "--set", "output=" + folder.resolve("no"), "--set", external));
        assertTrue(err.contains("no score for 3 of the"), err);
        assertFalse(err.contains("training forest"), err);
        String same = "evaluate.external=[{name: forest, scores: " + scores + "}]";
        assertEquals(2, octet("run", config, "--set", same));
        assertTrue(err.contains("two detectors are called forest"), err);
    }

    /** Reads an array as NumPy's format describes it. */
    private static ByteBuffer npy(Path file, String header) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals((byte) 0x93, bytes.get(0));
        int length = bytes.getShort(8);
        assertEquals(0, (10 + length) % 64);
        String text = new String(bytes.array(), 10, length, StandardCharsets.US_ASCII);
        assertTrue(text.contains(header), text);
        return bytes.position(10 + length).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void theMatrixIsWhatTheDetectorSaw() throws IOException {
        Path matrix = folder.resolve("matrix");
        assertEquals(
                0,
                octet("matrix", config, "--set", "output=" + folder.resolve("m"), "--output", matrix, "--json"),
                err);
        JsonNode said = JSON.readTree(out);
        int columns = said.get("columns").size();
        int rows = said.get("rows").get("test").asInt();
        assertEquals(columns, Files.readAllLines(matrix.resolve("columns.txt")).size());
        ByteBuffer values = npy(
                matrix.resolve("test.npy"), "'<f4', 'fortran_order': False, 'shape': (" + rows + ", " + columns + ")");
        ByteBuffer labels = npy(matrix.resolve("test-labels.npy"), "'|i1'");
        ByteBuffer numbers = npy(matrix.resolve("test-rows.npy"), "'<i8'");
        assertEquals(4 * rows * columns, values.remaining());
        Detector detector = Bundle.load(first.resolve("bundle-forest")).model().detector();
        List<String> scores = Files.readAllLines(first.resolve("scores-forest.csv"));
        assertEquals(rows, scores.size() - 1);
        float[] row = new float[columns];
        double[] score = new double[1];
        int attacks = 0;
        for (int i = 0; i < rows; i++) {
            values.asFloatBuffer().get(i * columns, row);
            detector.score(row, 1, score);
            String[] cells = scores.get(i + 1).split(",");
            assertEquals(Long.parseLong(cells[0]), numbers.getLong(8 * i));
            assertEquals(Double.parseDouble(cells[3]), score[0], "to the bit, row " + cells[0]);
            attacks += labels.get(i);
        }
        assertEquals(evaluation(first).get("attacks").asInt(), attacks);
        assertEquals(3, octet("matrix", config, "--output", matrix, "--detector", "nobody"));
        assertTrue(err.contains("no detector nobody"), err);
    }

    @Test
    void runsAreComparedByConfigFiguresAndDifferences() throws IOException {
        Path second = folder.resolve("second");
        assertEquals(
                0,
                octet(
                        "run",
                        config,
                        "--set",
                        "output=" + second,
                        "--set",
                        "detectors.0.isolation-forest.trees=40",
                        "-q"),
                err);
        Path page = folder.resolve("compare.html");
        assertEquals(0, octet("compare", first, second, "--html", page), err);
        assertTrue(out.contains("detectors.0.isolation-forest.trees"), out);
        assertTrue(Files.readString(page).contains("second/forest"));
        assertEquals(0, octet("compare", first, second, "--json"), err);
        JsonNode tree = JSON.readTree(out);
        assertEquals(1, tree.get("config_differences").size(), out);
        assertEquals(
                List.of("20", "40"),
                JSON.convertValue(tree.get("config_differences").get(0).get("values"), List.class));
        JsonNode paired = tree.get("paired_differences").get(0);
        JsonNode own = evaluation(second).get("paired_differences");
        assertEquals(own.get("groups"), paired.get("groups"));
        // the same detector in both runs is the same everywhere
        for (JsonNode budget : paired.get("budgets")) {
            double[] counts = new double[2];
            for (JsonNode each : budget.get("detectors")) {
                if (each.get("detector").asText().endsWith("/counts")) {
                    counts[each.get("detector").asText().startsWith("first") ? 0 : 1] =
                            each.get("recall").asDouble();
                }
            }
            assertEquals(counts[0], counts[1]);
        }
        Path other = folder.resolve("other");
        assertEquals(
                0,
                octet("run", config, "--set", "output=" + other, "--set", "split={train: 0.5, validation: 0.2}", "-q"),
                err);
        assertEquals(0, octet("compare", first, other), err);
        assertTrue(out.contains("was tested on other rows"), out);
        assertEquals(3, octet("compare", first, folder));
        assertTrue(err.contains("holds no finished run"), err);
    }

    @Test
    void scoreAndWatchSayWhenTheLogIsAnotherOne() throws IOException {
        Path moved = folder.resolve("moved.csv");
        List<String> lines = new java.util.ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("logins.csv"))) {
            String[] cells = line.split(",", -1);
            if (!lines.isEmpty()) {
                cells[5] = "IS"; // the country
            }
            lines.add(String.join(",", cells));
        }
        Files.write(moved, lines);
        Path bundle = first.resolve("bundle-forest");
        assertEquals(
                0,
                octet(
                        "score",
                        "--model",
                        bundle,
                        "--input",
                        moved,
                        "--output",
                        folder.resolve("moved-scores.csv"),
                        "--json"),
                err);
        JsonNode drift = JSON.readTree(out).get("drift");
        assertEquals("retrain", drift.get("decision").asText(), out);
        assertTrue(drift.get("inputs_moved").toString().contains("\"country\""), out);
        assertEquals(0, octet("watch", "--model", bundle, "--input", moved, "--state", folder.resolve("state")), err);
        assertTrue(err.contains("drift: train the model on later logins"), err);
        assertTrue(err.contains("country"), err);
        // the log that it was made on is no other one
        assertEquals(
                0,
                octet(
                        "score",
                        "--model",
                        bundle,
                        "--input",
                        folder.resolve("logins.csv"),
                        "--history",
                        "cold",
                        "--output",
                        folder.resolve("same-scores.csv"),
                        "--json"),
                err);
        assertEquals("keep", JSON.readTree(out).get("drift").get("decision").asText(), out);
    }

    @Test
    void mlflowFindsItsFiles() throws IOException {
        Path store = folder.resolve("mlflow");
        Path experiment;
        try (Stream<Path> all = Files.list(store)) {
            experiment = all.toList().get(0);
        }
        assertTrue(experiment.getFileName().toString().matches("[0-9]{18}"));
        assertTrue(Files.readString(experiment.resolve("meta.yaml")).contains("name: \"tools\""));
        Path run;
        try (Stream<Path> all = Files.list(experiment)) {
            run = all.filter(Files::isDirectory).toList().get(0);
        }
        String meta = Files.readString(run.resolve("meta.yaml"));
        assertTrue(meta.contains("run_id: \"" + run.getFileName() + "\"") && meta.contains("status: 3"), meta);
        assertEquals("20", Files.readString(run.resolve("params/detectors.0.isolation-forest.trees")));
        String[] metric =
                Files.readString(run.resolve("metrics/forest.roc_auc")).strip().split(" ");
        assertEquals(3, metric.length);
        assertEquals(
                evaluation(first).get("detectors").get(0).get("roc_auc").asDouble(), Double.parseDouble(metric[1]));
        assertArrayEquals(
                Files.readAllBytes(first.resolve("table.md")), Files.readAllBytes(run.resolve("artifacts/table.md")));
        String figures = Files.readString(first.resolve("figures.csv"));
        assertTrue(figures.contains("forest,roc_auc," + metric[1]), figures);
        assertTrue(Files.readString(first.resolve("losses.csv")).startsWith("detector,epoch,"));
    }
}
