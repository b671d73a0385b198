package dev.octet.bundle;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Lines of a CSV file, put together as bytes: for files with a line for each row of a log. Nothing is allocated but
 * what a number's digits need. Not thread-safe.
 */
final class CsvLines {
    private static final long MICROS_A_DAY = 86_400_000_000L;
    private static final int LONGEST_NUMBER = 20;

    private byte[] bytes = new byte[256];
    private int length;
    private boolean first = true;

    private final byte[] digits = new byte[LONGEST_NUMBER];
    private long day = Long.MIN_VALUE;
    private byte[] date = new byte[0];

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
        first = true;
    }

    /** Ends the line; the next field starts another. */
    void end() {
        room(2);
        bytes[length++] = '\r';
        bytes[length++] = '\n';
        first = true;
    }

    /** Starts a field, to which the methods without a comma of their own then add. */
    CsvLines field() {
        if (!first) {
            room(1);
            bytes[length++] = ',';
        }
        first = false;
        return this;
    }

    /** A whole field: the shortest digits that give the same number back. */
    void number(double value) {
        field();
        ascii(NumberOutput.toString(value, true));
    }

    /** A whole field. */
    void number(long value) {
        field();
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
        plain(digits, at, LONGEST_NUMBER - at);
    }

    /** A whole field: the time as {@link CsvOutput#timestamp} writes it. */
    void timestamp(long micros) {
        field();
        long ofDay = Math.floorMod(micros, MICROS_A_DAY);
        if (micros - ofDay != day) {
            day = micros - ofDay;
            String midnight = CsvOutput.timestamp(day);
            date = midnight.substring(0, midnight.indexOf('T') + 1).getBytes(StandardCharsets.US_ASCII);
        }
        plain(date);
        int second = (int) (ofDay / 1_000_000);
        room(16);
        digits(second / 3600, 2, ':');
        digits(second / 60 % 60, 2, ':');
        int fraction = (int) (ofDay % 1_000_000);
        if (fraction == 0) {
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

    /** A whole field, in quotes where it needs them. */
    void text(String text) {
        field();
        int count = text.length();
        room(count);
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || c <= ',' && (c == '"' || c == ',' || c == '\n' || c == '\r')) {
                unusual(text);
                return;
            }
            bytes[length + i] = (byte) c;
        }
        length += count;
    }

    /** A text that is not ASCII or needs quotes. */
    private void unusual(String text) {
        boolean quotes = text.chars().anyMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
        plain((quotes ? '"' + text.replace("\"", "\"\"") + '"' : text).getBytes(StandardCharsets.UTF_8));
    }

    /** Adds to a field what needs no quotes. */
    void plain(byte[] utf8) {
        plain(utf8, 0, utf8.length);
    }

    private void plain(byte[] utf8, int offset, int count) {
        room(count);
        System.arraycopy(utf8, offset, bytes, length, count);
        length += count;
    }

    /** Adds to a field a number of hundredths, in [0, 100], e.g. 0.41. */
    void hundredths(int share) {
        room(4);
        bytes[length++] = (byte) ('0' + share / 100);
        bytes[length++] = '.';
        bytes[length++] = (byte) ('0' + share / 10 % 10);
        bytes[length++] = (byte) ('0' + share % 10);
    }

    @SuppressWarnings("deprecation") // the only way to ASCII bytes that allocates nothing
    private void ascii(String text) {
        room(text.length());
        text.getBytes(0, text.length(), bytes, length);
        length += text.length();
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
