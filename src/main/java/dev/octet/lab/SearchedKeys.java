package dev.octet.lab;

import static dev.octet.config.ConfigTypes.oneOf;
import static dev.octet.config.ConfigTypes.someOf;
import static dev.octet.config.ConfigTypes.type;

import dev.octet.config.ConfigNode;
import dev.octet.config.ConfigType;
import dev.octet.config.ConfigTypes;
import dev.octet.config.ConfigValue;
import dev.octet.config.ConfigValue.Entries;
import dev.octet.config.ConfigValue.Items;
import dev.octet.config.ConfigValue.Kind;
import dev.octet.config.ConfigValue.Scalar;
import dev.octet.config.Key;
import dev.octet.config.Section;
import dev.octet.config.Settings;
import dev.octet.event.Spelling;
import dev.octet.lab.search.Dimension;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The value of {@code space}: keys of the base config, each with the values that a search may give it. */
final class SearchedKeys {
    private static final int WIDEST = 1 << 16;
    private static final List<String> SEARCHABLE = List.of("detector", "features", "threshold");

    private enum Progression {
        LINEAR,
        LOG
    }

    private static final ConfigType<Scalar> NUMBER = type("a number of at least 0", node -> {
        if (node.value() instanceof Scalar scalar && (scalar.kind() == Kind.INTEGER || scalar.kind() == Kind.NUMBER)) {
            ConfigTypes.number("[0, 1e12]").read(node);
            return scalar;
        }
        throw node.expected("a number of at least 0");
    });
    private static final Key<Optional<Scalar>> FROM = Key.optional("from", NUMBER, "the least value");
    private static final Key<Optional<Scalar>> TO = Key.optional("to", NUMBER, "the greatest value");
    private static final Key<Progression> SCALE = Key.byDefault(
            "scale",
            oneOf(Progression.class),
            "linear",
            "`linear`: every value as likely as another; `log`: every factor, for what spans orders of magnitude");
    private static final Section<Function<String, Dimension>> RANGE = new Section<>(
            "a range",
            "Numbers from one to another, both included: whole ones where both are whole, else numbers to three digits. In a"
                    + " grid, `grid-values` of them.",
            List.of(FROM, TO, SCALE),
            settings -> range(settings, Integer.MAX_VALUE));
    private static final ConfigType<Function<String, Dimension>> WIDTHS = ConfigTypes.either(
            "a list of whole numbers, or a range of them",
            node -> node.value() instanceof Items,
            type("a list of whole numbers", node -> {
                List<String> values = someOf(ConfigTypes.count(1, WIDEST)).read(node).stream()
                        .map(String::valueOf)
                        .distinct()
                        .toList();
                return name -> new Dimension.Choice(name, values);
            }),
            new Section<>(
                    "a range of widths",
                    "As [a range](#a-range), of whole numbers from 1 on.",
                    List.of(FROM, TO, SCALE),
                    settings -> range(settings, WIDEST)));

    private static final Key<Function<String, Dimension>> DEPTH =
            Key.byDefault("depth", WIDTHS, "[1, 2, 3]", "layers before the bottleneck, and as many after it");
    private static final Key<Function<String, Dimension>> WIDTH = Key.byDefault(
            "width",
            WIDTHS,
            "{from: 16, to: 128, scale: log}",
            "units of the first and the last layer; those between fall by one factor");
    private static final Key<Function<String, Dimension>> BOTTLENECK =
            Key.byDefault("bottleneck", WIDTHS, "[2, 4, 8, 16]", "units of the middle layer, at most the least width");
    private static final Key<List<String>> ACTIVATION = Key.byDefault(
            "activation", someOf(oneOf(Searched.activations(), Function.identity())), "[relu]", "of all layers");
    private static final Key<List<Searched.Placement>> BATCH_NORM = Key.byDefault(
            "batch-norm",
            someOf(oneOf(Searched.Placement.class)),
            "[none, first, encoder]",
            "after which layers batch normalisation stands; `encoder`: all before the bottleneck; `all`: all but it");
    private static final Section<Settings> NETWORK = new Section<>(
            "a network",
            "The layers of an hourglass, for `detector.autoencoder.layers`.",
            List.of(DEPTH, WIDTH, BOTTLENECK, ACTIVATION, BATCH_NORM),
            settings -> settings);

    private static final ConfigType<List<ConfigValue>> FEATURES = type("a list of features", node -> {
        List<ConfigValue> features =
                node.items("a list of features").stream().map(ConfigNode::value).toList();
        if (features.isEmpty()) {
            throw node.expected("a list of features, at least one");
        }
        return features;
    });
    private static final ConfigType<Map<String, List<ConfigValue>>> NAMED_FEATURES =
            type("names, each with a list of features", node -> {
                if (!(node.value() instanceof Entries named) || named.entries().isEmpty()) {
                    throw node.expected("names, each with a list of features");
                }
                Map<String, List<ConfigValue>> groups = new LinkedHashMap<>();
                named.entries().forEach((name, entry) -> groups.put(name, FEATURES.read(node.child(name, entry))));
                return groups;
            });
    private static final Key<List<ConfigValue>> ALWAYS =
            Key.required("always", FEATURES, "features that every candidate has");
    private static final Key<Map<String, List<ConfigValue>>> OPTIONAL =
            Key.required("optional", NAMED_FEATURES, "groups, each on or off as a whole");
    private static final Section<Settings> GROUPS = new Section<>(
            "feature groups",
            "For `features`: `{always: [hour, country], optional: {network: [asn, rarity-asn]}}`.",
            List.of(ALWAYS, OPTIONAL),
            settings -> settings);

    private static final Key<Optional<Settings>> BY_NETWORK = Key.optional("network", NETWORK, "layers of a network");
    private static final Key<Optional<Settings>> BY_GROUPS = Key.optional("groups", GROUPS, "features in groups");
    private static final Section<Settings> VALUES = new Section<>(
            "space.KEY",
            "The values of one key: a list of any, e.g. `[256, 512]` or `[null, {share: 0.1}]` (`null` leaves the key out);"
                    + " [a range](#a-range) `{from: 0.0003, to: 0.01, scale: log}`; or one of the two below.",
            List.of(FROM, TO, SCALE, BY_NETWORK, BY_GROUPS),
            settings -> settings);

    static final ConfigType<List<Searched>> TYPE = new ConfigType<>() {
        @Override
        public List<Searched> read(ConfigNode node) {
            if (!(node.value() instanceof Entries keys) || keys.entries().isEmpty()) {
                throw node.expected(describe());
            }
            List<Searched> searched = new ArrayList<>();
            keys.entries().forEach((key, entry) -> searched.add(searched(key, node.child(key, entry))));
            return searched;
        }

        @Override
        public String describe() {
            return "dotted keys of the base config, each with its values";
        }

        @Override
        public List<Section<?>> sections() {
            return List.of(VALUES, RANGE);
        }
    };

    private SearchedKeys() {}

    private static Searched searched(String key, ConfigNode node) {
        String first = key.split("\\.", 2)[0];
        if (!SEARCHABLE.contains(first)) {
            throw node.error(key + " cannot be searched"
                    + Spelling.nearest(first, SEARCHABLE)
                            .map(near -> "; did you mean " + near + "?")
                            .orElse(".")
                    + " Candidates are compared on the same rows by the same score, so only keys under "
                    + String.join(", ", SEARCHABLE) + " can");
        }
        String place = node.value().place();
        if (node.value() instanceof Items list) {
            if (list.items().isEmpty()) {
                throw node.expected("a list of at least one value");
            }
            return Searched.OneOf.of(key, place, list.items());
        }
        if (!(node.value() instanceof Entries)) {
            throw node.error("expected a list of values, {from: …, to: …}, {network: …} or {groups: …}, found "
                    + node.value().describe() + "; what does not vary belongs in the base config or in set");
        }
        if (!key.equals("features") && !key.contains(".")) {
            throw node.error(
                    "write the key in one, with dots, like detector.autoencoder.learning-rate: {from: …, to: …}");
        }
        Settings values = VALUES.read(node);
        List<Key<?>> forms = List.of(FROM, BY_NETWORK, BY_GROUPS);
        Key<?> form = values.isGiven(TO) ? FROM : values.exactlyOne(forms);
        if (form == FROM) {
            for (Key<?> other : List.of(BY_NETWORK, BY_GROUPS)) {
                if (values.isGiven(other)) {
                    throw values.error(other, "cannot stand beside a range; remove one of the two");
                }
            }
            return new Searched.Between(
                    key, place, range(values, Integer.MAX_VALUE).apply(key));
        }
        if (values.isGiven(SCALE)) {
            throw values.error(SCALE, "belongs to a range; remove it");
        }
        return form == BY_NETWORK
                ? hourglass(key, place, values.get(BY_NETWORK).orElseThrow(), node)
                : groups(key, place, values.get(BY_GROUPS).orElseThrow(), node);
    }

    private static Function<String, Dimension> range(Settings settings, int mostWhole) {
        Scalar from = settings.get(FROM)
                .orElseThrow(() -> settings.error("the key from is missing; a range is {from: …, to: …}"));
        Scalar to = settings.get(TO)
                .orElseThrow(() -> settings.error("the key to is missing; a range is {from: …, to: …}"));
        boolean logarithmic = settings.get(SCALE) == Progression.LOG;
        double low = Double.parseDouble(from.text());
        double high = Double.parseDouble(to.text());
        if (!(low < high)) {
            throw settings.error(TO, to.text() + " is not above from, " + from.text());
        }
        if (logarithmic && low == 0) {
            throw settings.error(FROM, "0 has no logarithm; begin above it, or take scale: linear");
        }
        boolean whole = from.kind() == Kind.INTEGER && to.kind() == Kind.INTEGER;
        if (mostWhole < Integer.MAX_VALUE && (!whole || low < 1 || high > mostWhole)) {
            throw settings.error("from " + from.text() + " to " + to.text() + " is not a range of whole numbers in [1, "
                    + mostWhole + "]");
        }
        return whole && high <= Integer.MAX_VALUE
                ? name -> new Dimension.Whole(name, (int) low, (int) high, logarithmic)
                : name -> new Dimension.Real(name, low, high, logarithmic);
    }

    private static Searched hourglass(String key, String place, Settings network, ConfigNode node) {
        if (!key.equals("detector.autoencoder.layers")) {
            throw node.error("a network is for detector.autoencoder.layers");
        }
        Dimension depth = network.get(DEPTH).apply(key + "/depth");
        Dimension width = network.get(WIDTH).apply(key + "/width");
        Dimension bottleneck = network.get(BOTTLENECK).apply(key + "/bottleneck");
        int mostDeep = most(depth);
        if (mostDeep > 31) {
            throw network.error(DEPTH, mostDeep + " is more than the 31 that a network of 64 layers has room for");
        }
        int narrowest = width.ends().stream().mapToInt(Integer::parseInt).min().orElseThrow();
        if (most(bottleneck) > narrowest) {
            throw network.error(
                    BOTTLENECK, most(bottleneck) + " is wider than the least width, " + narrowest + "; lower it");
        }
        return new Searched.Hourglass(
                key,
                place,
                depth,
                width,
                bottleneck,
                new Dimension.Choice(
                        key + "/activation",
                        network.get(ACTIVATION).stream().distinct().toList()),
                new Dimension.Choice(
                        key + "/batch-norm",
                        network.get(BATCH_NORM).stream()
                                .map(ConfigTypes::spelled)
                                .distinct()
                                .toList()));
    }

    private static int most(Dimension numbers) {
        return numbers.ends().stream().mapToInt(Integer::parseInt).max().orElseThrow();
    }

    private static Searched groups(String key, String place, Settings groups, ConfigNode node) {
        if (!key.equals("features") && !key.equals("detector.features")) {
            throw node.error("groups are for features");
        }
        return new Searched.Groups(key, place, groups.get(ALWAYS), groups.get(OPTIONAL));
    }
}
