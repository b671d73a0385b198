package dev.octet.cli;

import static dev.octet.cli.Said.octet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replay whose labels are an analyst's verdicts. */
class ReplayVerdictsTest {
    private static final String CONFIG = """
            name: verdicts
            data: {format: rba, train: %s, labels: {column: Is Account Takeover, in-training: ignore}}
            detector: user-surprise
            split: {by: time, train: 0.4, validation: 0.1, test: 0.5}
            threshold: {percentile: 98}
            replay: {every: week, verdicts: alerts, budget: 0.05}
            output: %s
            """;

    @TempDir
    private Path folder;

    /** Weeks are too short at first; then learning begins, and goes on with all verdicts so far. */
    @Test
    void learningBeginsWhenEnoughLoginsWereScored() throws IOException {
        Path log = folder.resolve("log.csv");
        Said simulated = octet("simulate", "--rows", 12_000, "--takeovers", 120, "--seed", 4, "--output", log);
        assertEquals(0, simulated.code(), simulated.err());
        Path output = folder.resolve("run");
        Path config = Files.writeString(folder.resolve("config.yaml"), CONFIG.formatted(log, output));
        Said said = octet("replay", config, "-q");
        assertEquals(0, said.code(), said.err());
        JsonNode spans = new ObjectMapper()
                .readTree(output.resolve("replay.json").toFile())
                .path("spans");
        long scored = 0;
        int learned = 0;
        for (JsonNode span : spans) {
            scored += span.path("rows").asLong();
            String update = span.path("update").asText();
            if (scored < 1_000) {
                assertTrue(update.startsWith("not learned: ") && update.contains("logins so far"), update);
            } else {
                assertTrue(update.contains(" verdicts, "), update);
                learned += update.startsWith("learned: ") ? 1 : 0;
            }
        }
        assertTrue(spans.path(0).path("rows").asLong() < 1_000, "the first week has few logins");
        assertTrue(learned > 0, spans.toString());
    }
}
