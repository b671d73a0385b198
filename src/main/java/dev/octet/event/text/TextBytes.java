package dev.octet.event.text;

import com.fasterxml.jackson.core.io.NumberOutput;
import dev.octet.event.Micros;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/** Text in UTF-8 that grows: numbers, times and texts for a line of each login. Nothing is allocated but what a number's digits need. */
final class TextBytes {
    private static final int LONGEST_NUMBER = 20;

    private byte[] bytes = new byte[256];
    private int length;

    private final byte[] digits = new byte[LONGEST_NUMBER];
    private long day = Long.MIN_VALUE;
    private byte[] date = new byte[0];

    /** The text, from 0 to {@link #length}; what follows is room. */
    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Takes back what was added since the text was so long. */
    void cut(int to) {
        length = to;
    }

    /** Sees to room for so many bytes, which {@link #put} may then add. */
    void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    /** Adds a byte, for which there must be {@link #room}. */
    void put(int value) {
        bytes[length++] = (byte) value;
    }

    void add(byte[] utf8) {
        add(utf8, 0, utf8.length);
    }

    void add(byte[] utf8, int offset, int count) {
        room(count);
        System.arraycopy(utf8, offset, bytes, length, count);
        length += count;
    }

    /** Adds a text of ASCII. */
    @SuppressWarnings("deprecation") // the only way to ASCII bytes that allocates nothing
    void ascii(String text) {
        room(text.length());
        text.getBytes(0, text.length(), bytes, length);
        length += text.length();
    }

    /** Adds the shortest digits that give the same number back. */
    void number(double value) {
        ascii(NumberOutput.toString(value, true));
    }

    void number(long value) {
        if (value == Long.MIN_VALUE) {
            ascii(Long.toString(value));
            return;
        }
        int at = LONGEST_NUMBER;
        long left = Math.abs(value);
        do {
            digits[--at] = (byte) ('0' + left % 10);
            left /= 10;
        } while (left != 0);
        if (value < 0) {
            digits[--at] = '-';
        }
        add(digits, at, LONGEST_NUMBER - at);
    }

    /**
     * Adds a time in UTC, as {@link Instant#toString} writes it: with no, three or six digits of a fraction.
     *
     * @param micros since 1970
     * @param millis whether the fraction has three digits at least
     */
    void time(long micros, boolean millis) {
        long ofDay = Math.floorMod(micros, Micros.PER_DAY);
        if (micros - ofDay != day) {
            day = micros - ofDay;
            String midnight = Instant.EPOCH.plus(day, ChronoUnit.MICROS).toString();
            date = midnight.substring(0, midnight.indexOf('T') + 1).getBytes(StandardCharsets.US_ASCII);
        }
        add(date);
        int second = (int) (ofDay / 1_000_000);
        room(16);
        digits(second / 3600, 2, ':');
        digits(second / 60 % 60, 2, ':');
        int fraction = (int) (ofDay % 1_000_000);
        if (fraction == 0 && !millis) {
            digits(second % 60, 2, 'Z');
        } else if (fraction % 1000 == 0) {
            digits(second % 60, 2, '.');
            digits(fraction / 1000, 3, 'Z');
        } else {
            digits(second % 60, 2, '.');
            digits(fraction, 6, 'Z');
        }
    }

    private void digits(int value, int count, char then) {
        int left = value;
        for (int i = length + count - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
        length += count;
        bytes[length++] = (byte) then;
    }
}
