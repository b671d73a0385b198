package dev.octet.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Places of separators, quotes, control characters and bytes beyond ASCII among bytes, ascending: all that splitting a
 * CSV record has to look at. Not thread-safe.
 */
final class MarkedPlaces {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final int LOW_BITS = 0x7f;
    /** Makes the high bit of every byte but a control character's. */
    private static final int TO_BLANK = 0x80 - ' ';

    private final byte separator;
    /** The high bit of each says whether the byte at this place is marked. */
    private byte[] kinds = new byte[0];

    private int[] places = new int[1 << 13];
    private int count;

    /** @param separator a tab or a printable character of ASCII */
    MarkedPlaces(char separator) {
        this.separator = (byte) separator;
    }

    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    /** The places; the first {@link #count} count, until the next change. */
    int[] places() {
        return places;
    }

    /**
     * Adds the places from {@code from} on and before {@code to}, which lie behind all there are.
     *
     * @param bytes with {@link RecordText#SLACK} more behind {@code to}
     */
    void find(byte[] bytes, int from, int to) {
        makeRoom(to - from + Long.BYTES);
        if (kinds.length < to + Long.BYTES) {
            kinds = new byte[bytes.length];
        }
        tell(bytes, from, to, separator, kinds);
        int[] found = places;
        int next = count;
        for (int at = from; at < to; at += Long.BYTES) {
            for (long marked = (long) LONGS.get(kinds, at) & HIGH_BITS; marked != 0; marked &= marked - 1) {
                found[next++] = at + (Long.numberOfTrailingZeros(marked) >>> 3);
            }
        }
        while (next > count && found[next - 1] >= to) {
            next--;
        }
        count = next;
    }

    /** Adds the places that were found elsewhere, {@code shift} farther behind, but for those before {@code least}. */
    void add(MarkedPlaces others, int shift, int least) {
        makeRoom(others.count);
        int next = count;
        for (int i = 0; i < others.count; i++) {
            int place = others.places[i] + shift;
            places[next] = place;
            next += place < least ? 0 : 1;
        }
        count = next;
    }

    private void makeRoom(int more) {
        if (places.length < count + more + 1) {
            places = Arrays.copyOf(places, Math.max(2 * places.length, count + more + 1));
        }
    }

    /**
     * Sets the high bit of the kind of each byte that is a separator, a quote, a control character or beyond ASCII. Without a
     * branch and with nothing but byte arithmetic, so that the JIT compiler makes vectors of it.
     */
    private static void tell(byte[] bytes, int start, int end, int separator, byte[] kinds) {
        for (int i = start; i < end; i++) {
            int c = bytes[i];
            int fromSeparator = c ^ separator;
            int fromQuote = c ^ '"';
            kinds[i] = (byte) (~((fromSeparator & LOW_BITS) + LOW_BITS | fromSeparator)
                    | ~((fromQuote & LOW_BITS) + LOW_BITS | fromQuote)
                    | ~((c & LOW_BITS) + TO_BLANK)
                    | c);
        }
    }
}
