package dev.octet.event;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Splits plain CSV records at their bytes: one line each, quotes in order, the right number of fields, UTF-8 without
 * control characters, nothing too long. These are nearly all records of a log; what is not plain is left to the CSV
 * parser, which knows all the rules and says what is wrong. Looks at eight bytes at once (Lamport 1975, "Multiple byte
 * processing with full-word instructions"). Not thread-safe.
 */
final class RecordFields {
    /** What comes next. */
    enum Next {
        /** A record, whose fields can be asked for. */
        PLAIN,
        /** A record that the CSV parser has to look at; nothing of it has been taken. */
        OTHER,
        /** The end of the text. */
        END
    }

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x80 * ONES;
    private static final long LOW_BITS = 0x7f * ONES;
    /** Makes the high bit of every byte but a control character's. */
    private static final long TO_BLANK = (0x80 - ' ') * ONES;

    private static final long QUOTES = '"' * ONES;
    private static final int LONGEST = RowValues.LONGEST_FIELD;
    private static final int MORE = -1;
    private static final int NOT_PLAIN = -2;
    private static final int NONE = -2;
    private static final int EMPTY_LINE = -1;

    private final RecordText text;
    private final byte separator;
    private final long separators;
    /** Whether the separator is one byte and may stand in a field. */
    private final boolean usual;

    private final int fields;
    private final int[] from;
    private final int[] to;
    /** Whether the field has doubled quotes. */
    private final boolean[] doubled;

    private boolean beyondAscii;

    /** @param fields how many a record must have */
    RecordFields(RecordText text, char separator, int fields) {
        this.text = text;
        this.separator = (byte) separator;
        this.separators = (separator & 0x7f) * ONES;
        this.usual = separator == '\t' || separator >= ' ' && separator < 0x80;
        this.fields = fields;
        from = new int[fields];
        to = new int[fields];
        doubled = new boolean[fields];
    }

    /** Goes on to the next record; empty lines are none. */
    Next next() throws IOException {
        while (true) {
            text.beginRecord();
            int start = text.next();
            int found = start == text.end() ? MORE : usual ? split(start) : NOT_PLAIN;
            if (found == NOT_PLAIN) {
                return Next.OTHER;
            }
            if (found == MORE) {
                if (text.end() - start > LONGEST || !text.fill()) {
                    return text.next() == text.end() ? Next.END : Next.OTHER;
                }
                continue;
            }
            text.takeLine(found);
            if (to[0] != EMPTY_LINE) {
                return Next.PLAIN;
            }
        }
    }

    /** Takes a record that begins at {@code start}: behind its line end, or {@link #MORE}, or {@link #NOT_PLAIN}. */
    private int split(int start) {
        byte[] bytes = text.window();
        int end = text.end();
        long seen = 0;
        int field = 0;
        int fieldStart = start;
        boolean open = false;
        int closed = NONE;
        boolean twice = false;
        for (int at = start; at < end; at += Long.BYTES) {
            long eight = (long) LONGS.get(bytes, at);
            seen |= eight;
            for (long marks = marks(eight); marks != 0; marks &= marks - 1) {
                int place = at + (Long.numberOfTrailingZeros(marks) >>> 3);
                if (place >= end) {
                    return MORE;
                }
                byte c = bytes[place];
                if (open) {
                    if (c == '"') {
                        open = false;
                        closed = place;
                    } else if (c != separator && c != '\t') {
                        return NOT_PLAIN;
                    }
                } else if (c == '"') {
                    if (place == fieldStart) {
                        open = true;
                    } else if (closed == place - 1) {
                        open = true;
                        twice = true;
                    } else if (closed != NONE) {
                        return NOT_PLAIN;
                    }
                } else if (c == separator || c == '\n' || c == '\r') {
                    if (c != separator && place == start) {
                        to[0] = EMPTY_LINE;
                        return lineEnd(bytes, place, end);
                    }
                    if (field == fields || closed != NONE && closed != place - 1) {
                        return NOT_PLAIN;
                    }
                    from[field] = closed == NONE ? fieldStart : fieldStart + 1;
                    to[field] = closed == NONE ? place : closed;
                    doubled[field] = twice;
                    field++;
                    if (c != separator) {
                        beyondAscii = (seen & HIGH_BITS) != 0;
                        boolean plain = field == fields
                                && place - start <= LONGEST
                                && (!beyondAscii || text.isUtf8(start, place));
                        return plain ? lineEnd(bytes, place, end) : NOT_PLAIN;
                    }
                    fieldStart = place + 1;
                    closed = NONE;
                    twice = false;
                } else if (c != '\t') {
                    return NOT_PLAIN;
                }
            }
        }
        return MORE;
    }

    private static int lineEnd(byte[] bytes, int place, int end) {
        if (bytes[place] == '\n') {
            return place + 1;
        }
        if (place + 1 == end) {
            return MORE; // a LF may follow
        }
        return bytes[place + 1] == '\n' ? place + 2 : place + 1;
    }

    /** The high bits of the bytes that are separators, quotes or control characters. */
    private long marks(long eight) {
        return isZero(eight ^ separators)
                | isZero(eight ^ QUOTES)
                | ~((eight & LOW_BITS) + TO_BLANK | eight) & HIGH_BITS;
    }

    private static long isZero(long eight) {
        return ~((eight & LOW_BITS) + LOW_BITS | eight | LOW_BITS);
    }

    /** Hands a field of the plain record to its meaning. */
    void field(int index, RowValues values) {
        byte[] bytes = text.window();
        int first = from[index];
        int last = to[index];
        if (doubled[index]) {
            bytes = undoubled(bytes, first, last);
            first = 0;
            last = bytes.length;
        }
        values.field(index, bytes, first, last - first, beyondAscii && !isAscii(bytes, first, last));
    }

    private static byte[] undoubled(byte[] bytes, int from, int to) {
        byte[] single = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            single[length++] = bytes[i];
            if (bytes[i] == '"') {
                i++;
            }
        }
        return Arrays.copyOf(single, length);
    }

    private static boolean isAscii(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }
}
