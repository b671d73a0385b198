package dev.octet.config;

import java.util.List;

/** The type of a config value: reads it, and describes it in {@code docs/config.md}. */
public interface ConfigType<T> {

    /**
     * Reads a value that is there.
     *
     * @throws dev.octet.event.InputException if it is of another type or not allowed, naming place, value and what is
     */
    T read(ConfigNode node);

    /** What is allowed, in a few words. */
    String describe();

    /** The sections that a value may consist of. */
    default List<Section<?>> sections() {
        return List.of();
    }
}
