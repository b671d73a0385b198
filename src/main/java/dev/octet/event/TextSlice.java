package dev.octet.event;

import java.nio.charset.StandardCharsets;

/**
 * A view of a part of a buffer, of characters or of ASCII bytes, that moves from field to field, so that no field has to
 * be copied to be read.
 */
final class TextSlice implements CharSequence {
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
