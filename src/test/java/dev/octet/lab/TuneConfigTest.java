package dev.octet.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.config.ConfigFile;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.autoencoder.Activation;
import dev.octet.detect.autoencoder.AutoencoderTrainer;
import dev.octet.detect.autoencoder.Layer;
import dev.octet.event.InputException;
import dev.octet.feature.FeatureRequest;
import dev.octet.lab.search.Generator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuneConfigTest {
    private static final String BASE = """
            name: base
            data: {format: rba, train: logins.csv, labels: {column: Is Account Takeover}}
            features: [hour, country, rarity-asn]
            detector: {autoencoder: {layers: [8, 3, 8], epochs: 9, seed: 4}}
            """;
    private static final String SPACE = """
            space:
              detector.autoencoder.learning-rate: {from: 0.001, to: 0.1, scale: log}
            """;

    @TempDir
    private Path folder;

    private Path base;

    @BeforeEach
    void writesTheBase() throws IOException {
        base = Files.writeString(folder.resolve("base.yaml"), BASE);
    }

    private TuneConfig read(String text, List<String> overrides, List<String> baseOverrides) throws IOException {
        Path file = Files.writeString(folder.resolve("tune.yaml"), "name: search\nbase: " + base + "\n" + text);
        return TuneConfig.read(file, overrides, baseOverrides, Map.of());
    }

    private TuneConfig read(String text, String... overrides) throws IOException {
        return read(text, List.of(overrides), List.of());
    }

    private void assertRefused(String text, String message, String... overrides) {
        InputException e = assertThrows(InputException.class, () -> read(text, overrides));
        assertEquals(message.replace("TUNE", folder.resolve("tune.yaml").toString()), e.getMessage());
    }

    @Test
    void readsItsDefaults() throws IOException {
        TuneConfig config = read(SPACE);
        assertEquals(Objective.SWAPPED_LOGINS, config.objective());
        assertEquals(List.of(0.01), config.budgets());
        assertEquals(Path.of("models/search"), config.output());
        assertEquals(Generator.RANDOM, config.plan().generator());
        assertEquals(24, config.plan().candidates());
        assertEquals(OptionalDouble.empty(), config.plan().minutes());
        assertEquals(OptionalInt.empty(), config.plan().patience());
        assertEquals(List.of(9), config.plan().rungs());
    }

    @Test
    void halvingDividesTheEpochsOfTheBase() throws IOException {
        assertEquals(List.of(1, 3, 9), read(SPACE + "halving: {}").plan().rungs());
        assertEquals(
                List.of(5, 10),
                read(SPACE + "halving: {factor: 2, rungs: 2}", List.of(), List.of("detector.autoencoder.epochs=10"))
                        .plan()
                        .rungs());
        assertRefused(
                SPACE + "halving: {rungs: 4}",
                "TUNE:5:10: halving: the base's 9 epochs cannot be divided by 3 for 4 rungs; lower one of them, or raise"
                        + " detector.autoencoder.epochs");
    }

    @Test
    void candidatesAreTheBaseWithTheirValues() throws IOException {
        TuneConfig config = read("""
                space:
                  features:
                    groups:
                      always: [hour, country: code]
                      optional: {network: [asn, rarity-asn], device: [device]}
                  detector.autoencoder.layers: {network: {activation: [tanh], batch-norm: [encoder, none]}}
                  detector.autoencoder.batch-size: [64, 128]
                  detector.autoencoder.corruption: [null, {how: swap, share: 0.2}]
                """);
        assertEquals(
                List.of(
                        "features/network",
                        "features/device",
                        "detector.autoencoder.layers/depth",
                        "detector.autoencoder.layers/width",
                        "detector.autoencoder.layers/bottleneck",
                        "detector.autoencoder.layers/activation",
                        "detector.autoencoder.layers/batch-norm",
                        "detector.autoencoder.batch-size",
                        "detector.autoencoder.corruption"),
                config.dimensions().stream().map(dimension -> dimension.name()).toList());
        ConfigFile file = config.candidateFile(
                List.of("on", "off", "2", "64", "4", "tanh", "encoder", "128", "{how: swap, share: 0.2}"));
        ExperimentConfig candidate = ExperimentConfig.of(file);
        assertEquals(
                List.of("hour", "country", "asn", "rarity-asn"),
                candidate.detection().features().stream()
                        .map(FeatureRequest::name)
                        .toList());
        AutoencoderTrainer trainer =
                (AutoencoderTrainer) candidate.detection().detectors().get(0).trainer();
        assertEquals(
                List.of(
                        new Layer(64, Activation.TANH, true),
                        new Layer(16, Activation.TANH, true),
                        new Layer(4, Activation.TANH, false),
                        new Layer(16, Activation.TANH, false),
                        new Layer(64, Activation.TANH, false)),
                trainer.hidden());
        assertEquals(128, trainer.schedule().batchSize());
        assertEquals(0.2, trainer.corruption().share());
        assertEquals(9, trainer.schedule().epochs(), "what is not searched is the base's");
        assertEquals(4, trainer.seed());
        // and the file means the same when it is read back
        ExperimentConfig again = ExperimentConfig.of(ConfigFile.parse("again", file.yaml(), List.of(), Map.of()));
        assertEquals(
                candidate.detection().detectors().get(0).trainer(),
                again.detection().detectors().get(0).trainer());
        assertEquals(candidate.detection().features(), again.detection().features());
        assertEquals(
                BASE.length() > 0,
                ExperimentConfig.of(config.candidateFile(List.of()))
                                .detection()
                                .features()
                                .size()
                        == 3);
    }

    @Test
    void whatCannotBeIsSaidBeforeAnythingRuns() {
        String at = "TUNE:4:39: detector.autoencoder.learning-rate: ";
        assertRefused(
                "space:\n  detector.autoencoder.learning-rate: [0.1, 3]\n",
                "TUNE:4:45: detector.autoencoder.learning-rate: 3 is not in (0, 1]");
        assertRefused("space:\n  detector.autoencoder.learning-rate: {from: 0.1, to: 3}\n", at + "3 is not in (0, 1]");
        assertRefused(
                "space:\n  detector.autoencoder.learning-rat: [0.1]\n",
                "TUNE:4:39: detector.autoencoder: unknown key learning-rat; did you mean learning-rate? Allowed keys:"
                        + " preset, layers, output, initial-weights, epochs, epoch-rows, batch-size, learning-rate, seed, patience, min-delta,"
                        + " plateau-patience, plateau-factor, engine, workers, corruption, optimizer, momentum,"
                        + " weight-decay, dropout, batch-norm-momentum, reconstruction, network-share,"
                        + " counted-share, population-share");
        InputException unknown = assertThrows(
                InputException.class,
                () -> read("space:\n  features: {groups: {always: [hour], optional: {net: [rarity-asm]}}}\n"));
        assertTrue(
                unknown.getMessage()
                        .startsWith(folder.resolve("tune.yaml")
                                + ":4:56: features.1: there is no \"rarity-asm\"; did you mean \"rarity-asn\"?"),
                unknown.getMessage());
    }

    @Test
    void aSpaceThatIsNoneIsRefused() {
        String key = "space:\n  detector.autoencoder.layers: ";
        String at = "TUNE:4:";
        assertRefused(
                "space: {}\n",
                "TUNE:3:8: space: expected dotted keys of the base config, each with its values, found"
                        + " an empty {}");
        assertRefused(
                "space:\n  data.train: [a, b]\n",
                at
                        + "15: space.data.train: data.train cannot be searched. Candidates are compared on the same rows by the"
                        + " same score, so only keys under detector, features, threshold can");
        assertRefused(
                "space:\n  detectr.autoencoder.epochs: [1]\n",
                at + "31: space.detectr.autoencoder.epochs: detectr.autoencoder.epochs cannot be searched; did you mean"
                        + " detector? Candidates are compared on the same rows by the same score, so only keys under"
                        + " detector, features, threshold can");
        assertRefused(
                "space:\n  detector.autoencoder.epochs: 3\n",
                at
                        + "32: space.detector.autoencoder.epochs: expected a list of values, {from: …, to: …}, {network: …} or"
                        + " {groups: …}, found the whole number 3; what does not vary belongs in the base config or in"
                        + " set");
        assertRefused(
                "space:\n  detector: {autoencoder: {epochs: [1]}}\n",
                at
                        + "13: space.detector: write the key in one, with dots, like detector.autoencoder.learning-rate: {from:"
                        + " …, to: …}");
        assertRefused(
                "space:\n  detector.autoencoder.epochs: {from: 5, to: 5}\n",
                at + "46: space.detector.autoencoder.epochs.to: 5 is not above from, 5");
        assertRefused(
                "space:\n  detector.autoencoder.epochs: {from: 5}\n",
                at + "32: space.detector.autoencoder.epochs: the key to is missing; a range is {from: …, to: …}");
        assertRefused(
                "space:\n  detector.trim: {from: 0, to: 0.1, scale: log}\n",
                at + "25: space.detector.trim.from: 0 has no logarithm; begin above it, or take scale: linear");
        assertRefused(
                key + "{network: {bottleneck: [4, 32]}}\n",
                at + "55: space.detector.autoencoder.layers.network.bottleneck: 32 is wider than the least width, 16;"
                        + " lower it");
        assertRefused(
                key + "{network: {batch-norm: [frist]}}\n",
                at + "56: space.detector.autoencoder.layers.network.batch-norm.0: frist is not one of none, first,"
                        + " encoder, all; did you mean first?");
        assertRefused(
                "space:\n  detector.autoencoder.epochs: {network: {}}\n",
                at + "32: space.detector.autoencoder.epochs: a network is for detector.autoencoder.layers");
    }

    @Test
    void scoresThatMeanDifferentThingsAreNotCompared() {
        String features = "space:\n  features: [[hour], [country]]\n";
        assertRefused(
                features + "objective: reconstruction\n",
                "TUNE:4:13: space.features: reconstruction errors of other columns cannot be compared; take it out, or take"
                        + " another objective");
        assertRefused(
                "space:\n  threshold.percentile: [99, 99.5]\n",
                "TUNE:4:25: space.threshold.percentile: the score of objective: swapped-logins does not depend on the"
                        + " threshold; take it out, or take objective: f1");
        assertRefused(
                "space:\n  detector.autoencoder.epochs: [1, 2]\nhalving: {}\n",
                "TUNE:4:32: space.detector.autoencoder.epochs: halving sets the base's epochs; remove one of the two");
        assertRefused(
                "space:\n  detector.autoencoder.seed: [1, 2]\n",
                "TUNE:4:30: space.detector.autoencoder.seed: a seed is luck, not a setting; to judge by several, give seeds");
        assertRefused(
                SPACE + "objective: alert-stability\n",
                "TUNE:5:12: objective: alert-stability compares seeds; give seeds: 3");
        assertRefused(
                SPACE + "objective: recal\n",
                "TUNE:5:12: objective: recal is not one of swapped-logins, alert-stability, reconstruction, recall, f1; did"
                        + " you mean recall?");
    }

    @Test
    void aBaseThatCannotBeSearchedIsRefused() {
        String ignore = "data.labels={column: Is Account Takeover, in-training: ignore}";
        assertBaseRefused(
                "objective: recall\n",
                "TUNE:5:12: objective: recall chooses by labels of the validation span, but the base has"
                        + " data.labels.in-training: ignore, so that none may choose; set it to exclude, or take another"
                        + " objective",
                ignore);
        assertBaseRefused(
                "objective: f1\n",
                "TUNE:5:12: objective: f1 chooses by labels of the validation span, but the base has no data.labels; name them, or take"
                        + " another objective",
                "data.labels=null");
        assertBaseRefused(
                "",
                "TUNE:1:1: swapped-logins is for view: attempt, whose rows are logins; the base has window, take another"
                        + " objective",
                "view=window",
                "features=counts");
        assertBaseRefused(
                "",
                "TUNE:2:7: base: " + folder.resolve("base.yaml") + " has no single `detector`; a search is for one",
                "detector=null",
                "detectors=[pca]");
        assertBaseRefused(
                "halving: {}\n",
                "TUNE:5:10: halving: is for detectors that are trained by epochs, the autoencoder; remove it",
                "detector={isolation-forest: {}}");
        assertBaseRefused(
                "",
                "--set detector.autoencoder.epoch: detector.autoencoder: unknown key epoch; did you mean epochs?",
                "detector.autoencoder.epoch=3");
    }

    private void assertBaseRefused(String text, String message, String... overrides) {
        InputException e = assertThrows(InputException.class, () -> read(SPACE + text, List.of(), List.of(overrides)));
        String expected = message.replace("TUNE", folder.resolve("tune.yaml").toString());
        assertTrue(e.getMessage().startsWith(expected), e.getMessage());
    }
}
