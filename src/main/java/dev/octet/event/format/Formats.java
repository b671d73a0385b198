package dev.octet.event.format;

import dev.octet.event.InputException;
import dev.octet.event.LogFormat;
import dev.octet.event.Spelling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The formats that are shipped, and those in files. Thread-safe. */
public final class Formats {
    private static final String FOLDER = "/dev/octet/event/formats/";

    private Formats() {}

    /** The names of the shipped formats, in alphabetic order. */
    public static List<String> names() {
        return List.copyOf(aliases().keySet());
    }

    /** Each format's name with its other names. */
    private static Map<String, List<String>> aliases() {
        Map<String, List<String>> aliases = new LinkedHashMap<>();
        resource("INDEX").lines().filter(line -> !line.isBlank()).forEach(line -> {
            List<String> words = List.of(line.split(" "));
            aliases.put(words.get(0), words.subList(1, words.size()));
        });
        return aliases;
    }

    /**
     * A format by its name, or from a file.
     *
     * @param name one of {@link #names()}; or a path, which holds a slash or ends with {@code .yaml} or {@code .yml}
     * @throws InputException if there is no such format, or if its file is wrong
     */
    public static FormatDefinition find(String name, FormatSettings settings) {
        if (isFile(name)) {
            return FormatYaml.read(name, name, file(Path.of(name)), settings);
        }
        Map<String, List<String>> aliases = aliases();
        Optional<String> shipped = aliases.keySet().stream()
                .filter(each -> each.equals(name) || aliases.get(each).contains(name))
                .findFirst();
        if (shipped.isEmpty()) {
            List<String> all = new ArrayList<>(aliases.keySet());
            aliases.values().forEach(all::addAll);
            String nearest = Spelling.nearest(name, all)
                    .map(other -> "; did you mean " + other + "?")
                    .orElse(".");
            throw new InputException("there is no format " + name + nearest + " Shipped are " + String.join(", ", all)
                    + "; a file of your own is given by its path, e.g. ./ours.yaml");
        }
        return FormatYaml.read(shipped.get(), shipped.get() + ".yaml", shipped(shipped.get()), settings);
    }

    /** The YAML of a shipped format. */
    static String shipped(String name) {
        return resource(name + ".yaml");
    }

    /** The format by its name, or from a file, as {@link #find}; those with a reader of their own by that. */
    public static LogFormat named(String name, FormatSettings settings) {
        if (settings.equals(FormatSettings.DEFAULT)) {
            switch (name) {
                case "rba":
                    return ColumnFormats.RBA;
                case "molin":
                    return ColumnFormats.MOLIN;
                default:
                    break;
            }
        }
        return find(name, settings);
    }

    /** Whether a format's name is the path of a file. */
    public static boolean isFile(String name) {
        return name.endsWith(".yaml") || name.endsWith(".yml") || name.contains("/") || name.contains("\\");
    }

    /**
     * A format from its stored text.
     *
     * @throws InputException if the text is wrong
     */
    public static FormatDefinition parse(String name, String yaml, FormatSettings settings) {
        return FormatYaml.read(name, name, yaml, settings);
    }

    private static String file(Path path) {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            throw new InputException("the format file " + path + " does not exist", e);
        } catch (MalformedInputException e) {
            throw new InputException("the format file " + path + " is not UTF-8 text", e);
        } catch (IOException e) {
            throw new InputException("the format file " + path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Formats.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
