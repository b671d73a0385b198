package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvOutputTest {
    private static final int LINES = 30_000; // several blocks

    @TempDir
    private Path directory;

    private void write(Path file, boolean complete) throws IOException {
        try (CsvOutput csv = new CsvOutput(file, "number", "say \"so\"")) {
            for (int i = 0; i < LINES; i++) {
                csv.lines().number(i);
                csv.lines().text("text " + i);
                csv.end();
                assertFalse(Files.exists(file));
            }
            if (complete) {
                csv.complete();
            }
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void everyLineIsThereOnceItIsComplete() throws IOException {
        Path file = directory.resolve("out.csv");
        write(file, true);
        List<String> expected = new ArrayList<>(List.of("number,\"say \"\"so\"\"\""));
        for (int i = 0; i < LINES; i++) {
            expected.add(i + ",text " + i);
        }
        assertEquals(String.join("\r\n", expected) + "\r\n", Files.readString(file));
        assertEquals(List.of(file), files());
    }

    @Test
    void nothingStaysWithoutCompletion() throws IOException {
        write(directory.resolve("out.csv"), false);
        assertEquals(List.of(), files());
    }
}
