package dev.octet.feature.history;

import java.util.Arrays;

/**
 * Numbers by 64-bit keys. A key lies beside its numbers in one array, so that a look takes one line of the processor's cache,
 * where a table of keys and a table of values take two.
 *
 * <p>A cell is a key and its words. It is free while its first word is 0: absent keys have words of 0, and whoever
 * {@linkplain #make makes} a cell writes another first word at once. Keys are hashes. Never shrinks. Not thread-safe.
 */
final class KeyTable {
    private static final int FIRST_CELLS = 16;

    /** Longs a cell, a power of two: a key and its words. */
    private final int stride;
    /** Read and written at the places that {@link #find} and {@link #make} give. */
    long[] words;

    private int size;

    /** @param words numbers beside each key: 1 or 3 */
    KeyTable(int words) {
        stride = words + 1;
        this.words = new long[FIRST_CELLS * stride];
    }

    private KeyTable(KeyTable of) {
        stride = of.stride;
        words = of.words.clone();
        size = of.size;
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
        int mask = words.length - 1;
        int at = home(key, mask);
        while (words[at + 1] != 0 && words[at] != key) {
            at = at + stride & mask;
        }
        return at + 1;
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
        int mask = words.length - 1;
        int free = place - 1;
        for (int at = free + stride & mask; words[at + 1] != 0; at = at + stride & mask) {
            // a key may move towards its home, not past it
            if ((at - home(words[at], mask) & mask) >= (at - free & mask)) {
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

    private int home(long key, int mask) {
        return (int) key * stride & mask;
    }

    private void grow() {
        long[] old = words;
        words = new long[2 * old.length];
        for (int at = 0; at < old.length; at += stride) {
            if (old[at + 1] != 0) {
                System.arraycopy(old, at, words, find(old[at]) - 1, stride);
            }
        }
    }
}
