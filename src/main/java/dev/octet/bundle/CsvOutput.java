package dev.octet.bundle;

import dev.octet.event.TemporaryFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A CSV file that has a temporary name beside its own until it is closed after {@link #complete()}; without that it
 * disappears. Not thread-safe.
 */
final class CsvOutput implements AutoCloseable {
    /** Bytes that are written to the file together. */
    private static final int BLOCK = 1 << 16;

    private final Path target;
    private final Path temporary;
    private final OutputStream out;
    private final CsvLines lines = new CsvLines();
    private boolean complete;

    CsvOutput(Path target, String... header) throws IOException {
        this.target = target.toAbsolutePath();
        Files.createDirectories(this.target.getParent());
        temporary = TemporaryFile.beside(this.target);
        out = Files.newOutputStream(temporary);
        for (String name : header) {
            lines.text(name);
        }
        lines.end();
    }

    /** What is not in the file yet, for the next line to be added to. */
    CsvLines lines() {
        return lines;
    }

    /** Ends the line. */
    void end() throws IOException {
        lines.end();
        if (lines.length() >= BLOCK) {
            write();
        }
    }

    private void write() throws IOException {
        out.write(lines.bytes(), 0, lines.length());
        lines.clear();
    }

    void complete() {
        complete = true;
    }

    @Override
    public void close() throws IOException {
        try (out) {
            if (complete) {
                write();
            }
        }
        if (complete) {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.deleteIfExists(temporary);
        }
    }

    /** ISO 8601 in UTC with as many fraction digits as the time has: none, three or six. */
    static String timestamp(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }
}
