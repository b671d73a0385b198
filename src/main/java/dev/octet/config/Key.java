package dev.octet.config;

import java.util.Optional;
import java.util.function.Function;

/**
 * One key of a section: its name, what may stand there, what holds without it and what it does. The config is read and
 * {@code docs/config.md} is written from the same keys. A key whose value is null counts as not given.
 */
public final class Key<T> {
    private final String name;
    private final Optional<String> formerName;
    private final ConfigType<?> type;
    private final boolean required;
    private final String byDefault;
    private final String description;
    private final Function<ConfigNode, T> present;
    private final Function<ConfigNode, T> absent;

    private Key(
            String name,
            Optional<String> formerName,
            ConfigType<?> type,
            boolean required,
            String byDefault,
            String description,
            Function<ConfigNode, T> present,
            Function<ConfigNode, T> absent) {
        this.name = name;
        this.formerName = formerName;
        this.type = type;
        this.required = required;
        this.byDefault = byDefault;
        this.description = description;
        this.present = present;
        this.absent = absent;
    }

    /** A key that must be given. */
    public static <T> Key<T> required(String name, ConfigType<T> type, String description) {
        return new Key<>(name, Optional.empty(), type, true, "", description, type::read, parent -> {
            throw parent.error("the key " + name + " is missing; it must be " + type.describe());
        });
    }

    /** A key that may be left out; what that means is for the section to say. */
    public static <T> Key<Optional<T>> optional(String name, ConfigType<T> type, String description) {
        return new Key<>(
                name,
                Optional.empty(),
                type,
                false,
                "",
                description,
                node -> Optional.of(type.read(node)),
                parent -> Optional.empty());
    }

    /** A key with a default, given as YAML so that the reference prints exactly what holds. */
    public static <T> Key<T> byDefault(String name, ConfigType<T> type, String yaml, String description) {
        String place = "the default of " + name;
        return new Key<>(
                name,
                Optional.empty(),
                type,
                false,
                yaml,
                description,
                type::read,
                parent -> type.read(new ConfigNode(
                        parent.file(), ConfigFile.join(parent.path(), name), YamlText.readAt(place, yaml))));
    }

    /** The same key, which older configs give by another name. */
    Key<T> formerly(String older) {
        return new Key<>(name, Optional.of(older), type, required, byDefault, description, present, absent);
    }

    public String name() {
        return name;
    }

    /** The name in older configs, where it was another one. */
    Optional<String> formerName() {
        return formerName;
    }

    public ConfigType<?> type() {
        return type;
    }

    boolean isRequired() {
        return required;
    }

    /** The default as YAML, {@code ""} where there is none. */
    public String defaultYaml() {
        return byDefault;
    }

    public String description() {
        return description;
    }

    T read(ConfigNode node) {
        return present.apply(node);
    }

    public T readAbsent(ConfigNode parent) {
        return absent.apply(parent);
    }
}
