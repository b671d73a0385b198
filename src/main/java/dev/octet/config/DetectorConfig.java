package dev.octet.config;

import dev.octet.detect.Trainer;
import dev.octet.feature.FeatureRequest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One detector of a run.
 *
 * @param name in tables and file names, unique in a config
 * @param trainer its kind and settings
 * @param features its own, where it does not take those of the config
 * @param trim share of the training rows with the highest scores that is left out before it is trained again, in [0, 0.5)
 * @param path where it stands in the config, e.g. {@code detectors.0}, for messages
 */
public record DetectorConfig(
        String name, Trainer trainer, Optional<List<FeatureRequest>> features, double trim, String path) {
    public DetectorConfig {
        Objects.requireNonNull(trainer, "trainer");
        features = features.map(List::copyOf);
    }
}
