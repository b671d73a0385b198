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
 * skipped and are no rows; columns may stand in any order, and others are ignored. Rows must be in the order of time, unless
 * {@link #inAnyOrder} reads them; one that is older than the newest by at most a minute counts as being as new. Memory is bounded whatever the file's size.
 * {@link RejectedRows} is told what cannot be read. A row is left out if its time or its outcome cannot be, if it has a wrong
 * number of fields, broken quotes (only the line where the record starts is given up), or more than 262144 characters over
 * several lines or 4194304 in one. Any other field that cannot be read is missing:
 * bytes that are not UTF-8, control characters, values of another kind; of a text of more than 65536 characters the first
 * are used, and a user name is kept as it is. A file with a header only has no logins and is no error here; the caller
 * decides.
 *
 * <p>Of JSON lines, each is an object, and a column is a key: one of the object itself or, where it has none of that name,
 * a path with dots into objects within it. A value is a text, a number, true or false; null and a missing key are
 * missing values. A key that no line has is refused if every log must have its field.
 *
 * @param path the file
 * @param format what its columns mean
 * @param labelMayBeMissing whether a file without the format's label column is read as one without labels
 * @param order what is done with rows that are not in the order of time
 */
public record CsvSource(Path path, CsvFormat format, boolean labelMayBeMissing, RowOrder order) implements LoginSource {
    private static final int FIRST_BYTES = 1 << 10;

    public CsvSource {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(format, "format");
    }

    /** A file in the order of time. */
    public CsvSource(Path path, CsvFormat format, boolean labelMayBeMissing) {
        this(path, format, labelMayBeMissing, RowOrder.REQUIRED);
    }

    /** A file in the order of time that must have every column of the format. */
    public CsvSource(Path path, CsvFormat format) {
        this(path, format, false);
    }

    @Override
    public CsvSource inAnyOrder(TimeSpan within) {
        return new CsvSource(path, format, labelMayBeMissing, new RowOrder.Any(within));
    }

    @Override
    public LoginReader open(RejectedRows rejected) throws IOException {
        return open(rejected, LoginField.all());
    }

    @Override
    public LoginReader open(RejectedRows rejected, Set<LoginField> needed) throws IOException {
        return open(rejected, needed, RowFilter.ALL);
    }

    @Override
    public LoginReader open(RejectedRows rejected, Set<LoginField> needed, RowFilter filter) throws IOException {
        return open(new ReadRequest(rejected, needed, filter));
    }

    /** As above, for {@link PlacedSource}. */
    LoginReader open(ReadRequest request) throws IOException {
        return open(name(), InputFile.open(path), format, labelMayBeMissing, order, request);
    }

    @Override
    public LoginSource readAgain() {
        return order instanceof RowOrder.Required ? new PlacedSource(this) : this;
    }

    /**
     * Reads a log from a stream, which is closed with the reader.
     *
     * @param in supports marks
     */
    static LoginReader open(
            String name,
            InputStream in,
            CsvFormat format,
            boolean labelMayBeMissing,
            RowOrder order,
            ReadRequest request)
            throws IOException {
        RecordText text = new RecordText(in);
        try {
            if (beginsWithBrace(in)) {
                return new JsonLinesLoginReader(name, text, format, order, request);
            }
            return new CsvLoginReader(name, text, format, labelMayBeMissing, order, request);
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
