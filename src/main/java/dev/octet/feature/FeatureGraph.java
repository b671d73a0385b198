package dev.octet.feature;

import dev.octet.event.LoginField;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fitted features as an ONNX graph, from the fields of a row to the encoded columns: what {@link FeatureExtractor} and
 * {@link Encoder} do, to the bit. Used once.
 */
final class FeatureGraph {
    private final OnnxGraph graph;
    private final List<FittedFeature> features;
    private final AbsentValue.Source absent;
    private final Map<String, GraphInput> inputs = new LinkedHashMap<>();
    /** Places in the vocabulary, [N]: -1 for a missing name, the vocabulary's size for one that is not in it. */
    private final Map<String, String> places = new HashMap<>();

    /** Features from elsewhere, [N], without NaN. */
    private final Map<String, String> elsewhere = new HashMap<>();

    private AddressGraph addresses;

    private final List<String> parts = new ArrayList<>();
    private final List<String> pending = new ArrayList<>();
    private final List<Scale> pendingScales = new ArrayList<>();

    FeatureGraph(OnnxGraph graph, List<FittedFeature> features, AbsentValue.Source absent) {
        this.graph = graph;
        this.features = features;
        this.absent = absent;
    }

    /** Adds everything and names the columns, float [N, columns]. */
    String add() {
        for (FittedFeature feature : features) {
            add(feature);
        }
        scalePending();
        return graph.beside(parts);
    }

    /** The inputs that the graph was given, in the order in which it needed them. */
    List<GraphInput> inputs() {
        return List.copyOf(inputs.values());
    }

    private void add(FittedFeature fitted) {
        String name = fitted.request().name();
        Optional<Feature> feature = fitted.request().feature();
        if (feature.isEmpty()) {
            addPending(fitted, graph.column(elsewhere(name)));
        } else if (fitted instanceof FittedFeature.Numbers numbers) {
            addNumbers(feature.get(), numbers);
        } else if (fitted instanceof FittedFeature.States states) {
            addOneHot(states, input(timePart(feature.get())));
        } else if (fitted instanceof FittedFeature.OneHot oneHot) {
            long size = oneHot.vocabulary().size();
            String place = place(name);
            addOneHot(
                    oneHot,
                    graph.add("Where", graph.add("Less", place, graph.scalar(0L)), graph.scalar(size + 1), place));
        } else {
            addPending(fitted, graph.column(graph.cast(place(name), Type.FLOAT)));
        }
    }

    private void addNumbers(Feature feature, FittedFeature.Numbers fitted) {
        switch (feature) {
            case IP_OCTETS -> addPending(fitted, graph.cast(addresses().octets(), Type.FLOAT));
            case HOUR, MINUTE_OF_DAY, WEEKDAY, SUCCESS ->
                addPending(fitted, graph.column(graph.cast(input(timePart(feature)), Type.FLOAT)));
            case EXTRA_NUMBER -> {
                String value = graph.column(
                        input(LoginInput.of(fitted.request().extra().orElseThrow())));
                addFilled(fitted, graph.add("Not", graph.add("IsNaN", value)), value);
            }
            case ROUND_TRIP_TIME -> {
                String millis =
                        graph.cast(graph.column(input(LoginInput.of(LoginField.ROUND_TRIP_MILLIS))), Type.DOUBLE);
                String known = graph.add("GreaterOrEqual", millis, graph.scalar(0.0));
                String log = graph.add("Log", graph.add("Add", millis, graph.scalar(1.0)));
                addFilled(fitted, known, graph.cast(log, Type.FLOAT));
            }
            default -> {
                String value = graph.column(number(feature.key(), feature.description(), feature.mayBeMissing()));
                if (fitted.fill().isPresent()) {
                    addFilled(fitted, graph.add("Not", graph.add("IsNaN", value)), value);
                } else {
                    addPending(fitted, value);
                }
            }
        }
    }

    private static LoginInput timePart(Feature feature) {
        return switch (feature) {
            case HOUR -> LoginInput.HOUR;
            case MINUTE_OF_DAY -> LoginInput.MINUTE_OF_DAY;
            case WEEKDAY -> LoginInput.WEEKDAY;
            case SUCCESS -> LoginInput.of(LoginField.SUCCESS);
            default -> throw new IllegalArgumentException(feature + " is no whole number of the row");
        };
    }

    private String input(LoginInput field) {
        GraphInput input = field.input();
        if (inputs.put(input.name(), input) == null) {
            graph.input(input.name(), input.type(), 0);
        }
        return input.name();
    }

    private String number(String feature, String meaning, boolean mayBeMissing) {
        String name = GraphInput.nameOf(feature);
        inputs.put(name, new GraphInput(name, Type.FLOAT, meaning, mayBeMissing ? "NaN" : "none"));
        return graph.input(name, Type.FLOAT, 0);
    }

    /** A feature from elsewhere, [N]; where it is NaN, what it is without a history. */
    private String elsewhere(String feature) {
        String known = elsewhere.get(feature);
        if (known == null) {
            AbsentValue value = absent.of(feature);
            String name = GraphInput.nameOf(feature);
            inputs.put(name, new GraphInput(name, Type.FLOAT, "the feature " + feature, "NaN: " + value.meaning()));
            graph.input(name, Type.FLOAT, 0);
            known = graph.add("Where", graph.add("IsNaN", name), instead(value), name);
            elsewhere.put(feature, known);
        }
        return known;
    }

    private String instead(AbsentValue value) {
        if (value instanceof AbsentValue.Constant constant) {
            return graph.scalar(constant.value());
        }
        if (value instanceof AbsentValue.Same same) {
            return elsewhere(same.feature());
        }
        AbsentValue.Table table = (AbsentValue.Table) value;
        String place = null;
        for (String category : table.categories()) {
            String next = graph.add("Add", place(category), graph.scalar(1L));
            place = place == null
                    ? next
                    : graph.add("Add", graph.add("Mul", place, graph.scalar(names(category) + 2L)), next);
        }
        return graph.add("Gather", graph.floats(table.values(), table.values().length), place);
    }

    private int names(String category) {
        return vocabulary(category).size();
    }

    private List<String> vocabulary(String category) {
        for (FittedFeature feature : features) {
            if (feature.request().name().equals(category)) {
                return FittedFeatures.vocabulary(feature);
            }
        }
        throw new IllegalArgumentException("no feature " + category + " has a vocabulary here");
    }

    private String place(String category) {
        String known = places.get(category);
        if (known == null) {
            known = place(request(category), vocabulary(category));
            places.put(category, known);
        }
        return known;
    }

    private FeatureRequest request(String category) {
        return features.stream()
                .map(FittedFeature::request)
                .filter(request -> request.name().equals(category))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no feature " + category + " is here"));
    }

    private String place(FeatureRequest request, List<String> vocabulary) {
        Feature category = request.feature().orElseThrow();
        Optional<LoginField> text = request.plainText();
        if (text.isPresent()) {
            return place(LoginInput.of(text.get()), vocabulary);
        }
        return switch (category) {
            case ASN -> {
                Map<Long, Long> numbers = new HashMap<>();
                for (int i = 0; i < vocabulary.size(); i++) {
                    numbers.put(Long.parseLong(vocabulary.get(i)), (long) i);
                }
                String asn = input(LoginInput.of(LoginField.ASN));
                String place = numbers.isEmpty()
                        ? graph.add("Sub", asn, asn)
                        : graph.lookUpNumbers(asn, numbers, vocabulary.size());
                yield graph.add("Where", graph.add("Less", asn, graph.scalar(0L)), graph.scalar(-1L), place);
            }
            case IP_VERSION -> addresses().version(vocabulary);
            case BROWSER_FAMILY -> new FamilyGraph(graph, vocabulary).place(input(LoginInput.of(LoginField.BROWSER)));
            case OS_FAMILY -> new FamilyGraph(graph, vocabulary).place(input(LoginInput.of(LoginField.OS)));
            default -> throw new IllegalArgumentException(category + " is no category");
        };
    }

    private String place(LoginInput field, List<String> vocabulary) {
        Map<String, Long> known = new HashMap<>();
        for (int i = 0; i < vocabulary.size(); i++) {
            known.put(vocabulary.get(i), (long) i);
        }
        known.put("", -1L);
        return graph.lookUp(input(field), known, vocabulary.size());
    }

    private AddressGraph addresses() {
        if (addresses == null) {
            addresses = new AddressGraph(graph, input(LoginInput.of(LoginField.IP)));
        }
        return addresses;
    }

    /** Numbers that stand side by side are scaled together. */
    private void addPending(FittedFeature fitted, String raw) {
        pending.add(raw);
        pendingScales.addAll(fitted.scales());
    }

    private void scalePending() {
        if (!pending.isEmpty()) {
            parts.add(scaled(graph.beside(pending), pendingScales));
            pending.clear();
            pendingScales.clear();
        }
    }

    /** As {@link Scale#apply}: in double, then rounded to float. */
    private String scaled(String raw, List<Scale> scales) {
        if (scales.stream().allMatch(Scale.IDENTITY::equals)) {
            return raw;
        }
        double[] centers = scales.stream().mapToDouble(Scale::center).toArray();
        double[] widths = scales.stream().mapToDouble(Scale::width).toArray();
        String off = graph.add("Sub", graph.cast(raw, Type.DOUBLE), graph.doubles(centers, 1, centers.length));
        return graph.cast(graph.add("Div", off, graph.doubles(widths, 1, widths.length)), Type.FLOAT);
    }

    /** A number that may be missing, and whether it is; both [N, 1]. */
    private void addFilled(FittedFeature.Numbers fitted, String known, String value) {
        scalePending();
        Scale scale = fitted.scales().get(0);
        Scale indicator = fitted.scales().get(1);
        float fill = scale.apply(fitted.fill().orElseThrow());
        parts.add(graph.add("Where", known, scaled(value, List.of(scale)), graph.scalar(fill)));
        parts.add(graph.add("Where", known, graph.scalar(indicator.apply(0)), graph.scalar(indicator.apply(1))));
    }

    private void addOneHot(FittedFeature fitted, String index) {
        scalePending();
        int width = fitted.width();
        String oneHot = graph.node("OneHot")
                .with("axis", 1)
                .of(index, graph.scalar((long) width), graph.floats(new float[] {0, 1}, 2));
        if (fitted.scales().stream().allMatch(Scale.IDENTITY::equals)) {
            parts.add(oneHot);
            return;
        }
        float[] off = new float[width];
        float[] on = new float[width];
        for (int i = 0; i < width; i++) {
            off[i] = fitted.scales().get(i).apply(0);
            on[i] = fitted.scales().get(i).apply(1);
        }
        parts.add(graph.add(
                "Where", graph.cast(oneHot, Type.BOOL), graph.floats(on, 1, width), graph.floats(off, 1, width)));
    }
}
