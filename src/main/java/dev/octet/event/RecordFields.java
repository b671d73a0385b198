package dev.octet.event;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Splits plain CSV records at their bytes: one line each, quotes in order, the right number of fields, UTF-8 without
 * control characters, nothing too long. These are nearly all records of a log; what is not plain is left to the CSV
 * parser, which knows all the rules and says what is wrong. In two steps, so that the processor guesses few branches
 * wrong: first the places of all bytes that matter, then the records from place to place (Langdale and Lemire 2019,
 * "Parsing gigabytes of JSON per second", section 3.1). Not thread-safe.
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
    /** Swaps '"' with ' ', so that it lies right behind the control characters, which stay below. */
    private static final long QUOTE_TO_BLANK = ('"' ^ ' ') * ONES;
    /** Makes the high bit of every byte above ' '. */
    private static final long ABOVE_BLANK = (0x7f - ' ') * ONES;

    private static final int LONGEST = RowValues.LONGEST_FIELD;
    private static final int MORE = -1;
    private static final int NOT_PLAIN = -2;
    private static final int NONE = -2;
    private static final int EMPTY_LINE = -1;

    private final RecordText text;
    private final byte separator;
    /** Whether the separator is one byte and may stand in a field. */
    private final boolean usual;

    private final int fields;
    private final int[] from;
    private final int[] to;
    /** Whether the field has doubled quotes. */
    private final boolean[] doubled;

    /** Places of separators, quotes, control characters and bytes beyond ASCII in the window, ascending. */
    private int[] marks = new int[1 << 13];

    private int marked;
    /** The first place that may belong to the next record. */
    private int mark;
    /** Which filling of the window the places are of. */
    private long filling = -1;

    /** The first and the last byte of the record beyond ASCII; the first is behind the last where there is none. */
    private int firstBeyond;

    private int lastBeyond;

    /** @param fields how many a record must have */
    RecordFields(RecordText text, char separator, int fields) {
        this.text = text;
        this.separator = (byte) separator;
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

    /** Finds the places in what is left of the window, unless that has been done for this filling. */
    private void index(int start) {
        if (filling == text.fillings()) {
            while (mark < marked && marks[mark] < start) {
                mark++;
            }
            return;
        }
        int end = text.end();
        if (marks.length < end - start + Long.BYTES) {
            marks = new int[end - start + Long.BYTES];
        }
        int[] places = marks;
        int count = 0;
        byte[] window = text.window();
        long separators = separator * ONES;
        int at = start;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            count = note(ofInterest((long) LONGS.get(window, at), separators), at, places, count);
        }
        if (at < end) {
            byte[] rest = Arrays.copyOfRange(window, at, at + Long.BYTES);
            count = note(ofInterest((long) LONGS.get(rest, 0), separators), at, places, count);
        }
        while (count > 0 && places[count - 1] >= end) {
            count--;
        }
        marked = count;
        mark = 0;
        filling = text.fillings();
    }

    /** Adds the places of the bytes whose high bit is set in {@code found}, the first of which is at {@code at}. */
    private static int note(long found, int at, int[] places, int count) {
        int next = count;
        for (long rest = found; rest != 0; rest &= rest - 1) {
            places[next++] = at + (Long.numberOfTrailingZeros(rest) >>> 3);
        }
        return next;
    }

    /**
     * The high bit of each byte that is a separator, a quote, a control character or beyond ASCII. Eight bytes at once, without a
     * branch: no sum carries into the next byte.
     */
    static long ofInterest(long bytes, long separators) {
        long low = bytes & LOW_BITS;
        long ordinary = (low ^ separators) + LOW_BITS & (low ^ QUOTE_TO_BLANK) + ABOVE_BLANK;
        return (~ordinary | bytes) & HIGH_BITS;
    }

    /** Takes a record that begins at {@code start}: behind its line end, or {@link #MORE}, or {@link #NOT_PLAIN}. */
    private int split(int start) {
        index(start);
        byte[] bytes = text.window();
        int end = text.end();
        int[] places = marks;
        int field = 0;
        int fieldStart = start;
        boolean open = false;
        int closed = NONE;
        boolean twice = false;
        firstBeyond = end;
        lastBeyond = -1;
        for (int i = mark; i < marked; i++) {
            int place = places[i];
            byte c = bytes[place];
            if (c < 0) {
                firstBeyond = Math.min(firstBeyond, place);
                lastBeyond = place;
            } else if (open) {
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
                    boolean plain = field == fields
                            && place - start <= LONGEST
                            && (lastBeyond < 0 || text.isUtf8(firstBeyond, lastBeyond + 1));
                    if (!plain) {
                        return NOT_PLAIN;
                    }
                    mark = i + 1;
                    return lineEnd(bytes, place, end);
                }
                fieldStart = place + 1;
                closed = NONE;
                twice = false;
            } else if (c != '\t') {
                return NOT_PLAIN;
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

    /** Hands a field of the plain record to its meaning. */
    void field(int index, RowValues values) {
        byte[] bytes = text.window();
        int first = from[index];
        int last = to[index];
        boolean beyondAscii = first <= lastBeyond && last > firstBeyond && !isAscii(bytes, first, last);
        if (doubled[index]) {
            bytes = undoubled(bytes, first, last);
            first = 0;
            last = bytes.length;
        }
        values.field(index, bytes, first, last - first, beyondAscii);
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
