package dev.octet.event;

import dev.octet.event.RejectedRows.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Turns the fields of a row into a login; the same for every source of rows. Only a time or an outcome that cannot be read
 * makes the row unusable. Any other field that cannot be read is missing, and {@link #problems} says so. One instance is
 * filled again and again. Not thread-safe.
 */
final class RowValues {
    /** Characters of a text that are used, but for a user's name, which is kept whole. */
    static final int LONGEST_FIELD = 1 << 16;

    private static final int SHOWN = 200;

    /**
     * Something in a row that cannot be read.
     *
     * @param column the name of the column, {@code ""} where it is the row as a whole
     * @param detail what exactly is wrong, or what is allowed
     * @param value what was found, or its beginning
     * @param fatal whether the row cannot be used
     */
    record Problem(String column, Reason reason, String detail, String value, boolean fatal) {}

    /**
     * Reads the field of a column into the login. The JIT compiler does not inline a call that reaches three or more classes,
     * so it compiles each reader alone. One method with a switch was compiled within each of its callers, and again
     * whenever one kind of field met something new.
     */
    private interface FieldReader {
        void read(int index);
    }

    private final CsvFormat format;
    private final List<String> header;
    private final LoginField[] fields;
    /** Texts that nobody looks at. */
    private final boolean[] skipped;
    /** Columns that had a value in some row. */
    private final boolean[] present;
    /** The user agent's column if it is looked at only in rows without browser and operating system, else -1. */
    private final int agentIndex;

    private final int labelIndex;
    private final TimeParser times;
    private final String[] succeeded;
    private final String[] failed;
    private final String[] unknown;
    private final StringPool[] poolOf;
    private final FieldReader[] readers;
    /** The field being read. */
    private final TextSlice slice = new TextSlice();
    /** Its bytes, null where it came as characters. */
    private byte[] utf8;

    private int utf8Offset;
    private int utf8Length;

    private final LoginEvent.Builder login = new LoginEvent.Builder(0, false);
    private Label label = Label.UNKNOWN;
    private final List<Problem> problems = new ArrayList<>();
    private boolean usable;
    private boolean timeKnown;
    private boolean userKnown;
    private boolean timeHinted;
    private boolean wantedChanged;

    /**
     * @param header the names of the row's fields, each column of the format among them
     * @param needed fields that somebody looks at; other texts are looked at only where something may be wrong with them
     */
    RowValues(CsvFormat format, List<String> header, Set<LoginField> needed) {
        this.format = format;
        this.header = header;
        fields = new LoginField[header.size()];
        skipped = new boolean[header.size()];
        present = new boolean[header.size()];
        poolOf = new StringPool[header.size()];
        readers = new FieldReader[header.size()];
        Set<LoginField> read = LoginField.withUserAgent(needed);
        format.columns().forEach((field, name) -> {
            int index = header.indexOf(name);
            fields[index] = field;
            skipped[index] = field.kind() == LoginField.Kind.TEXT && !field.isExtra() && !read.contains(field);
            poolOf[index] = new StringPool(skipped[index] ? 1 : field.poolSlots(), format.unknown());
            readers[index] = reader(field, skipped[index]);
        });
        boolean onlyForClient = read.contains(LoginField.USER_AGENT) && !needed.contains(LoginField.USER_AGENT);
        agentIndex = onlyForClient ? header.indexOf(format.columns().get(LoginField.USER_AGENT)) : -1;
        labelIndex = format.labelColumn() == null ? -1 : header.indexOf(format.labelColumn());
        times = new TimeParser(format.time());
        succeeded = format.succeeded().toArray(new String[0]);
        failed = format.failed().toArray(new String[0]);
        unknown = format.unknown().toArray(new String[0]);
    }

    private FieldReader reader(LoginField field, boolean skipped) {
        return switch (field.kind()) {
            case TIME -> this::readTime;
            case OUTCOME -> this::readSuccess;
            case ADDRESS -> this::readIp;
            case NETWORK -> this::readAsn;
            case NUMBER -> this::readNumber;
            case TEXT -> {
                if (field.isBoolean()) {
                    yield this::readTruth;
                }
                if (field == LoginField.USER) {
                    yield this::readUser;
                }
                yield skipped ? index -> {} : this::readText;
            }
        };
    }

    /** Forgets the row before. */
    void begin() {
        if (!problems.isEmpty()) {
            problems.clear();
        }
        login.unreadable(0);
        if (agentIndex >= 0) {
            login.with(LoginField.USER_AGENT, "");
        }
        usable = true;
        timeKnown = false;
        userKnown = false;
    }

    /**
     * The columns whose fields are to be read, in order; fewer once every column has had a value. When they have been, {@link
     * #lacking} may name one more.
     */
    int[] wanted() {
        wantedChanged = false;
        return IntStream.range(0, fields.length)
                .filter(i -> i == labelIndex || fields[i] != null && !(present[i] && (skipped[i] || i == agentIndex)))
                .toArray();
    }

    /** The column that is to be read besides because of what the row lacks; -1 where there is none. */
    int lacking() {
        return agentIndex >= 0
                        && login.text(LoginField.BROWSER).isEmpty()
                        && login.text(LoginField.OS).isEmpty()
                ? agentIndex
                : -1;
    }

    /** Whether a filter looks at the column. */
    boolean isNeeded(RowFilter filter, int index) {
        return fields[index] != null && filter.needs(fields[index]);
    }

    /** Whether {@link #wanted} says something else than the last time. */
    boolean wantedChanged() {
        return wantedChanged;
    }

    /** Fields of the format that no row so far had a value of, with their columns. */
    List<LoginField> neverPresent() {
        return IntStream.range(0, fields.length)
                .filter(i -> fields[i] != null && !present[i])
                .mapToObj(i -> fields[i])
                .toList();
    }

    /**
     * Takes a field.
     *
     * @param suspicious whether it may hold characters that no log should
     */
    void field(int index, char[] buffer, int offset, int length, boolean suspicious) {
        if (index >= fields.length || fields[index] == null && index != labelIndex) {
            return;
        }
        slice.set(buffer, offset, length);
        utf8 = null;
        if (!suspicious && length <= LONGEST_FIELD) {
            read(index);
        } else if (LoginField.USER.equals(fields[index])) {
            char[] whole = wholeCharacters(buffer, offset, length);
            slice.set(whole, 0, whole.length);
            read(index);
        } else {
            readSuspicious(index, buffer, offset, length);
        }
    }

    private void readSuspicious(int index, char[] buffer, int offset, int length) {
        int used = Math.min(length, LONGEST_FIELD);
        if (used < length && Character.isHighSurrogate(buffer[offset + used - 1])) {
            used--;
        }
        int at = oddCharacter(buffer, offset, used);
        boolean text = fields[index] != null && fields[index].kind() == LoginField.Kind.TEXT;
        if (at < used) {
            char odd = buffer[offset + at];
            if (LoginField.USER_AGENT.equals(fields[index]) && at == length - 1 && Character.isSurrogate(odd)) {
                slice.set(buffer, offset, at); // cut off within a character
                read(index);
                return;
            }
            note(
                    index,
                    Character.isSurrogate(odd) ? Reason.NOT_UTF8 : Reason.CONTROL_CHARACTER,
                    Character.isSurrogate(odd) ? "the log must be UTF-8 text" : "found U+%04X".formatted((int) odd));
            return;
        }
        if (used < length) {
            note(
                    index,
                    Reason.TOO_LONG,
                    length + " characters, "
                            + (text ? "of which the first " + used + " are used" : "which no value has"));
            if (!text) {
                return;
            }
            slice.set(buffer, offset, used);
        }
        read(index);
    }

    /** The place of the first control character or half a surrogate pair; the length where there is none. */
    private static int oddCharacter(char[] buffer, int offset, int length) {
        for (int i = 0; i < length; i++) {
            char c = buffer[offset + i];
            if (c < ' ' && c != '\t' && c != '\n' && c != '\r') {
                return i;
            }
            if (Character.isSurrogate(c)) {
                boolean pair = i + 1 < length && Character.isSurrogatePair(c, buffer[offset + i + 1]);
                if (!pair) {
                    return i;
                }
                i++;
            }
        }
        return length;
    }

    /** The same text with U+FFFD for each half of a surrogate pair, which stands for bytes that are not UTF-8. */
    private static char[] wholeCharacters(char[] buffer, int offset, int length) {
        char[] whole = new char[length];
        for (int i = 0; i < length; i++) {
            char c = buffer[offset + i];
            if (Character.isSurrogate(c)) {
                boolean pair = i + 1 < length && Character.isSurrogatePair(c, buffer[offset + i + 1]);
                whole[i] = pair ? c : '\ufffd';
                if (pair) {
                    whole[++i] = buffer[offset + i];
                }
            } else {
                whole[i] = c;
            }
        }
        return whole;
    }

    /** Takes a field of valid UTF-8 that is not too long and holds no control characters but tabs. */
    void field(int index, byte[] buffer, int offset, int length, boolean beyondAscii) {
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

    /** Takes a field that its source does not have. */
    void missing(int index) {
        slice.set(new char[0], 0, 0);
        utf8 = null;
        if (index == labelIndex) {
            readLabel(index);
            return;
        }
        LoginField field = fields[index];
        boolean needed = field == LoginField.TIME || field == LoginField.SUCCESS;
        if (needed) {
            Reason why = field == LoginField.TIME ? Reason.TIME : Reason.OUTCOME;
            note(index, why, "the line has no " + header.get(index));
        } else if (field != null) {
            read(index);
        }
    }

    private void read(int index) {
        if (index == labelIndex) {
            readLabel(index);
            return;
        }
        if (!present[index] && !isUnknown()) {
            present[index] = true;
            wantedChanged |= skipped[index] || index == agentIndex;
        }
        readers[index].read(index);
    }

    private void readUser(int index) {
        if (!skipped[index]) {
            readText(index);
            userKnown = true;
        }
        if (format.users() == CsvFormat.UserIds.LONG && !isLong(slice) && !isUnknown()) {
            note(index, Reason.USER, "a signed 64-bit integer is expected; the text is kept");
        }
    }

    private void readText(int index) {
        login.with(fields[index], pooled(index));
    }

    private void readNumber(int index) {
        login.with(fields[index], number(index, fields[index]));
    }

    private void readTruth(int index) {
        LoginField field = fields[index];
        if (isUnknown()) {
            login.with(field, "");
            return;
        }
        Optional<String> truth = LoginField.truth(slice.toString());
        if (truth.isPresent()) {
            login.with(field, truth.get());
        } else {
            note(index, Reason.BOOLEAN, field.expected() + " is expected");
        }
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
        if (isUnknown()) {
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
            timeKnown = true;
        } catch (IllegalArgumentException e) {
            note(index, Reason.TIME, e.getMessage() + timeHint());
        }
    }

    /** What to write into the config so that times like this one are read; once, for it takes a while to find. */
    private String timeHint() {
        if (timeHinted) {
            return "";
        }
        timeHinted = true;
        Optional<String> fitting = TimeGuess.fitting(slice.toString());
        return "; data.format.time-format says how times are written"
                + fitting.map(pattern -> ": \"" + pattern + "\" fits this one").orElse("");
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
        note(
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
            label = Label.UNKNOWN;
            note(index, Reason.LABEL, "allowed are true, 1, yes (attack) and false, 0, no (normal)");
        }
    }

    private void readIp(int index) {
        if (isUnknown()) {
            login.ip(IpAddress.MISSING);
            return;
        }
        try {
            login.ip(AddressText.read(slice));
        } catch (IllegalArgumentException e) {
            note(index, Reason.IP, e.getMessage());
        }
    }

    private void readAsn(int index) {
        if (isUnknown()) {
            login.asn(-1);
            return;
        }
        long number = AsnText.read(slice);
        if (number < 0 && AbsentText.is(slice)) {
            login.asn(-1);
            return;
        }
        if (number < 0) {
            note(index, Reason.NUMBER, fields[index].expected() + " is expected, AS may stand before it");
            return;
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
        if (decimal || !AbsentText.is(slice)) {
            note(index, Reason.NUMBER, field.expected() + " is expected");
        }
        return Double.NaN;
    }

    /** Takes note that the field being read cannot be: it is missing. */
    private void note(int index, Reason why, String explanation) {
        LoginField field = fields[index];
        boolean fatal = field == LoginField.TIME || field == LoginField.SUCCESS;
        if (field != null && !fatal) {
            login.unreadable(field);
            if (field.kind() != LoginField.Kind.TEXT
                    || field.isBoolean()
                    || why == Reason.CONTROL_CHARACTER
                    || why == Reason.NOT_UTF8) {
                login.forget(field);
            }
            present[index] = true;
        }
        usable &= !fatal;
        String found = slice.subSequence(0, Math.min(SHOWN, slice.length())).toString();
        problems.add(new Problem(header.get(index), why, explanation, found, fatal));
    }

    /** Takes note of a field whose value is of a kind that it never has, e.g. an object of JSON. */
    void unreadable(int index, Reason why, String explanation, String found) {
        slice.set(found.toCharArray(), 0, found.length());
        utf8 = null;
        if (fields[index] != null && fields[index].kind() == LoginField.Kind.TEXT) {
            login.forget(fields[index]);
        }
        note(index, why, explanation);
    }

    /** Takes note that something about the row as a whole is odd; it is used all the same. */
    void odd(Reason why, String explanation, String found) {
        problems.add(new Problem("", why, explanation, found, false));
    }

    /** Takes note that the row as a whole, or its place in the log, makes it unusable. */
    void unusable(String column, Reason why, String explanation, String found) {
        usable = false;
        if (column.isEmpty()) {
            problems.clear(); // its fields cannot be told apart
        }
        problems.add(new Problem(column, why, explanation, found, true));
    }

    /** Takes the time where the source knows it as such: a local one, or an instant. */
    void time(int index, Temporal time) {
        char[] text = time.toString().toCharArray();
        slice.set(text, 0, text.length);
        try {
            login.time(times.micros(time));
            timeKnown = true;
            present[index] = true;
        } catch (IllegalArgumentException e) {
            note(index, Reason.TIME, e.getMessage());
        }
    }

    /**
     * Makes the row, whose time lies before that of the newest one, as new as that if it is hardly older, or moves it to the
     * second pass of a local hour that came twice.
     *
     * @return whether one of both could be done
     */
    boolean catchUp(long newestMicros, long toleranceMicros) {
        if (login.timeMicros() >= newestMicros - toleranceMicros) {
            login.time(newestMicros);
            return true;
        }
        return moveToRepeatedHour(newestMicros);
    }

    /** Leaves the time, which lies before that of the newest row, as it is, but for a local hour that came twice. */
    void keepTime(long newestMicros, long toleranceMicros) {
        if (login.timeMicros() < newestMicros - toleranceMicros) {
            moveToRepeatedHour(newestMicros);
        }
    }

    /** Rejects the row if it lies outside of the time of all other rows. */
    void requireWithin(TimeSpan span) {
        if (!span.holds(login.timeMicros())) {
            boolean before = login.timeMicros() < span.fromMicros();
            unusable(
                    format.columns().get(LoginField.TIME),
                    before ? Reason.TIME_ORDER : Reason.TIME,
                    before
                            ? "it is before " + instant(span.fromMicros()) + ", when all but a few rows begin"
                            : "it is after " + instant(span.untilMicros()) + ", when all but a few rows end",
                    instant(login.timeMicros()));
        }
    }

    /**
     * Rejects the row, whose time lies before that of the newest one.
     *
     * @param before where that one stands, and what to do
     */
    void tooLate(long newestMicros, String before) {
        unusable(
                format.columns().get(LoginField.TIME),
                Reason.TIME_ORDER,
                "it is before " + instant(newestMicros) + " in " + before,
                instant(login.timeMicros()));
    }

    static String instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }

    /** Whether the row can be used. */
    boolean isUsable() {
        return usable;
    }

    /** What in the row cannot be read; empty for most rows. Changes with the next row. */
    List<Problem> problems() {
        return problems;
    }

    /** The time for a list of rows, {@code ""} where it cannot be read. */
    String time() {
        return timeKnown ? instant(login.timeMicros()) : "";
    }

    /** The user as the log names it, {@code ""} where the row names none. */
    String user() {
        return userKnown ? login.text(LoginField.USER) : "";
    }

    /** The name of the column that holds a field. */
    String column(LoginField field) {
        return format.columns().get(field);
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

    Labelled<LoginEvent> login(long row) {
        return new Labelled<>(login.row(row).build(), label);
    }
}
