package dev.octet.detect;

import java.util.Map;

/**
 * A detector as plain data: what a bundle stores. Live object and stored state are different things, so a stored state
 * is never deserialised into a class.
 *
 * @param kind which detector it is
 * @param version of the meaning of the rest; a detector refuses a version that it does not know
 * @param settings named texts, numbers and booleans ({@code String}, {@code Long}, {@code Double}, {@code Boolean})
 * @param arrays named {@code float[]}, {@code double[]}, {@code int[]} or {@code long[]}
 */
public record DetectorState(String kind, int version, Map<String, Object> settings, Map<String, Object> arrays) {
    public DetectorState {
        settings = Map.copyOf(settings);
        arrays = Map.copyOf(arrays);
    }
}
