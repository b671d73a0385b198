package dev.octet.config;

import static dev.octet.config.ConfigTypes.fileSafeName;
import static dev.octet.config.ConfigTypes.number;

import dev.octet.detect.Trainer;
import dev.octet.feature.FeatureRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys of {@code detector}, and of each of {@code detectors}. */
final class DetectorKeys {
    private static final Key<Optional<String>> NAME =
            Key.optional("name", fileSafeName(), "in tables and file names; the kind where it is not given");
    private static final Key<Optional<List<FeatureRequest>>> FEATURES =
            Key.optional("features", FeatureKeys.TYPE, "this detector's own, instead of the config's `features`");

    private static final Key<Double> TRIM = Key.byDefault(
            "trim",
            number("[0, 0.5)"),
            "0",
            "train, leave out this share of the training rows, those with the highest scores, then fit scales and"
                    + " detector again on the rest: for training rows that may hold attacks and have no labels");

    private static final List<Key<Optional<Trainer>>> KINDS = DetectorKinds.ALL.stream()
            .map(kind -> Key.optional(kind.name(), kind.settings(), kind.description()))
            .toList();

    static final Section<DetectorConfig> SECTION = new Section<>(
            "detector",
            "One detector, named by its kind; exactly one kind. `detector: KIND` alone takes the kind's defaults.",
            keys(),
            DetectorKeys::detector);

    private DetectorKeys() {}

    private static List<Key<?>> keys() {
        List<Key<?>> keys = new ArrayList<>(List.of(NAME, FEATURES, TRIM));
        keys.addAll(KINDS);
        return keys;
    }

    private static DetectorConfig detector(Settings settings) {
        Key<Optional<Trainer>> kind = settings.exactlyOne(KINDS);
        if (settings.get(TRIM) > 0 && settings.get(kind).orElseThrow().supervised()) {
            throw settings.error(TRIM, kind.name() + " learns from labels; there is nothing to trim, remove it");
        }
        return new DetectorConfig(
                settings.get(NAME).orElse(kind.name()),
                settings.get(kind).orElseThrow(),
                settings.get(FEATURES),
                settings.get(TRIM),
                settings.path());
    }
}
