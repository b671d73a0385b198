package dev.octet.event.text;

import com.fasterxml.jackson.core.io.NumberOutput;
import dev.octet.event.Micros;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Lines of a CSV file (RFC 4180), put together as bytes: for files with a line for each row of a log. Nothing is allocated
 * but what a number's digits need. Each column of a file is one of these, whatever a row holds:
 *
 * <ul>
 *   <li>{@link #text}, for people and spreadsheets: hidden characters by number, shortened, and nothing that a spreadsheet
 *       would run as a formula;
 *   <li>{@link #key}, for programs that join files by it: as the log has it, with hidden characters by number, so that a
 *       row is a line whatever a name holds;
 *   <li>{@link #exact}, for files that Octet alone reads back: as it is;
 *   <li>numbers and times, which no log can write.
 * </ul>
 *
 * <p>Not thread-safe.
 */
public final class CsvLines {
    private static final int LONGEST_NUMBER = 20;
    /** Characters of a text for people; a user agent or the reasons of an alert fit. */
    private static final int SHOWN = 1000;

    /** How a formula begins, also behind blanks and quotation marks, in full width, and behind another separator. */
    private static final Pattern FORMULA = Pattern.compile("[\\s\\h\"';]*[-=+@\uff0d\uff1d\uff0b\uff20]|[;\\s\\h]");

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

    private byte[] bytes = new byte[256];
    private int length;
    private boolean first = true;

    private final byte[] digits = new byte[LONGEST_NUMBER];
    private long day = Long.MIN_VALUE;
    private byte[] date = new byte[0];

    /** The lines in UTF-8, from 0 to {@link #length}; what follows is room. */
    public byte[] bytes() {
        return bytes;
    }

    /** Number of bytes that are lines. */
    public int length() {
        return length;
    }

    /** Begins again with no line. */
    public void clear() {
        length = 0;
        first = true;
    }

    /** Ends the line; the next field starts another. */
    public void end() {
        room(2);
        bytes[length++] = '\r';
        bytes[length++] = '\n';
        first = true;
    }

    /** Starts a field, to which the methods without a comma of their own then add. */
    public CsvLines field() {
        if (!first) {
            room(1);
            bytes[length++] = ',';
        }
        first = false;
        return this;
    }

    /** A whole field: the shortest digits that give the same number back. */
    public void number(double value) {
        field();
        ascii(NumberOutput.toString(value, true));
    }

    /** A whole field. */
    public void number(long value) {
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

    /** A whole field: the time in UTC, as {@link Instant#toString} writes it: with no, three or six digits of a fraction. */
    public void timestamp(long micros) {
        timestamp(micros, false);
    }

    /** As {@link #timestamp(long)}, with three digits of a fraction at least. */
    public void timestampOfMillis(long micros) {
        timestamp(micros, true);
    }

    private void timestamp(long micros, boolean millis) {
        field();
        long ofDay = Math.floorMod(micros, Micros.PER_DAY);
        if (micros - ofDay != day) {
            day = micros - ofDay;
            String midnight = Instant.EPOCH.plus(day, ChronoUnit.MICROS).toString();
            date = midnight.substring(0, midnight.indexOf('T') + 1).getBytes(StandardCharsets.US_ASCII);
        }
        plain(date);
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

    /** A whole field: the text itself, in quotes where it needs them. */
    public void exact(String text) {
        field();
        int before = length;
        if (!ascii(text, text.length())) {
            length = before;
            quoted(text);
        }
    }

    /** A whole field: the text with hidden characters by number. */
    public void key(String text) {
        exact(PlainText.of(text));
    }

    /**
     * A whole field that is harmless in a spreadsheet: the text with hidden characters by number, shortened to {@value
     * #SHOWN} characters, and with a {@code '} before what would be a formula. A plain number stays one.
     */
    public void text(String text) {
        String plain = PlainText.of(text, SHOWN);
        exact(FORMULA.matcher(plain).lookingAt() && !NUMBER.matcher(plain).matches() ? "'" + plain : plain);
    }

    /** Adds the text if none of its characters needs quotes or more than a byte. */
    private boolean ascii(String text, int count) {
        room(count);
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || c <= ',' && (c == '"' || c == ',' || c == '\n' || c == '\r')) {
                return false;
            }
            bytes[length++] = (byte) c;
        }
        return true;
    }

    private void quoted(String text) {
        boolean quotes = false;
        for (int i = 0; i < text.length() && !quotes; i++) {
            char c = text.charAt(i);
            quotes = c == '"' || c == ',' || c == '\n' || c == '\r';
        }
        plain((quotes ? '"' + text.replace("\"", "\"\"") + '"' : text).getBytes(StandardCharsets.UTF_8));
    }

    /** Adds to a field what needs no quotes. */
    public void plain(byte[] utf8) {
        plain(utf8, 0, utf8.length);
    }

    private void plain(byte[] utf8, int offset, int count) {
        room(count);
        System.arraycopy(utf8, offset, bytes, length, count);
        length += count;
    }

    /** Adds to a field a number of hundredths, in [0, 100], e.g. 0.41. */
    public void hundredths(int share) {
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
