package dev.octet.event;

import java.io.IOException;

/** Somewhere that logins can be read from, as often as needed; every {@link #open} starts at the first row. */
public interface LoginSource {

    /**
     * Opens the source at its first row.
     *
     * @throws InputException if the source is missing, empty or not of the stated format
     */
    LoginReader open(RejectedRows rejected) throws IOException;

    /** What a message calls this source, e.g. its path. */
    String name();
}
