package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code score --history run} gives the files of the run that made the bundle, on a smaller sample of the demo. */
class ScoreAgainTest {
    @TempDir
    private Path folder;

    private final StringWriter errors = new StringWriter();

    private int octet(Object... arguments) {
        CommandLine commands = Octet.commandLine(Terminal.NONE)
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(errors));
        errors.getBuffer().setLength(0);
        List<String> texts = new ArrayList<>();
        for (Object argument : arguments) {
            texts.add(argument.toString());
        }
        return commands.execute(texts.toArray(String[]::new));
    }

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
        assertEquals(0, octet(command.toArray()), () -> errors.toString());
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
        assertEquals(0, octet(fromStart.toArray()), () -> errors.toString());
        assertEquals(Files.readString(run.resolve("scores.csv")), Files.readString(again));
        assertEquals(
                Files.readString(run.resolve("alerts.csv")), Files.readString(folder.resolve("again.csv.alerts.csv")));

        fromStart.set(fromStart.size() - 1, "cold");
        assertEquals(0, octet(fromStart.toArray()), () -> errors.toString());
        List<String> cold = Files.readAllLines(again);
        assertTrue(cold.size() > Files.readAllLines(run.resolve("scores.csv")).size());
    }

    @Test
    void whatCannotBeTheSameIsRefused() {
        Path run = run("labelled", "data.labels.in-training=exclude");
        Path again = folder.resolve("again.csv");
        int code = octet(
                "score",
                "--model",
                run.resolve("bundle"),
                "--input",
                folder.resolve("logins.csv"),
                "--output",
                again,
                "--history",
                "run");
        assertNotEquals(0, code);
        assertTrue(errors.toString().contains("in-training"), errors.toString());
        assertTrue(Files.notExists(again));
    }
}
