package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.config.ConfigFile;
import dev.octet.config.ExperimentConfig;
import dev.octet.event.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelLintTest {
    private static final String CONFIG = """
            name: lint
            data: {format: {columns: {time: at, user: user, success: ok}}, train: LOG, labels: {column: was_it_Fraud?}}
            features: [hour, success]
            detector: {autoencoder: {layers: [2], epochs: 1}}
            """;
    private static final String CIRCULAR = ", and a detector that is measured against what a detector said is measured"
            + " against itself (docs/circular-labels.md)";

    @TempDir
    Path folder;

    private ExperimentConfig config(Path log, String... overrides) {
        String text = CONFIG.replace("LOG", log.toString()) + "output: " + folder.resolve("out") + "\n";
        return ExperimentConfig.of(ConfigFile.parse("c.yaml", text, List.of(overrides), Map.of()));
    }

    private String refused(Path log, String... overrides) {
        return assertThrows(
                        InputException.class,
                        () -> new Experiment(config(log, overrides), RunListener.SILENT).run(false))
                .getMessage();
    }

    private Path log(String header, String row) throws IOException {
        StringBuilder text = new StringBuilder(header).append('\n');
        for (int i = 0; i < 120; i++) {
            boolean success = i % 3 > 0;
            text.append(String.format(
                            Locale.ROOT,
                            row,
                            i / 60,
                            i % 60,
                            success,
                            success ? 0 : 1,
                            success ? 1 : 0,
                            i % 7 == 0 ? 1 : 0))
                    .append('\n');
        }
        return Files.writeString(folder.resolve("log.csv"), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"was_it_Fraud?", "was-it-fraud", "WasItFraud", "was it  fraud"})
    void theLabelColumnIsNoFeatureHoweverItIsSpelled(String feature) {
        Path log = Path.of("log.csv");
        assertEquals(
                "--set features: features: \"" + feature
                        + "\" is refused: it is data.labels.column, was_it_Fraud?, and a"
                        + " label never reaches a feature",
                assertThrows(InputException.class, () -> config(log, "features=[hour, '" + feature + "']"))
                        .getMessage());
        assertEquals(
                "--set detector.features: detector.features: \"" + feature + "\" is refused: it is data.labels.column,"
                        + " was_it_Fraud?, and a label never reaches a feature",
                assertThrows(InputException.class, () -> config(log, "detector.features=['" + feature + "']"))
                        .getMessage());
    }

    @Test
    void aFeatureThatOnlySharesTheNameOfTheLabelColumnIsOne() {
        assertDoesNotThrow(() -> config(Path.of("log.csv"), "data.labels.column=hour"));
    }

    @ParameterizedTest
    @CsvSource({
        "flagged, flagged",
        "anomaly_isolated, isolated",
        "anomalyKmeans, kmeans",
        "Risk Score, score",
        "svm.label, svm",
        "PREDICTED, predicted",
    })
    void aLabelThatADetectorMadeIsRefusedByItsName(String column, String word) {
        assertEquals(
                "--set data.labels.column: data.labels: " + column + " is refused as the label: by its name (\"" + word
                        + "\") it is a detector's output" + CIRCULAR
                        + ". If people made it, give the column a name that says so",
                assertThrows(InputException.class, () -> config(Path.of("log.csv"), "data.labels.column=" + column))
                        .getMessage()
                        .replaceFirst("^c.yaml:\\d+:\\d+", "--set data.labels.column"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"is_attack", "Is Account Takeover", "label", "fraud", "anomaly", "compromised"})
    void honestNamesPass(String column) {
        assertDoesNotThrow(() -> config(Path.of("log.csv"), "data.labels.column=" + column));
    }

    @Test
    void aColumnOfAScoreFileIsNoLabel() throws IOException {
        Path log = log("at,user,ok,score,threshold,flagged,Reasons", "2024-01-01T%02d:%02d:00,ann,%s,0.5,0.7,%d,%d");
        assertEquals(
                log + ":1: the label column Reasons stands beside score, threshold, flagged: it is a detector's output"
                        + CIRCULAR,
                refused(log, "data.labels.column=Reasons"));
    }

    @Test
    void aLabelThatPeopleAddedToAScoreFileIsOne() throws IOException {
        Path log = log(
                "at,user,ok,score,threshold,flagged,verdict",
                "2024-01-01T%02d:%02d:00,ann,%s,0.5,0.7,%d,%4$d".replace("%4$d", "%6$d"));
        String message = refused(log, "data.labels.column=verdict", "threshold.percentile=99.99");
        assertTrue(message.startsWith("threshold percentile"), message); // it got as far as the threshold
    }

    @Test
    void aScoreFileHoldsNoAttackWindows() throws IOException {
        Path log = log("at,user,ok", "2024-01-01T%02d:%02d:00,ann,%s");
        Path scores = Files.writeString(
                folder.resolve("scores.csv"),
                "window_start,score,threshold,flagged,reasons\n2024-01-01T00:00:00Z,0.1,0.2,0,\n");
        assertEquals(
                scores + " has the columns score, threshold, flagged: it holds a detector's output, not attack windows"
                        + CIRCULAR,
                refused(log, "data.labels={windows: " + scores + ", start: window_start, end: window_start}"));
    }

    @Test
    void aLabelThatIsAFieldIsRefused() throws IOException {
        Path log = log("at,user,ok,failed,worked", "2024-01-01T%02d:%02d:00,ann,%s,%d,%d");
        assertEquals(
                "data.labels.column: failed is refused as the label: in all 120 rows it says attack where the login failed"
                        + " and normal where it succeeded, so it is computed from a field that features see"
                        + " (docs/circular-labels.md)",
                refused(log, "data.labels.column=failed"));
        assertEquals(
                "data.labels.column: worked is refused as the label: in all 120 rows it says attack where the login"
                        + " succeeded and normal where it failed, so it is computed from a field that features see"
                        + " (docs/circular-labels.md)",
                refused(log, "data.labels.column=worked"));
        assertEquals(
                "c.yaml:2:7: data.labels: the column ok is read as a field; a label must be a column of its own",
                assertThrows(InputException.class, () -> config(log, "data.labels.column=ok"))
                        .getMessage()
                        .replaceFirst("^c.yaml:\\d+:\\d+", "c.yaml:2:7"));
    }
}
