package dev.octet.simulate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;

/** A number that is drawn anew for each incident. Implementations are immutable. */
sealed interface Distribution {
    /** Draws a value with one random number. */
    double draw(Draw draw);

    /** Draws a whole number, at least {@code least}; a fraction is rounded up with a probability of its size. */
    default int count(Draw draw, int least) {
        return (int) Math.max(least, draw(draw) + draw.unit());
    }

    /** Reads a number or an object with one key: {@code uniform}, {@code log-uniform} or {@code exponential}. */
    @JsonCreator
    static Distribution of(JsonNode node) {
        if (node.isNumber() && node.doubleValue() >= 0) {
            return new Constant(node.doubleValue());
        }
        if (node.isObject() && node.size() == 1) {
            Map.Entry<String, JsonNode> entry = node.properties().iterator().next();
            JsonNode value = entry.getValue();
            boolean range = value.size() == 2
                    && value.get(0).isNumber()
                    && value.get(1).isNumber()
                    && value.get(0).doubleValue() >= 0
                    && value.get(0).doubleValue() <= value.get(1).doubleValue();
            switch (entry.getKey()) {
                case "uniform" -> {
                    if (range) {
                        return new Uniform(
                                value.get(0).doubleValue(), value.get(1).doubleValue());
                    }
                }
                case "log-uniform" -> {
                    if (range && value.get(0).doubleValue() > 0) {
                        return new LogUniform(
                                value.get(0).doubleValue(), value.get(1).doubleValue());
                    }
                }
                case "exponential" -> {
                    if (value.isNumber() && value.doubleValue() >= 0) {
                        return new Exponential(value.doubleValue());
                    }
                }
                default -> {
                    // refused below
                }
            }
        }
        throw new IllegalArgumentException(String.format(
                Locale.ROOT,
                "%s is no distribution; allowed are a number of 0 or more, {uniform: [low, high]}, {log-uniform: [low, high]}"
                        + " with low above 0, and {exponential: mean}",
                node));
    }

    record Constant(double value) implements Distribution {
        @Override
        public double draw(Draw draw) {
            return value;
        }
    }

    record Uniform(double low, double high) implements Distribution {
        @Override
        public double draw(Draw draw) {
            return low + (high - low) * draw.unit();
        }
    }

    record LogUniform(double low, double high) implements Distribution {
        @Override
        public double draw(Draw draw) {
            return draw.logUniform(low, high);
        }
    }

    record Exponential(double mean) implements Distribution {
        @Override
        public double draw(Draw draw) {
            return draw.exponential(mean);
        }
    }
}
