package dev.octet.bundle;

import dev.octet.detect.AlarmRule;
import dev.octet.detect.Alarms;
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
import java.util.function.Supplier;

/**
 * Applies an {@link AlarmRule} to scored rows and writes the alerts that it raises as CSV, one line an alert: {@code
 * alert,row,timestamp,user,score,threshold,reasons} for attempts and {@code
 * alert,window_start,until,score,threshold,reasons} for windows, {@code until} being the end of the last window in alarm,
 * and {@code alert,entity,score,threshold,reasons} for entities.
 * Score and reasons, in words, are those of the row that raised it. The file appears under its name when it is closed
 * after {@link #complete()}. Not thread-safe.
 */
public final class AlertFile implements AutoCloseable {
    private final CsvOutput csv;
    private final Alarms alarms;
    private final byte[] threshold;
    private final CsvLines lines;
    private WindowAlert open;

    /** An alert of windows whose end is not known yet. */
    private record WindowAlert(int alert, long startMicros, long untilMicros, double score, String reasons) {
        WindowAlert until(long micros) {
            return new WindowAlert(alert, startMicros, micros, score, reasons);
        }
    }

    public AlertFile(Path target, View view, double threshold, AlarmRule rule) throws IOException {
        alarms = new Alarms(rule);
        this.threshold = Double.toString(threshold).getBytes(StandardCharsets.US_ASCII);
        csv = new CsvOutput(target, header(view));
        lines = csv.lines();
    }

    private static String[] header(View view) {
        if (view instanceof View.Attempt) {
            return new String[] {"alert", "row", "timestamp", "user", "score", "threshold", "reasons"};
        }
        if (view instanceof View.Window) {
            return new String[] {"alert", "window_start", "until", "score", "threshold", "reasons"};
        }
        return new String[] {"alert", "entity", "score", "threshold", "reasons"};
    }

    /**
     * Takes the next scored row, flagged or not, in order.
     *
     * @param cause what made the row anomalous above all, asked only where the row is flagged
     * @param reasons asked only where the row raises an alert
     * @return number of the alert that the row belongs to, or {@link Alarms#NONE}
     */
    public int add(ViewRow row, double score, boolean flagged, Supplier<String> cause, Supplier<String> reasons)
            throws IOException {
        int before = alarms.alerts();
        int alert = alarms.add(row, flagged, cause);
        boolean raised = alarms.alerts() > before;
        if (row instanceof LoginEvent attempt) {
            if (raised) {
                lines.number(alert);
                lines.number(attempt.row());
                lines.timestamp(attempt.timeMicros());
                lines.text(attempt.user());
                end(score, reasons.get());
            }
        } else if (row instanceof WindowRow window) {
            if (raised) {
                writeOpen();
                open = new WindowAlert(alert, window.startMicros(), window.endMicros(), score, reasons.get());
            } else if (alert != Alarms.NONE) {
                open = open.until(window.endMicros());
            }
        } else if (row instanceof EntityRow entity && raised) {
            lines.number(alert);
            lines.text(entity.entity());
            end(score, reasons.get());
        }
        return alert;
    }

    private void end(double score, String reasons) throws IOException {
        lines.number(score);
        lines.field().plain(threshold);
        lines.text(reasons);
        csv.end();
    }

    /** Alerts raised so far. */
    public int alerts() {
        return alarms.alerts();
    }

    /** Says that everything was written, so that {@link #close()} may put the file in its place. */
    public void complete() throws IOException {
        writeOpen();
        csv.complete();
    }

    private void writeOpen() throws IOException {
        if (open != null) {
            lines.number(open.alert);
            lines.timestamp(open.startMicros);
            lines.timestamp(open.untilMicros);
            end(open.score, open.reasons);
            open = null;
        }
    }

    @Override
    public void close() throws IOException {
        csv.close();
    }
}
