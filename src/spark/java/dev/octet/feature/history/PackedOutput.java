package dev.octet.feature.history;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Numbers and texts as few bytes, for what travels between partitions. Read back by {@link PackedInput}. Not thread-safe. */
public final class PackedOutput {
    private byte[] bytes = new byte[128];
    private int length;

    /** Bytes so far. */
    public int length() {
        return length;
    }

    /** A copy of what was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** Begins again with nothing. */
    public PackedOutput clear() {
        length = 0;
        return this;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    /** Eight bytes. */
    public PackedOutput fixed(long value) {
        room(8);
        for (int i = 0; i < 8; i++) {
            bytes[length++] = (byte) (value >>> 8 * i);
        }
        return this;
    }

    /** Four bytes. */
    public PackedOutput fixedInt(int value) {
        room(4);
        for (int i = 0; i < 4; i++) {
            bytes[length++] = (byte) (value >>> 8 * i);
        }
        return this;
    }

    /** One byte for numbers below 128, ten for negative ones. */
    public PackedOutput number(long value) {
        room(10);
        long left = value;
        while ((left & ~0x7fL) != 0) {
            bytes[length++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[length++] = (byte) left;
        return this;
    }

    /** As {@link #number}, with few bytes for small negative numbers too. */
    public PackedOutput signed(long value) {
        return number(value << 1 ^ value >> 63);
    }

    /** A double, to the bit. */
    public PackedOutput real(double value) {
        return fixed(Double.doubleToRawLongBits(value));
    }

    /** A text in UTF-8; lone surrogates, which no log has, become question marks. */
    public PackedOutput text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes as they are, from one place to another. */
    public PackedOutput plain(byte[] value, int from, int to) {
        room(to - from);
        System.arraycopy(value, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    /** What another output holds, as it is. */
    public PackedOutput plain(PackedOutput other) {
        return plain(other.bytes, 0, other.length);
    }

    /** What another output holds, behind its number of bytes. */
    public PackedOutput bytes(PackedOutput other) {
        return number(other.length).plain(other);
    }

    /** What an input has not read yet, behind its number of bytes; leaves it as it is. */
    public PackedOutput bytes(PackedInput other) {
        return number(other.end() - other.at()).plain(other.array(), other.at(), other.end());
    }

    /** Bytes behind their number. */
    public PackedOutput bytes(byte[] value) {
        return number(value.length).plain(value, 0, value.length);
    }
}
