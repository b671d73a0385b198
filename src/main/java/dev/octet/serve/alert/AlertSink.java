package dev.octet.serve.alert;

import java.io.Closeable;
import java.io.IOException;

/** Where alerts go. Not thread-safe. */
public interface AlertSink extends Closeable {

    /**
     * Takes an alert.
     *
     * @throws IOException if it cannot be written here; that a receiver elsewhere is away is no error
     */
    void accept(Alert alert) throws IOException;

    /** Makes sure that no alert taken so far is lost with this process or this machine. */
    void flush() throws IOException;
}
