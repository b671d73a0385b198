package dev.octet.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** A growing line of UTF-8 bytes. Not thread-safe. */
final class Line {
    byte[] bytes = new byte[1024];
    int length;

    void clear() {
        length = 0;
    }

    Line add(byte[] more) {
        return add(more, more.length);
    }

    Line add(byte[] more, int count) {
        reserve(count);
        System.arraycopy(more, 0, bytes, length, count);
        length += count;
        return this;
    }

    Line add(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** Adds text that may hold any character; the simulator's own templates are ASCII and short. */
    Line add(String text) {
        int size = text.length();
        reserve(size);
        for (int i = 0; i < size; i++) {
            char c = text.charAt(i);
            if (c >= 128) {
                return add(text.substring(i).getBytes(UTF_8));
            }
            bytes[length++] = (byte) c;
        }
        return this;
    }

    Line add(long number) {
        if (number < 0) {
            if (number == Long.MIN_VALUE) {
                return add(Long.toString(number));
            }
            add('-');
            number = -number;
        }
        reserve(20);
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + number % 10);
            number /= 10;
        }
        length += digits;
        return this;
    }

    /** Adds a number with leading zeros. */
    Line addPadded(int number, int digits) {
        reserve(digits);
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + number % 10);
            number /= 10;
        }
        length += digits;
        return this;
    }

    boolean holds(char ascii, int from) {
        for (int i = from; i < length; i++) {
            if (bytes[i] == ascii) {
                return true;
            }
        }
        return false;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, UTF_8);
    }
}
