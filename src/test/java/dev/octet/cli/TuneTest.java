package dev.octet.cli;

import static dev.octet.cli.Said.octet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tune} as a user types it, on a small simulated log. */
class TuneTest {
    @TempDir
    private static Path folder;

    private static Path search;
    private static Path base;

    @BeforeAll
    static void writesTheFiles() throws IOException {
        base = Files.writeString(folder.resolve("base.yaml"), """
                name: base
                data:
                  format: rba
                  train: %s
                  simulate: {rows: 8000, takeovers: 20, seed: 4}
                view: attempt
                features: [hour, {country: code}, {device: code}, surprise-asn]
                split: {by: time, train: 0.5, validation: 0.2, test: 0.3}
                detector: {autoencoder: {layers: [8, 3, 8], epochs: 8, batch-size: 64, seed: 1}}
                threshold: {percentile: 98}
                evaluate: {on: successful}
                """.formatted(folder.resolve("made/logins.csv")));
        search = Files.writeString(folder.resolve("tune.yaml"), """
                name: small
                base: %s
                space:
                  detector.autoencoder.learning-rate: {from: 0.0005, to: 0.02, scale: log}
                  detector.autoencoder.batch-size: [16, 32, 64]
                candidates: 8
                halving: {factor: 2, rungs: 2}
                budgets: [5]
                output: %s
                """.formatted(base, folder.resolve("out")));
    }

    private static List<String> table(Path output) throws IOException {
        List<String> rows = new ArrayList<>();
        try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(output.resolve("candidates.csv"))) {
            for (NamedCsvRecord row : csv) {
                List<String> fields = new ArrayList<>(row.getFields());
                fields.remove(row.getHeader().indexOf("seconds"));
                rows.add(String.join(" | ", fields));
            }
        }
        return rows;
    }

    @Test
    void aKilledSearchGoesOnAndItsWinnerRuns() throws Exception {
        Said whole = octet("tune", search);
        assertEquals(0, whole.code(), whole.err());
        assertTrue(whole.err().contains("4 epochs, candidate 8 (8 of 8): score 0."), whole.err());
        assertTrue(whole.err().contains("8 epochs, the base: score 0."), whole.err());
        assertTrue(whole.out().contains("Done after 8 candidates"), whole.out());
        assertTrue(whole.out().contains("./octet run " + folder.resolve("out/best.yaml")), whole.out());
        List<String> expected = table(folder.resolve("out"));
        assertEquals(9, expected.size());
        String winner = Files.readString(folder.resolve("out/best.yaml"));

        Path output = folder.resolve("killed");
        kill(output);
        Said goneOn = octet("tune", search, "--set", "output=" + output);
        assertEquals(0, goneOn.code(), goneOn.err());
        assertTrue(goneOn.err().contains(", from before; best so far "), goneOn.err());
        assertEquals(expected, table(output));
        assertEquals(
                winner.replace(folder.resolve("out").toString(), output.toString()),
                Files.readString(output.resolve("best.yaml")));

        Said run = octet("run", output.resolve("best.yaml"));
        assertEquals(0, run.code(), run.err());
        String threshold = expected.stream()
                .filter(row -> row.contains(" | best | "))
                .map(row -> row.split(" \\| ")[3])
                .findFirst()
                .orElseThrow();
        String scores = Files.readAllLines(output.resolve("best/scores.csv")).get(1);
        assertEquals(threshold, scores.split(",")[4]);

        Said other = octet("tune", search, "--set", "seed=2", "--set", "output=" + output);
        assertEquals(3, other.code(), other.out());
        assertTrue(other.err()
                .contains("belongs to a search with other settings, another base or other data; begin the"
                        + " search anew with --restart, or choose another output"));
        assertEquals(
                0,
                octet("tune", search, "--restart", "--set", "seed=2", "--set", "output=" + output)
                        .code());
        assertFalse(expected.equals(table(output)), "another seed, other candidates");
    }

    /** Starts the command in a process of its own and kills it in the middle. */
    private static void kill(Path output) throws Exception {
        Path messages = folder.resolve("killed.log");
        Process process = new ProcessBuilder(
                        OctetProcess.command(List.of("-Xmx1g"), "tune", search, "--set", "output=" + output))
                .redirectErrorStream(true)
                .redirectOutput(messages.toFile())
                .start();
        Path journal = output.resolve("search.jsonl");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!Files.exists(journal) || lines(journal) < 4) {
            assertTrue(process.isAlive() && System.nanoTime() < deadline, Files.readString(messages));
            Thread.sleep(5);
        }
        process.destroyForcibly().waitFor();
        assertTrue(process.exitValue() != 0 && lines(journal) < 12, "killed before it was done");
        assertFalse(Files.exists(output.resolve("best.yaml")));
    }

    private static long lines(Path file) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.count();
        }
    }

    @Test
    void overridesOfTheBaseReachIt() throws IOException {
        Said said = octet(
                "tune",
                search,
                "--set",
                "output=" + folder.resolve("overridden"),
                "--set",
                "candidates=1",
                "--set",
                "halving=null",
                "--base-set",
                "detector.autoencoder.epochs=1",
                "--base-set",
                "threshold.percentile=90");
        assertEquals(0, said.code(), said.err());
        String best = Files.readString(folder.resolve("overridden/best.yaml"));
        assertTrue(best.contains("epochs: 1\n") && best.contains("percentile: 90\n"), best);
        assertTrue(best.lines().limit(2).collect(Collectors.joining(" ")).contains("its swapped-logins is"), best);
    }

    @Test
    void mistakesAreExplained() {
        Said missing = octet("tune", folder.resolve("none.yaml"));
        assertEquals(2, missing.code());
        assertTrue(missing.err().startsWith("octet: the config " + folder.resolve("none.yaml") + " does not exist"));

        Said experiment = octet("tune", base);
        assertEquals(2, experiment.code());
        assertTrue(experiment.err().contains("unknown key data;"), experiment.err());

        Said key = octet("tune", search, "--set", "candidats=3");
        assertEquals(2, key.code());
        assertTrue(key.err().contains("unknown key candidats; did you mean candidates?"), key.err());
    }
}
