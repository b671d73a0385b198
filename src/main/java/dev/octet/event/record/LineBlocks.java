package dev.octet.event.record;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A stream of UTF-8 bytes in blocks of whole lines, so that blocks can be read on several threads. Of a line that is longer
 * than any record, enough is kept to see that it is. Not thread-safe.
 */
public final class LineBlocks implements Closeable {
    private final InputStream in;
    private final int size;
    private byte[] rest = new byte[0];
    private long lines;
    private boolean ended;
    private IOException failure;

    /**
     * Some lines of a text.
     *
     * @param bytes of which {@code length} are used; the last line of a text need not end
     * @param linesBefore the number of lines in earlier blocks
     * @param lines the number of lines that end in this block
     */
    public record Block(byte[] bytes, int length, long linesBefore, int lines) {}

    /**
     * @param in closed with the blocks
     * @param size of a block in bytes; one with a longer line is larger
     */
    public LineBlocks(InputStream in, int size) {
        this.in = in;
        this.size = size;
    }

    /**
     * The next block; {@code null} at the end.
     *
     * @throws IOException if reading fails, after a block with the whole lines before that
     */
    public Block next() throws IOException {
        byte[] bytes = Arrays.copyOf(rest, Math.max(size, rest.length));
        int length = rest.length;
        int whole = 0;
        while (!ended && failure == null && (whole == 0 || length < bytes.length)) {
            if (length > ByteLines.MAX_LINE && whole == 0) {
                length = ByteLines.MAX_LINE + 1; // what is too long is no record, whatever else it holds
            }
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * length);
            }
            int count = read(bytes, length);
            for (int i = length + count; i > length && whole <= length; i--) {
                whole = bytes[i - 1] == '\n' ? i : whole;
            }
            length += count;
        }
        if (ended) {
            whole = length;
        }
        rest = Arrays.copyOfRange(bytes, whole, length);
        if (whole == 0) {
            if (failure != null) {
                throw failure;
            }
            return null;
        }
        int count = Newlines.count(bytes, whole);
        Block block = new Block(bytes, whole, lines, count);
        lines += count;
        return block;
    }

    /** Reads some bytes; 0 at the end and where reading fails. */
    private int read(byte[] bytes, int from) {
        try {
            int count = in.read(bytes, from, bytes.length - from);
            ended = count < 0;
            return Math.max(0, count);
        } catch (IOException e) {
            failure = e;
            return 0;
        }
    }

    /** The number of lines that have ended so far. */
    public long lines() {
        return lines;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
