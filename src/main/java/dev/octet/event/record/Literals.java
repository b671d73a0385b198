package dev.octet.event.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Texts of which a line must hold one; found by their last byte, passing over as many bytes as the text is long where that
 * byte is not in it (Boyer, Moore and Horspool). Immutable.
 */
final class Literals {
    /** Every line will do. */
    static final Literals NONE = new Literals(List.of());

    private final byte[][] texts;
    private final int[][] shifts;

    /** @param texts in ASCII, none of them empty */
    Literals(List<String> texts) {
        this.texts = texts.stream()
                .map(text -> text.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
        shifts = Arrays.stream(this.texts).map(Literals::shifts).toArray(int[][]::new);
    }

    private static int[] shifts(byte[] text) {
        int[] shifts = new int[256];
        Arrays.fill(shifts, text.length);
        for (int i = 0; i < text.length - 1; i++) {
            shifts[text[i]] = text.length - 1 - i;
        }
        return shifts;
    }

    /** Whether one of them stands in {@code [from, to)}, or there are none. */
    boolean in(byte[] bytes, int from, int to) {
        for (int i = 0; i < texts.length; i++) {
            if (holds(texts[i], shifts[i], bytes, from, to)) {
                return true;
            }
        }
        return texts.length == 0;
    }

    private static boolean holds(byte[] text, int[] shifts, byte[] bytes, int from, int to) {
        int last = text.length - 1;
        for (int i = from + last; i < to; i += shifts[bytes[i] & 0xff]) {
            if (bytes[i] == text[last] && Arrays.equals(bytes, i - last, i, text, 0, last)) {
                return true;
            }
        }
        return false;
    }
}
