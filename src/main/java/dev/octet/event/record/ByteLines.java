package dev.octet.event.record;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The lines of a stream of UTF-8 bytes, without their ends (LF or CRLF) and without a byte order mark. A line that is
 * not UTF-8 is read as Windows-1252, of which Latin-1 is a part. Not thread-safe.
 */
final class ByteLines implements Closeable {
    /** Longer lines are no records. */
    static final int MAX_LINE = 16 << 20;

    static final int EXCERPT = 200;
    private static final int CHUNK = 1 << 18;
    private static final Charset FALLBACK = Charset.forName("windows-1252");
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final InputStream in;
    private byte[] buffer = new byte[2 * CHUNK];
    private int end;
    private int next;
    private int from;
    private int to;
    private long line;
    private boolean tooLong;
    private boolean exhausted;
    private String ending = "";

    ByteLines(InputStream in) {
        this.in = in;
    }

    /** The lines of a block of a longer text. */
    ByteLines(LineBlocks.Block block) {
        in = InputStream.nullInputStream();
        buffer = block.bytes();
        end = block.length();
        exhausted = true;
        line = block.linesBefore();
    }

    /** Goes to the next line; false at the end. */
    boolean next() throws IOException {
        tooLong = false;
        int searched = next;
        while (true) {
            int found = Newlines.find(buffer, searched, end);
            if (found < end) {
                take(found, found + 1);
                return true;
            }
            searched = end;
            if (exhausted) {
                if (next == end) {
                    return false;
                }
                take(end, end);
                return true;
            }
            if (end - next > MAX_LINE) {
                tooLong = true;
                next = end - 1; // keeps its last byte, so that the line's end is found
                searched = end;
            }
            int shift = fill();
            searched -= shift;
        }
    }

    private void take(int lineEnd, int nextLine) {
        from = next;
        to = lineEnd > from && buffer[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
        ending = nextLine == lineEnd ? "" : to < lineEnd ? "\r\n" : "\n";
        next = nextLine;
        tooLong |= to - from > MAX_LINE;
        line++;
        if (line == 1 && startsWith(BYTE_ORDER_MARK)) {
            from += BYTE_ORDER_MARK.length;
        }
    }

    private boolean startsWith(byte[] head) {
        return to - from >= head.length && Arrays.equals(buffer, from, from + head.length, head, 0, head.length);
    }

    /** Reads some more; returns by how much the bytes in the buffer have moved. */
    private int fill() throws IOException {
        int shift = 0;
        if (next > 0 && buffer.length - end < CHUNK) {
            System.arraycopy(buffer, next, buffer, 0, end - next);
            shift = next;
            end -= next;
            next = 0;
        }
        if (buffer.length - end < CHUNK) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        int count = in.read(buffer, end, buffer.length - end);
        if (count < 0) {
            exhausted = true;
        } else {
            end += count;
        }
        return shift;
    }

    byte[] buffer() {
        return buffer;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /** What the line ended with, {@code ""} at the end of the file. */
    String ending() {
        return ending;
    }

    /** The 1-based number of the line. */
    long line() {
        return line;
    }

    /** Whether the line was longer than {@link #MAX_LINE}; then only its end is left. */
    boolean tooLong() {
        return tooLong;
    }

    boolean isBlank() {
        for (int i = from; i < to; i++) {
            if (buffer[i] != ' ' && buffer[i] != '\t' && buffer[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    /** The line as text. */
    String text() {
        return text(buffer, from, to);
    }

    /** The beginning of the line. */
    String text(int maxBytes) {
        return text(buffer, from, to - from > maxBytes ? from + maxBytes : to);
    }

    String excerpt() {
        return text(EXCERPT);
    }

    /** Bytes as UTF-8 or, where they are none, as Windows-1252. */
    static String text(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        if (text.indexOf('\ufffd') < 0 || isUtf8(bytes, from, to)) {
            return text;
        }
        return new String(bytes, from, to - from, FALLBACK);
    }

    static boolean isUtf8(byte[] bytes, int from, int to) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
