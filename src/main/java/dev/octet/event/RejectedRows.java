package dev.octet.event;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Counts the rows of one source that cannot be used, lists them in {@code rejected.csv} and decides when there are too
 * many. The list (columns {@code row,line,column,reason,value}) is written under a temporary name and moved into place
 * by {@link #close()}, also after an {@link InputException}; without rejected rows a list of an earlier run is removed.
 * Not thread-safe.
 */
public final class RejectedRows implements AutoCloseable {
    /** Once this many first rows are all rejected, the format does not fit, and reading the rest is a waste of time. */
    private static final int HOPELESS = 1000;

    private static final int SHOWN = 200;

    /** Why a row cannot be used. */
    public enum Reason {
        FIELD_COUNT("wrong number of fields"),
        JSON("not a JSON object"),
        RECORD("unreadable record"),
        QUOTES("broken quotes"),
        NOT_UTF8("not UTF-8"),
        CONTROL_CHARACTER("control character"),
        TOO_LONG("too long"),
        TIME("unreadable time"),
        TIME_ORDER("time goes backwards"),
        USER("unreadable user ID"),
        IP("unreadable IP address"),
        OUTCOME("neither success nor failure"),
        NUMBER("unreadable number"),
        LABEL("unreadable label");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** The reason in plain words. */
        public String text() {
            return text;
        }
    }

    /** Why a record of a log is no login that is read, although nothing is wrong with it. */
    public enum LeftOut {
        NOT_A_LOGIN("not logins"),
        MACHINE_ACCOUNT("logins of machine accounts");

        private final String text;

        LeftOut(String text) {
            this.text = text;
        }

        /** What such records are, in plain words. */
        public String text() {
            return text;
        }
    }

    private final String source;
    private final RejectionPolicy policy;
    private final Path list;
    private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    private final Map<LeftOut, Long> leftOut = new EnumMap<>(LeftOut.class);
    private long count;
    private String first = "";
    private Path temporary;
    private CsvWriter writer;

    private RejectedRows(String source, RejectionPolicy policy, Path list) {
        this.source = Objects.requireNonNull(source, "source");
        this.policy = Objects.requireNonNull(policy, "policy");
        this.list = list;
    }

    /**
     * Starts a count for one pass over a source.
     *
     * @param source what messages call the source; {@link LoginSource#name()}
     * @param list the file that lists the rows, e.g. {@code rejected.csv} in the output folder
     */
    public static RejectedRows listedIn(Path list, String source, RejectionPolicy policy) {
        return new RejectedRows(source, policy, Objects.requireNonNull(list, "list"));
    }

    /** Starts a count that keeps no list. */
    public static RejectedRows counted(String source, RejectionPolicy policy) {
        return new RejectedRows(source, policy, null);
    }

    /** For a further pass over a source that has been checked: counts, but never stops and keeps no list. */
    public static RejectedRows ignoring() {
        return new RejectedRows("", new RejectionPolicy(1, false), null);
    }

    /**
     * Takes note of a row.
     *
     * @param row 0-based data row
     * @param line 1-based line of the file where the row starts
     * @param column name of the column, {@code ""} where the row as a whole is wrong
     * @param detail what exactly is wrong, or what is allowed
     * @param value what was found
     * @throws InputException if the policy is strict, or if the first 1000 rows of the source are all rejected
     */
    public void reject(long row, long line, String column, Reason reason, String detail, String value)
            throws IOException {
        count++;
        counts.merge(reason, 1L, Long::sum);
        String why = detail.isEmpty() ? reason.text() : reason.text() + ": " + detail;
        if (list != null) {
            write(row, line, column, why, value);
        }
        if (policy.strict() || first.isEmpty()) {
            String where = column.isEmpty() ? "" : ", column " + column;
            first = source + ":" + line + where + ": " + printable(why, 2 * SHOWN) + "; found \""
                    + printable(value, SHOWN) + "\"";
        }
        if (policy.strict()) {
            throw new InputException(first + ". Repair the row, or leave out --strict to go on without such rows");
        }
        if (count == HOPELESS && row == HOPELESS - 1 && policy.maxShare() < 1) {
            throw tooMany("the first " + HOPELESS + " rows", HOPELESS, "all of them");
        }
    }

    private void write(long row, long line, String column, String why, String value) throws IOException {
        if (writer == null) {
            Path folder = list.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            temporary = TemporaryFile.beside(list);
            writer = CsvWriter.builder().build(temporary, StandardCharsets.UTF_8);
            writer.writeRecord("row", "line", "column", "reason", "value");
        }
        try {
            writer.writeRecord(
                    Long.toString(row),
                    Long.toString(line),
                    column,
                    printable(why, 2 * SHOWN),
                    printable(value, SHOWN));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The text without characters that could break a line or a terminal, and without what is beyond the limit. */
    public static String printable(String text, int most) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length() && plain.length() < most; i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                plain.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else if (Character.isSurrogate(c)) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
                plain.append(pair ? text.substring(i, i + 2) : "\ufffd");
                i += pair ? 1 : 0;
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    /** Takes note of a record that is read as no login. */
    public void leaveOut(LeftOut why) {
        leftOut.merge(why, 1L, Long::sum);
    }

    /** How many records are no logins, by why; what there was none of is missing. */
    public Map<LeftOut, Long> leftOut() {
        return new EnumMap<>(leftOut);
    }

    /** What was wrong with the first of them, and where; empty if there is none. */
    public String first() {
        return first;
    }

    /** How many rows have been rejected. */
    public long count() {
        return count;
    }

    /** How many rows have been rejected for each reason, in the order of {@link Reason}; reasons without rows are left out. */
    public Map<Reason, Long> counts() {
        return new EnumMap<>(counts);
    }

    /**
     * To be called when the source has been read.
     *
     * @param rowsRead all rows, accepted and rejected
     * @throws InputException if a larger share of them was rejected than the policy allows
     */
    public void check(long rowsRead) {
        if (rowsRead < count) {
            throw new IllegalArgumentException(rowsRead + " rows read, but " + count + " rejected");
        }
        if (count > policy.maxShare() * rowsRead) {
            throw tooMany(
                    String.format(Locale.ROOT, "%,d of %,d rows", count, rowsRead),
                    rowsRead,
                    percent(BigDecimal.valueOf(count), BigDecimal.valueOf(rowsRead)));
        }
    }

    private InputException tooMany(String what, long rowsRead, String share) {
        StringBuilder message = new StringBuilder(source)
                .append(": ")
                .append(what)
                .append(" cannot be used (")
                .append(share)
                .append("; allowed: ")
                .append(percent(BigDecimal.valueOf(policy.maxShare()), BigDecimal.ONE))
                .append(")");
        String separator = ": ";
        for (Map.Entry<Reason, Long> entry : counts.entrySet()) {
            message.append(separator)
                    .append(String.format(
                            Locale.ROOT,
                            "%,d × %s",
                            entry.getValue(),
                            entry.getKey().text()));
            separator = ", ";
        }
        message.append(". First: ").append(first).append(". ");
        if (list != null) {
            message.append("All of them: ").append(list).append(". ");
        }
        BigDecimal enough =
                BigDecimal.valueOf(count).divide(BigDecimal.valueOf(rowsRead), new MathContext(2, RoundingMode.UP));
        return new InputException(message.append("Repair the file or its format, or go on without these rows: ")
                .append(policy.option())
                .append('=')
                .append(enough.stripTrailingZeros().toPlainString())
                .toString());
    }

    private static String percent(BigDecimal part, BigDecimal whole) {
        return part.multiply(BigDecimal.valueOf(100))
                        .divide(whole, new MathContext(2, RoundingMode.HALF_UP))
                        .stripTrailingZeros()
                        .toPlainString()
                + " %";
    }

    /** Moves the list into place, or removes an old one if no row was rejected. */
    @Override
    public void close() throws IOException {
        if (list == null) {
            return;
        }
        if (writer == null) {
            if (count == 0) {
                Files.deleteIfExists(list);
            }
            return;
        }
        writer.close();
        writer = null;
        Files.move(temporary, list, StandardCopyOption.REPLACE_EXISTING);
    }
}
