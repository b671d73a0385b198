package dev.octet.event;

import dev.octet.event.text.CsvLines;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A CSV file that has a temporary name beside its own until it is closed after {@link #complete()}; without that it
 * disappears. Not thread-safe.
 */
public final class CsvOutput implements AutoCloseable {
    /** Bytes that are written to the file together. */
    private static final int BLOCK = 1 << 16;

    private final Path target;
    private final Path temporary;
    private final boolean forced;
    private final FileChannel file;
    private final OutputStream out;
    private final CsvLines lines = new CsvLines();
    private boolean complete;

    /**
     * Opens the file under its temporary name and writes the header.
     *
     * @param header names of columns, Octet's own
     */
    public CsvOutput(Path target, String... header) throws IOException {
        this(target, false, header);
    }

    /** As the constructor does, for a file that is on the disk before it gets its name. */
    public static CsvOutput forced(Path target, String... header) throws IOException {
        return new CsvOutput(target, true, header);
    }

    private CsvOutput(Path target, boolean forced, String... header) throws IOException {
        this.forced = forced;
        this.target = target.toAbsolutePath();
        Files.createDirectories(this.target.getParent());
        temporary = TemporaryFile.beside(this.target);
        file = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        out = Channels.newOutputStream(file);
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

    /** Adds whole lines, each with its end, behind those that are ended. */
    public void append(byte[] whole) throws IOException {
        write();
        out.write(whole);
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
                if (forced) {
                    file.force(true);
                }
            }
        }
        if (complete) {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.deleteIfExists(temporary);
        }
    }
}
