package dev.octet.event.record;

import java.util.List;
import java.util.Objects;

/**
 * A place in a record that holds a text. Immutable.
 *
 * @param name as the format writes it: a column, a group of a regular expression, a key with dots, or a JSON pointer
 * @param path the keys from the record down; a number is an index where it meets an array
 * @param reading how the value there becomes a text
 */
public record Place(String name, List<String> path, Reading reading) {

    /** How a value becomes a text. */
    public sealed interface Reading {}

    /** A single value as it stands; of an array each element counts as a value of its own. */
    public record Plain() implements Reading {}

    /** An array of numbers from 0 to 255, which are the bytes of a text; a single value as it stands. */
    public record Bytes() implements Reading {}

    /**
     * A value out of an array of objects, each of which names what it holds.
     *
     * @param key the key that holds the name
     * @param named the name that is wanted
     * @param values keys that may hold the value
     */
    public record Named(String key, String named, List<String> values) implements Reading {
        public Named {
            values = List.copyOf(values);
        }
    }

    public Place {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(reading, "reading");
        path = List.copyOf(path);
    }

    /**
     * A plain place.
     *
     * @param name begins with a slash if it is a JSON pointer (RFC 6901); otherwise a name, in which dots lead into
     *     objects or belong to the key
     */
    public static Place of(String name) {
        return new Place(name, pathOf(name), new Plain());
    }

    /** The keys that a name stands for. */
    public static List<String> pathOf(String name) {
        if (!name.startsWith("/")) {
            return List.of(name.split("\\.", -1));
        }
        return List.of(name.substring(1).split("/", -1)).stream()
                .map(key -> key.replace("~1", "/").replace("~0", "~"))
                .toList();
    }

    /** Whether the path is exact: a key may hold dots, and none of them leads anywhere. */
    public boolean isPointer() {
        return name.startsWith("/");
    }
}
