package dev.octet.feature.history;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link PackedOutput} wrote, in the same order. Not thread-safe. */
public final class PackedInput {
    private byte[] bytes;
    private int at;
    private int end;

    /** Reads from the start of these bytes. */
    public PackedInput(byte[] bytes) {
        on(bytes);
    }

    /** Goes on with other bytes. */
    public PackedInput on(byte[] others) {
        bytes = others;
        at = 0;
        end = others.length;
        return this;
    }

    /** Goes on with what {@link PackedOutput#bytes} wrote there, without a copy; the other one stands behind it then. */
    public PackedInput onBytesOf(PackedInput other) {
        int length = other.integer();
        bytes = other.bytes;
        at = other.at;
        end = at + length;
        other.at = end;
        return this;
    }

    /** Goes on with all that the other one has not read yet, without a copy. */
    public PackedInput onRestOf(PackedInput other) {
        bytes = other.bytes;
        at = other.at;
        end = other.end;
        return this;
    }

    byte[] array() {
        return bytes;
    }

    int at() {
        return at;
    }

    int end() {
        return end;
    }

    /** Passes over what {@link PackedOutput#bytes} wrote. */
    public PackedInput skipBytes() {
        int length = integer();
        at += length;
        return this;
    }

    /** Whether everything was read. */
    public boolean atEnd() {
        return at == end;
    }

    /** Eight bytes. */
    public long fixed() {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value |= (bytes[at++] & 0xffL) << 8 * i;
        }
        return value;
    }

    /** Four bytes. */
    public int fixedInt() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value |= (bytes[at++] & 0xff) << 8 * i;
        }
        return value;
    }

    /** What {@link PackedOutput#number} wrote. */
    public long number() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes[at++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    /** A number that was an {@code int}. */
    public int integer() {
        return (int) number();
    }

    /** What {@link PackedOutput#signed} wrote. */
    public long signed() {
        long value = number();
        return value >>> 1 ^ -(value & 1);
    }

    /** What {@link PackedOutput#real} wrote. */
    public double real() {
        return Double.longBitsToDouble(fixed());
    }

    /** What {@link PackedOutput#text} wrote. */
    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** What was not read yet. */
    public byte[] rest() {
        return Arrays.copyOfRange(bytes, at, end);
    }

    /** What {@link PackedOutput#bytes} wrote. */
    public byte[] bytes() {
        int length = integer();
        byte[] value = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return value;
    }
}
