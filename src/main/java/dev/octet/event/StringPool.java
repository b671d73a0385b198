package dev.octet.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * Hands out the same String for the same UTF-8 bytes as long as it is remembered, so that values which recur cost no
 * memory and compare by identity first. Bounded: every slot remembers its latest text only. Not thread-safe.
 */
final class StringPool {
    /** Longer texts are not remembered; user agents of real logs stay below it. */
    private static final int LONGEST = 320;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** Of each slot; side by side rather than in one object, which would be one more place in memory to wait for. */
    private final int[] hashes;

    private final byte[][] bytes;
    private final String[] values;
    private final Set<String> unknown;
    /** Bytes of the longest of them. */
    private final int longestUnknown;

    /**
     * A pool.
     *
     * @param slots a power of two; 1 where texts hardly recur, of which none is remembered
     * @param unknown texts that say no more than {@code ""}, which is handed out in their place
     */
    StringPool(int slots, Set<String> unknown) {
        hashes = new int[slots];
        bytes = new byte[slots][];
        values = new String[slots];
        this.unknown = unknown;
        longestUnknown = unknown.stream()
                .mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length)
                .max()
                .orElse(0);
    }

    String get(byte[] utf8, int offset, int length) {
        if (length == 0) {
            return "";
        }
        if (length > LONGEST || values.length == 1) {
            return value(utf8, offset, length);
        }
        int hash = hash(utf8, offset, length);
        int slot = hash & values.length - 1;
        byte[] known = bytes[slot];
        if (known != null && hashes[slot] == hash && known.length == length && same(known, utf8, offset)) {
            return values[slot];
        }
        String text = value(utf8, offset, length);
        hashes[slot] = hash;
        bytes[slot] = Arrays.copyOfRange(utf8, offset, offset + length);
        values[slot] = text;
        return text;
    }

    private String value(byte[] utf8, int offset, int length) {
        String text = new String(utf8, offset, length, StandardCharsets.UTF_8);
        return length <= longestUnknown && unknown.contains(text) ? "" : text;
    }

    /** Without a branch for each byte: {@link Arrays#equals} had the JIT compiler throw away all of the reading twice. */
    private static boolean same(byte[] text, byte[] utf8, int offset) {
        int length = text.length;
        long different = 0;
        if (length < Long.BYTES) {
            for (int i = 0; i < length; i++) {
                different |= text[i] ^ utf8[offset + i];
            }
        } else {
            for (int i = 0; i < length - Long.BYTES; i += Long.BYTES) {
                different |= (long) LONGS.get(text, i) ^ (long) LONGS.get(utf8, offset + i);
            }
            int last = length - Long.BYTES;
            different |= (long) LONGS.get(text, last) ^ (long) LONGS.get(utf8, offset + last);
        }
        return different == 0;
    }

    /** Eight bytes a step, each step a multiplication and a fold; of the last eight some may come twice. */
    static int hash(byte[] utf8, int offset, int length) {
        long hash = length;
        int end = offset + length;
        if (length < Long.BYTES) {
            for (int i = offset; i < end; i++) {
                hash = hash << 8 ^ utf8[i];
            }
        } else {
            for (int i = offset; i < end - Long.BYTES; i += Long.BYTES) {
                hash = (hash ^ (long) LONGS.get(utf8, i)) * 0x9E3779B97F4A7C15L;
                hash ^= hash >>> 32;
            }
            hash ^= (long) LONGS.get(utf8, end - Long.BYTES);
        }
        hash *= 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 40);
    }
}
