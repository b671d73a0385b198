package dev.octet.bundle;

import dev.octet.event.CsvOutput;
import dev.octet.event.LoginEvent;
import dev.octet.event.ViewRow;
import dev.octet.event.text.CsvLines;
import dev.octet.feature.EntityRow;
import dev.octet.feature.View;
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
    /** The threshold's and the decision's fields of a row that is flagged, and of one that is not. */
    private final byte[] flagged;

    private final byte[] passed;

    /**
     * Opens the file under its temporary name and writes the header.
     *
     * @param threshold the decision value that goes with every score
     * @param reasons says what each column of a row stands for
     */
    public ScoreFile(Path target, View view, double threshold, Reasons reasons) throws IOException {
        this.reasons = reasons;
        flagged = (threshold + ",1").getBytes(StandardCharsets.US_ASCII);
        passed = (threshold + ",0").getBytes(StandardCharsets.US_ASCII);
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
    public void write(ViewRow row, double score, boolean flags, double[] contributions) throws IOException {
        CsvLines lines = csv.lines();
        if (row instanceof LoginEvent attempt) {
            lines.number(attempt.row());
            lines.timestamp(attempt.timeMicros());
            lines.key(attempt.user());
        } else if (row instanceof WindowRow window) {
            lines.timestamp(window.startMicros());
        } else if (row instanceof EntityRow entity) {
            lines.key(entity.entity());
        }
        lines.number(score);
        lines.field().plain(flags ? flagged : passed);
        reasons.write(contributions, lines);
        csv.end();
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
