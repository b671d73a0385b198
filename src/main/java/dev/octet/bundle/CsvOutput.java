package dev.octet.bundle;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.octet.event.TemporaryFile;
import java.io.IOException;
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
    private final Path target;
    private final Path temporary;
    private final CsvWriter csv;
    private boolean complete;

    CsvOutput(Path target, String... header) throws IOException {
        this.target = target.toAbsolutePath();
        Files.createDirectories(this.target.getParent());
        temporary = TemporaryFile.beside(this.target);
        csv = CsvWriter.builder().build(Files.newBufferedWriter(temporary, StandardCharsets.UTF_8));
        csv.writeRecord(header);
    }

    void write(String... fields) {
        csv.writeRecord(fields);
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
