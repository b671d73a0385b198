package dev.octet.config;

import dev.octet.event.InputException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The values of one section, by key. */
public final class Settings {
    private final ConfigNode node;
    private final Map<Key<?>, Object> values;
    private final Map<Key<?>, ConfigNode> given;

    Settings(ConfigNode node, Map<Key<?>, Object> values, Map<Key<?>, ConfigNode> given) {
        this.node = node;
        this.values = values;
        this.given = given;
    }

    /** The value of a key of this section, its default where it was not given. */
    @SuppressWarnings("unchecked") // Section put it there from a Key<T>
    public <T> T get(Key<T> key) {
        if (!values.containsKey(key)) {
            throw new IllegalArgumentException("the key " + key.name() + " is not declared in this section");
        }
        return (T) values.get(key);
    }

    public boolean isGiven(Key<?> key) {
        return given.containsKey(key);
    }

    /** Dotted path of this section. */
    String path() {
        return node.path();
    }

    /** An error about the whole section. */
    public InputException error(String message) {
        return node.error(message);
    }

    /** An error about a key's value, or about the section where the key was not given. */
    public InputException error(Key<?> key, String message) {
        return given.getOrDefault(key, node).error(message);
    }

    /** The one key of these that was given. */
    public <K extends Key<?>> K exactlyOne(List<K> keys) {
        List<K> found = keys.stream().filter(this::isGiven).toList();
        if (found.size() != 1) {
            throw error("give exactly one of " + names(keys) + "; found " + (found.isEmpty() ? "none" : names(found)));
        }
        return found.get(0);
    }

    private static String names(List<? extends Key<?>> keys) {
        return keys.stream().map(Key::name).collect(Collectors.joining(", "));
    }
}
