package dev.octet.config;

import dev.octet.config.ConfigValue.Entry;
import dev.octet.config.ConfigValue.Kind;
import dev.octet.config.ConfigValue.Scalar;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A part of the config made of keys.
 *
 * @param title heading in the reference, unique there
 * @param description what it is for
 * @param keys allowed keys, in the order of the reference
 * @param build makes the value; checks what concerns several keys
 */
public record Section<T>(String title, String description, List<Key<?>> keys, Function<Settings, T> build)
        implements ConfigType<T> {

    public Section {
        keys = List.copyOf(keys);
        if (keys.stream().map(Key::name).distinct().count() != keys.size()) {
            throw new IllegalArgumentException("section " + title + " has two keys of one name");
        }
    }

    @Override
    public T read(ConfigNode node) {
        ConfigNode full = isKeyAlone(node) ? expand(node) : node;
        Map<String, Entry> entries = full.entries(
                        names(),
                        keys.stream().flatMap(key -> key.formerName().stream()).toList())
                .entries();
        Map<Key<?>, Object> values = new IdentityHashMap<>();
        Map<Key<?>, ConfigNode> given = new IdentityHashMap<>();
        for (Key<?> key : keys) {
            String name = nameIn(entries, key, full);
            Entry entry = entries.get(name);
            ConfigNode child = entry == null ? null : full.child(name, entry);
            if (child == null || child.isNull()) {
                values.put(key, key.readAbsent(full));
            } else {
                values.put(key, key.read(child));
                given.put(key, child);
            }
        }
        return build.apply(new Settings(full, values, given));
    }

    // `view: attempt` is short for `view: {attempt: {}}`
    private boolean isKeyAlone(ConfigNode node) {
        return node.value() instanceof Scalar scalar
                && scalar.kind() == Kind.TEXT
                && keys.stream().anyMatch(key -> key.name().equals(scalar.text()) && key.type() instanceof Section<?>);
    }

    private static ConfigNode expand(ConfigNode node) {
        String place = node.value().place();
        Entry empty = new Entry(place, new ConfigValue.Entries(Map.of(), place));
        return new ConfigNode(
                node.file(),
                node.path(),
                new ConfigValue.Entries(Map.of(((Scalar) node.value()).text(), empty), place));
    }

    /** The name that a config gives a key by. */
    private static String nameIn(Map<String, Entry> entries, Key<?> key, ConfigNode section) {
        Optional<String> older = key.formerName().filter(entries::containsKey);
        if (older.isPresent() && entries.containsKey(key.name())) {
            throw section.error(
                    older.get() + " is the former name of " + key.name() + "; give " + key.name() + " only");
        }
        return older.orElse(key.name());
    }

    private List<String> names() {
        return keys.stream().map(Key::name).toList();
    }

    @Override
    public String describe() {
        return keys.isEmpty() ? "{}" : keys.stream().map(Key::name).collect(Collectors.joining(", ", "{", "}"));
    }

    @Override
    public List<Section<?>> sections() {
        return List.of(this);
    }
}
