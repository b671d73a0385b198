package dev.octet.run;

import dev.octet.event.TemporaryFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a small file so that it is either the old one or the whole new one. */
public final class OutputFile {
    private OutputFile() {}

    public static void write(Path file, String text) throws IOException {
        TemporaryFile.replace(file, temporary -> Files.writeString(temporary, text));
    }
}
