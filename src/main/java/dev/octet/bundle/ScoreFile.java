package dev.octet.bundle;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.octet.event.TemporaryFile;
import dev.octet.feature.AttemptRow;
import dev.octet.feature.EntityRow;
import dev.octet.feature.View;
import dev.octet.feature.ViewRow;
import dev.octet.feature.WindowRow;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Writes scores as CSV: {@code row,timestamp,user,score,threshold,flagged,reasons} for attempts, {@code
 * window_start,score,threshold,flagged,reasons} for windows and {@code entity,score,threshold,flagged,reasons} for
 * addresses or users. The file appears under its name when it is closed after
 * {@link #complete()}; before that it has a temporary one beside it. Not thread-safe.
 */
public final class ScoreFile implements AutoCloseable {
    private final Path target;
    private final Path temporary;
    private final CsvWriter csv;
    private final String threshold;
    private boolean complete;

    /**
     * Opens the file under its temporary name and writes the header.
     *
     * @param threshold the decision value that goes with every score
     */
    public ScoreFile(Path target, View view, double threshold) throws IOException {
        this.target = target.toAbsolutePath();
        this.threshold = Double.toString(threshold);
        Files.createDirectories(this.target.getParent());
        temporary = TemporaryFile.beside(this.target);
        BufferedWriter writer = Files.newBufferedWriter(temporary, StandardCharsets.UTF_8);
        csv = CsvWriter.builder().build(writer);
        if (view instanceof View.Attempt) {
            csv.writeRecord("row", "timestamp", "user", "score", "threshold", "flagged", "reasons");
        } else if (view instanceof View.Entity) {
            csv.writeRecord("entity", "score", "threshold", "flagged", "reasons");
        } else {
            csv.writeRecord("window_start", "score", "threshold", "flagged", "reasons");
        }
    }

    /** Writes one row's score. */
    public void write(ViewRow row, double score, boolean flagged, String reasons) {
        String flag = flagged ? "1" : "0";
        if (row instanceof AttemptRow attempt) {
            csv.writeRecord(
                    Long.toString(attempt.number()),
                    timestamp(attempt.timeMicros()),
                    attempt.event().user(),
                    Double.toString(score),
                    threshold,
                    flag,
                    reasons);
        } else if (row instanceof WindowRow window) {
            csv.writeRecord(timestamp(window.startMicros()), Double.toString(score), threshold, flag, reasons);
        } else if (row instanceof EntityRow entity) {
            csv.writeRecord(entity.entity(), Double.toString(score), threshold, flag, reasons);
        }
    }

    /** Says that everything was written, so that {@link #close()} may put the file in its place. */
    public void complete() {
        complete = true;
    }

    @Override
    public void close() throws IOException {
        try {
            csv.close();
            if (complete) {
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** ISO 8601 in UTC with as many fraction digits as the time has: none, three or six. */
    private static String timestamp(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }
}
