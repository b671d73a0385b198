package dev.octet.bundle;

import dev.octet.event.InputException;
import dev.octet.event.LogFormat;
import java.io.IOException;
import java.nio.file.Path;

/** A format of logs as text, as a bundle keeps it; for another process that reads the same log. */
public final class SavedFormat {
    private SavedFormat() {}

    /** The format as JSON. */
    public static String write(LogFormat format) {
        return ManifestJson.format(format).toString();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param where what the text is, for messages
     * @throws InputException if it is no format
     */
    public static LogFormat read(String json, String where) {
        try {
            return ManifestJson.format(Json.parse(json), Path.of(where));
        } catch (IOException e) {
            throw new InputException(where + " is no JSON: " + e.getMessage(), e);
        }
    }
}
