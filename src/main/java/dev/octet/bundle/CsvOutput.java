package dev.octet.bundle;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.octet.event.TemporaryFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
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
    private static final int BUFFER = 1 << 16;

    private final Path target;
    private final Path temporary;
    private final OutputStream out;
    private final CsvWriter csv;
    private boolean complete;

    CsvOutput(Path target, String... header) throws IOException {
        this.target = target.toAbsolutePath();
        Files.createDirectories(this.target.getParent());
        temporary = TemporaryFile.beside(this.target);
        out = new BufferedOutputStream(Files.newOutputStream(temporary), BUFFER);
        csv = CsvWriter.builder().build(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        write(header);
        csv.flush();
    }

    /** Writes fields; not to be mixed with {@link #write(CsvLine)}. */
    void write(String... fields) {
        csv.writeRecord(fields);
    }

    void write(CsvLine line) throws IOException {
        out.write(line.bytes(), 0, line.length());
    }

    void complete() {
        complete = true;
    }

    @Override
    public void close() throws IOException {
        csv.close();
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
