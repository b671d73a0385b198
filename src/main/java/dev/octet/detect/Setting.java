package dev.octet.detect;

import java.util.List;

/**
 * One setting of a kind of detector: what a config may say, without the language that it says it in.
 *
 * @param <T> of its value
 * @param name key in the config
 * @param type which values are allowed
 * @param byDefault the value as YAML where the config gives none, "" where it must give one
 * @param description what it does; a part of a sentence
 */
public record Setting<T>(String name, Type<T> type, String byDefault, String description) {
    /** Largest seed of the detectors whose seeds are scikit-learn's {@code random_state}. */
    private static final long NUMPY_SEED = (1L << 31) - 1;

    /** A type of values. */
    public sealed interface Type<T> {}

    /** A whole number from {@code low} to {@code high}. */
    public record Count(int low, int high) implements Type<Integer> {}

    /** The seed of a generator: a whole number from 0 to {@code high}. */
    public record Seed(long high) implements Type<Long> {}

    /** A number in an interval written as {@code (0, 100]}; {@code inf} is infinity. */
    public record Real(String interval) implements Type<Double> {}

    /** A text; {@code what} says which. */
    public record Text(String what) implements Type<String> {}

    /** A constant, written in lower case with hyphens. */
    public record OneOf<E extends Enum<E>>(Class<E> constants) implements Type<E> {}

    /** A list, of at least {@code minimum} values: 0 or 1. */
    public record Many<T>(Type<T> each, int minimum) implements Type<List<T>> {}

    /** The trainer of one of some kinds, with its settings. */
    public record TrainerOf(List<DetectorDefinition> kinds) implements Type<Trainer> {}

    /** The values of one detector's settings. */
    public interface Values {
        <T> T get(Setting<T> setting);
    }

    public static <T> Setting<T> byDefault(String name, Type<T> type, String yaml, String description) {
        return new Setting<>(name, type, yaml, description);
    }

    public static <T> Setting<T> required(String name, Type<T> type, String description) {
        return new Setting<>(name, type, "", description);
    }

    /** The key {@code seed}, 0 by default. */
    public static Setting<Long> seed(String of) {
        return new Setting<>("seed", new Seed(999_999_999_999_999_999L), "0", of);
    }

    /** The key {@code seed} of a detector that draws as scikit-learn does. */
    public static Setting<Long> numpySeed(String byDefault, String of) {
        return new Setting<>("seed", new Seed(NUMPY_SEED), byDefault, of + "; scikit-learn's `random_state`");
    }
}
