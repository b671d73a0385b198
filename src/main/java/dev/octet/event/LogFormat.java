package dev.octet.event;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * The format of a log: the columns of a file that has nothing but logins ({@link CsvFormat}), or a definition of
 * records of any kind. Immutable and thread-safe.
 */
public interface LogFormat {
    /** How times are written, with the zone of those that carry no offset; the zone of a config's dates too. */
    TimeFormat time();

    /** Whether the log says anything about a field. */
    boolean has(LoginField field);

    /**
     * The fields beyond the table of {@link LoginField} that the format names, in the order of their names. Readers read
     * them whether asked for or not.
     */
    List<LoginField> extraFields();

    /** Where a field stands, for a message; {@code null} where the log says nothing about it. */
    String place(LoginField field);

    /** The column that marks attacks; {@code null} where there is none. */
    String labelColumn();

    /** The same with a column that marks attacks, or with none. */
    LogFormat withLabelColumn(String column);

    /**
     * Where the logins of some files are.
     *
     * @param files in any order
     * @param labelMayBeMissing whether a file without the label column is read as one without labels
     * @param notes told what is done to the logins, e.g. that they are sorted
     * @return one source for all files where the format merges them, else one for each
     */
    List<LoginSource> sources(List<Path> files, boolean labelMayBeMissing, Consumer<String> notes);

    /** Whether the first line of a file names its columns. */
    boolean beginsWithHeader(String firstLine);

    /** Whether a line names the columns of the format. */
    boolean isHeader(String line);

    /**
     * Reads a log that still grows.
     *
     * @param in hands out a line at a time; supports marks; closed with the reader
     * @param firstLine its first line
     * @param toleranceMicros a login that is older than the newest by at most this counts as being as new
     */
    LoginReader follow(String name, InputStream in, String firstLine, RejectedRows rejected, long toleranceMicros)
            throws IOException;
}
