package dev.octet.event.format;

import dev.octet.event.InputException;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Writes logins one by one as the format {@code octet} reads them back, to the bit. The file has a temporary name until it
 * is {@linkplain #complete complete}; closed before that, it leaves nothing. Not thread-safe.
 */
public interface LoginWriter extends AutoCloseable {
    /**
     * Starts a file of the kind that its name ends with: {@code .csv}, {@code .ndjson} or {@code .jsonl}, {@code .parquet}.
     * Each field of a login is a column, by its name in JSON.
     *
     * @param extra fields beyond the table that are written too, after it, in this order
     * @throws InputException if it ends with another
     */
    static LoginWriter to(Path file, List<LoginField> extra) throws IOException {
        List<LoginField> fields =
                Stream.concat(LoginField.values().stream(), extra.stream()).toList();
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv")) {
            return new CsvLoginWriter(file, fields);
        }
        if (name.endsWith(".ndjson") || name.endsWith(".jsonl")) {
            return new JsonLoginWriter(file, fields);
        }
        if (name.endsWith(".parquet")) {
            return new ParquetLoginWriter(file, fields);
        }
        throw new InputException(
                file + ": the name must end with .csv, .ndjson or .parquet, which says what is written");
    }

    /** Writes a login. */
    void write(LoginEvent login) throws IOException;

    /** Says that every login was written, so that {@link #close} may put the file in its place. */
    void complete();

    @Override
    void close() throws IOException;

    /** A time in UTC with milliseconds, or with microseconds where it has them. */
    static String time(long micros) {
        String text = Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
        return micros % 1_000_000 == 0 ? text.substring(0, text.length() - 1) + ".000Z" : text;
    }
}
