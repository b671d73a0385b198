package dev.octet.event.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.octet.event.record.Place;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a text is: a place in the record and, where the text is only a part of what stands there, which part. Immutable
 * and thread-safe.
 *
 * @param place in the record
 * @param json keys into the JSON that the place's text is; empty where it is the text itself
 * @param pair the name in a text of {@code name=value} pairs; empty where there are none
 * @param pattern of which the first group, or all that matches, is the text; empty for all of it
 */
record Getter(Place place, List<String> json, String pair, Optional<Pattern> pattern) {
    private static final JsonMapper MAPPER = new JsonMapper();

    Getter {
        json = List.copyOf(json);
    }

    static Getter of(String place) {
        return new Getter(Place.of(place), List.of(), "", Optional.empty());
    }

    /** The same place of a record that another object wraps under a key. */
    Getter within(String wrapper) {
        String name = place.isPointer() ? "/" + wrapper + place.name() : wrapper + "." + place.name();
        return new Getter(new Place(name, Place.pathOf(name), place.reading()), json, pair, pattern);
    }

    /** Whether the text is all that stands at the place. */
    boolean isPlain() {
        return json.isEmpty() && pair.isEmpty() && pattern.isEmpty();
    }

    /** The part that is meant of what stands at the place; {@code null} where there is none. */
    String part(String text) {
        String part = json.isEmpty() ? text : inJson(text);
        if (part != null && !pair.isEmpty()) {
            part = inPairs(part, pair);
        }
        if (part != null && pattern.isPresent()) {
            Matcher matcher = pattern.get().matcher(part);
            part = matcher.find() ? matcher.group(Math.min(1, matcher.groupCount())) : null;
        }
        return part;
    }

    private String inJson(String text) {
        JsonNode node;
        try {
            node = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return null; // what is unreadable is not known
        }
        for (String key : json) {
            node = node.isArray() && key.matches("\\d{1,6}") ? node.path(Integer.parseInt(key)) : node.path(key);
        }
        node = node.isArray() ? node.path(0) : node;
        return node.isValueNode() && !node.isNull() ? node.asText() : null;
    }

    /**
     * The value of the first pair of this name. A value may stand in double quotes, in which a backslash takes the next
     * character as it is; otherwise it ends before a comma, a semicolon or a blank that the next name follows.
     */
    static String inPairs(String text, String name) {
        int i = 0;
        int length = text.length();
        while (i < length) {
            while (i < length && !isNamePart(text.charAt(i))) {
                i++;
            }
            int nameFrom = i;
            while (i < length && isNamePart(text.charAt(i))) {
                i++;
            }
            if (i == length || text.charAt(i) != '=') {
                continue;
            }
            boolean wanted = text.startsWith(name, nameFrom) && i - nameFrom == name.length();
            i++;
            StringBuilder value = new StringBuilder();
            if (i < length && text.charAt(i) == '"') {
                for (i++; i < length && text.charAt(i) != '"'; i++) {
                    if (text.charAt(i) == '\\' && i + 1 < length) {
                        i++;
                    }
                    value.append(text.charAt(i));
                }
                i++;
            } else {
                while (i < length && ",; \t\n".indexOf(text.charAt(i)) < 0) {
                    value.append(text.charAt(i++));
                }
            }
            if (wanted) {
                return value.toString();
            }
        }
        return null;
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
    }
}
