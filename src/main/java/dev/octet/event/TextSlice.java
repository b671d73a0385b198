package dev.octet.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A view of a part of a buffer, of characters or of ASCII bytes, that moves from field to field, so that no field has to
 * be copied to be read.
 */
final class TextSlice implements CharSequence {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ZEROS = 0x3030303030303030L;
    private static final long SIXES = 0x0606060606060606L;
    private static final long UPPER_HALVES = 0xf0f0f0f0f0f0f0f0L;

    /** The bytes, or null where the text is in {@link #characters}. */
    private byte[] bytes = new byte[0];

    private char[] characters;
    private int offset;
    private int length;

    void set(char[] newBuffer, int newOffset, int newLength) {
        characters = newBuffer;
        bytes = null;
        offset = newOffset;
        length = newLength;
    }

    void set(byte[] newAscii, int newOffset, int newLength) {
        bytes = newAscii;
        offset = newOffset;
        length = newLength;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public char charAt(int index) {
        return bytes != null ? (char) bytes[offset + index] : characters[offset + index];
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return bytes != null
                ? new String(bytes, offset + start, end - start, StandardCharsets.US_ASCII)
                : new String(characters, offset + start, end - start);
    }

    /** Whether its characters are bytes of ASCII, which {@link #eight} can be asked for. */
    boolean isBytes() {
        return bytes != null;
    }

    /** The eight characters from {@code start} on, of those that there are. */
    long eight(int start) {
        return (long) LONGS.get(bytes, offset + start);
    }

    /** Whether only digits follow from {@code start} on. */
    boolean areDigits(int start) {
        int i = start;
        long outside = 0; // in its upper half each byte of a digit is 3, with 6 added too
        if (bytes != null) {
            for (; i + Long.BYTES <= length; i += Long.BYTES) {
                outside |= (eight(i) ^ ZEROS) | (eight(i) + SIXES ^ ZEROS);
            }
        }
        boolean digits = (outside & UPPER_HALVES) == 0;
        for (; i < length; i++) {
            int digit = charAt(i) - '0';
            digits &= (digit | 9 - digit) >= 0;
        }
        return digits;
    }

    boolean equalsIgnoreCase(String text) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char mine = charAt(i);
            char other = text.charAt(i);
            if (mine != other && Character.toLowerCase(mine) != Character.toLowerCase(other)) {
                return false;
            }
        }
        return true;
    }

    boolean hasText(String text) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (charAt(i) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return subSequence(0, length).toString();
    }
}
