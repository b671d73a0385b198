package dev.octet.serve;

import java.io.DataOutput;
import java.io.UTFDataFormatException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bytes in memory as {@link java.io.DataOutputStream} writes them, without its locks and without a second look at each text.
 * Not thread-safe.
 */
final class RecordBytes implements DataOutput {
    private static final int FIRST = 1 << 12;
    /** Room that is kept from one use to the next. */
    private static final int KEPT = 1 << 20;

    private static final int LONGEST_TEXT = 65_535;

    private static final VarHandle SHORTS = view(short[].class);
    private static final VarHandle INTS = view(int[].class);
    private static final VarHandle LONGS = view(long[].class);

    private byte[] bytes = new byte[FIRST];
    private int length;

    private static VarHandle view(Class<?> numbers) {
        return MethodHandles.byteArrayViewVarHandle(numbers, ByteOrder.BIG_ENDIAN);
    }

    /** Puts a number where one was written before. */
    void set(int at, int value) {
        INTS.set(bytes, at, value);
    }

    /** The bytes, from 0 to {@link #length}; what follows is room. */
    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Begins again with no bytes. */
    void clear() {
        length = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[FIRST];
        }
    }

    private void room(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, more)));
        }
    }

    @Override
    public void write(int value) {
        room(1);
        bytes[length++] = (byte) value;
    }

    @Override
    public void write(byte[] values) {
        write(values, 0, values.length);
    }

    @Override
    public void write(byte[] values, int offset, int count) {
        room(count);
        System.arraycopy(values, offset, bytes, length, count);
        length += count;
    }

    @Override
    public void writeBoolean(boolean value) {
        write(value ? 1 : 0);
    }

    @Override
    public void writeByte(int value) {
        write(value);
    }

    @Override
    public void writeShort(int value) {
        room(Short.BYTES);
        SHORTS.set(bytes, length, (short) value);
        length += Short.BYTES;
    }

    @Override
    public void writeChar(int value) {
        writeShort(value);
    }

    @Override
    public void writeInt(int value) {
        room(Integer.BYTES);
        INTS.set(bytes, length, value);
        length += Integer.BYTES;
    }

    @Override
    public void writeLong(long value) {
        room(Long.BYTES);
        LONGS.set(bytes, length, value);
        length += Long.BYTES;
    }

    @Override
    public void writeFloat(float value) {
        writeInt(Float.floatToRawIntBits(value));
    }

    @Override
    public void writeDouble(double value) {
        writeLong(Double.doubleToRawLongBits(value));
    }

    @Override
    public void writeBytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            writeByte(text.charAt(i));
        }
    }

    @Override
    public void writeChars(String text) {
        for (int i = 0; i < text.length(); i++) {
            writeChar(text.charAt(i));
        }
    }

    @Override
    public void writeUTF(String text) throws UTFDataFormatException {
        if (text.length() <= LONGEST_TEXT && isPlain(text)) {
            writePlain(text);
            return;
        }
        int start = length;
        room(Short.BYTES + 3 * Math.min(text.length(), LONGEST_TEXT));
        length += Short.BYTES;
        for (int i = 0; i < text.length(); i++) {
            if (length - start - Short.BYTES > LONGEST_TEXT) {
                break;
            }
            char c = text.charAt(i);
            if (c != 0 && c < 0x80) {
                bytes[length++] = (byte) c;
            } else if (c < 0x800) {
                bytes[length++] = (byte) (0xc0 | c >> 6);
                bytes[length++] = (byte) (0x80 | c & 0x3f);
            } else {
                bytes[length++] = (byte) (0xe0 | c >> 12);
                bytes[length++] = (byte) (0x80 | c >> 6 & 0x3f);
                bytes[length++] = (byte) (0x80 | c & 0x3f);
            }
        }
        int count = length - start - Short.BYTES;
        if (count > LONGEST_TEXT) {
            length = start;
            throw new UTFDataFormatException(
                    "a text of " + text.length() + " characters has more than " + LONGEST_TEXT + " bytes");
        }
        bytes[start] = (byte) (count >> 8);
        bytes[start + 1] = (byte) count;
    }

    /** Whether each character is one byte: ASCII without the character 0. */
    private static boolean isPlain(String text) {
        int bits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bits |= c | c - 1;
        }
        return bits >>> 7 == 0;
    }

    @SuppressWarnings("deprecation") // the only way to such bytes that allocates nothing
    private void writePlain(String text) {
        int count = text.length();
        room(Short.BYTES + count);
        bytes[length] = (byte) (count >> 8);
        bytes[length + 1] = (byte) count;
        text.getBytes(0, count, bytes, length + Short.BYTES);
        length += Short.BYTES + count;
    }
}
