package dev.octet.feature;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers for the names of one feature, in order of appearance. Bounded: names beyond {@link #LIMIT} share one number.
 * Not thread-safe.
 */
final class Dictionary {
    static final int LIMIT = 1 << 20;
    static final int MISSING = -1;
    /** The number of every name that has none of its own. */
    static final int OVERFLOW = LIMIT;

    private final Map<String, Integer> codes = new HashMap<>();
    private final List<String> names;
    /** Number of names in {@link #codes}, which is filled by the first look-up. */
    private int numbered;

    private final boolean open;
    private final LatestTexts latest = new LatestTexts(this::lookUp);

    /** An empty dictionary that takes in what it is asked for. */
    Dictionary() {
        names = new ArrayList<>();
        open = true;
    }

    /** A dictionary of exactly these names: what a saved model knows. */
    Dictionary(List<String> vocabulary) {
        names = List.copyOf(vocabulary);
        open = false;
    }

    /** The name's number: {@link #MISSING} for {@code ""}, {@link #OVERFLOW} where there is no room for it. */
    int code(String name) {
        return latest.of(name);
    }

    private int lookUp(String name) {
        if (name.isEmpty()) {
            return MISSING;
        }
        while (numbered < names.size()) {
            codes.put(names.get(numbered), numbered);
            numbered++;
        }
        Integer code = codes.get(name);
        if (code != null) {
            return code;
        }
        return open && names.size() < LIMIT ? add(name) : OVERFLOW;
    }

    private int add(String name) {
        int code = names.size();
        codes.put(name, code);
        names.add(name);
        numbered = names.size();
        return code;
    }

    String name(int code) {
        return names.get(code);
    }

    /** All names in the order of their numbers. */
    List<String> names() {
        return List.copyOf(names);
    }

    int size() {
        return names.size();
    }
}
