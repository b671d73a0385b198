package dev.octet.event;

import dev.octet.event.RejectedRows.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.time.temporal.Temporal;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the fields of the row being read mean, or the first thing that is wrong with the row; the same for every source
 * of rows. One instance is filled again and again. Not thread-safe.
 */
final class RowValues {
    /** Longest field, in characters. */
    static final int LONGEST_FIELD = 1 << 16;

    private static final int SHOWN = 200;

    private final CsvFormat format;
    private final List<String> header;
    private final LoginField[] fields;
    private final int labelIndex;
    private final boolean userNeeded;
    private final TimeParser times;
    private final String[] succeeded;
    private final String[] failed;
    private final String[] unknown;
    private final StringPool[] poolOf;
    /** The field being read. */
    private final TextSlice slice = new TextSlice();
    /** Its bytes, null where it came as characters. */
    private byte[] utf8;

    private int utf8Offset;
    private int utf8Length;

    private final LoginEvent.Builder login = new LoginEvent.Builder(0, false);
    private Label label = Label.UNKNOWN;

    private Reason reason;
    private String detail;
    private String column;
    private String value;

    /**
     * @param header the names of the row's fields, each column of the format among them
     * @param needed fields that somebody looks at; other texts, with which nothing can be wrong, are passed over
     */
    RowValues(CsvFormat format, List<String> header, Set<LoginField> needed) {
        this.format = format;
        this.header = header;
        fields = new LoginField[header.size()];
        poolOf = new StringPool[header.size()];
        format.columns().forEach((field, name) -> {
            int index = header.indexOf(name);
            if (field.kind() == LoginField.Kind.TEXT && !field.required() && !needed.contains(field)) {
                return; // with a text nothing can be wrong
            }
            fields[index] = field;
            Set<String> empty = field.required() ? Set.of() : format.unknown();
            poolOf[index] = new StringPool(field.poolSlots(), empty);
        });
        userNeeded = needed.contains(LoginField.USER);
        labelIndex = format.labelColumn() == null ? -1 : header.indexOf(format.labelColumn());
        times = new TimeParser(format.time());
        succeeded = format.succeeded().toArray(new String[0]);
        failed = format.failed().toArray(new String[0]);
        unknown = format.unknown().toArray(new String[0]);
    }

    /** Forgets the row before. */
    void begin() {
        reason = null;
    }

    /** The columns whose fields mean something, in order. */
    int[] wanted() {
        return IntStream.range(0, fields.length)
                .filter(i -> fields[i] != null || i == labelIndex)
                .toArray();
    }

    /**
     * Takes a field.
     *
     * @param suspicious whether it may hold characters that no log should
     */
    void field(int index, char[] buffer, int offset, int length, boolean suspicious) {
        if (reason != null || index >= fields.length) {
            return;
        }
        slice.set(buffer, offset, length);
        if (length > LONGEST_FIELD) {
            reject(index, Reason.TOO_LONG, length + " characters, " + LONGEST_FIELD + " are allowed");
            return;
        }
        if (suspicious && !plain(index, buffer, offset, length)) {
            return;
        }
        utf8 = null;
        read(index);
    }

    /** Takes a field of valid UTF-8 that is not too long and holds no control characters but tabs. */
    void field(int index, byte[] buffer, int offset, int length, boolean beyondAscii) {
        if (reason != null) {
            return;
        }
        utf8 = buffer;
        utf8Offset = offset;
        utf8Length = length;
        if (beyondAscii) {
            char[] text = new String(buffer, offset, length, StandardCharsets.UTF_8).toCharArray();
            slice.set(text, 0, text.length);
        } else {
            slice.set(buffer, offset, length);
        }
        read(index);
    }

    private void read(int index) {
        if (index == labelIndex) {
            readLabel(index);
            return;
        }
        LoginField field = fields[index];
        if (field == null) {
            return;
        }
        switch (field.kind()) {
            case TIME -> readTime(index);
            case OUTCOME -> readSuccess(index);
            case ADDRESS -> readIp(index);
            case NETWORK -> readAsn(index);
            case TEXT -> {
                if (field.equals(LoginField.USER)) {
                    readUser(index);
                } else {
                    login.with(field, pooled(index));
                }
            }
            case NUMBER -> login.with(field, number(index, field));
        }
    }

    private boolean plain(int index, char[] buffer, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            Reason problem = RecordText.problem(buffer, i);
            if (problem != null) {
                String found = problem == Reason.NOT_UTF8
                        ? "the log must be UTF-8 text"
                        : "found U+%04X".formatted((int) buffer[i]);
                reject(index, problem, found);
                return false;
            }
        }
        return true;
    }

    private boolean isUnknown() {
        if (slice.isEmpty()) {
            return true;
        }
        for (String word : unknown) {
            if (slice.hasText(word)) {
                return true;
            }
        }
        return false;
    }

    /** The field's text, {@code ""} where it is unknown. */
    private String pooled(int index) {
        if (utf8 != null) {
            return poolOf[index].get(utf8, utf8Offset, utf8Length);
        }
        if (!fields[index].required() && isUnknown()) {
            return "";
        }
        String text = slice.toString();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String pooled = poolOf[index].get(bytes, 0, bytes.length);
        return pooled.equals(text) ? pooled : text; // half a surrogate pair has no UTF-8
    }

    private void readTime(int index) {
        try {
            login.time(times.micros(slice));
        } catch (IllegalArgumentException e) {
            reject(index, Reason.TIME, e.getMessage());
        }
    }

    private void readUser(int index) {
        if (userNeeded) {
            login.with(LoginField.USER, pooled(index));
        }
        switch (format.users()) {
            case TEXT -> {}
            case LONG -> {
                if (!isLong(slice)) {
                    reject(index, Reason.USER, "a signed 64-bit integer is expected");
                }
            }
        }
    }

    private static boolean isLong(TextSlice text) {
        boolean negative = !text.isEmpty() && text.charAt(0) == '-';
        int digits = negative ? text.length() - 1 : text.length();
        if (digits < 1 || digits > 19) {
            return false;
        }
        if (!text.areDigits(text.length() - digits)) {
            return false;
        }
        if (digits < 19) {
            return true;
        }
        String limit = negative ? "9223372036854775808" : "9223372036854775807";
        for (int i = 0; i < digits; i++) {
            int above = text.charAt(text.length() - digits + i) - limit.charAt(i);
            if (above != 0) {
                return above < 0;
            }
        }
        return true;
    }

    private void readSuccess(int index) {
        for (String word : succeeded) {
            if (slice.equalsIgnoreCase(word)) {
                login.success(true);
                return;
            }
        }
        for (String word : failed) {
            if (slice.equalsIgnoreCase(word)) {
                login.success(false);
                return;
            }
        }
        reject(
                index,
                Reason.OUTCOME,
                "allowed are " + String.join(", ", succeeded) + " (success) and " + String.join(", ", failed)
                        + " (failure)");
    }

    private void readLabel(int index) {
        if (slice.equalsIgnoreCase("true") || slice.hasText("1") || slice.equalsIgnoreCase("yes")) {
            label = Label.ATTACK;
        } else if (slice.equalsIgnoreCase("false") || slice.hasText("0") || slice.equalsIgnoreCase("no")) {
            label = Label.NORMAL;
        } else {
            reject(index, Reason.LABEL, "allowed are true, 1, yes (attack) and false, 0, no (normal)");
        }
    }

    private void readIp(int index) {
        if (isUnknown()) {
            login.ip(IpAddress.MISSING);
            return;
        }
        try {
            login.ip(IpAddress.parse(slice));
        } catch (IllegalArgumentException e) {
            reject(index, Reason.IP, e.getMessage());
        }
    }

    private void readAsn(int index) {
        if (isUnknown()) {
            login.asn(-1);
            return;
        }
        long number = 0;
        for (int i = 0; i < slice.length(); i++) {
            int digit = slice.charAt(i) - '0';
            number = 10 * number + digit;
            if (digit < 0 || digit > 9 || number > 0xffffffffL) {
                reject(index, Reason.NUMBER, "an integer in [0, 4294967295] is expected");
                return;
            }
        }
        login.asn(number);
    }

    /** NaN where it is unknown. */
    private double number(int index, LoginField field) {
        if (isUnknown()) {
            return Double.NaN;
        }
        // Double.parseDouble also takes blanks, "NaN", "1f" and hexadecimal
        boolean decimal = true;
        for (int i = 0; i < slice.length(); i++) {
            char c = slice.charAt(i);
            decimal &= c >= '0' && c <= '9' || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
        }
        try {
            double number = decimal ? Double.parseDouble(slice.toString()) : Double.NaN;
            if (field.allows(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            decimal = false;
        }
        reject(index, Reason.NUMBER, field.expected() + " is expected");
        return Double.NaN;
    }

    private void reject(int index, Reason why, String explanation) {
        reject(
                header.get(index),
                why,
                explanation,
                slice.subSequence(0, Math.min(SHOWN, slice.length())).toString());
    }

    void reject(String name, Reason why, String explanation, String found) {
        reason = why;
        detail = explanation;
        column = name;
        value = found;
    }

    /** Takes the time where the source knows it as such: a local one, or an instant. */
    void time(int index, Temporal time) {
        char[] text = time.toString().toCharArray();
        slice.set(text, 0, text.length);
        try {
            login.time(times.micros(time));
        } catch (IllegalArgumentException e) {
            reject(index, Reason.TIME, e.getMessage());
        }
    }

    /**
     * Rejects the row, whose time lies before that of the last accepted one, unless its local hour came twice, or unless it
     * is hardly older: then it counts as being as new.
     *
     * @param before where that one stands, and what to do
     */
    void requireTimeFrom(long lastMicros, long toleranceMicros, String before) {
        if (login.timeMicros() >= lastMicros - toleranceMicros) {
            login.time(lastMicros);
        } else if (!moveToRepeatedHour(lastMicros)) {
            reject(
                    format.columns().get(LoginField.TIME),
                    Reason.TIME_ORDER,
                    "it is before " + instant(lastMicros) + " in " + before,
                    instant(login.timeMicros()));
        }
    }

    private static String instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }

    /** Why the row cannot be used, or {@code null} if it can. */
    Reason reason() {
        return reason;
    }

    String detail() {
        return detail;
    }

    String column() {
        return column;
    }

    String value() {
        return value;
    }

    long timeMicros() {
        return login.timeMicros();
    }

    /** Moves the time to the second pass of a local hour that its zone has twice. */
    private boolean moveToRepeatedHour(long notBefore) {
        long later = login.timeMicros() + times.repeatMicros();
        if (times.repeatMicros() > 0 && later >= notBefore) {
            login.time(later);
            return true;
        }
        return false;
    }

    LabelledLogin login(long row) {
        return new LabelledLogin(login.row(row).build(), label);
    }
}
