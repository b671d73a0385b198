package dev.octet.feature;

import dev.octet.event.Labelled;
import java.io.IOException;

/**
 * The rows of a view in the order of the log. Not thread-safe. Closing it closes the log.
 *
 * <p>{@link #next()} throws {@link dev.octet.event.InputException} where reading cannot go on and {@link IOException}
 * where the file system fails.
 */
public interface RowReader extends AutoCloseable {

    /** The next row, or {@code null} after the last. */
    Labelled<?> next() throws IOException;

    @Override
    void close() throws IOException;
}
