package dev.octet.lab.search;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.distribution.LogUniformDistribution;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;

/**
 * One choice or number that a search may vary. Values are texts: what a candidate is made from, what a table shows and what
 * a search that goes on compares. Immutable.
 */
public sealed interface Dimension {

    String name();

    /** Values to try before a search begins, so that what cannot be is found at once: every choice, both ends of a range. */
    List<String> ends();

    /** How many values it has, at most {@code gridValues} where it is a range. */
    long gridSize(int gridValues);

    /** Its part of Arbiter's space. */
    Leaf<?> leaf();

    /**
     * A part of Arbiter's space and the text of its values. Arbiter gives an index to every leaf but a fixed value, and its
     * grid leaves out leaves of one value when it counts them, so that all later ones would read their neighbour's number:
     * a dimension of one value must be a fixed one.
     */
    record Leaf<T>(ParameterSpace<T> space, Function<T, String> text) {
        String value(double[] parameters) {
            return text.apply(space.getValue(parameters));
        }
    }

    /** One of some texts, all different. */
    record Choice(String name, List<String> values) implements Dimension {
        public Choice {
            values = List.copyOf(values);
            if (values.isEmpty() || values.stream().distinct().count() != values.size()) {
                throw new IllegalArgumentException(name + " needs values that differ, got " + values);
            }
        }

        @Override
        public List<String> ends() {
            return values;
        }

        @Override
        public long gridSize(int gridValues) {
            return values.size();
        }

        @Override
        public Leaf<String> leaf() {
            return new Leaf<>(
                    values.size() == 1 ? new FixedValue<>(values.get(0)) : new DiscreteParameterSpace<>(values),
                    text -> text);
        }
    }

    /** A whole number in [from, to], each as likely, or each factor as likely where it is logarithmic. */
    record Whole(String name, int from, int to, boolean logarithmic) implements Dimension {
        public Whole {
            requireRange(name, from, to, logarithmic);
        }

        @Override
        public List<String> ends() {
            return from == to ? List.of(Integer.toString(from)) : List.of(Integer.toString(from), Integer.toString(to));
        }

        @Override
        public long gridSize(int gridValues) {
            return Math.min((long) to - from + 1, gridValues);
        }

        @Override
        public Leaf<?> leaf() {
            if (from == to) {
                return new Leaf<>(new FixedValue<>(from), number -> Integer.toString(number));
            }
            return logarithmic
                    ? new Leaf<>(
                            new ContinuousParameterSpace(new LogUniformDistribution(from, to)),
                            number -> Long.toString(Math.max(from, Math.min(to, Math.round(number)))))
                    : new Leaf<>(new IntegerParameterSpace(from, to), number -> Integer.toString(number));
        }
    }

    /**
     * A number in [from, to], evenly or, where it is logarithmic, evenly by its logarithm; to three digits, which a person
     * can read and which does not depend on the last bit of a logarithm.
     */
    record Real(String name, double from, double to, boolean logarithmic) implements Dimension {
        private static final MathContext DIGITS = new MathContext(3);

        public Real {
            requireRange(name, from, to, logarithmic);
        }

        @Override
        public List<String> ends() {
            return from == to ? List.of(text(from)) : List.of(text(from), text(to));
        }

        @Override
        public long gridSize(int gridValues) {
            return from == to ? 1 : gridValues;
        }

        @Override
        public Leaf<Double> leaf() {
            if (from == to) {
                return new Leaf<>(new FixedValue<>(from), Real::text);
            }
            return new Leaf<>(
                    logarithmic
                            ? new ContinuousParameterSpace(new LogUniformDistribution(from, to))
                            : new ContinuousParameterSpace(from, to),
                    number -> text(Math.max(
                            from,
                            Math.min(to, new BigDecimal(number).round(DIGITS).doubleValue()))));
        }

        private static String text(double number) {
            return number == 0
                    ? "0"
                    : BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
        }
    }

    private static void requireRange(String name, double from, double to, boolean logarithmic) {
        if (!(from <= to) || !Double.isFinite(to - from) || logarithmic && !(from > 0)) {
            throw new IllegalArgumentException(
                    name + " cannot range from " + from + " to " + to + (logarithmic ? " by its logarithm" : ""));
        }
    }
}
