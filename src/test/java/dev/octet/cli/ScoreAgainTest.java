package dev.octet.cli;

import static dev.octet.cli.Said.octet;
import static dev.octet.cli.Said.printed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code score --history run} gives the files of the run that made the bundle, on a smaller sample of the demo. */
class ScoreAgainTest {
    @TempDir
    private Path folder;

    private Path run(String name, String... settings) {
        List<Object> command = new ArrayList<>(List.of("run", "configs/demo.yaml", "--quiet"));
        Path output = folder.resolve(name);
        List<String> all = new ArrayList<>(List.of(
                "data.train=" + folder.resolve("logins.csv"),
                "data.simulate={rows: 30000, takeovers: 20, seed: 7}",
                "detector.autoencoder.epochs=2",
                "output=" + output));
        all.addAll(List.of(settings));
        all.forEach(setting -> command.addAll(List.of("--set", setting)));
        printed(command.toArray());
        return output;
    }

    @Test
    void fromTheStartOfTheLogScoresAreThoseOfTheRun() throws IOException {
        Path run = run("demo", "history={values-per-user: 4}");
        Path again = folder.resolve("again.csv");
        Object[] score = {
            "score", "--model", run.resolve("bundle"), "--input", folder.resolve("logins.csv"), "--output", again
        };
        List<Object> fromStart = new ArrayList<>(List.of(score));
        fromStart.addAll(List.of("--history", "run"));
        printed(fromStart.toArray());
        assertEquals(Files.readString(run.resolve("scores.csv")), Files.readString(again));
        assertEquals(
                Files.readString(run.resolve("alerts.csv")), Files.readString(folder.resolve("again.csv.alerts.csv")));

        fromStart.set(fromStart.size() - 1, "cold");
        printed(fromStart.toArray());
        List<String> cold = Files.readAllLines(again);
        assertTrue(cold.size() > Files.readAllLines(run.resolve("scores.csv")).size());
    }

    @Test
    void whatCannotBeTheSameIsRefused() {
        Path run = run("labelled", "data.labels.in-training=exclude");
        Path again = folder.resolve("again.csv");
        Said said = octet(
                "score",
                "--model",
                run.resolve("bundle"),
                "--input",
                folder.resolve("logins.csv"),
                "--output",
                again,
                "--history",
                "run");
        assertNotEquals(0, said.code());
        assertTrue(said.err().contains("in-training"), said.err());
        assertTrue(Files.notExists(again));
    }
}
