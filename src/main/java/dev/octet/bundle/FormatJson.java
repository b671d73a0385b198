package dev.octet.bundle;

import dev.octet.event.InputException;
import dev.octet.event.LogFormat;
import java.io.IOException;
import java.nio.file.Path;

/** A log format as text, as the manifest of a bundle has it: without its label column. */
public final class FormatJson {
    private FormatJson() {}

    /** The text of a format. */
    public static String write(LogFormat format) {
        return ManifestJson.format(format).toString();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws InputException if it is none
     */
    public static LogFormat read(String json) {
        try {
            return ManifestJson.format(Json.parse(json), Path.of("format"));
        } catch (IOException e) {
            throw new InputException("a log format cannot be read: " + e.getMessage(), e);
        }
    }
}
