package dev.octet.event;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The format of a CSV file with a header line. Immutable and thread-safe.
 *
 * @param columns the column that holds each field, by its exact name in the header; a field without one stays missing.
 *     {@link LoginField#TIME}, {@link LoginField#USER} and {@link LoginField#SUCCESS} are needed.
 * @param time how times are written
 * @param users what a user may be
 * @param succeeded texts that mean success, compared without regard to case
 * @param failed texts that mean failure; a row with any other text is rejected
 * @param separator between two fields
 * @param labelColumn holds true/false, 1/0 or yes/no; {@code null} where the log has no labels
 * @param unknown texts that stand for "not known" in every field that may be missing, beside the empty text
 */
public record CsvFormat(
        Map<LoginField, String> columns,
        TimeFormat time,
        UserIds users,
        Set<String> succeeded,
        Set<String> failed,
        char separator,
        String labelColumn,
        Set<String> unknown)
        implements LogFormat {

    /** What the user column may hold. */
    public enum UserIds {
        /** Any text, the empty one too: what a visitor typed need not exist. */
        TEXT,
        /** A signed 64-bit integer, kept as it is written. */
        LONG
    }

    /** @throws InputException if a needed column is missing, a column is used twice, or texts contradict each other */
    public CsvFormat {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(users, "users");
        columns = Collections.unmodifiableMap(new TreeMap<>(columns));
        // sorted, so that messages are the same in every run
        succeeded = Collections.unmodifiableSortedSet(new TreeSet<>(succeeded));
        failed = Collections.unmodifiableSortedSet(new TreeSet<>(failed));
        unknown = Collections.unmodifiableSortedSet(new TreeSet<>(unknown));
        LoginField.requireDistinct(columns.keySet());
        for (LoginField field : LoginField.values()) {
            if (field.required() && !columns.containsKey(field)) {
                throw new InputException("the format names no column for " + field + ", which every log must have");
            }
        }
        Map<String, LoginField> uses = new LinkedHashMap<>();
        columns.forEach((field, column) -> {
            LoginField other = uses.put(column, field);
            if (other != null) {
                throw new InputException("column \"" + column + "\" is named for both " + other + " and " + field);
            }
        });
        if (labelColumn != null && uses.containsKey(labelColumn)) {
            throw new InputException("column \"" + labelColumn + "\" is named both as the label and for "
                    + uses.get(labelColumn) + "; a label never reaches a feature");
        }
        if (succeeded.isEmpty() || failed.isEmpty()) {
            throw new InputException("the format must say which texts mean success and which mean failure");
        }
        for (String text : succeeded) {
            if (failed.stream().anyMatch(text::equalsIgnoreCase)) {
                throw new InputException("\"" + text + "\" cannot mean both success and failure");
            }
        }
        if (separator == '"' || separator == '\n' || separator == '\r') {
            throw new InputException("the separator must not be a quote or a line end");
        }
    }

    @Override
    public boolean has(LoginField field) {
        return columns.containsKey(field);
    }

    @Override
    public List<LoginField> extraFields() {
        return columns.keySet().stream().filter(LoginField::isExtra).toList();
    }

    @Override
    public String place(LoginField field) {
        return columns.get(field);
    }

    @Override
    public List<LoginSource> sources(List<Path> files, boolean labelMayBeMissing, Consumer<String> notes) {
        return files.stream()
                .<LoginSource>map(file -> new CsvSource(file, this, labelMayBeMissing))
                .toList();
    }

    @Override
    public boolean beginsWithHeader(String firstLine) {
        return !firstLine.stripLeading().startsWith("{");
    }

    @Override
    public boolean isHeader(String line) {
        return columns.values().stream().allMatch(line::contains);
    }

    @Override
    public LoginReader follow(
            String name, InputStream in, String firstLine, RejectedRows rejected, long toleranceMicros)
            throws IOException {
        return CsvSource.open(
                name, in, this, false, RowOrder.LIVE, new ReadRequest(rejected, LoginField.all(), RowFilter.ALL));
    }

    @Override
    public CsvFormat withLabelColumn(String column) {
        return new CsvFormat(columns, time, users, succeeded, failed, separator, column, unknown);
    }
}
