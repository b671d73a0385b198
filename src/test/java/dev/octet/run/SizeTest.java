package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.cli.OctetProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The takeover detector on a log that is large for the heap that it has: the run of 31 million logins (bench/RESULTS.md), all
 * limits scaled down. Rows that train go to files, and a bundle stays small whatever the number of user agents.
 */
class SizeTest {
    private static final int ROWS = 120_000;
    private static final long MAX_BUNDLE_BYTES = 2_000_000;

    @TempDir
    Path folder;

    private String octet(String... arguments) throws IOException, InterruptedException {
        Path said = folder.resolve("said");
        Process process = new ProcessBuilder(
                        OctetProcess.command(List.of("-Xmx200m", "-XX:+UseParallelGC"), (Object[]) arguments))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertTrue(process.waitFor(10, TimeUnit.MINUTES), "it hangs");
        String text = Files.readString(said);
        assertEquals(0, process.exitValue(), text);
        return text;
    }

    @Test
    void aLogThatIsLargeForTheHeapIsTrainedScoredAndReported() throws Exception {
        String log = folder.resolve("log.csv").toString();
        octet("simulate", "--rows", Integer.toString(ROWS), "--takeovers", "20", "--seed", "4", "--output", log);
        Path out = folder.resolve("out");
        octet(
                "run",
                "configs/takeover.yaml",
                "--set",
                "data.train=" + log,
                "--set",
                "data.matrix-memory=1",
                "--set",
                "detector.autoencoder.epochs=2",
                "--set",
                "output=" + out);
        Path bundle = out.resolve("bundle");
        long bytes = 0;
        try (Stream<Path> files = Files.list(bundle)) {
            for (Path file : files.toList()) {
                bytes += file.endsWith("history.bin") ? 0 : Files.size(file);
            }
        }
        assertTrue(bytes < MAX_BUNDLE_BYTES, bytes + " bytes apart from history.bin");
        assertTrue(Files.exists(out.resolve("evaluation.json")) && Files.exists(out.resolve("report.html")));
        assertTrue(Files.exists(out.resolve("cache")), "the rows went to files");
        assertFalse(Files.exists(out.resolve("trained")));

        octet("verify", bundle.toString());
        octet(
                "score",
                "--model",
                bundle.toString(),
                "--input",
                log,
                "--history",
                "cold",
                "--output",
                folder.resolve("scores.csv").toString());
        try (Stream<String> lines = Files.lines(folder.resolve("scores.csv"))) {
            assertTrue(lines.count() > ROWS / 4, "successful logins are scored");
        }
    }
}
