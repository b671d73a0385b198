package dev.octet.event;

import dev.octet.event.RejectedRows.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.time.temporal.Temporal;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
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

    private static final Set<LoginField> NEVER_WRONG = Collections.unmodifiableSet(EnumSet.of(
            LoginField.FAILURE_REASON,
            LoginField.COUNTRY,
            LoginField.REGION,
            LoginField.CITY,
            LoginField.USER_AGENT,
            LoginField.BROWSER,
            LoginField.OS,
            LoginField.DEVICE));

    private final CsvFormat format;
    private final List<String> header;
    private final LoginField[] fields;
    private final int labelIndex;
    private final boolean userNeeded;
    private final TimeParser times;
    private final String[] succeeded;
    private final String[] failed;
    private final String[] unknown;
    private final Map<LoginField, StringPool> pools = new EnumMap<>(LoginField.class);
    private final StringPool[] poolOf;
    /** The field being read. */
    private final TextSlice slice = new TextSlice();
    /** Its bytes, null where it came as characters. */
    private byte[] utf8;

    private int utf8Offset;
    private int utf8Length;

    private long timeMicros;
    private String user = "";
    private boolean success;
    private IpAddress ip = IpAddress.MISSING;
    private String failureReason = "";
    private String country = "";
    private String region = "";
    private String city = "";
    private long asn = -1;
    private String userAgent = "";
    private String browser = "";
    private String os = "";
    private String device = "";
    private float roundTripMillis = Float.NaN;
    private double latitude = Double.NaN;
    private double longitude = Double.NaN;
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
            if (NEVER_WRONG.contains(field) && !needed.contains(field)) {
                return;
            }
            fields[index] = field;
            Set<String> empty = field.required() ? Set.of() : format.unknown();
            poolOf[index] = pools.computeIfAbsent(field, f -> new StringPool(poolSlots(f), empty));
        });
        userNeeded = needed.contains(LoginField.USER);
        labelIndex = format.labelColumn() == null ? -1 : header.indexOf(format.labelColumn());
        times = new TimeParser(format.time());
        succeeded = format.succeeded().toArray(new String[0]);
        failed = format.failed().toArray(new String[0]);
        unknown = format.unknown().toArray(new String[0]);
    }

    /** How many texts of a field are worth remembering; larger tables cost more in cache misses than they save. */
    private static int poolSlots(LoginField field) {
        return switch (field) {
            case USER -> 1 << 12;
            case USER_AGENT -> 1 << 14;
            case CITY, BROWSER -> 1 << 13;
            case REGION, OS -> 1 << 12;
            case COUNTRY, DEVICE, FAILURE_REASON -> 1 << 10;
            case TIME, SUCCESS, IP, ASN, ROUND_TRIP_MILLIS, LATITUDE, LONGITUDE -> 1;
        };
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
        switch (field) {
            case TIME -> readTime(index);
            case USER -> readUser(index);
            case SUCCESS -> readSuccess(index);
            case IP -> readIp(index);
            case FAILURE_REASON -> failureReason = pooled(index);
            case COUNTRY -> country = pooled(index);
            case REGION -> region = pooled(index);
            case CITY -> city = pooled(index);
            case ASN -> readAsn(index);
            case USER_AGENT -> userAgent = pooled(index);
            case BROWSER -> browser = pooled(index);
            case OS -> os = pooled(index);
            case DEVICE -> device = pooled(index);
            case ROUND_TRIP_MILLIS -> roundTripMillis = (float) number(index, 0, Float.MAX_VALUE);
            case LATITUDE -> latitude = number(index, -90, 90);
            case LONGITUDE -> longitude = number(index, -180, 180);
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
            timeMicros = times.micros(slice);
        } catch (IllegalArgumentException e) {
            reject(index, Reason.TIME, e.getMessage());
        }
    }

    private void readUser(int index) {
        if (userNeeded) {
            user = pooled(index);
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
                success = true;
                return;
            }
        }
        for (String word : failed) {
            if (slice.equalsIgnoreCase(word)) {
                success = false;
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
            ip = IpAddress.MISSING;
            return;
        }
        try {
            ip = IpAddress.parse(slice);
        } catch (IllegalArgumentException e) {
            reject(index, Reason.IP, e.getMessage());
        }
    }

    private void readAsn(int index) {
        if (isUnknown()) {
            asn = -1;
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
        asn = number;
    }

    /** NaN where it is unknown. */
    private double number(int index, double least, double most) {
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
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            decimal = false;
        }
        String range =
                most == Float.MAX_VALUE ? "a number of at least 0" : "a number in [%s, %s]".formatted(least, most);
        reject(index, Reason.NUMBER, range + " is expected");
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
            timeMicros = times.micros(time);
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
        if (timeMicros >= lastMicros - toleranceMicros) {
            timeMicros = lastMicros;
        } else if (!moveToRepeatedHour(lastMicros)) {
            reject(
                    format.columns().get(LoginField.TIME),
                    Reason.TIME_ORDER,
                    "it is before " + instant(lastMicros) + " in " + before,
                    instant(timeMicros));
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
        return timeMicros;
    }

    /** Moves the time to the second pass of a local hour that its zone has twice. */
    private boolean moveToRepeatedHour(long notBefore) {
        if (times.repeatMicros() > 0 && timeMicros + times.repeatMicros() >= notBefore) {
            timeMicros += times.repeatMicros();
            return true;
        }
        return false;
    }

    LabelledLogin login(long row) {
        return new LabelledLogin(
                new LoginEvent(
                        row,
                        timeMicros,
                        user,
                        ip,
                        success,
                        failureReason,
                        country,
                        region,
                        city,
                        asn,
                        userAgent,
                        browser,
                        os,
                        device,
                        roundTripMillis,
                        latitude,
                        longitude),
                label);
    }
}
