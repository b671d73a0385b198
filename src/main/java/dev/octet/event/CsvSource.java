package dev.octet.event;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;

/**
 * Logins in a CSV file with a header line or in a file of JSON lines, plain or packed with gzip, xz or zstd (all told by
 * its first bytes: JSON lines begin with a brace).
 *
 * <p>UTF-8, with or without byte order mark; lines end with LF, CRLF or CR, the last one need not; empty lines are
 * skipped and are no rows; columns may stand in any order, and others are ignored. Rows must be in the order of time.
 * Memory is bounded whatever the file's size. A row that cannot be used is handed to {@link RejectedRows}: wrong number
 * of fields, broken quotes (only the line where the record starts is given up), bytes that are not UTF-8, control
 * characters, a field of more than 65536 or a record of more than 262144 characters, unreadable values, a time before
 * that of the last accepted row. A file with a header only has no logins and is no error here; the caller decides.
 *
 * <p>Of JSON lines, each is an object, and a column is a key: one of the object itself or, where it has none of that name,
 * a path with dots into objects within it. A value is a text, a number, true or false; null and a missing key are the
 * empty text. The same is rejected as in CSV.
 *
 * @param path the file
 * @param format what its columns mean
 * @param labelMayBeMissing whether a file without the format's label column is read as one without labels
 */
public record CsvSource(Path path, CsvFormat format, boolean labelMayBeMissing) implements LoginSource {
    private static final int FIRST_BYTES = 1 << 10;

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
        return open(rejected, LoginField.all());
    }

    @Override
    public LoginReader open(RejectedRows rejected, Set<LoginField> needed) throws IOException {
        return open(name(), InputFile.open(path), format, labelMayBeMissing, rejected, needed, 0);
    }

    /**
     * Reads a log from a stream, which is closed with the reader.
     *
     * @param in supports marks
     * @param toleranceMicros a row that is older than the newest by at most this counts as being as new
     */
    static LoginReader open(
            String name,
            InputStream in,
            CsvFormat format,
            boolean labelMayBeMissing,
            RejectedRows rejected,
            Set<LoginField> needed,
            long toleranceMicros)
            throws IOException {
        RecordText text = new RecordText(in);
        try {
            return beginsWithBrace(in)
                    ? new JsonLinesLoginReader(name, text, format, rejected, needed, toleranceMicros)
                    : new CsvLoginReader(name, text, format, labelMayBeMissing, rejected, needed, toleranceMicros);
        } catch (IOException | RuntimeException e) {
            text.close();
            throw e;
        }
    }

    private static boolean beginsWithBrace(InputStream in) throws IOException {
        in.mark(FIRST_BYTES);
        int next;
        int read = 0;
        do {
            next = in.read();
            read++;
        } while (read < FIRST_BYTES && (next <= ' ' && next >= 0 || next == 0xef || next == 0xbb || next == 0xbf));
        in.reset();
        return next == '{';
    }

    @Override
    public String labelColumn() {
        return format.labelColumn();
    }

    @Override
    public String name() {
        return path.toString();
    }
}
