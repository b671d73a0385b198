package dev.octet.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * UTF-8 text of records: its bytes, and as a {@link Reader} its characters, handed out line by line, that can go back to
 * the second line of the record being read. A CSV parser that loses its way in broken quotes can so be started again
 * behind the broken line, instead of losing the rest of the file. Memory is bounded by the longest record allowed. Not
 * thread-safe.
 */
final class RecordText extends Reader {
    /** Longest record of several lines, in characters: what an unclosed quote may take in. */
    static final int LONGEST_RECORD = 1 << 18;

    /** Longest record of one line, in characters: whoever logs in decides how long a name or a user agent is. */
    static final int LONGEST_LINE = 1 << 22;

    /**
     * Stands for bytes that are not UTF-8. A lone low surrogate never comes out of valid UTF-8, so a genuine U+FFFD
     * stays what it is.
     */
    static final char MALFORMED = '\udc80';

    /** Bytes that may be read behind the last one, so that eight can be looked at together. */
    static final int SLACK = Long.BYTES;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final int BYTES_AT_ONCE = 1 << 16;
    /** UTF-8 has at most three bytes for a character of Java's, and three malformed ones become one. */
    private static final int BYTES_A_CHARACTER = 3;

    /** A record is longer than {@link #longest}. */
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private byte[] window = new byte[4 * BYTES_AT_ONCE + SLACK];
    /** Bytes of the text before the window. */
    private long before;

    private int recordStart;
    private int next;
    private int end;
    private long fillings;
    private char[] lineText = new char[1024];
    private int lineNext;
    private int lineLength;
    private boolean atStart = true;
    private boolean exhausted;
    private long line = 1;
    private long recordLine = 1;
    private boolean suspicious;

    RecordText(InputStream in) {
        this.in = in;
    }

    /** As {@link InputFile.Content#share()}; NaN for another stream. */
    double share() {
        return in instanceof InputFile.Content content ? content.share() : Double.NaN;
    }

    /** What has not been handed out yet begins a new record. */
    void beginRecord() {
        recordStart = next;
        recordLine = line;
        suspicious = false;
    }

    /** Bytes of the text before what has not been handed out yet; between two records. */
    long offset() {
        return before + next;
    }

    /** The 1-based number of the next line. */
    long line() {
        return line;
    }

    /**
     * Goes on between two records that have not been handed out yet.
     *
     * @param offset bytes of the text before it
     * @param number of the next line
     */
    void goTo(long offset, long number) throws IOException {
        if (offset < before + end) {
            next = (int) (offset - before);
        } else {
            in.skipNBytes(offset - before - end);
            before = offset;
            next = 0;
            end = 0;
        }
        line = number;
        beginRecord();
    }

    /** The bytes, which {@link #fill} may move or replace; {@link #SLACK} more can be read behind {@link #end()}. */
    byte[] window() {
        return window;
    }

    /** Where what has not been handed out yet begins among the bytes. */
    int next() {
        return next;
    }

    /** Where the bytes that have been read end. */
    int end() {
        return end;
    }

    /** How often {@link #fill} has read; until the next time, bytes stay where they are in the window. */
    long fillings() {
        return fillings;
    }

    /** Hands out a line as bytes. */
    void takeLine(int lineEnd) {
        next = lineEnd;
        line++;
    }

    /** The 1-based line where the current record starts. */
    long recordLine() {
        return recordLine;
    }

    /** Whether the current record goes over more than one line. */
    boolean spansLines() {
        return line > recordLine + 1 || line == recordLine + 1 && lineNext < lineLength;
    }

    /** Whether the current record holds control characters or bytes that are not UTF-8. */
    boolean suspicious() {
        return suspicious;
    }

    /** The first characters of the first line of the current record, for a message. */
    String recordHead(int most) {
        int to = recordStart;
        int last = Math.min(end, recordStart + (BYTES_A_CHARACTER + 1) * most);
        while (to < last && window[to] != '\n' && window[to] != '\r') {
            to++;
        }
        char[] head = new char[to - recordStart];
        return new String(head, 0, Math.min(most, decode(recordStart, to, head)));
    }

    /** Whether the character makes a record suspicious. */
    private static boolean isSuspicious(char[] text, int at) {
        char c = text[at];
        return c < ' ' && c != '\t' && c != '\n' && c != '\r'
                || c == MALFORMED && (at == 0 || !Character.isHighSurrogate(text[at - 1]));
    }

    /** Why the text is no text of a log, or {@code null} if this character may stand in one. */
    static RejectedRows.Reason problem(char[] text, int at) {
        if (!isSuspicious(text, at)) {
            return null;
        }
        return text[at] == MALFORMED ? RejectedRows.Reason.NOT_UTF8 : RejectedRows.Reason.CONTROL_CHARACTER;
    }

    /** Goes back to the line behind the first line of the current record, whatever has been read of it. */
    void skipLine() throws IOException {
        next = recordStart;
        lineNext = lineLength;
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
        line++;
        beginRecord();
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (lineNext == lineLength && !readLine()) {
            return -1;
        }
        int count = Math.min(length, lineLength - lineNext);
        System.arraycopy(lineText, lineNext, target, offset, count);
        lineNext += count;
        if (lineNext == lineLength) {
            line++;
        }
        return count;
    }

    private boolean readLine() throws IOException {
        int found = findEnd(next);
        while (found < 0) {
            if (isTooLong(end)) {
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
        if (isTooLong(found)) {
            throw new TooLongException();
        }
        if (lineText.length < found - next) {
            lineText = new char[found - next];
        }
        lineLength = decode(next, found, lineText);
        lineNext = 0;
        for (int i = 0; i < lineLength && !suspicious; i++) {
            suspicious = isSuspicious(lineText, i);
        }
        next = found;
        return true;
    }

    /** Whether the record up to here has too many characters. */
    private boolean isTooLong(int to) {
        int bytes = to - recordStart;
        int longest = longest();
        return bytes > longest
                && (bytes > BYTES_A_CHARACTER * longest || decode(recordStart, to, new char[bytes]) > longest);
    }

    /** Characters that the current record may have as far as it has been read. */
    int longest() {
        return line == recordLine ? LONGEST_LINE : LONGEST_RECORD;
    }

    /** Where the line that starts here ends, its line end included; -1 if that has not been read yet. */
    private int findEnd(int from) {
        for (int i = from; i < end; i++) {
            if (window[i] == '\n') {
                return i + 1;
            }
            if (window[i] == '\r') {
                if (i + 1 < end) {
                    return window[i + 1] == '\n' ? i + 2 : i + 1;
                }
                return -1; // a LF may follow
            }
        }
        return -1;
    }

    /** Reads some more behind what has been read of the current record; false at the end of the file. */
    boolean fill() throws IOException {
        if (exhausted) {
            return false;
        }
        makeRoom();
        fillings++;
        int before = end;
        while (!exhausted && (end == before || atStart && end < BYTE_ORDER_MARK.length)) {
            int count = in.read(window, end, BYTES_AT_ONCE);
            exhausted = count < 0;
            end += Math.max(0, count);
        }
        if (atStart) {
            atStart = false;
            int length = BYTE_ORDER_MARK.length;
            if (end >= length && Arrays.equals(window, 0, length, BYTE_ORDER_MARK, 0, length)) {
                recordStart = length;
                next = length;
                return end > length || fill();
            }
        }
        return end > before;
    }

    private void makeRoom() {
        if (recordStart > 0) {
            System.arraycopy(window, recordStart, window, 0, end - recordStart);
            before += recordStart;
            end -= recordStart;
            next -= recordStart;
            recordStart = 0;
        }
        if (window.length - SLACK - end < BYTES_AT_ONCE) {
            window = Arrays.copyOf(window, 2 * window.length);
        }
    }

    /** Whether these bytes are UTF-8. */
    boolean isUtf8(int from, int to) {
        CharBuffer chars = CharBuffer.wrap(lineText.length < to - from ? new char[to - from] : lineText);
        return !decoder.reset()
                .decode(ByteBuffer.wrap(window, from, to - from), chars, true)
                .isError();
    }

    /** Decodes bytes to at most as many characters, whose number is returned. */
    private int decode(int from, int to, char[] target) {
        ByteBuffer bytes = ByteBuffer.wrap(window, from, to - from);
        CharBuffer chars = CharBuffer.wrap(target);
        decoder.reset();
        while (true) {
            CoderResult result = decoder.decode(bytes, chars, true);
            if (result.isUnderflow()) {
                return chars.position();
            }
            // never an overflow: there is room for one character for every byte
            chars.put(MALFORMED);
            bytes.position(bytes.position() + result.length());
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
