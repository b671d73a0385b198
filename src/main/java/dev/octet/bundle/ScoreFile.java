package dev.octet.bundle;

import dev.octet.feature.AttemptRow;
import dev.octet.feature.EntityRow;
import dev.octet.feature.View;
import dev.octet.feature.ViewRow;
import dev.octet.feature.WindowRow;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes scores as CSV: {@code row,timestamp,user,score,threshold,flagged,reasons} for attempts, {@code
 * window_start,score,threshold,flagged,reasons} for windows and {@code entity,score,threshold,flagged,reasons} for
 * addresses or users. The file appears under its name when it is closed after
 * {@link #complete()}; before that it has a temporary one beside it. Not thread-safe.
 */
public final class ScoreFile implements AutoCloseable {
    private final CsvOutput csv;
    private final String threshold;

    /**
     * Opens the file under its temporary name and writes the header.
     *
     * @param threshold the decision value that goes with every score
     */
    public ScoreFile(Path target, View view, double threshold) throws IOException {
        this.threshold = Double.toString(threshold);
        csv = new CsvOutput(target, header(view));
    }

    private static String[] header(View view) {
        return switch (view.key()) {
            case "attempt" -> new String[] {"row", "timestamp", "user", "score", "threshold", "flagged", "reasons"};
            case "window" -> new String[] {"window_start", "score", "threshold", "flagged", "reasons"};
            case "entity" -> new String[] {"entity", "score", "threshold", "flagged", "reasons"};
            default -> throw new IllegalArgumentException("no score file is known for the view " + view.key());
        };
    }

    /** Writes one row's score. */
    public void write(ViewRow row, double score, boolean flagged, String reasons) {
        String flag = flagged ? "1" : "0";
        if (row instanceof AttemptRow attempt) {
            csv.write(
                    Long.toString(attempt.number()),
                    CsvOutput.timestamp(attempt.timeMicros()),
                    attempt.event().user(),
                    Double.toString(score),
                    threshold,
                    flag,
                    reasons);
        } else if (row instanceof WindowRow window) {
            csv.write(CsvOutput.timestamp(window.startMicros()), Double.toString(score), threshold, flag, reasons);
        } else if (row instanceof EntityRow entity) {
            csv.write(entity.entity(), Double.toString(score), threshold, flag, reasons);
        }
    }

    /** Says that everything was written, so that {@link #close()} may put the file in its place. */
    public void complete() {
        csv.complete();
    }

    @Override
    public void close() throws IOException {
        csv.close();
    }
}
