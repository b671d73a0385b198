package dev.octet.serve.alert;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;

/** A receiver of alerts. Not thread-safe. */
public interface AlertSink extends Closeable {

    /**
     * Takes an alert.
     *
     * @throws IOException if it cannot be written here; that a receiver elsewhere is away is no error
     */
    void accept(Alert alert) throws IOException;

    /** Makes sure that no alert taken so far is lost with this process or this machine. */
    void flush() throws IOException;

    /**
     * Where the destinations end after {@link #flush}, by their names. Only destinations that can be read back have an end:
     * from it a later process learns which alerts were told after that.
     */
    default Map<String, String> ends() throws IOException {
        return Map.of();
    }

    /**
     * Leaves out the alerts that the destinations hold beyond these ends: an earlier process told them, and died before it
     * was saved. Before the first alert.
     */
    default void resume(Map<String, String> ends) throws IOException {
        // a destination that cannot be read back is told again, under the same ids
    }
}
