package dev.octet.config;

import dev.octet.config.ConfigValue.Entries;
import dev.octet.config.ConfigValue.Entry;
import dev.octet.config.ConfigValue.Items;
import dev.octet.config.ConfigValue.Kind;
import dev.octet.config.ConfigValue.Scalar;
import dev.octet.event.InputException;
import dev.octet.event.Spelling;
import java.util.ArrayList;
import java.util.List;

/** A value of a config file together with its dotted path; {@code ""} is the whole file. */
public record ConfigNode(ConfigFile file, String path, ConfigValue value) {

    public InputException error(String message) {
        return errorAt(value.place(), message);
    }

    private InputException errorAt(String place, String message) {
        return new ConfigException(place + ": " + (path.isEmpty() ? "" : path + ": ") + message);
    }

    /** An error that this value is of the wrong type. */
    public InputException expected(String what) {
        return error("expected " + what + ", found " + value.describe());
    }

    boolean isNull() {
        return value instanceof Scalar scalar && scalar.kind() == Kind.NULL;
    }

    /** The text of a scalar that is not empty; {@code what} says what was expected. */
    String text(String what) {
        if (value instanceof Scalar scalar
                && scalar.kind() != Kind.NULL
                && !scalar.text().isBlank()) {
            return scalar.text();
        }
        throw expected(what);
    }

    /** The items, where this is a list. */
    public List<ConfigNode> items(String what) {
        if (!(value instanceof Items list)) {
            throw expected(what);
        }
        List<ConfigNode> nodes = new ArrayList<>();
        for (ConfigValue item : list.items()) {
            nodes.add(new ConfigNode(file, ConfigFile.join(path, Integer.toString(nodes.size())), item));
        }
        return nodes;
    }

    /**
     * The keys and values, where this is a map that holds none but {@code allowed}.
     *
     * @param former names that are allowed too, and that no message proposes
     */
    Entries entries(List<String> allowed, List<String> former) {
        if (!(value instanceof Entries map)) {
            throw expected("keys and values (" + String.join(", ", allowed) + ")");
        }
        for (var entry : map.entries().entrySet()) {
            if (!allowed.contains(entry.getKey()) && !former.contains(entry.getKey())) {
                String nearest = Spelling.nearest(entry.getKey(), allowed)
                        .map(key -> "; did you mean " + key + "?")
                        .orElse(";");
                throw errorAt(
                        entry.getValue().keyPlace(),
                        "unknown key " + entry.getKey() + nearest + " Allowed keys: " + String.join(", ", allowed));
            }
        }
        return map;
    }

    public ConfigNode child(String key, Entry entry) {
        return new ConfigNode(file, ConfigFile.join(path, key), entry.value());
    }
}
