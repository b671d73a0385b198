package dev.octet.event;

import dev.octet.event.text.CsvLines;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A CSV file that has a temporary name beside its own until it is closed after {@link #complete()}; without that it
 * disappears. Not thread-safe.
 */
public final class CsvOutput implements AutoCloseable {
    /** Bytes that are written to the file together. */
    private static final int BLOCK = 1 << 16;

    private final Path target;
    private final Path temporary;
    private final OutputStream out;
    private final CsvLines lines = new CsvLines();
    private boolean complete;

    /**
     * Opens the file under its temporary name and writes the header.
     *
     * @param header names of columns, Octet's own
     */
    public CsvOutput(Path target, String... header) throws IOException {
        this.target = target.toAbsolutePath();
        Files.createDirectories(this.target.getParent());
        temporary = TemporaryFile.beside(this.target);
        out = Files.newOutputStream(temporary);
        for (String name : header) {
            lines.exact(name);
        }
        lines.end();
    }

    /** What is not in the file yet, for the next line to be added to. */
    public CsvLines lines() {
        return lines;
    }

    /** Ends the line. */
    public void end() throws IOException {
        lines.end();
        if (lines.length() >= BLOCK) {
            write();
        }
    }

    private void write() throws IOException {
        out.write(lines.bytes(), 0, lines.length());
        lines.clear();
    }

    /** Says that every line was written, so that {@link #close} may put the file in its place. */
    public void complete() {
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
}
