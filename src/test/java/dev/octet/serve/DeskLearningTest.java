package dev.octet.serve;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeskLearningTest {
    @TempDir
    private Path folder;

    @Test
    void ofLogsThatAreTooLargeItSaysWhatToRunAndReadsNothing() throws IOException {
        Path verdicts = Files.writeString(folder.resolve("verdicts.ndjson"), "{}\n");
        Path log = folder.resolve("log.csv");
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            file.setLength((200L << 20) + 1);
        }
        for (boolean cold : new boolean[] {true, false}) {
            DeskLearning learning = new DeskLearning(
                    List.of(log),
                    () -> {
                        throw new AssertionError("the log is read");
                    },
                    verdicts,
                    cold,
                    false);
            String reason = learning.tree(null).get("reason").asText();
            assertTrue(reason.contains("200 MiB") && reason.contains("--verdicts " + verdicts), reason);
            assertTrue(reason.contains("--history cold") == cold, reason);
        }
    }
}
