package dev.octet.cli;

import static dev.octet.cli.Said.octet;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.run.Experiment;
import dev.octet.run.RunListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands as a user types them, on a small simulated log. */
class CliTest {
    private static final String CONFIG = """
            name: small
            data:
              format: rba
              train: %s
              labels: {column: Is Account Takeover}
            view: attempt
            features:
              - country: {as: one-hot, max: 20}
              - device: one-hot
              - ip-octets
              - hour
            split: {by: time, train: 0.5, validation: 0.2, test: 0.3}
            detector:
              autoencoder: {layers: [8, 3, 8], epochs: 3, batch-size: 512, seed: 1}
            threshold: {percentile: 99}
            evaluate: {on: successful}
            output: %s
            """;

    @TempDir
    private static Path once;

    @TempDir
    private Path folder;

    private static Path log;
    private static List<String> lines;
    private static Path config;
    private static Path output;
    private static Said run;

    @BeforeAll
    static void runsOnce() throws IOException {
        log = once.resolve("logins.csv");
        Said simulated = octet("simulate", "--rows", 20_000, "--takeovers", 20, "--seed", 3, "--output", log);
        assertEquals(0, simulated.code(), simulated.err());
        assertTrue(
                simulated.out().startsWith(log + ": 20,000 simulated logins, 20 takeovers named in "), simulated.out());
        lines = Files.readAllLines(log);
        output = once.resolve("out");
        config = write(once.resolve("small.yaml"), CONFIG.formatted(log, output));
        run = octet("run", config);
        assertEquals(0, run.code(), run.err());
    }

    @Test
    void aRunWritesBundleTableAndScores() throws IOException {
        assertEquals(
                List.of(
                        "alerts.csv",
                        "attacks.csv",
                        "bundle",
                        "config.yaml",
                        "evaluation.json",
                        "figures.csv",
                        "losses.csv",
                        "report.html",
                        "scores.csv",
                        "table.md"),
                names(output),
                "and no checkpoint and nothing temporary");
        String table = Files.readString(output.resolve("table.md"));
        assertTrue(run.out().startsWith("\n" + table), run.out());
        assertTrue(table.startsWith("# small\n"), table);
        assertTrue(table.contains("| autoencoder "), table);
        assertTrue(table.contains("| random "), table);
        assertTrue(table.contains("| best single feature: "), table);
        assertFalse(table.contains("NaN"), table);
        assertTrue(run.out().contains("Model bundle: " + output.resolve("bundle")), run.out());
        assertTrue(run.out().contains("octet score --model " + output.resolve("bundle")), run.out());
        assertEquals(
                Files.readString(output.resolve("config.yaml")),
                Files.readString(output.resolve("bundle/config.yaml")));
        JsonNode json =
                new ObjectMapper().readTree(output.resolve("evaluation.json").toFile());
        assertEquals(
                scores(output.resolve("scores.csv")).size(), json.get("rows").asInt());
    }

    @Test
    void progressGoesToTheErrorStream() {
        assertTrue(run.err().contains("reading " + log), run.err());
        assertTrue(run.err().contains("epoch 3/3 done, loss "), run.err());
        assertFalse(run.out().contains("epoch"), run.out());
    }

    @Test
    void timesInTheTableAreToTheSecond() {
        String split = run.out()
                .lines()
                .filter(line -> line.startsWith("- split: "))
                .findFirst()
                .orElseThrow();
        String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";
        assertTrue(
                split.matches("- split: by time: train until " + time + ", validation until " + time + ", test " + time
                        + " to " + time + " \\([0-9,]+ rows scored\\)"),
                split);
    }

    @Test
    void scoreGivesTheScoresOfTheRun() throws IOException {
        Path file = folder.resolve("scores.csv");
        Said said = octet("score", "--model", output.resolve("bundle"), "--input", log, "--output", file);
        assertEquals(0, said.code(), said.err());
        assertTrue(
                said.out()
                        .matches(
                                "(?s)\\Q" + file + "\\E: [0-9,]+ of 20,000 logins scored \\(the successful ones, as the"
                                        + " bundle was made for\\), [0-9,]+ flagged above .*"),
                said.out());
        Map<String, List<String>> all = scores(file);
        Map<String, List<String>> ofRun = scores(output.resolve("scores.csv"));
        assertTrue(ofRun.size() > 1000 && ofRun.size() < all.size(), ofRun.size() + " of " + all.size());
        ofRun.forEach((row, fields) -> assertEquals(fields, all.get(row), "row " + row));
        assertEquals(List.of("scores.csv", "scores.csv.alerts.csv"), names(folder));
    }

    /** What the history has seen travels with the bundle: scoring what follows is as if the run had gone on. */
    @Test
    void scoreGoesOnFromTheHistoryInTheBundle() throws IOException {
        String training = "{by: date, train-until: " + day(10_000) + ", validation-until: " + day(14_000);
        Path whole = folder.resolve("whole");
        Path half = folder.resolve("half");
        for (Path out : List.of(whole, half)) {
            String split = training + (out == half ? ", test-until: " + day(17_000) + "}" : "}");
            Said said = octet(
                    "run",
                    config,
                    "--set",
                    "split=" + split,
                    "--set",
                    "detector=user-surprise",
                    "--set",
                    "output=" + out);
            assertEquals(0, said.code(), said.err());
        }
        int first = IntStream.range(1, lines.size())
                .filter(line -> lines.get(line).split(",", 3)[1].compareTo(day(17_000)) >= 0)
                .findFirst()
                .orElseThrow();
        Path rest = folder.resolve("rest.csv");
        Files.writeString(rest, lines.get(0) + "\n");
        Files.write(rest, lines.subList(first, lines.size()), StandardOpenOption.APPEND);
        Path file = folder.resolve("rest-scores.csv");
        Said said = octet("score", "--model", half.resolve("bundle"), "--input", rest, "--output", file);
        assertEquals(0, said.code(), said.err());
        assertFalse(said.err().contains("older"), said.err());

        Map<String, List<String>> ofRun = scores(whole.resolve("scores.csv"));
        Map<String, List<String>> goneOn = scores(file);
        assertTrue(goneOn.size() > 500, goneOn.size() + " scored");
        goneOn.forEach((row, fields) -> {
            List<String> expected = ofRun.get(String.valueOf(Integer.parseInt(row) + first - 1));
            assertEquals(expected.subList(1, expected.size()), fields.subList(1, fields.size()), "row " + row);
        });

        Said again = octet("score", "--model", half.resolve("bundle"), "--input", log, "--output", file);
        assertEquals(0, again.code(), again.err());
        assertTrue(again.err().contains("rows are older than what the bundle has seen already"), again.err());
        Said cold = octet(
                "score", "--history", "cold", "--model", half.resolve("bundle"), "--input", log, "--output", file);
        assertEquals(0, cold.code(), cold.err());
        assertFalse(cold.err().contains("older"), cold.err());
    }

    /** The day of a data row. */
    private static String day(int row) {
        return lines.get(row + 1).split(",", 3)[1].substring(0, 10);
    }

    @Test
    void scoreOfAttemptsHasTheColumnsOfTheIssue() throws IOException {
        List<String> written = Files.readAllLines(output.resolve("scores.csv"));
        assertEquals("row,timestamp,user,score,threshold,flagged,reasons", written.get(0));
        JsonNode threshold = new ObjectMapper()
                .readTree(output.resolve("bundle/threshold.json").toFile());
        double limit = Double.parseDouble(threshold.get("value").asText());
        int flagged = 0;
        for (Map.Entry<String, List<String>> entry :
                scores(output.resolve("scores.csv")).entrySet()) {
            List<String> fields = entry.getValue();
            String[] login = lines.get(1 + Integer.parseInt(entry.getKey())).split(",");
            assertEquals(login[2], fields.get(2));
            assertEquals(
                    login[1],
                    fields.get(1).replace('T', ' ').replace("Z", fields.get(1).contains(".") ? "" : ".000"));
            double score = Double.parseDouble(fields.get(3));
            assertEquals(limit, Double.parseDouble(fields.get(4)));
            assertEquals(score > limit ? "1" : "0", fields.get(5));
            flagged += score > limit ? 1 : 0;
            String share = "[a-z-]+=(0\\.\\d\\d|1\\.00)";
            assertTrue(fields.get(6).matches(share + "(;" + share + "){0,2}"), fields.get(6));
        }
        assertTrue(flagged > 0);
        JsonNode json =
                new ObjectMapper().readTree(output.resolve("evaluation.json").toFile());
        assertEquals(
                flagged,
                json.get("detectors").get(0).get("at_threshold").get("flagged").asInt());
    }

    @Test
    void windowsAreScoredWithTheirOwnColumns() throws IOException {
        Path windows = write(folder.resolve("windows.yaml"), """
                name: windows
                data: {format: rba, train: %s, labels: {column: Is Account Takeover}}
                view: {window: {span: 1h}}
                features: counts
                detector: {autoencoder: {layers: [4], epochs: 1, seed: 1}}
                evaluate: {by: [month]}
                output: %s
                """.formatted(log, folder.resolve("out")));
        Said said = octet("run", windows);
        assertEquals(0, said.code(), said.err());
        Path ofRun = folder.resolve("out/scores.csv");
        assertEquals(
                "window_start,score,threshold,flagged,reasons",
                Files.readAllLines(ofRun).get(0));
        Path again = folder.resolve("again.csv");
        said = octet("score", "--model", folder.resolve("out/bundle"), "--input", log, "--output", again);
        assertEquals(0, said.code(), said.err());
        assertTrue(said.out().contains(" windows scored, "), said.out());
        Map<String, List<String>> all = scores(again);
        scores(ofRun).forEach((start, fields) -> assertEquals(fields, all.get(start)));
        assertTrue(all.keySet().iterator().next().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:00:00Z"));

        String table = Files.readString(folder.resolve("out/table.md"));
        assertTrue(table.contains("## By period, at each detector's own threshold\n"), table);
        assertEquals(
                1,
                table.lines().filter(line -> line.startsWith("- threshold: ")).count(),
                table);
        assertFalse(table.contains("autoencoder 20"), "months are no detectors: " + table);
        JsonNode json = new ObjectMapper()
                .readTree(folder.resolve("out/evaluation.json").toFile());
        long rows = 0;
        for (JsonNode period : json.get("periods")) {
            assertTrue(table.contains("| " + period.get("period").asText() + " | autoencoder |"), table);
            rows += period.get("rows").asLong();
        }
        assertEquals(json.get("rows").asLong(), rows, "the months cover all rows");
    }

    @Test
    void anotherFileIsScoredPackedOrNot() throws IOException {
        Path other = folder.resolve("other.csv");
        assertEquals(
                0,
                octet("simulate", "--rows", 3000, "--takeovers", 0, "--seed", 9, "--output", other)
                        .code());
        Path packed = folder.resolve("other.csv.gz");
        try (var gzip = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(other, gzip);
        }
        Path one = folder.resolve("one.csv");
        Path two = folder.resolve("two.csv");
        Path bundle = output.resolve("bundle");
        assertEquals(
                0,
                octet("score", "--model", bundle, "--input", other, "--output", one)
                        .code());
        Said said = octet("score", "--model", bundle, "--input", packed, "--format", "rba", "--output", two);
        assertEquals(0, said.code(), said.err());
        assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(two));
        assertTrue(scores(one).size() > 500);
    }

    @Test
    void theSameConfigGivesTheSameScoresAndTable() throws IOException {
        Path again = folder.resolve("again");
        Said said = octet("run", output.resolve("config.yaml"), "--set", "output=" + again); // as the run wrote it
        assertEquals(0, said.code(), said.err());
        for (String name : List.of("scores.csv", "table.md", "evaluation.json", "bundle/weights.bin")) {
            assertArrayEquals(Files.readAllBytes(output.resolve(name)), Files.readAllBytes(again.resolve(name)), name);
        }
    }

    @Test
    void valuesAreOverridden() throws IOException {
        Path other = folder.resolve("other");
        Said said = octet(
                "run",
                config,
                "--set",
                "output=" + other,
                "--set",
                "detector.autoencoder.epochs=1",
                "--set=threshold.percentile=95",
                "--set=evaluate.budgets=[0.3, 10]");
        assertEquals(0, said.code(), said.err());
        assertTrue(said.err().contains("epoch 1/1 done"), said.err());
        assertTrue(said.out().contains("percentile 95 of validation normals"), said.out());
        assertTrue(Files.readString(other.resolve("config.yaml")).contains("percentile: 95"));
        assertTrue(said.out().contains("| recall at 0.3 % | recall at 10 % |"), said.out());
        assertTrue(said.out().matches("(?s).*\\| autoencoder +\\| +10 % \\|.*"), said.out());
        assertFalse(said.out().contains("0.5 %"), said.out());
    }

    @Test
    void severalDetectorsHaveFilesEach() throws IOException {
        Path both = write(
                folder.resolve("both.yaml"),
                Files.readString(config)
                        .replace(
                                "detector:\n  autoencoder: {layers: [8, 3, 8], epochs: 3, batch-size: 512, seed: 1}",
                                "detectors:\n  - autoencoder: {layers: [4], epochs: 1, seed: 1}\n    name: small\n"
                                        + "  - autoencoder: {layers: [6], epochs: 1, seed: 1}\n    name: large"));
        Path out = folder.resolve("both");
        Said said = octet("run", both, "--set", "output=" + out);
        assertEquals(0, said.code(), said.err());
        assertEquals(
                List.of(
                        "alerts-large.csv",
                        "alerts-small.csv",
                        "attacks.csv",
                        "bundle-large",
                        "bundle-small",
                        "config.yaml",
                        "evaluation.json",
                        "figures.csv",
                        "losses.csv",
                        "report.html",
                        "scores-large.csv",
                        "scores-small.csv",
                        "table.md"),
                names(out));
        assertTrue(said.out().contains("## Agreement of flagged rows"), said.out());
    }

    @Test
    void aKilledRunGoesOnWhereItWas() throws IOException {
        Path out = folder.resolve("killed");
        List<String> settings = List.of("output=" + out);
        ExperimentConfig experiment = ExperimentConfig.read(config, settings, Map.of());
        assertThrows(Killed.class, () -> new Experiment(experiment, new KillsAtEpoch(3)).run(false));
        assertEquals(List.of("checkpoint.bin"), names(out), "what is left to go on from, and nothing half-written");

        Said said = octet("run", config, "--set", settings.get(0));
        assertEquals(0, said.code(), said.err());
        assertTrue(said.err().contains("resuming after epoch 2 from the checkpoint " + out), said.err());
        assertFalse(said.err().contains("epoch 2/3 done"), said.err());
        assertArrayEquals(
                Files.readAllBytes(output.resolve("scores.csv")), Files.readAllBytes(out.resolve("scores.csv")));
        assertEquals(names(output), names(out));
    }

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Ends a run as a signal would, when an epoch begins. */
    private record KillsAtEpoch(int last) implements RunListener {
        @Override
        public TrainingProgress training(String detector) {
            return new TrainingProgress() {
                @Override
                public void epochStarted(int epoch, int epochs, long rows) {
                    if (epoch == last) {
                        throw new Killed();
                    }
                }
            };
        }
    }

    @Test
    void withoutLabelsARunStillScoresAndReports() throws IOException {
        Path unlabelled = write(
                folder.resolve("unlabelled.yaml"),
                Files.readString(config)
                        .replace("  labels: {column: Is Account Takeover}\n", "")
                        .replace(output.toString(), folder.resolve("out").toString()));
        assertNothingKnown(octet("run", unlabelled, "--set", "detector.autoencoder.epochs=1"), folder.resolve("out"));
    }

    @Test
    void withoutAnyPositiveLabelARunStillScoresAndReports() throws IOException {
        Path benign = folder.resolve("benign.csv");
        assertEquals(
                0,
                octet("simulate", "--rows", 5000, "--takeovers", 0, "--output", benign)
                        .code());
        Path out = folder.resolve("out");
        Said said = octet(
                "run",
                config,
                "--set",
                "data.train=" + benign,
                "--set",
                "output=" + out,
                "--set",
                "detector.autoencoder.epochs=1");
        assertEquals(0, said.code(), said.err());
        assertTrue(said.out().contains("- attacks: 0 "), said.out());
        assertFalse(said.out().contains("NaN"), said.out());
        JsonNode first = new ObjectMapper()
                .readTree(out.resolve("evaluation.json").toFile())
                .get("detectors")
                .get(0);
        assertTrue(
                first.get("roc_auc").isNull() && first.get("average_precision").isNull());
        assertTrue(first.get("at_threshold").get("recall").get("value").isNull());
        assertTrue(scores(out.resolve("scores.csv")).size() > 100);
    }

    private static void assertNothingKnown(Said said, Path out) throws IOException {
        assertEquals(0, said.code(), said.err());
        assertTrue(said.out().contains("- attacks: n/a, the data carries no labels\n"), said.out());
        assertTrue(said.out().contains("| autoencoder |"), said.out());
        assertFalse(said.out().contains(" n/a |"), "a column of nothing but n/a: " + said.out());
        assertFalse(said.out().contains("NaN"), said.out());
        assertEquals(
                scores(output.resolve("scores.csv")).keySet(),
                scores(out.resolve("scores.csv")).keySet());
        assertEquals(0, octet("verify", out.resolve("bundle")).code());
    }

    @Test
    void inspectSaysWhatABundleIs() {
        Said said = octet("inspect", output.resolve("bundle"));
        assertEquals(0, said.code(), said.err());
        for (String line : List.of(
                "name             small\n",
                "rows             attempt, successful logins only\n",
                "features         country, device, ip-octets, hour\n",
                "data             " + log + ", ",
                "golden rows      32, re-scored now\n")) {
            assertTrue(said.out().contains(line), said.out());
        }
        assertTrue(said.out().contains("percentile 99 of validation normals"), said.out());
    }

    @Test
    void verifyAcceptsABundleAsItWasWritten() {
        Said said = octet("verify", output.resolve("bundle"));
        assertEquals(0, said.code(), said.err());
        String start = output.resolve("bundle")
                + ": 14 files match their checksums; 32 of 32 golden rows score the same to the bit;"
                + " ONNX Runtime agrees within ";
        assertTrue(said.out().startsWith(start), said.out());
        String difference = said.out().substring(start.length()).replace(" of the threshold\n", "");
        assertTrue(Double.parseDouble(difference) <= 1e-5, said.out());
    }

    @Test
    void verifyRefusesATamperedBundleWithTheReason() throws IOException {
        Path bundle = folder.resolve("bundle");
        Files.createDirectory(bundle);
        for (String name : names(output.resolve("bundle"))) {
            Files.copy(output.resolve("bundle").resolve(name), bundle.resolve(name));
        }
        byte[] weights = Files.readAllBytes(bundle.resolve("weights.bin"));
        weights[10] ^= 1;
        Files.write(bundle.resolve("weights.bin"), weights);
        for (Said said : List.of(
                octet("verify", bundle),
                octet("inspect", bundle),
                octet("score", "--model", bundle, "--input", log, "--output", folder.resolve("s.csv")))) {
            assertEquals(3, said.code());
            assertEquals("", said.out());
            assertTrue(
                    said.err()
                            .startsWith("octet: " + bundle.resolve("weights.bin")
                                    + " was changed or damaged: its SHA-256 is "),
                    said.err());
            assertEquals(1, said.err().lines().count(), said.err());
        }
        assertFalse(Files.exists(folder.resolve("s.csv")));
        Said nowhere = octet("verify", folder.resolve("nowhere"));
        assertEquals(3, nowhere.code());
        assertEquals("octet: " + folder.resolve("nowhere") + " is not a bundle: it does not exist\n", nowhere.err());
    }

    @Test
    void aDirectoryThatIsNoBundleStopsTheRunBeforeItIsTouched() throws IOException {
        Path mine = Files.createDirectories(folder.resolve("out/bundle"));
        Files.writeString(mine.resolve("thesis.tex"), "years");
        Said said = octet("run", config, "--set", "output=" + folder.resolve("out"));
        assertEquals(3, said.code());
        assertTrue(said.err().contains(mine + " exists and is no bundle"), said.err());
        assertFalse(said.err().contains("training"), "it is said before hours of training: " + said.err());
        assertEquals("years", Files.readString(mine.resolve("thesis.tex")));
        assertEquals(List.of("bundle"), names(folder.resolve("out")));
    }

    @Test
    void aConfigsMistakeIsSaidWithFileLineAndColumn() throws IOException {
        assertConfigError("epochs: 3", "epochs: many", ":14:");
        assertConfigError("view: attempt", "vew: attempt", ":6:");
        assertConfigError("percentile: 99", "percentile: 101", ":15:");
        assertConfigError("- hour", "- index", ":11:");
        assertConfigError("name: small", "name: [", ":");
    }

    private void assertConfigError(String right, String wrong, String where) throws IOException {
        Path broken =
                write(folder.resolve("broken.yaml"), Files.readString(config).replace(right, wrong));
        Said said = octet("run", broken, "--set", "output=" + folder.resolve("none"));
        assertEquals(2, said.code(), said.out());
        assertTrue(said.err().startsWith("octet: " + broken + where), said.err());
        assertTrue(said.err().matches("(?s)octet: \\Q" + broken + "\\E:\\d+:\\d+: .*"), said.err());
        assertFalse(said.err().contains("Exception"), said.err());
        assertFalse(Files.exists(folder.resolve("none")));
    }

    @Test
    void anOverridesMistakeIsSaid() {
        Said said = octet("run", config, "--set", "detector.autoencoder.epoch=3");
        assertEquals(2, said.code());
        assertTrue(said.err().contains("detector.autoencoder.epoch"), said.err());
        assertTrue(said.err().contains("epochs"), said.err());
    }

    @Test
    void aMissingDataFileSaysWhereToGetIt() {
        Said said = octet("run", config, "--set", "data.train=" + folder.resolve("rba-dataset.csv"));
        assertEquals(2, said.code());
        assertTrue(said.err().contains("rba-dataset.csv does not exist."), said.err());
        assertTrue(said.err().contains("https://zenodo.org/records/6782156"), said.err());
        assertTrue(said.err().contains("see data/README.md"), said.err());
        said = octet("run", config, "--set", "data.train=" + folder.resolve("mine.csv"));
        assertTrue(said.err().contains("mine.csv does not exist. Give another with --set data.train=FILE"), said.err());
    }

    @Test
    void theScoresFileNeverReplacesItsInputOrAFolder() throws IOException {
        Path bundle = output.resolve("bundle");
        Path copy = Files.copy(log, folder.resolve("log.csv"));
        Said said = octet("score", "--model", bundle, "--input", copy, "--output", copy);
        assertEquals(2, said.code());
        assertTrue(said.err().contains("is the log itself, which it would replace"), said.err());
        assertEquals(-1, Files.mismatch(log, copy));
        said = octet("score", "--model", bundle, "--input", copy, "--output", folder);
        assertEquals(2, said.code());
        assertTrue(said.err().contains("is a directory; name the file"), said.err());
        said = octet("score", "--model", bundle, "--input", folder.resolve("none"), "--output", "x");
        assertEquals(3, said.code());
        assertTrue(said.err().contains(folder.resolve("none") + " does not exist"), said.err());
    }

    @Test
    void whatAFileSaysDoesNotMoveTheCursor() throws IOException {
        Path bundle = folder.resolve("bundle");
        Files.createDirectory(bundle);
        Files.writeString(bundle.resolve("checksums.sha256"), "\u001b[2J\u001b]0;owned\u0007\u202e\n");
        Said said = octet("verify", bundle);
        assertEquals(3, said.code());
        assertTrue(said.err().contains("not a checksum line: \"\\u001b[2J\\u001b]0;owned\\u0007\\u202e\""), said.err());
    }

    @Test
    void unknownCommandsAndOptionsExitWithTwo() {
        assertEquals(2, octet("rum").code());
        assertEquals(2, octet("score", "--input", "x").code());
        assertEquals(
                2,
                octet("score", "--model", "x", "--input", log, "--format", "csv", "--output", "y")
                        .code());
    }

    /** A log that is broken in one way, and what becomes of it. */
    enum Broken {
        EMPTY_FILE("is empty; a CSV file with a header line is expected"),
        HEADER_ONLY("has a header but no rows"),
        WRONG_HEADER("the header has no column"),
        NUL_BYTES("this is a binary file (found U+0000)"),
        BINARY("is not UTF-8 text"),
        LONG_HEADER("no line end in the first 4194304 characters"),
        TRUNCATED_GZIP("the gzip data is damaged or ends early"),
        NUL_IN_ROWS("kept", "control character: found U+0000"),
        LONG_LINE("left out", "too long: "),
        BAD_UTF8("kept", "not UTF-8"),
        OCTET_256("kept", "unreadable IP address"),
        TIME_GOING_BACKWARDS("left out", "time goes backwards: it is before ");

        /** What becomes of the row; empty where the log is refused. */
        private final String outcome;

        private final String message;

        Broken(String message) {
            this("", message);
        }

        Broken(String outcome, String message) {
            this.outcome = outcome;
            this.message = message;
        }

        private byte[] bytes() throws IOException {
            List<String> rows = new ArrayList<>(lines);
            int place = 5000;
            String[] row = rows.get(place).split(",", -1);
            switch (this) {
                case EMPTY_FILE -> rows.clear();
                case HEADER_ONLY -> rows.subList(1, rows.size()).clear();
                case WRONG_HEADER -> rows.set(0, rows.get(0).replace("IP Address", "ip"));
                case NUL_BYTES -> {
                    return new byte[100_000];
                }
                case BINARY -> {
                    byte[] noise = new byte[100_000];
                    new SplittableRandom(1).nextBytes(noise);
                    for (int i = 0; i < noise.length; i++) {
                        noise[i] |= (byte) 0x80; // not even a control character to tell it by
                    }
                    noise[3] = '\n';
                    return noise;
                }
                case LONG_HEADER -> {
                    return "a".repeat(5 << 20).getBytes(StandardCharsets.US_ASCII);
                }
                case TRUNCATED_GZIP -> {
                    ByteArrayOutputStream packed = new ByteArrayOutputStream();
                    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
                        gzip.write(text(rows));
                    }
                    return Arrays.copyOf(packed.toByteArray(), packed.size() * 2 / 3);
                }
                case NUL_IN_ROWS -> rows.set(place, rows.get(place).replaceFirst(row[5], "\0"));
                case LONG_LINE -> rows.set(place, rows.get(place) + "x".repeat(5 << 20));
                case BAD_UTF8 -> {
                    byte[] text = text(rows);
                    int at = String.join("\n", rows.subList(0, place)).getBytes(StandardCharsets.UTF_8).length;
                    text[at + 1 + String.join(",", Arrays.copyOf(row, 5)).length() + 2] = (byte) 0xff;
                    return text;
                }
                case OCTET_256 -> {
                    row[4] = "10.0.256.1";
                    rows.set(place, String.join(",", row));
                }
                case TIME_GOING_BACKWARDS -> {
                    row[1] = "2019-01-01 00:00:00.000";
                    rows.set(place, String.join(",", row));
                }
            }
            return text(rows);
        }

        private static byte[] text(List<String> rows) {
            return rows.isEmpty() ? new byte[0] : (String.join("\n", rows) + "\n").getBytes(StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenLogIsRefusedOrItsRowsAreCounted(Broken broken) throws IOException {
        Path input = folder.resolve("logins.csv");
        Files.write(input, broken.bytes());
        Path scores = write(folder.resolve("scores.csv"), "of before\n");
        Path out = Files.createDirectory(folder.resolve("out"));
        write(out.resolve("scores.csv"), "of before\n");
        Said score = octet("score", "--model", output.resolve("bundle"), "--input", input, "--output", scores);
        Said run = octet(
                "run",
                config,
                "--set",
                "data.train=" + input,
                "--set",
                "output=" + out,
                "--set",
                "detector.autoencoder.epochs=1");
        if (broken.outcome.isEmpty()) {
            for (Said said : List.of(score, run)) {
                assertEquals(3, said.code(), said.err());
                assertEquals("", said.out());
                assertTrue(said.err().contains("octet: " + input), said.err());
                assertTrue(said.err().contains(broken.message), said.err());
                assertFalse(said.err().contains("Exception"), said.err());
            }
            assertEquals("of before\n", Files.readString(scores));
            assertEquals("of before\n", Files.readString(out.resolve("scores.csv")));
            assertEquals(List.of("logins.csv", "out", "scores.csv"), names(folder));
            assertEquals(List.of("scores.csv"), names(out));
            return;
        }
        assertEquals(0, score.code(), score.err());
        assertEquals(0, run.code(), run.err());
        String told = broken.outcome.equals("kept")
                ? "1 of 20,000 rows have fields that cannot be read; they are kept"
                : "1 of 20,000 rows cannot be used and were left out";
        for (Said said : List.of(score, run)) {
            assertTrue(said.err().contains(told), said.err());
            assertTrue(said.err().contains(broken.message), said.err());
        }
        for (Path list : List.of(folder.resolve("scores.csv.unreadable.csv"), out.resolve("unreadable.csv"))) {
            List<String> unreadable = Files.readAllLines(list);
            assertEquals("row,line,time,user,column,reason,value,outcome", unreadable.get(0));
            assertEquals(2, unreadable.size(), unreadable.toString());
            assertTrue(unreadable.get(1).startsWith("4999,5001,"), unreadable.get(1));
            assertTrue(unreadable.get(1).contains(broken.message), unreadable.get(1));
            assertTrue(unreadable.get(1).endsWith("," + broken.outcome), unreadable.get(1));
        }
        if (broken.outcome.equals("left out")) {
            assertFalse(scores(scores).containsKey("4999"));
        }
        assertEquals(
                List.of("logins.csv", "out", "scores.csv", "scores.csv.alerts.csv", "scores.csv.unreadable.csv"),
                names(folder));
        assertEquals(
                List.of(
                        "alerts.csv",
                        "attacks.csv",
                        "bundle",
                        "config.yaml",
                        "evaluation.json",
                        "figures.csv",
                        "losses.csv",
                        "report.html",
                        "scores.csv",
                        "table.md",
                        "unreadable.csv"),
                names(out));
    }

    static List<List<String>> strictCommands() {
        return List.of(List.of("run"), List.of("score"));
    }

    @ParameterizedTest
    @MethodSource("strictCommands")
    void strictStopsAtTheFirstBrokenRow(List<String> command) throws IOException {
        Path input = folder.resolve("logins.csv");
        Files.write(input, Broken.OCTET_256.bytes());
        Path out = folder.resolve("out");
        Said said = command.get(0).equals("run")
                ? octet("run", config, "--strict", "--set", "data.train=" + input, "--set", "output=" + out)
                : octet("score", "--strict", "--model", output.resolve("bundle"), "--input", input, "--output", out);
        assertEquals(3, said.code());
        assertTrue(
                said.err().contains("octet: " + input + ":5001, column IP Address: unreadable IP address"), said.err());
        assertTrue(said.err().contains("found \"10.0.256.1\""), said.err());
        assertTrue(said.err().contains("leave out --strict"), said.err());
        assertFalse(Files.exists(out.resolve("scores.csv")) || Files.isRegularFile(out));
    }

    @Test
    void tooManyBrokenRowsStopTrainingAndWarnLoudlyInScoring() throws IOException {
        List<String> rows = new ArrayList<>(lines.subList(0, 1001));
        for (int i = 100; i < 150; i++) {
            rows.set(i, "broken");
        }
        Path input = write(folder.resolve("logins.csv"), String.join("\n", rows));
        Path scores = folder.resolve("scores.csv");
        Said said = octet("score", "--model", output.resolve("bundle"), "--input", input, "--output", scores, "-q");
        assertEquals(0, said.code(), "whoever logs in must not stop it: " + said.err());
        assertTrue(said.err().contains("more than the expected 0.1 %: 50 of 1,000 rows cannot be used"), said.err());
        assertTrue(said.err().contains("50 × wrong number of fields"), said.err());
        assertTrue(Files.exists(scores));
        said = octet("run", config, "--set", "data.train=" + input, "--set", "output=" + folder.resolve("out"));
        assertEquals(3, said.code());
        assertTrue(said.err().contains("go on without these rows: --set data.max-rejected=0.05"), said.err());
        said = octet(
                "score",
                "--model",
                output.resolve("bundle"),
                "--input",
                input,
                "--output",
                scores,
                "--max-rejected=0.05");
        assertEquals(0, said.code(), said.err());
        assertFalse(said.err().contains("more than the expected"), said.err());
        assertEquals(
                51,
                Files.readAllLines(folder.resolve("scores.csv.unreadable.csv")).size());
    }

    @Test
    void impossibleOptionsAreRefused() throws IOException {
        Said said = octet(
                "score", "--model", output.resolve("bundle"), "--input", log, "--output", "x", "--max-rejected", "7");
        assertEquals(2, said.code());
        assertTrue(said.err().contains("max-rejected must be in [0, 1], got 7.0"), said.err());
        assertThrows(
                InputException.class, () -> ExperimentConfig.read(folder.resolve("none.yaml"), List.of(), Map.of()));
    }

    /** The rows of a file of scores, by its first column. */
    private static Map<String, List<String>> scores(Path file) throws IOException {
        Map<String, List<String>> scores = new LinkedHashMap<>();
        try (CsvReader<NamedCsvRecord> records = CsvReader.builder().ofNamedCsvRecord(file)) {
            for (NamedCsvRecord record : records) {
                assertEquals(null, scores.put(record.getField(0), record.getFields()), "each row once");
            }
        }
        return scores;
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static Path write(Path file, String text) throws IOException {
        return Files.writeString(file, text);
    }
}
