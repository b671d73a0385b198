package dev.octet.event.record;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.apache.commons.io.input.ReaderInputStream;

/** Turns the bytes of a text into UTF-8, whatever they are. */
public final class Decoding {
    private static final int LOOKED_AT = 1 << 10;

    private Decoding() {}

    /**
     * The encoding of a text by its first bytes: UTF-16 by its byte order mark or by the zero bytes of Latin letters,
     * otherwise UTF-8 (a line that is none is read as Windows-1252, one by one).
     *
     * @param head the first bytes of the text, of which {@code length} are used
     */
    public static Charset of(byte[] head, int length) {
        if (length >= 2 && (head[0] & 0xff) == 0xff && (head[1] & 0xff) == 0xfe) {
            return StandardCharsets.UTF_16LE;
        }
        if (length >= 2 && (head[0] & 0xff) == 0xfe && (head[1] & 0xff) == 0xff) {
            return StandardCharsets.UTF_16BE;
        }
        int[] zeros = new int[2];
        for (int i = 0; i < length; i++) {
            zeros[i % 2] += head[i] == 0 ? 1 : 0;
        }
        int half = length / 2;
        if (half >= 2 && zeros[1] > half * 3 / 4 && zeros[0] < half / 8 + 1) {
            return StandardCharsets.UTF_16LE;
        }
        if (half >= 2 && zeros[0] > half * 3 / 4 && zeros[1] < half / 8 + 1) {
            return StandardCharsets.UTF_16BE;
        }
        return StandardCharsets.UTF_8;
    }

    /** The text as UTF-8, without a byte order mark of UTF-16; closing it closes {@code in}. */
    public static InputStream utf8(InputStream in) throws IOException {
        BufferedInputStream raw = new BufferedInputStream(in, 1 << 16);
        raw.mark(LOOKED_AT);
        byte[] head = new byte[LOOKED_AT];
        int length = raw.readNBytes(head, 0, LOOKED_AT);
        raw.reset();
        Charset charset = of(head, length);
        if (charset.equals(StandardCharsets.UTF_8)) {
            return raw;
        }
        return ReaderInputStream.builder()
                .setReader(new InputStreamReader(
                        raw,
                        charset.newDecoder()
                                .onMalformedInput(CodingErrorAction.REPLACE)
                                .onUnmappableCharacter(CodingErrorAction.REPLACE)))
                .setCharset(StandardCharsets.UTF_8)
                .setBufferSize(1 << 16)
                .get();
    }
}
