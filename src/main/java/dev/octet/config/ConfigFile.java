package dev.octet.config;

import dev.octet.config.ConfigValue.Entries;
import dev.octet.config.ConfigValue.Entry;
import dev.octet.config.ConfigValue.Items;
import dev.octet.config.ConfigValue.Kind;
import dev.octet.config.ConfigValue.Scalar;
import dev.octet.event.InputException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A config as it was given: the YAML file, the {@code --set} overrides and the variables that its paths may use.
 * Immutable. Keys are addressed by a dotted path; a list's items by their index, from 0: {@code detectors.0.name}.
 */
public final class ConfigFile {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");
    private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,5}");

    private final String name;
    private final Map<String, String> variables;
    private final ConfigValue root;

    private ConfigFile(String name, Map<String, String> variables, ConfigValue root) {
        this.name = name;
        this.variables = Map.copyOf(variables);
        this.root = root;
    }

    /**
     * Reads a config file.
     *
     * @param overrides each {@code a.b=value}, the value being YAML; later ones win
     * @param environment the process's environment; {@code OCTET_DATA} is taken from it, {@code data} without
     * @throws InputException if the file is missing, not UTF-8 or not YAML, or an override is malformed
     */
    public static ConfigFile read(Path file, List<String> overrides, Map<String, String> environment) {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException(
                    "the config " + file + " does not exist (in " + Path.of("").toAbsolutePath()
                            + "); the shipped ones are in configs/",
                    e);
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + ": the config is not UTF-8 text", e);
        } catch (IOException e) {
            throw new ConfigException(file + ": the config cannot be read: " + e.getMessage(), e);
        }
        return parse(file.toString().replace('\\', '/'), text, overrides, environment);
    }

    /** As {@link #read}, from text; {@code name} is what messages call it. */
    public static ConfigFile parse(String name, String text, List<String> overrides, Map<String, String> environment) {
        ConfigValue root = YamlText.read(name, text);
        if (root instanceof Scalar scalar && scalar.kind() == Kind.NULL) {
            root = new Entries(Map.of(), name + ":1:1");
        }
        for (String override : overrides) {
            int equals = override.indexOf('=');
            String path = equals < 0 ? override : override.substring(0, equals).strip();
            String place = "--set " + path;
            if (equals < 0 || path.isEmpty()) {
                throw new ConfigException(
                        "--set " + override + ": expected KEY=VALUE, for example --set detector.autoencoder.epochs=5");
            }
            ConfigValue value = YamlText.readAt(place, override.substring(equals + 1));
            root = with(root, List.of(path.split("\\.", -1)), value, place, "");
        }
        return new ConfigFile(name, Map.of("OCTET_DATA", environment.getOrDefault("OCTET_DATA", "data")), root);
    }

    private static ConfigValue with(
            ConfigValue parent, List<String> path, ConfigValue value, String place, String parentPath) {
        if (path.isEmpty()) {
            return value;
        }
        String key = path.get(0);
        List<String> rest = path.subList(1, path.size());
        if (key.isBlank()) {
            throw new ConfigException(place + ": the key has an empty part; write it as a.b.c");
        }
        String keyPath = join(parentPath, key);
        ConfigValue missing = new Scalar("", Kind.NULL, place);
        if (parent instanceof Items list) {
            if (!INDEX.matcher(key).matches()
                    || Integer.parseInt(key) > list.items().size()) {
                throw new ConfigException(place + ": " + parentPath + " is a list; " + key + " is not an index in [0, "
                        + list.items().size() + "] (the last appends)");
            }
            int index = Integer.parseInt(key);
            ConfigValue before = index < list.items().size() ? list.items().get(index) : missing;
            return list.with(index, with(before, rest, value, place, keyPath));
        }
        if (parent instanceof Scalar scalar && scalar.kind() != Kind.NULL) {
            throw new ConfigException(place + ": " + parentPath + " is " + scalar.describe() + " (" + scalar.place()
                    + ") and has no keys; set all of it: --set '" + parentPath + "={" + key + ": …}'");
        }
        Entries entries = parent instanceof Entries map ? map : new Entries(Map.of(), place);
        Entry before = entries.entries().get(key);
        return entries.with(key, with(before == null ? missing : before.value(), rest, value, place, keyPath));
    }

    static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** What messages call this config: its path as given. */
    public String name() {
        return name;
    }

    /**
     * The whole config with its overrides as YAML, for provenance: variables are left as they stand, comments are not
     * kept. Read back without overrides it means the same.
     */
    public String yaml() {
        return YamlText.write(root);
    }

    /** The same config with another value at a dotted path; its place is where messages say that it stands. */
    public ConfigFile with(String path, ConfigValue value) {
        return new ConfigFile(name, variables, with(root, List.of(path.split("\\.", -1)), value, value.place(), ""));
    }

    /** The value at a dotted path, if it is given. */
    public Optional<ConfigValue> find(String path) {
        ConfigValue at = root;
        for (String key : path.split("\\.")) {
            if (!(at instanceof Entries map) || !map.entries().containsKey(key)) {
                return Optional.empty();
            }
            at = map.entries().get(key).value();
        }
        return Optional.of(at);
    }

    /** An error about the value at {@code path}, or about the nearest part of the config that holds it. */
    public InputException error(String path, String message) {
        ConfigValue at = root;
        for (String key : path.split("\\.")) {
            ConfigValue inner = null;
            if (at instanceof Entries map && map.entries().containsKey(key)) {
                inner = map.entries().get(key).value();
            } else if (at instanceof Items list
                    && INDEX.matcher(key).matches()
                    && Integer.parseInt(key) < list.items().size()) {
                inner = list.items().get(Integer.parseInt(key));
            }
            if (inner == null) {
                break;
            }
            at = inner;
        }
        return new ConfigException(at.place() + ": " + (path.isEmpty() ? "" : path + ": ") + message);
    }

    public ConfigNode root() {
        return new ConfigNode(this, "", root);
    }

    /** Replaces {@code ${NAME}} in a path. */
    String replaceVariables(ConfigNode node, String text) {
        Matcher matcher = VARIABLE.matcher(text);
        StringBuilder replaced = new StringBuilder();
        while (matcher.find()) {
            String value = variables.get(matcher.group(1));
            if (value == null) {
                throw node.error("the variable " + matcher.group() + " is not known; a path may use ${OCTET_DATA}"
                        + " (the environment's OCTET_DATA, data where it is not set)");
            }
            matcher.appendReplacement(replaced, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(replaced).toString();
    }
}
