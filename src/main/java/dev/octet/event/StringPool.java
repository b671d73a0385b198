package dev.octet.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Hands out the same String for the same UTF-8 bytes as long as it is remembered, so that values which recur cost no
 * memory and compare by identity first. Bounded: every slot remembers its latest text only. Not thread-safe.
 */
final class StringPool {
    /** Longer texts are not remembered; user agents of real logs stay below it. */
    private static final int LONGEST = 320;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final int[] hashes;
    private final byte[][] keys;
    private final String[] values;

    /** @param slots a power of two */
    StringPool(int slots) {
        hashes = new int[slots];
        keys = new byte[slots][];
        values = new String[slots];
    }

    String get(byte[] utf8, int offset, int length) {
        if (length == 0) {
            return "";
        }
        if (length > LONGEST) {
            return new String(utf8, offset, length, StandardCharsets.UTF_8);
        }
        int hash = hash(utf8, offset, length);
        int slot = hash & keys.length - 1;
        byte[] key = keys[slot];
        if (key != null && hashes[slot] == hash && Arrays.equals(key, 0, key.length, utf8, offset, offset + length)) {
            return values[slot];
        }
        String text = new String(utf8, offset, length, StandardCharsets.UTF_8);
        hashes[slot] = hash;
        keys[slot] = Arrays.copyOfRange(utf8, offset, offset + length);
        values[slot] = text;
        return text;
    }

    /** Eight bytes a step, each step a multiplication and a fold. */
    private static int hash(byte[] utf8, int offset, int length) {
        long hash = length;
        int i = offset;
        int end = offset + length;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            hash = (hash ^ (long) LONGS.get(utf8, i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        for (; i < end; i++) {
            hash = 31 * hash + utf8[i];
        }
        hash *= 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 40);
    }
}
