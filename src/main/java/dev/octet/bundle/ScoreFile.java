package dev.octet.bundle;

import dev.octet.feature.AttemptRow;
import dev.octet.feature.EntityRow;
import dev.octet.feature.View;
import dev.octet.feature.ViewRow;
import dev.octet.feature.WindowRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Writes scores as CSV: {@code row,timestamp,user,score,threshold,flagged,reasons} for attempts, {@code
 * window_start,score,threshold,flagged,reasons} for windows and {@code entity,score,threshold,flagged,reasons} for
 * addresses or users. The file appears under its name when it is closed after
 * {@link #complete()}; before that it has a temporary one beside it. Not thread-safe.
 */
public final class ScoreFile implements AutoCloseable {
    private final CsvOutput csv;
    private final Reasons reasons;
    private final byte[] threshold;
    private final CsvLine line = new CsvLine();

    /**
     * Opens the file under its temporary name and writes the header.
     *
     * @param threshold the decision value that goes with every score
     * @param reasons says what each column of a row stands for
     */
    public ScoreFile(Path target, View view, double threshold, Reasons reasons) throws IOException {
        this.reasons = reasons;
        this.threshold = Double.toString(threshold).getBytes(StandardCharsets.US_ASCII);
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

    /**
     * Writes one row's score.
     *
     * @param contributions what each column added
     */
    public void write(ViewRow row, double score, boolean flagged, double[] contributions) throws IOException {
        line.clear();
        if (row instanceof AttemptRow attempt) {
            line.number(attempt.number());
            line.timestamp(attempt.timeMicros());
            line.text(attempt.event().user());
        } else if (row instanceof WindowRow window) {
            line.timestamp(window.startMicros());
        } else if (row instanceof EntityRow entity) {
            line.text(entity.entity());
        }
        line.number(score);
        line.field().plain(threshold);
        line.number(flagged ? 1 : 0);
        reasons.write(contributions, line);
        line.end();
        csv.write(line);
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
