package dev.octet.config;

import static dev.octet.config.ConfigTypes.count;
import static dev.octet.config.ConfigTypes.either;
import static dev.octet.config.ConfigTypes.oneOf;

import dev.octet.config.ConfigValue.Entries;
import dev.octet.config.ConfigValue.Scalar;
import dev.octet.event.InputException;
import dev.octet.event.LoginField;
import dev.octet.feature.Encoding;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.View;
import dev.octet.feature.history.Memories;
import java.util.ArrayList;
import java.util.List;

/** The value of {@code features}: a preset's name, or a list of features, each with or without its encoding. */
final class FeatureKeys {
    private record Options(Encoding encoding, int max) {}

    private static final ConfigType<Encoding> ENCODING = oneOf(List.of(Encoding.values()), Encoding::key);
    private static final Key<Encoding> AS =
            Key.byDefault("as", ENCODING, "default", "how it becomes columns; the first that the feature allows");
    private static final Key<Integer> MAX = Key.byDefault(
            "max",
            count(0, 1 << 24),
            "0",
            "categories that keep a place of their own, the most frequent of the training normals; 0: 256 as one-hot,"
                    + " all as code");
    private static final Section<Options> OPTIONS = new Section<>(
            "features.NAME",
            "How one [feature](#features) becomes columns: `- country: {as: one-hot, max: 30}`; `- country: one-hot` is short for"
                    + " `- country: {as: one-hot}`.",
            List.of(AS, MAX),
            settings -> new Options(settings.get(AS), settings.get(MAX)));
    private static final ConfigType<Options> SHORT_OR_LONG = either(
            "an encoding, or {as: …, max: …}",
            node -> node.value() instanceof Scalar,
            new ConfigType<Options>() {
                @Override
                public Options read(ConfigNode node) {
                    return new Options(ENCODING.read(node), 0);
                }

                @Override
                public String describe() {
                    return ENCODING.describe();
                }
            },
            OPTIONS);

    static final ConfigType<List<FeatureRequest>> TYPE = new ConfigType<>() {
        @Override
        public List<FeatureRequest> read(ConfigNode node) {
            if (node.value() instanceof Scalar) {
                return List.of(FeatureRequest.of(node.text(describe())));
            }
            List<FeatureRequest> features = new ArrayList<>();
            for (ConfigNode item : node.items(describe())) {
                features.add(feature(item));
            }
            if (features.isEmpty()) {
                throw node.expected(describe());
            }
            return features;
        }

        @Override
        public String describe() {
            return "a list of features, each a name or {name: encoding}; or one preset's name";
        }

        @Override
        public List<Section<?>> sections() {
            return SHORT_OR_LONG.sections();
        }
    };

    private FeatureKeys() {}

    private static FeatureRequest feature(ConfigNode node) {
        String what = "a feature's name, or {name: encoding}";
        if (!(node.value() instanceof Entries map)) {
            return FeatureRequest.of(node.text(what));
        }
        if (map.entries().size() != 1) {
            throw node.expected(what);
        }
        var entry = map.entries().entrySet().iterator().next();
        Options options = SHORT_OR_LONG.read(node.child(entry.getKey(), entry.getValue()));
        return new FeatureRequest(entry.getKey(), options.encoding(), options.max());
    }

    /**
     * Expands presets and checks every feature against the view, with errors that say where it stands.
     *
     * @param path of the list in the config
     * @param extras fields beyond the table that the log has
     */
    static List<FeatureRequest> resolve(
            ConfigFile file, String path, View view, List<FeatureRequest> asked, List<LoginField> extras) {
        for (int i = 0; i < asked.size(); i++) {
            resolveAt(file, asked.size() == 1 ? path : path + "." + i, view, List.of(asked.get(i)), extras);
        }
        return resolveAt(file, path, view, asked, extras);
    }

    private static List<FeatureRequest> resolveAt(
            ConfigFile file, String path, View view, List<FeatureRequest> asked, List<LoginField> extras) {
        try {
            return FeatureRequest.resolve(view, asked, Memories.names(view), extras);
        } catch (InputException e) {
            throw file.error(path, e.getMessage().replaceFirst("^features: ", ""));
        }
    }
}
