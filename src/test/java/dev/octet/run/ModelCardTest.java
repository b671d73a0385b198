package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.octet.bundle.Bundle;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.FittedThreshold;
import dev.octet.simulate.SimulationProgress;
import dev.octet.simulate.SimulationSettings;
import dev.octet.simulate.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCardTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static Path output;

    @BeforeAll
    static void runs() throws IOException {
        Path log = folder.resolve("logins.csv");
        new Simulator(dev.octet.Records.with(
                        SimulationSettings.withDefaults(), "takeovers", 12, "rows", 12_000, "seed", 3))
                .write(log, SimulationProgress.NONE);
        Path config = folder.resolve("card.yaml");
        output = folder.resolve("out");
        Files.writeString(config, """
                name: card
                data:
                  format: rba
                  train: %s
                  labels: {column: Is Account Takeover, in-training: ignore}
                features: [country, hour, surprise-asn]
                detector: {autoencoder: {layers: [8, 3, 8], epochs: 1, batch-size: 256, seed: 1}}
                threshold: {percentile: 98}
                evaluate: {on: successful, by: [history]}
                card:
                  purpose: "<script>alert(1)</script> | `code` [link](https://example.com)"
                  data-licence: CC BY 4.0
                output: %s
                """.formatted(log, output));
        new Experiment(ExperimentConfig.read(config, List.of(), Map.of()), RunListener.SILENT).run(false);
    }

    private static JsonNode card(Bundle bundle) throws IOException {
        return JSON.readTree(bundle.attached(Bundle.CARD_JSON).orElseThrow());
    }

    @Test
    void figuresAreThoseOfTheEvaluation() throws IOException {
        Bundle bundle = Bundle.load(output.resolve("bundle"));
        JsonNode card = card(bundle);
        JsonNode evaluation = JSON.readTree(Files.readString(output.resolve("evaluation.json")));
        JsonNode detector = evaluation.path("detectors").get(0);
        assertEquals(detector.path("at_threshold"), card.path("figures").path("at_threshold"));
        assertEquals(detector.path("budgets"), card.path("figures").path("budgets"));
        assertEquals(evaluation.path("split"), card.path("data").path("split"));
        assertEquals(
                detector.path("strata").size(),
                card.path("weaknesses").path("recall_by_group").size());
        assertEquals(
                detector.path("score_shift").asDouble(),
                card.path("drift").path("scores_on_the_test_span").asDouble());
        assertEquals("CC BY 4.0", card.path("data").path("licence").asText());
        assertEquals(
                bundle.id(), card.path("model").path("bundle").asText(), "the card does not change the bundle's id");
        double recall =
                detector.path("at_threshold").path("recall").path("value").asDouble();
        String page = bundle.attached(Bundle.CARD).orElseThrow();
        assertTrue(page.contains(String.format(java.util.Locale.ROOT, "%.3g [", recall)), page);
        assertTrue(Files.readString(output.resolve("report.html")).contains("href=\"bundle/model-card.md\""));
    }

    @Test
    void textsAreEscaped() throws IOException {
        String page =
                Bundle.load(output.resolve("bundle")).attached(Bundle.CARD).orElseThrow();
        assertFalse(page.contains("<script>"), page);
        assertTrue(page.contains("&lt;script>"), page);
        assertTrue(page.contains("\\[link\\]"), page);
    }

    @Test
    void goesWithTheBundleAndSaysWhatChanged() throws IOException {
        Bundle bundle = Bundle.load(output.resolve("bundle"));
        FittedThreshold old = bundle.model().threshold();
        FittedThreshold other = new FittedThreshold(old.value() * 2, "by hand", old.alerts(), List.of());
        Bundle bare = bundle.withThreshold(folder.resolve("v2"), other, JSON.createObjectNode());
        assertTrue(bare.attached(Bundle.CARD).isEmpty(), "a card of another threshold tells nothing true");
        Bundle changed = ModelCard.renewed(bundle, bare, "The threshold was doubled.");
        JsonNode card = card(changed);
        assertEquals(changed.id(), card.at("/model/bundle").asText());
        assertEquals(
                String.valueOf(other.value()), card.at("/decision/threshold").asText());
        assertEquals("by hand", card.at("/decision/policy").asText());
        assertTrue(card.at("/decision/measured_alerts_per_day").isMissingNode());
        assertEquals(bundle.id(), card.at("/figures/measured_with").asText());
        String text = changed.attached(Bundle.CARD).orElseThrow();
        assertTrue(text.contains("**The threshold was doubled.**"), text);
        assertTrue(text.contains("figures of bundle " + bundle.id()), text);
        assertTrue(text.contains("Policy: by hand"), text);
        Bundle twice = ModelCard.renewed(
                changed,
                changed.withThreshold(folder.resolve("v3"), old, JSON.createObjectNode()),
                "The threshold was halved.");
        assertEquals(2, card(twice).path("changes").size());
        assertEquals(bundle.id(), card(twice).at("/figures/measured_with").asText());
        assertTrue(card(bundle).path("changes").isMissingNode());
        assertNotEquals(bundle.id(), changed.id());
        assertThrows(IllegalArgumentException.class, () -> bundle.withAttached(Map.of("weights.bin", "x")));
    }
}
