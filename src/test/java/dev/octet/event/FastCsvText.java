package dev.octet.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * UTF-8 text handed out line by line, that can go back to the second line of the record being read. A CSV parser that
 * loses its way in broken quotes can so be started again behind the broken line, instead of losing the rest of the
 * file. Memory is bounded by the longest record allowed. Not thread-safe.
 */
final class FastCsvText extends Reader {
    /** Longest record of several lines, in characters. */
    static final int LONGEST_RECORD = 1 << 18;

    /** Longest record of one line, in characters. */
    static final int LONGEST_LINE = 1 << 22;

    /**
     * Stands for bytes that are not UTF-8. A lone low surrogate never comes out of valid UTF-8, so a genuine U+FFFD
     * stays what it is.
     */
    static final char MALFORMED = '\udc80';

    private static final char BYTE_ORDER_MARK = '\ufeff';
    private static final int BYTES = 1 << 15;
    /** After a character beyond ASCII this many bytes go through the decoder before ASCII is looked for again. */
    private static final int DECODED_AT_ONCE = 32;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** A record is longer than {@link #LONGEST_RECORD}. */
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final InputStream in;
    private final ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private char[] window = new char[2 * BYTES];
    private int recordStart;
    private int next;
    private int lineEnd;
    private int end;
    private boolean atStart = true;
    private boolean exhausted;
    private long line = 1;
    private long recordLine = 1;
    private boolean suspicious;

    FastCsvText(InputStream in) {
        this.in = in;
        bytes.limit(0);
    }

    /** What has not been handed out yet begins a new record. */
    void beginRecord() {
        recordStart = next;
        recordLine = line;
        suspicious = false;
    }

    /** The 1-based line where the current record starts. */
    long recordLine() {
        return recordLine;
    }

    /** Whether the current record goes over more than one line. */
    boolean spansLines() {
        return line > recordLine + 1 || line == recordLine + 1 && next < lineEnd;
    }

    /** Whether the current record holds control characters or bytes that are not UTF-8. */
    boolean suspicious() {
        return suspicious;
    }

    /** The first characters of the first line of the current record, for a message. */
    String recordHead(int most) {
        int to = recordStart;
        while (to < end && to - recordStart < most && window[to] != '\n' && window[to] != '\r') {
            to++;
        }
        return new String(window, recordStart, to - recordStart);
    }

    /** Why a record is suspicious, or {@code null} if this character is not. */
    static RejectedRows.Reason problem(char[] text, int at) {
        char c = text[at];
        if (c < ' ' && c != '\t' && c != '\n' && c != '\r') {
            return RejectedRows.Reason.CONTROL_CHARACTER;
        }
        return c == MALFORMED && (at == 0 || !Character.isHighSurrogate(text[at - 1]))
                ? RejectedRows.Reason.NOT_UTF8
                : null;
    }

    /** Characters that the current record may have as far as it has been read. */
    int longest() {
        return line == recordLine ? LONGEST_LINE : LONGEST_RECORD;
    }

    /** Goes back to the line behind the first line of the current record, whatever has been read of it. */
    void skipLine() throws IOException {
        next = recordStart;
        lineEnd = recordStart;
        line = recordLine;
        while (true) {
            int found = findEnd(next);
            if (found >= 0) {
                next = found;
                break;
            }
            // drops what the line has so far, except a CR whose LF may follow
            boolean pendingReturn = end > next && window[end - 1] == '\r';
            next = pendingReturn ? end - 1 : end;
            recordStart = next;
            if (!fill()) {
                next = end;
                break;
            }
        }
        lineEnd = next;
        line++;
        beginRecord();
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (next == lineEnd && !findLine()) {
            return -1;
        }
        int count = Math.min(length, lineEnd - next);
        System.arraycopy(window, next, target, offset, count);
        next += count;
        if (next == lineEnd) {
            line++;
        }
        return count;
    }

    private boolean findLine() throws IOException {
        int found = findEnd(next);
        while (found < 0) {
            if (end - recordStart > longest()) {
                throw new TooLongException();
            }
            if (!fill()) {
                if (next == end) {
                    return false;
                }
                found = end;
                break;
            }
            found = findEnd(next);
        }
        if (found - recordStart > longest()) {
            throw new TooLongException();
        }
        lineEnd = found;
        return true;
    }

    /** Where the line that starts here ends, its line end included; -1 if that has not been read yet. */
    private int findEnd(int from) {
        char[] text = window;
        int to = end;
        for (int i = from; i < to; i++) {
            char c = text[i];
            // one comparison for "neither a control character nor a surrogate or above"
            if ((char) (c - ' ') < Character.MIN_SURROGATE - ' ') {
                continue;
            }
            if (c == '\n') {
                return i + 1;
            }
            if (c == '\r') {
                if (i + 1 < to) {
                    return text[i + 1] == '\n' ? i + 2 : i + 1;
                }
                return -1; // a LF may follow
            }
            if (!suspicious && problem(text, i) != null) {
                suspicious = true;
            }
        }
        return -1;
    }

    /** Reads and decodes some more; false at the end of the file. */
    private boolean fill() throws IOException {
        if (exhausted) {
            return false;
        }
        makeRoom();
        int before = end;
        while (end == before && !exhausted) {
            bytes.compact();
            int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
            boolean last = count < 0;
            bytes.position(bytes.position() + Math.max(0, count)).flip();
            decode(last);
            exhausted = last;
        }
        if (atStart && end > before) {
            atStart = false;
            if (window[before] == BYTE_ORDER_MARK) {
                System.arraycopy(window, before + 1, window, before, end - before - 1);
                end--;
            }
        }
        return end > before;
    }

    private void decode(boolean last) {
        int limit = bytes.limit();
        while (true) {
            int plain = asciiRun(bytes.array(), bytes.position(), limit);
            if (plain > 0) {
                // String's copy loops are vectorised, the decoder's is not
                new String(bytes.array(), bytes.position(), plain, StandardCharsets.ISO_8859_1)
                        .getChars(0, plain, window, end);
                bytes.position(bytes.position() + plain);
                end += plain;
            }
            int before = bytes.position();
            bytes.limit(Math.min(limit, before + DECODED_AT_ONCE));
            boolean tail = bytes.limit() == limit;
            decodeSome(last && tail);
            bytes.limit(limit);
            if (tail || bytes.position() == before) {
                return;
            }
        }
    }

    private void decodeSome(boolean last) {
        CharBuffer chars = CharBuffer.wrap(window, end, window.length - end);
        while (true) {
            CoderResult result = decoder.decode(bytes, chars, last);
            if (result.isUnderflow()) {
                break;
            }
            // never an overflow: there is room for one character for every byte
            chars.put(MALFORMED);
            bytes.position(bytes.position() + result.length());
        }
        end = chars.position();
    }

    /** How many ASCII bytes, in steps of eight, come next. */
    private static int asciiRun(byte[] array, int from, int to) {
        int at = from;
        while (at + Long.BYTES <= to && ((long) LONGS.get(array, at) & 0x8080808080808080L) == 0) {
            at += Long.BYTES;
        }
        return at - from;
    }

    private void makeRoom() {
        if (recordStart > 0) {
            System.arraycopy(window, recordStart, window, 0, end - recordStart);
            end -= recordStart;
            next -= recordStart;
            lineEnd -= recordStart;
            recordStart = 0;
        }
        if (window.length - end < BYTES) {
            window = Arrays.copyOf(window, 2 * window.length);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
