package dev.octet.lab;

import dev.octet.config.ConfigValue;
import dev.octet.config.ConfigValue.Items;
import dev.octet.config.ConfigValue.Kind;
import dev.octet.config.ConfigValue.Scalar;
import dev.octet.config.YamlText;
import dev.octet.detect.autoencoder.Activation;
import dev.octet.lab.search.Dimension;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A key of the base config that a search sets: the dimensions of its values and how a value is made of them. */
sealed interface Searched {

    /** Dotted, e.g. {@code detector.autoencoder.learning-rate}. */
    String key();

    /** Where it stands in the tune file. */
    String place();

    List<Dimension> dimensions();

    /**
     * The value.
     *
     * @param texts one for each dimension
     */
    ConfigValue value(List<String> texts);

    /** One of some values, whatever they are. */
    record OneOf(String key, String place, Map<String, ConfigValue> values) implements Searched {
        static OneOf of(String key, String place, List<ConfigValue> values) {
            Map<String, ConfigValue> byText = new LinkedHashMap<>();
            values.forEach(value -> byText.putIfAbsent(YamlText.line(value), value));
            return new OneOf(key, place, byText);
        }

        @Override
        public List<Dimension> dimensions() {
            return List.of(new Dimension.Choice(key, List.copyOf(values.keySet())));
        }

        @Override
        public ConfigValue value(List<String> texts) {
            return values.get(texts.get(0));
        }
    }

    /** A number from a range. */
    record Between(String key, String place, Dimension dimension) implements Searched {
        @Override
        public List<Dimension> dimensions() {
            return List.of(dimension);
        }

        @Override
        public ConfigValue value(List<String> texts) {
            Kind kind = dimension instanceof Dimension.Whole ? Kind.INTEGER : Kind.NUMBER;
            return new Scalar(texts.get(0), kind, place);
        }
    }

    /** Where batch normalisation stands in an hourglass. */
    enum Placement {
        /** Nowhere. */
        NONE,
        /** After the first layer. */
        FIRST,
        /** After every layer before the bottleneck. */
        ENCODER,
        /** After every layer but the bottleneck. */
        ALL;

        /** Whether it stands after a layer. */
        boolean after(int layer, int depth) {
            return switch (this) {
                case NONE -> false;
                case FIRST -> layer == 0;
                case ENCODER -> layer < depth;
                case ALL -> layer != depth;
            };
        }
    }

    /**
     * The layers of an hourglass: {@code depth} layers whose widths fall from {@code width} by one factor, the bottleneck,
     * and the same layers backwards.
     */
    record Hourglass(
            String key,
            String place,
            Dimension depth,
            Dimension width,
            Dimension bottleneck,
            Dimension activation,
            Dimension batchNorm)
            implements Searched {
        @Override
        public List<Dimension> dimensions() {
            return List.of(depth, width, bottleneck, activation, batchNorm);
        }

        @Override
        public ConfigValue value(List<String> texts) {
            int layers = Integer.parseInt(texts.get(0));
            int widest = Integer.parseInt(texts.get(1));
            int narrowest = Integer.parseInt(texts.get(2));
            Placement placement = Placement.valueOf(texts.get(4).toUpperCase(Locale.ROOT));
            List<ConfigValue> values = new ArrayList<>();
            for (int layer = 0; layer <= 2 * layers; layer++) {
                int fromEdge = Math.min(layer, 2 * layers - layer);
                long units = Math.round(widest * Math.pow((double) narrowest / widest, (double) fromEdge / layers));
                String text = units + " " + texts.get(3) + (placement.after(layer, layers) ? " batch-norm" : "");
                values.add(new Scalar(text, Kind.TEXT, place));
            }
            return new Items(values, place);
        }
    }

    /** Features, some of them in groups that are there or not. */
    record Groups(String key, String place, List<ConfigValue> always, Map<String, List<ConfigValue>> groups)
            implements Searched {
        private static final List<String> ON_OR_OFF = List.of("on", "off");

        @Override
        public List<Dimension> dimensions() {
            return groups.keySet().stream()
                    .<Dimension>map(group -> new Dimension.Choice(key + "/" + group, ON_OR_OFF))
                    .toList();
        }

        @Override
        public ConfigValue value(List<String> texts) {
            List<ConfigValue> values = new ArrayList<>(always);
            int group = 0;
            for (List<ConfigValue> features : groups.values()) {
                if (texts.get(group++).equals("on")) {
                    values.addAll(features);
                }
            }
            return new Items(values, place);
        }
    }

    /** The activations that a layer may have. */
    static List<String> activations() {
        return List.of(Activation.values()).stream().map(Activation::configName).toList();
    }
}
