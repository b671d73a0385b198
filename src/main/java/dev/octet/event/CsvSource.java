package dev.octet.event;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * Logins in a CSV file with a header line, plain or packed with gzip, xz or zstd (told by its first bytes).
 *
 * <p>UTF-8, with or without byte order mark; lines end with LF, CRLF or CR, the last one need not; empty lines are
 * skipped and are no rows; columns may stand in any order, and others are ignored. Rows must be in the order of time.
 * Memory is bounded whatever the file's size. A row that cannot be used is handed to {@link RejectedRows}: wrong number
 * of fields, broken quotes (only the line where the record starts is given up), bytes that are not UTF-8, control
 * characters, a field of more than 65536 or a record of more than 262144 characters, unreadable values, a time before
 * that of the last accepted row. A file with a header only has no logins and is no error here; the caller decides.
 *
 * @param path the file
 * @param format what its columns mean
 * @param labelMayBeMissing whether a file without the format's label column is read as one without labels
 */
public record CsvSource(Path path, CsvFormat format, boolean labelMayBeMissing) implements LoginSource {
    public CsvSource {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(format, "format");
    }

    /** A file that must have every column of the format. */
    public CsvSource(Path path, CsvFormat format) {
        this(path, format, false);
    }

    @Override
    public LoginReader open(RejectedRows rejected) throws IOException {
        return open(rejected, EnumSet.allOf(LoginField.class));
    }

    @Override
    public LoginReader open(RejectedRows rejected, Set<LoginField> needed) throws IOException {
        RecordText text = new RecordText(InputFile.open(path));
        try {
            return new CsvLoginReader(name(), text, format, labelMayBeMissing, rejected, needed);
        } catch (IOException | RuntimeException e) {
            text.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return path.toString();
    }
}
