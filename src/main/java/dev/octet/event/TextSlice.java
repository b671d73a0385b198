package dev.octet.event;

/** A view of a part of a character buffer that moves from field to field, so that no field has to be copied to be read. */
final class TextSlice implements CharSequence {
    private char[] buffer = new char[0];
    private int offset;
    private int length;

    void set(char[] newBuffer, int newOffset, int newLength) {
        buffer = newBuffer;
        offset = newOffset;
        length = newLength;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public char charAt(int index) {
        return buffer[offset + index];
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new String(buffer, offset + start, end - start);
    }

    boolean equalsIgnoreCase(String text) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char mine = buffer[offset + i];
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
            if (buffer[offset + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return new String(buffer, offset, length);
    }
}
