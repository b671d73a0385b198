package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.bundle.Bundle;
import dev.octet.config.ConfigException;
import dev.octet.config.ExperimentConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code data.sample-rows} on one machine, and what a run on a cluster refuses. */
class SampleRowsRunTest {
    private static final String REST = """
            split: {by: time, train: 0.5, validation: 0.2, test: 0.3}
            detector: {autoencoder: {layers: [4], epochs: 2, seed: 1}}
            threshold: {percentile: 98}
            """;
    private static final String CONFIG = SimulatedConfig.text("sample", "{rows: 6000, takeovers: 12, seed: 5}", REST);

    @TempDir
    static Path folder;

    private static Bundle run(Path output, String... overrides) throws IOException {
        ExperimentConfig config = SimulatedConfig.of(CONFIG, folder.resolve("logins.csv"), output, overrides);
        return Bundle.load(
                new Experiment(config, RunListener.SILENT).run(true).bundles().get(0));
    }

    private static String file(Bundle bundle, String name) throws IOException {
        return Files.readString(bundle.directory().resolve(name));
    }

    @Test
    void trainsOnTheSampleAndFitsToAllRows() throws IOException {
        Bundle all = run(folder.resolve("all"));
        Bundle some = run(folder.resolve("some"), "data.sample-rows=300");
        Bundle enough = run(folder.resolve("enough"), "data.sample-rows=100000");
        int rows = new ObjectMapper()
                .readTree(file(all, "provenance.json"))
                .get("train_rows")
                .asInt();
        assertTrue(rows > 600, "the sample is a part of the rows: " + rows);
        assertEquals(
                300,
                new ObjectMapper()
                        .readTree(file(some, "provenance.json"))
                        .get("train_rows")
                        .asInt());
        assertEquals(file(all, "features.json"), file(some, "features.json"));
        assertFalse(all.files().get("weights.bin").equals(some.files().get("weights.bin")));
        assertEquals(all.files().get("weights.bin"), enough.files().get("weights.bin"));
        assertEquals(all.files().get("threshold.json"), enough.files().get("threshold.json"));
    }

    @Test
    void aSampleIsOfLogins() {
        String message = assertThrows(
                        ConfigException.class,
                        () -> SimulatedConfig.of(
                                "name: c\ndata: {format: rba, train: LOG, sample-rows: 9}\nview: {window: {span: 1m}}\n"
                                        + "features: [attempts]\ndetector: {isolation-forest: {}}\n",
                                folder,
                                folder))
                .getMessage();
        assertTrue(message.contains("data.sample-rows") && message.contains("view: attempt"), message);
    }

    private static void refused(String part, String text) throws IOException {
        Path file = Files.writeString(Files.createTempFile(folder, "c", ".yaml"), text);
        String message = assertThrows(ConfigException.class, () -> ClusterExperiment.config(file, List.of(), Map.of()))
                .getMessage();
        assertTrue(message.contains(part) && message.contains("--on"), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'view: window'|view: {window: {span: 1m}}|detector: {isolation-forest: {}}",
                "'2 detectors'|view: attempt|detectors: [{autoencoder: {}}, {isolation-forest: {}}]",
                "'engine: dl4j-spark'|view: attempt|detector: {autoencoder: {engine: dl4j-spark}}",
                "'trim'|view: attempt|detector: {autoencoder: {}, trim: 0.01}",
                "'means'|view: attempt|detector: {k-means: {clusters: 3}}",
                "'evaluate.seeds'|view: attempt|evaluate: {seeds: 3}",
            })
    void aRunOnAClusterRefusesWhatItCannotDo(String part, String view, String rest) throws IOException {
        String features = view.contains("window") ? "features: [attempts]" : "features: [country, ip-octets]";
        refused(part, String.join("\n", "name: c", "data: {format: rba, train: x.csv}", view, features, rest));
    }

    @Test
    void aRunOnAClusterRefusesFeaturesWhoseFitDependsOnTheOrder() throws IOException {
        refused(
                "means",
                "name: c\ndata: {format: rba, train: x.csv}\nfeatures: [round-trip-time]\ndetector: {autoencoder: {}}");
    }

    @Test
    void aRunOnAClusterHasASampleInItsConfig() throws IOException {
        Path file = Files.writeString(
                folder.resolve("c.yaml"), "name: c\ndata: {format: rba, train: x.csv}\nfeatures: [country]\n");
        ExperimentConfig byDefault = ClusterExperiment.config(file, List.of(), Map.of());
        assertEquals(
                ClusterExperiment.SAMPLE_ROWS, byDefault.data().sampleRows().orElseThrow());
        assertTrue(
                byDefault.file().yaml().contains("sample-rows"),
                byDefault.file().yaml());
        ExperimentConfig own = ClusterExperiment.config(file, List.of("data.sample-rows=77"), Map.of());
        assertEquals(77, own.data().sampleRows().orElseThrow());
    }
}
