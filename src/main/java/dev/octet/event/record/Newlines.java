package dev.octet.event.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks for line feeds, eight bytes at a time. */
final class Newlines {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LINE_FEEDS = 0x0a0a0a0a0a0a0a0aL;
    private static final long LOW_BITS = 0x7f7f7f7f7f7f7f7fL;

    private Newlines() {}

    /** The index of the first line feed in {@code [from, to)}; {@code to} where there is none. */
    static int find(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long found = marks((long) EIGHT.get(bytes, i));
            if (found != 0) {
                return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
        }
        while (i < to && bytes[i] != '\n') {
            i++;
        }
        return i;
    }

    /** The number of line feeds in {@code [0, to)}. */
    static int count(byte[] bytes, int to) {
        int count = 0;
        int i = 0;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            count += Long.bitCount(marks((long) EIGHT.get(bytes, i)));
        }
        for (; i < to; i++) {
            count += bytes[i] == '\n' ? 1 : 0;
        }
        return count;
    }

    /** The highest bit of each byte that is a line feed. */
    private static long marks(long eight) {
        long others = eight ^ LINE_FEEDS; // 0 in the bytes that are looked for
        return ~((others & LOW_BITS) + LOW_BITS | others | LOW_BITS);
    }
}
