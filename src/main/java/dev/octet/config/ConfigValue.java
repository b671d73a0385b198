package dev.octet.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A YAML value and where it stands; immutable. The place is {@code file:line:column} or {@code --set a.b}. */
public sealed interface ConfigValue {

    String place();

    /** What a message calls it, e.g. {@code the text fast} or {@code a list of 2}. */
    String describe();

    /** What a scalar without quotes means by the YAML 1.2 core schema. */
    enum Kind {
        NULL("nothing"),
        BOOLEAN("the truth value "),
        INTEGER("the whole number "),
        NUMBER("the number "),
        TEXT("the text ");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    /** A single value with its text exactly as in the file. */
    record Scalar(String text, Kind kind, String place) implements ConfigValue {
        @Override
        public String describe() {
            return switch (kind) {
                case NULL -> kind.words;
                case TEXT -> text.isEmpty() ? "an empty text" : kind.words + text;
                case BOOLEAN, INTEGER, NUMBER -> kind.words + text;
            };
        }
    }

    /** A list. */
    record Items(List<ConfigValue> items, String place) implements ConfigValue {
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public String describe() {
            return items.isEmpty() ? "an empty list" : "a list of " + items.size();
        }

        Items with(int index, ConfigValue value) {
            List<ConfigValue> changed = new ArrayList<>(items);
            if (index == items.size()) {
                changed.add(value);
            } else {
                changed.set(index, value);
            }
            return new Items(changed, place);
        }
    }

    /** A value and where its key stands. */
    record Entry(String keyPlace, ConfigValue value) {}

    /** Keys and values, in the order of the file. */
    record Entries(Map<String, Entry> entries, String place) implements ConfigValue {
        public Entries {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        @Override
        public String describe() {
            return entries.isEmpty() ? "an empty {}" : "{" + String.join(", ", entries.keySet()) + "}";
        }

        Entries with(String key, ConfigValue value) {
            Map<String, Entry> changed = new LinkedHashMap<>(entries);
            Entry before = entries.get(key);
            changed.put(key, new Entry(before == null ? value.place() : before.keyPlace(), value));
            return new Entries(changed, place);
        }
    }
}
