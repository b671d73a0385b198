package dev.octet.event;

import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Logins in the rows of a table whose values are there one by one, read as {@link CsvFormat} says. Each row has its own time,
 * whatever stood before it. Not thread-safe.
 */
public final class TableRows {
    private final CsvFormat format;
    private final RowValues row;

    /**
     * Rows of these columns.
     *
     * @param header names of the columns
     * @param needed fields that somebody looks at
     * @throws InputException if a column of the format is missing
     */
    public TableRows(CsvFormat format, List<String> header, Set<LoginField> needed) {
        this.format = format.withLabelColumn(null);
        requireColumns(format, header);
        row = new RowValues(this.format, header, needed);
    }

    /**
     * Refuses a table without a column that the format names.
     *
     * @throws InputException naming the missing and the present ones
     */
    public static void requireColumns(CsvFormat format, List<String> header) {
        List<String> missing = new ArrayList<>(format.columns().values());
        missing.removeAll(header);
        if (!missing.isEmpty()) {
            Collections.sort(missing);
            throw new InputException("the table has no column " + missing + " that the bundle's format needs; it has "
                    + header + ": select the columns under these names first");
        }
    }

    /** Number of the column that holds the time. */
    public String timeColumn() {
        return format.columns().get(LoginField.TIME);
    }

    /** Forgets the row before. */
    public void begin() {
        row.begin();
    }

    /** Takes a value as text; empty where it is missing. */
    public void text(int column, String value) {
        char[] characters = value.toCharArray();
        row.field(column, characters, 0, characters.length, true);
    }

    /** Takes the time. */
    public void time(int column, Temporal value) {
        row.time(column, value);
    }

    /**
     * The login; {@code null} where time or outcome cannot be read.
     *
     * @param number the row's number
     */
    public LoginEvent login(long number) {
        return row.isUsable() ? row.login(number).row() : null;
    }

    /** Why a row is left out. */
    public record Problem(String column, String reason) {}

    /** What is wrong with a row that gives no login. */
    public Problem problem() {
        return row.problems().stream()
                .filter(RowValues.Problem::fatal)
                .findFirst()
                .map(problem -> new Problem(problem.column(), problem.reason().text()))
                .orElseThrow(() -> new IllegalStateException("nothing is wrong with the row"));
    }
}
