package dev.octet.feature.history;

import java.util.Arrays;

/**
 * Numbers by 64-bit keys. A key lies beside its numbers in one array, so that a look takes one line of the processor's cache,
 * where a table of keys and a table of values take two.
 *
 * <p>A cell is a key and its words. It is free while its first word is 0: absent keys have words of 0, and the caller of
 * {@link #make} writes another first word at once. Keys are hashes. At most three quarters of the cells are taken, and a table
 * grows by half. Never shrinks. Not thread-safe.
 */
final class KeyTable {
    private static final int FIRST_CELLS = 16;

    /** Longs a cell: a key and its words. */
    private final int stride;
    /** Read and written at the places that {@link #find} and {@link #make} give. */
    long[] words;

    private int size;
    private int cells;
    /** Odd, and another one for each number of cells: see {@link #home}. */
    private long multiplier;

    /** @param words numbers beside each key, at least 1 */
    KeyTable(int words) {
        stride = words + 1;
        resize(FIRST_CELLS);
    }

    private KeyTable(KeyTable of) {
        stride = of.stride;
        words = of.words.clone();
        size = of.size;
        cells = of.cells;
        multiplier = of.multiplier;
    }

    /** The table as it is now. */
    KeyTable image() {
        return new KeyTable(this);
    }

    /** Keys in the table. */
    int size() {
        return size;
    }

    /** The place of the key's first word, which is 0 where the key is not in the table. Holds until the table changes. */
    int find(long key) {
        int at = home(key);
        while (words[at + 1] != 0 && words[at] != key) {
            at = next(at);
        }
        return at + 1;
    }

    private int next(int at) {
        return at + stride == words.length ? 0 : at + stride;
    }

    /** The first word of a key, 0 where the key is not in the table. */
    long get(long key) {
        return words[find(key)];
    }

    /** The same place, for a first word that will not be 0. */
    int make(long key) {
        int at = find(key);
        if (words[at] != 0) {
            return at;
        }
        if (4L * stride * (size + 1) > 3L * words.length) {
            grow();
            at = find(key);
        }
        size++;
        words[at - 1] = key;
        return at;
    }

    /** Sets the first word of a key; its other words stay. */
    void put(long key, long word) {
        int at = make(key);
        words[at] = word;
    }

    /** Adds to the first word of a key, and removes the key where that becomes 0. */
    void add(long key, long amount) {
        int at = make(key);
        words[at] += amount;
        if (words[at] == 0) {
            remove(at);
        }
    }

    /** Removes the key whose first word is at this place. */
    void remove(int place) {
        int free = place - 1;
        for (int at = next(free); words[at + 1] != 0; at = next(at)) {
            // a key may move towards its home, not past it
            if (distance(home(words[at]), at) >= distance(free, at)) {
                for (int i = 0; i < stride; i++) {
                    words[free + i] = words[at + i];
                }
                free = at;
            }
        }
        for (int i = 0; i < stride; i++) {
            words[free + i] = 0;
        }
        size--;
    }

    /** Receives a key and the place of its first word. */
    @FunctionalInterface
    interface Each {
        void take(long key, int place);
    }

    /** Hands out each key, in no order. */
    void forEach(Each each) {
        for (int at = 0; at < words.length; at += stride) {
            if (words[at + 1] != 0) {
                each.take(words[at], at + 1);
            }
        }
    }

    /** All keys, in ascending order. */
    long[] sortedKeys() {
        long[] keys = new long[size];
        int[] next = {0};
        forEach((key, place) -> keys[next[0]++] = key);
        Arrays.sort(keys);
        return keys;
    }

    /** Bytes of the table. */
    long bytes() {
        return 8L * words.length;
    }

    /**
     * The cell of which a key takes the first free one from there on. Keys come in ascending order from a file, and in the order of its
     * cells from another table. Neither may be the order of the homes: the first keys would crowd the first cells.
     */
    private int home(long key) {
        return (int) ((key * multiplier >>> 32) * cells >>> 32) * stride;
    }

    /** From one cell on to another. */
    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + words.length;
    }

    private void grow() {
        long[] old = words;
        resize(cells + cells / 2);
        for (int at = 0; at < old.length; at += stride) {
            if (old[at + 1] != 0) {
                System.arraycopy(old, at, words, find(old[at]) - 1, stride);
            }
        }
    }

    private void resize(int count) {
        cells = count;
        multiplier = LoginKeys.mix(count) | 1;
        words = new long[count * stride];
    }
}
