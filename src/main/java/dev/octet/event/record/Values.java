package dev.octet.event.record;

import java.util.ArrayList;
import java.util.List;

/** The texts of one record, by slot. One instance is filled again and again. Not thread-safe. */
public final class Values {
    private static final int MAX_VALUES = 64;

    private final String[] first;
    private final List<List<String>> more;

    /** @param slots the number of places */
    public Values(int slots) {
        first = new String[slots];
        more = new ArrayList<>();
        for (int i = 0; i < slots; i++) {
            more.add(null);
        }
    }

    /** Forgets the record before. */
    public void clear() {
        for (int i = 0; i < first.length; i++) {
            first[i] = null;
            more.set(i, null);
        }
    }

    /** The first text at a place, {@code null} where there is none. */
    public String get(int slot) {
        return first[slot];
    }

    /** The texts behind the first one; those beyond the 64th are dropped. */
    public List<String> others(int slot) {
        List<String> others = more.get(slot);
        return others == null ? List.of() : others;
    }

    /** Replaces what stands at a place. */
    public void set(int slot, String text) {
        first[slot] = text;
        more.set(slot, null);
    }

    /** Becomes a copy of another record of the same places. */
    void take(Values other) {
        System.arraycopy(other.first, 0, first, 0, first.length);
        for (int i = 0; i < first.length; i++) {
            List<String> others = other.more.get(i);
            more.set(i, others == null ? null : new ArrayList<>(others));
        }
    }

    void add(int slot, String text) {
        if (first[slot] == null) {
            first[slot] = text;
            return;
        }
        List<String> others = more.get(slot);
        if (others == null) {
            others = new ArrayList<>();
            more.set(slot, others);
        }
        if (others.size() < MAX_VALUES - 1) {
            others.add(text);
        }
    }
}
