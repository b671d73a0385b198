package dev.octet.run;

import dev.octet.event.TemporaryFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a small file so that it is either the old one or the whole new one. */
public final class OutputFile {
    private OutputFile() {}

    public static void write(Path file, String text) throws IOException {
        Path temporary = TemporaryFile.beside(file);
        try {
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
