package dev.octet.event.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.octet.event.record.Place.Bytes;
import dev.octet.event.record.Place.Named;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Walks over a JSON value once and takes what stands at the places. An array on the way to a place stands for each of
 * its elements, so that an event and an array of events read the same. Immutable once made.
 */
public final class JsonPaths {
    /** A point on the way to places. */
    private static final class Node {
        private final Map<String, Node> children = new HashMap<>();
        private int[] plain = {};
        private int[] bytes = {};
        private final List<NamedSlot> named = new ArrayList<>();
        private boolean indexed;
        private boolean records;
    }

    private record NamedSlot(Named reading, int slot) {}

    private final Node root = new Node();
    private final boolean rootIsArrayOfRecords;

    /**
     * @param places what to take
     * @param arrays pointers to arrays of records; {@code /} is the document itself
     */
    public JsonPaths(Places places, Collection<String> arrays) {
        List<Place> all = places.all();
        for (int slot = 0; slot < all.size(); slot++) {
            insert(root, all.get(slot), 0, slot);
        }
        for (String array : arrays) {
            if (!array.equals("/")) {
                Node node = root;
                for (String key : Place.pathOf(array)) {
                    node = node.children.computeIfAbsent(key, k -> new Node());
                }
                node.records = true;
            }
        }
        rootIsArrayOfRecords = arrays.contains("/");
    }

    /** Whether an array that is the whole document holds records. */
    boolean rootIsArrayOfRecords() {
        return rootIsArrayOfRecords;
    }

    private static void insert(Node node, Place place, int from, int slot) {
        List<String> path = place.path();
        if (from == path.size()) {
            if (place.reading() instanceof Named reading) {
                node.named.add(new NamedSlot(reading, slot));
            } else if (place.reading() instanceof Bytes) {
                node.bytes = with(node.bytes, slot);
            } else {
                node.plain = with(node.plain, slot);
            }
            return;
        }
        int last = place.isPointer() ? from + 1 : path.size();
        for (int to = from + 1; to <= last; to++) {
            String key = String.join(".", path.subList(from, to));
            node.indexed |= key.matches("\\d{1,6}");
            insert(node.children.computeIfAbsent(key, k -> new Node()), place, to, slot);
        }
    }

    private static int[] with(int[] slots, int slot) {
        int[] more = Arrays.copyOf(slots, slots.length + 1);
        more[slots.length] = slot;
        return more;
    }

    /**
     * Takes the object at which the parser stands, whose first token it has.
     *
     * @return true if the object wraps an array of records, at whose first token the parser stands; what was taken is then
     *     worth nothing
     */
    boolean take(JsonParser parser, Values values) throws IOException {
        return object(parser, root, values, true);
    }

    private static boolean object(JsonParser parser, Node node, Values values, boolean wrapping) throws IOException {
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            Node child = node.children.get(name);
            JsonToken token = parser.nextToken();
            if (child == null) {
                parser.skipChildren();
                continue;
            }
            if (wrapping && child.records && token == JsonToken.START_ARRAY) {
                return true;
            }
            if (value(parser, child, values, wrapping)) {
                return true;
            }
        }
        return false;
    }

    private static boolean value(JsonParser parser, Node node, Values values, boolean wrapping) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                if (!node.named.isEmpty()) {
                    named(parser, node, values);
                    return false;
                }
                if (!node.children.isEmpty()) {
                    return object(parser, node, values, wrapping);
                }
                parser.skipChildren();
            }
            case START_ARRAY -> array(parser, node, values);
            case VALUE_NULL -> {}
            default -> {
                if (node.plain.length > 0 || node.bytes.length > 0) {
                    scalar(parser, node, values);
                }
            }
        }
        return false;
    }

    private static void scalar(JsonParser parser, Node node, Values values) throws IOException {
        String text = parser.getText();
        for (int slot : node.plain) {
            values.add(slot, text);
        }
        for (int slot : node.bytes) {
            values.add(slot, text);
        }
    }

    private static void array(JsonParser parser, Node node, Values values) throws IOException {
        if (node.bytes.length > 0) {
            bytes(parser, node, values);
            return;
        }
        int index = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            Node element = node.indexed ? node.children.get(Integer.toString(index)) : null;
            value(parser, element == null ? node : element, values, false);
            index++;
        }
    }

    private static void bytes(JsonParser parser, Node node, Values values) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                text.write(parser.getIntValue());
            } else {
                parser.skipChildren();
            }
        }
        byte[] all = text.toByteArray();
        String decoded = ByteLines.text(all, 0, all.length);
        for (int slot : node.bytes) {
            values.add(slot, decoded);
        }
    }

    /** An object that says what it is called. */
    private static void named(JsonParser parser, Node node, Values values) throws IOException {
        Map<String, String> texts = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String text = firstText(parser);
            if (text != null) {
                texts.putIfAbsent(key, text);
            }
        }
        for (NamedSlot wanted : node.named) {
            if (wanted.reading.named().equals(texts.get(wanted.reading.key()))) {
                wanted.reading.values().stream()
                        .filter(texts::containsKey)
                        .findFirst()
                        .ifPresent(key -> values.add(wanted.slot, texts.get(key)));
            }
        }
    }

    /** The value that follows, or the first one in it; {@code null} where it holds none. */
    private static String firstText(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token != JsonToken.START_ARRAY) {
            String text = token.isScalarValue() ? parser.getText() : null;
            parser.skipChildren();
            return text;
        }
        String first = null;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (first == null && parser.currentToken().isScalarValue()) {
                first = parser.getText();
            }
            parser.skipChildren();
        }
        return first;
    }
}
