package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks of a log hold the lines that a plain reader finds. */
class SparkBlocksIT {
    @TempDir
    private Path folder;

    @Test
    void eachLineIsInOneBlock() throws Exception {
        List<String> command = SparkRuns.java(true);
        command.addAll(List.of("dev.octet.spark.LogBlockCases", folder.toString(), "500"));
        Path said = folder.resolve("said.txt");
        Process process = SparkRuns.start(command, said);
        try {
            assertTrue(process.waitFor(300, TimeUnit.SECONDS), Files.readString(said));
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), Files.readString(said));
        assertTrue(Files.readString(said).contains("500 files, "), Files.readString(said));
    }
}
