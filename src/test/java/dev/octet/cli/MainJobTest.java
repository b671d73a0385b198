package dev.octet.cli;

import static dev.octet.cli.Said.printed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on the real log of Molin, from the shipped config, with fewer epochs. */
class MainJobTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void needsTheLog() {
        String data = System.getenv("OCTET_DATA");
        assumeTrue(
                data != null && Files.isRegularFile(Path.of(data, "molin-logins/logs_2018.csv")),
                "SKIPPED: OCTET_DATA (" + data + ") must name the folder with molin-logins/logs_2018.csv; see"
                        + " data/README.md");
    }

    @Test
    void trainsOnJanuaryAndTestsOnEachLaterMonth() throws IOException {
        Path output = folder.resolve("molin");
        printed(
                "run",
                "configs/molin-minutes-counts.yaml",
                "--set",
                "detector.autoencoder.epochs=4",
                "--set",
                "output=" + output);
        JsonNode json =
                new ObjectMapper().readTree(output.resolve("evaluation.json").toFile());
        assertEquals(480_930, json.get("rows").asLong(), "minutes from 2018-02-01 to the last attempt of the year");
        assertEquals(11, json.get("periods").size());
        JsonNode february = json.get("periods").get(0);
        assertEquals("2018-02", february.get("period").asText());
        assertEquals(28 * 24 * 60, february.get("rows").asLong());
        long attacks = 0;
        for (JsonNode period : json.get("periods")) {
            attacks += period.get("attacks").asLong();
        }
        assertEquals(json.get("attacks").asLong(), attacks);
        assertTrue(json.get("detectors").get(0).get("roc_auc").asDouble() > 0.7, json.toString());

        Path scores = folder.resolve("scores.csv");
        String log = Path.of(System.getenv("OCTET_DATA"), "molin-logins/logs_2018.csv")
                .toString();
        printed("score", "--model", output.resolve("bundle").toString(), "--input", log, "--output", scores.toString());
        var all = Files.readAllLines(scores);
        var ofRun = Files.readAllLines(output.resolve("scores.csv"));
        assertEquals(ofRun.get(0), all.get(0));
        assertEquals(
                ofRun.subList(1, ofRun.size()), all.subList(all.size() - ofRun.size() + 1, all.size()), "to the bit");
    }
}
