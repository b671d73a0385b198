package dev.octet.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.config.ConfigFile;
import dev.octet.config.ExperimentConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShippedConfigsTest {

    static List<Path> shipped() throws IOException {
        return files(false);
    }

    static List<Path> searches() throws IOException {
        return files(true);
    }

    private static List<Path> files(boolean searches) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("configs"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> file.getFileName().toString().startsWith("tune-") == searches)
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyShippedConfigReads(Path file) {
        ExperimentConfig config = ExperimentConfig.read(file, List.of(), Map.of("OCTET_DATA", "/d"));
        assertEquals(file.getFileName().toString(), config.name() + ".yaml");
        assertEquals(Path.of("models", config.name()), config.output());
        boolean published = config.data().reading().train().stream().allMatch(path -> path.startsWith("/d"));
        boolean own = file.endsWith("own-log.yaml"); // to copy: its log is the reader's
        assertTrue(
                own || published || config.data().simulate().isPresent(), "neither a public file nor a simulated one");

        // what provenance keeps means the same
        ConfigFile kept =
                ConfigFile.parse(file.toString(), config.file().yaml(), List.of(), Map.of("OCTET_DATA", "/d"));
        ExperimentConfig again = ExperimentConfig.of(kept);
        assertEquals(config.data(), again.data());
        assertEquals(config.detection().features(), again.detection().features());
        assertEquals(config.detection().detectors(), again.detection().detectors());
        assertEquals(config.split(), again.split());
        assertEquals(config.evaluate(), again.evaluate());
    }

    @ParameterizedTest
    @MethodSource("searches")
    void everyShippedSearchReads(Path file) {
        TuneConfig config = TuneConfig.read(file, List.of(), List.of(), Map.of("OCTET_DATA", "/d"));
        assertEquals(file.getFileName().toString(), config.name() + ".yaml");
        assertEquals(Path.of("models", config.name()), config.output());
        assertTrue(config.dimensions().size() > 1);
    }

    @Test
    void theDemoNeedsNoDownload() {
        ExperimentConfig demo = ExperimentConfig.read(Path.of("configs/demo.yaml"), List.of(), Map.of());
        demo.requireDataFiles();
        assertTrue(demo.data().simulate().isPresent());
        assertFalse(demo.detection().detectors().isEmpty());
    }
}
