package dev.octet.event.text;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
    /** Characters of a text for people; a user agent or the reasons of an alert fit. */
    private static final int SHOWN = 1000;

    /** How a formula begins, also behind blanks and quotation marks, in full width, and behind another separator. */
    private static final Pattern FORMULA = Pattern.compile("[\\s\\h\"';]*[-=+@\uff0d\uff1d\uff0b\uff20]|[;\\s\\h]");

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

    private final TextBytes out = new TextBytes();
    private boolean first = true;

    /** The lines in UTF-8, from 0 to {@link #length}; what follows is room. */
    public byte[] bytes() {
        return out.array();
    }

    /** Number of bytes that are lines. */
    public int length() {
        return out.length();
    }

    /** Begins again with no line. */
    public void clear() {
        out.cut(0);
        first = true;
    }

    /** Ends the line; the next field starts another. */
    public void end() {
        out.room(2);
        out.put('\r');
        out.put('\n');
        first = true;
    }

    /** Starts a field, to which the methods without a comma of their own then add. */
    public CsvLines field() {
        if (!first) {
            out.room(1);
            out.put(',');
        }
        first = false;
        return this;
    }

    /** A whole field: the shortest digits that give the same number back. */
    public void number(double value) {
        field();
        out.number(value);
    }

    /** A whole field. */
    public void number(long value) {
        field();
        out.number(value);
    }

    /** A whole field: the time in UTC, as {@link Instant#toString} writes it: with no, three or six digits of a fraction. */
    public void timestamp(long micros) {
        field();
        out.time(micros, false);
    }

    /** As {@link #timestamp(long)}, with three digits of a fraction at least. */
    public void timestampOfMillis(long micros) {
        field();
        out.time(micros, true);
    }

    /** A whole field: the text itself, in quotes where it needs them. */
    public void exact(String text) {
        field();
        int before = out.length();
        if (!ascii(text, text.length())) {
            out.cut(before);
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
        out.room(count);
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || c <= ',' && (c == '"' || c == ',' || c == '\n' || c == '\r')) {
                return false;
            }
            out.put(c);
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
        out.add(utf8);
    }

    /** Adds to a field a number of hundredths, in [0, 100], e.g. 0.41. */
    public void hundredths(int share) {
        out.room(4);
        out.put('0' + share / 100);
        out.put('.');
        out.put('0' + share / 10 % 10);
        out.put('0' + share % 10);
    }
}
