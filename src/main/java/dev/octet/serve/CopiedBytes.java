package dev.octet.serve;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** Bytes that are kept in memory, in pieces, so that a long row of them is never moved. Not thread-safe. */
final class CopiedBytes extends OutputStream {
    private static final int PIECE = 1 << 20;

    private final List<byte[]> full = new ArrayList<>();
    private byte[] piece = new byte[PIECE];
    private int length;

    @Override
    public void write(int value) {
        if (length == PIECE) {
            begin();
        }
        piece[length++] = (byte) value;
    }

    @Override
    public void write(byte[] values, int offset, int count) {
        for (int written = 0; written < count; ) {
            if (length == PIECE) {
                begin();
            }
            int next = Math.min(count - written, PIECE - length);
            System.arraycopy(values, offset + written, piece, length, next);
            length += next;
            written += next;
        }
    }

    private void begin() {
        full.add(piece);
        piece = new byte[PIECE];
        length = 0;
    }

    /** Writes all of them. */
    void writeTo(OutputStream out) throws IOException {
        for (byte[] each : full) {
            out.write(each);
        }
        out.write(piece, 0, length);
    }
}
