package dev.octet.feature;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.event.InputException;
import dev.octet.event.LoginField;
import dev.octet.event.text.JsonText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Fitted features as JSON and back; reading trusts nothing. */
final class FittedJson {
    private static final int VERSION = 1;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private FittedJson() {}

    static ObjectNode write(FittedFeatures fitted) {
        ObjectNode json = NODES.objectNode();
        json.put("version", VERSION);
        json.set("view", write(fitted.view()));
        json.put("scaling", fitted.scaling().name());
        ArrayNode features = json.putArray("features");
        for (FittedFeature feature : fitted.features()) {
            features.add(write(feature));
        }
        return json;
    }

    private static ObjectNode write(View view) {
        ObjectNode json = NODES.objectNode();
        json.put("kind", view.key());
        if (view instanceof View.Window window) {
            json.put("seconds", window.span().toSeconds());
            json.put("failuresOnly", window.failuresOnly());
            json.set(
                    "wrongUsername",
                    texts(window.reasons().wrongUsername().stream().sorted().toList()));
            json.set(
                    "wrongPassword",
                    texts(window.reasons().wrongPassword().stream().sorted().toList()));
        } else if (view instanceof View.Entity entity) {
            json.put("by", entity.by().name());
        }
        return json;
    }

    private static ObjectNode write(FittedFeature feature) {
        ObjectNode json = NODES.objectNode();
        json.put("name", feature.request().name());
        json.put("encoding", feature.request().encoding().key());
        json.put("max", feature.request().maxCategories());
        feature.request()
                .extra()
                .ifPresent(field -> json.putObject("extra")
                        .put("field", field.key())
                        .put("type", field.extra().orElseThrow().key()));
        json.put("constant", feature.constant());
        if (feature instanceof FittedFeature.Numbers numbers) {
            numbers.fill().ifPresent(fill -> json.put("fill", fill));
        } else if (feature instanceof FittedFeature.OneHot oneHot) {
            json.set("vocabulary", texts(oneHot.vocabulary()));
        } else if (feature instanceof FittedFeature.Code code) {
            json.set("vocabulary", texts(code.vocabulary()));
        }
        ArrayNode centers = json.putArray("center");
        ArrayNode widths = json.putArray("width");
        for (Scale scale : feature.scales()) {
            centers.add(scale.center());
            widths.add(scale.width());
        }
        return json;
    }

    private static ArrayNode texts(Collection<String> texts) {
        ArrayNode array = NODES.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    static FittedFeatures read(JsonNode json) {
        Node root = new Node("features", json);
        root.keys("version", "view", "scaling", "features");
        if (root.integer("version", 0, Integer.MAX_VALUE) != VERSION) {
            throw root.wrong("version", "is not " + VERSION + "; written by another version of Octet");
        }
        View view = view(root.child("view"));
        Scaling scaling = root.choice("scaling", Scaling.values(), Scaling::name);
        List<FittedFeature> features = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Node node : root.children("features")) {
            FittedFeature feature = feature(node, view);
            if (!names.add(feature.request().name())) {
                throw node.wrong("name", "comes twice");
            }
            features.add(feature);
        }
        if (features.isEmpty()) {
            throw root.wrong("features", "is empty");
        }
        return new FittedFeatures(view, scaling, features);
    }

    private static View view(Node node) {
        String kind = node.text("kind");
        if (kind.equals("attempt")) {
            node.keys("kind");
            return new View.Attempt();
        }
        if (kind.equals("entity")) {
            node.keys("kind", "by");
            return new View.Entity(node.choice("by", View.Entity.By.values(), View.Entity.By::name));
        }
        if (!kind.equals("window")) {
            throw node.wrong("kind", "is \"" + kind + "\"; allowed: attempt, window, entity");
        }
        node.keys("kind", "seconds", "failuresOnly", "wrongUsername", "wrongPassword");
        return new View.Window(
                Duration.ofSeconds(node.integer("seconds", 1, 366 * 86_400)),
                node.bool("failuresOnly"),
                new FailureReasons(node.distinctTexts("wrongUsername"), node.distinctTexts("wrongPassword")));
    }

    private static FittedFeature feature(Node node, View view) {
        String name = node.text("name");
        Encoding encoding = node.choice("encoding", Encoding.values(), Encoding::key);
        FeatureRequest request = request(node, name, encoding, node.integer("max", 0, Dictionary.LIMIT));
        Optional<Feature> known = request.feature();
        List<String> others = known.isEmpty() && request.extra().isEmpty() ? List.of(name) : List.of();
        if (!resolve(node, view, request, others).equals(List.of(request))) {
            throw node.wrong("encoding", "does not go with max " + request.maxCategories());
        }
        boolean constant = node.bool("constant");
        boolean number = encoding == Encoding.NUMBER;
        if (number && known.isPresent() && known.get().mayBeMissing()) {
            keys(node, "name", "encoding", "max", "constant", "fill", "center", "width");
            return new FittedFeature.Numbers(
                    request,
                    constant,
                    node.scales(known.get().rawValues() + 1),
                    Optional.of(node.number("fill", node.value("fill"))));
        }
        if (number) {
            keys(node, "name", "encoding", "max", "constant", "center", "width");
            int count = known.map(Feature::rawValues).orElse(1);
            return new FittedFeature.Numbers(request, constant, node.scales(count), Optional.empty());
        }
        if (known.orElseThrow().kind() == Feature.Kind.TIME_PART) {
            keys(node, "name", "encoding", "max", "constant", "center", "width");
            return new FittedFeature.States(
                    request, constant, node.scales(known.get().states()));
        }
        keys(node, "name", "encoding", "max", "constant", "vocabulary", "center", "width");
        List<String> vocabulary = node.texts("vocabulary");
        for (int i = 0; i < vocabulary.size(); i++) {
            if (vocabulary.get(i).isEmpty() || (i > 0 && vocabulary.get(i - 1).compareTo(vocabulary.get(i)) >= 0)) {
                throw node.wrong("vocabulary", "is not in strict alphabetical order at entry " + i);
            }
        }
        if (vocabulary.size() > request.maxCategories()) {
            throw node.wrong("vocabulary", "holds " + vocabulary.size() + " names, more than max");
        }
        return encoding == Encoding.ONE_HOT
                ? new FittedFeature.OneHot(request, constant, vocabulary, node.scales(vocabulary.size() + 2))
                : new FittedFeature.Code(
                        request, constant, vocabulary, node.scales(1).get(0));
    }

    /** As {@link Node#keys}; a feature about an extra field names it. */
    private static void keys(Node node, String... allowed) {
        node.keys(
                node.json.has("extra")
                        ? Stream.concat(Arrays.stream(allowed), Stream.of("extra"))
                                .toArray(String[]::new)
                        : allowed);
    }

    private static FeatureRequest request(Node node, String name, Encoding encoding, int max) {
        if (!node.json.has("extra")) {
            return new FeatureRequest(name, encoding, max);
        }
        Node extra = node.child("extra");
        extra.keys("field", "type");
        LoginField.Extra type = extra.choice("type", LoginField.Extra.values(), LoginField.Extra::key);
        try {
            LoginField field = LoginField.extra(extra.text("field"), type);
            FeatureRequest.requireNames(List.of(field), List.of());
            return new FeatureRequest(name, encoding, max, Optional.of(field));
        } catch (InputException e) {
            throw new InputException(node.path + ": " + e.getMessage(), e);
        }
    }

    private static List<FeatureRequest> resolve(Node node, View view, FeatureRequest request, List<String> others) {
        try {
            return FeatureRequest.resolve(view, List.of(request), others, List.of());
        } catch (InputException e) {
            throw new InputException(node.path + ": " + e.getMessage(), e);
        }
    }

    /** An object of the JSON and the path to it, for messages. */
    private record Node(String path, JsonNode json) {
        Node {
            if (json == null || !json.isObject()) {
                throw new InputException(path + " is not a JSON object");
            }
        }

        InputException wrong(String key, String what) {
            return new InputException(path + "." + key + " " + what);
        }

        void keys(String... allowed) {
            Set<String> rest = new HashSet<>(List.of(allowed));
            for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                if (!rest.remove(name)) {
                    throw wrong(name, "is not known; allowed: " + String.join(", ", allowed));
                }
            }
            for (String name : allowed) {
                if (rest.contains(name)) {
                    throw wrong(name, "is missing");
                }
            }
        }

        private JsonNode value(String key) {
            JsonNode value = json.get(key);
            if (value == null) {
                throw wrong(key, "is missing");
            }
            return value;
        }

        private JsonNode array(String key) {
            JsonNode value = value(key);
            if (!value.isArray()) {
                throw wrong(key, "is not a list");
            }
            return value;
        }

        Node child(String key) {
            return new Node(path + "." + key, value(key));
        }

        List<Node> children(String key) {
            List<Node> nodes = new ArrayList<>();
            for (JsonNode element : array(key)) {
                nodes.add(new Node(path + "." + key + "[" + nodes.size() + "]", element));
            }
            return nodes;
        }

        String text(String key) {
            JsonNode value = value(key);
            if (!value.isTextual()) {
                throw wrong(key, "is " + JsonText.line(value) + ", not a text");
            }
            return value.textValue();
        }

        boolean bool(String key) {
            JsonNode value = value(key);
            if (!value.isBoolean()) {
                throw wrong(key, "is " + JsonText.line(value) + ", not true or false");
            }
            return value.booleanValue();
        }

        int integer(String key, int minimum, int maximum) {
            JsonNode value = value(key);
            if (!value.isIntegralNumber()
                    || !value.canConvertToInt()
                    || value.intValue() < minimum
                    || value.intValue() > maximum) {
                throw wrong(
                        key, "is " + JsonText.line(value) + ", not a whole number from " + minimum + " to " + maximum);
            }
            return value.intValue();
        }

        <E> E choice(String key, E[] values, Function<E, String> name) {
            String text = text(key);
            for (E value : values) {
                if (name.apply(value).equals(text)) {
                    return value;
                }
            }
            throw wrong(
                    key,
                    "is \"" + text + "\"; allowed: "
                            + String.join(", ", Arrays.stream(values).map(name).toList()));
        }

        List<String> texts(String key) {
            List<String> texts = new ArrayList<>();
            for (JsonNode element : array(key)) {
                if (!element.isTextual()) {
                    throw wrong(key, "holds " + JsonText.line(element) + ", not a text");
                }
                texts.add(element.textValue());
            }
            return texts;
        }

        Set<String> distinctTexts(String key) {
            List<String> texts = texts(key);
            Set<String> distinct = new HashSet<>(texts);
            if (distinct.size() != texts.size()) {
                throw wrong(key, "holds a text twice");
            }
            return distinct;
        }

        double number(String key, JsonNode value) {
            if (!value.isNumber() || !(Math.abs(value.doubleValue()) <= Double.MAX_VALUE)) {
                throw wrong(key, "holds " + JsonText.line(value) + ", not a finite number");
            }
            return value.doubleValue();
        }

        List<Scale> scales(int count) {
            JsonNode centers = array("center");
            JsonNode widths = array("width");
            if (centers.size() != count || widths.size() != count) {
                throw wrong(
                        "center",
                        "and width hold " + centers.size() + " and " + widths.size() + " numbers, not " + count);
            }
            List<Scale> scales = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                double width = number("width", widths.get(i));
                if (!(width > 0)) {
                    throw wrong("width", "holds " + width + ", not above 0");
                }
                scales.add(new Scale(number("center", centers.get(i)), width));
            }
            return scales;
        }
    }
}
