package dev.octet.event;

import java.util.Arrays;

/**
 * Hands out the same String for the same characters as long as it is remembered, so that values which recur cost no
 * memory and compare by identity first. Bounded: every slot remembers its latest text only. Not thread-safe.
 */
final class StringPool {
    /** Longer texts are not remembered; user agents of real logs stay below it. */
    private static final int LONGEST = 320;

    private final char[][] keys;
    private final String[] values;

    /** @param slots a power of two */
    StringPool(int slots) {
        keys = new char[slots][];
        values = new String[slots];
    }

    String get(char[] buffer, int offset, int length) {
        if (length == 0) {
            return "";
        }
        if (length > LONGEST) {
            return new String(buffer, offset, length);
        }
        int slot = hash(buffer, offset, length) & keys.length - 1;
        char[] key = keys[slot];
        if (key != null && Arrays.equals(key, 0, key.length, buffer, offset, offset + length)) {
            return values[slot];
        }
        String text = new String(buffer, offset, length);
        keys[slot] = Arrays.copyOfRange(buffer, offset, offset + length);
        values[slot] = text;
        return text;
    }

    /** String's polynomial, four characters a step so that the multiplications do not wait for each other. */
    private static int hash(char[] buffer, int offset, int length) {
        int hash = length;
        int i = offset;
        int end = offset + length;
        for (; i + 3 < end; i += 4) {
            hash = 923_521 * hash + 29_791 * buffer[i] + 961 * buffer[i + 1] + 31 * buffer[i + 2] + buffer[i + 3];
        }
        for (; i < end; i++) {
            hash = 31 * hash + buffer[i];
        }
        hash *= 0x9E3779B9;
        return hash ^ hash >>> 15;
    }
}
