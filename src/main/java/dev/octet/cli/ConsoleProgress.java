package dev.octet.cli;

import dev.octet.detect.TrainingProgress;
import dev.octet.event.text.PlainText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how far a pass over a log or a training is: on a terminal a bar with rows/s and the time left, for whatever takes
 * more than half a second, and a line now and then where there is no terminal. Quiet, it shows nothing. Not thread-safe.
 */
final class ConsoleProgress implements TrainingProgress, AutoCloseable {
    private static final long LINE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long BAR_AFTER_NANOS = Duration.ofMillis(500).toNanos();

    private final PrintWriter out;
    private final boolean terminal;
    private final boolean quiet;
    private ProgressBar bar;
    private long stageStarted = System.nanoTime();
    private int epochs;
    private long rows;
    private long started;
    private long rowsBefore;
    private long lastLine = stageStarted;

    ConsoleProgress(PrintWriter out, boolean terminal, boolean quiet) {
        this.out = out;
        this.terminal = terminal;
        this.quiet = quiet;
    }

    /** A step begins. */
    void stage() {
        close();
        stageStarted = System.nanoTime();
        lastLine = stageStarted;
    }

    /** Forgets the training before, so that speed and time left are those of the next. */
    void restart() {
        close();
        started = 0;
    }

    /**
     * So many rows of a pass over a log are done.
     *
     * @param unit what is done, e.g. {@code rows}
     * @param share of all rows, NaN if unknown
     */
    void rows(long done, double share, String unit) {
        long now = System.nanoTime();
        if (quiet || now - stageStarted < BAR_AFTER_NANOS) {
            return;
        }
        if (terminal) {
            if (bar == null) {
                bar = bar(unit, -1);
            }
            if (share > 0) {
                bar.maxHint(Math.max(done, Math.round(done / share)));
            }
            bar.stepTo(done);
        } else if (now - lastLine >= LINE_EVERY_NANOS) {
            lastLine = now;
            double seconds = (now - stageStarted) / 1e9;
            out.printf(Locale.ROOT, "  %,d %s, %,.0f a second", done, unit, done / seconds);
            if (share > 0) {
                out.printf(
                        Locale.ROOT, ", %.0f %%, about %s left", 100 * share, minutes(seconds * (1 - share) / share));
            }
            out.println();
            out.flush();
        }
    }

    private static ProgressBar bar(String unit, long max) {
        return new ProgressBarBuilder()
                .setTaskName(" ")
                .setInitialMax(max)
                .setStyle(ProgressBarStyle.ASCII)
                .setUnit(" " + unit, 1)
                .showSpeed()
                .setUpdateIntervalMillis(200)
                .clearDisplayOnFinish()
                .build();
    }

    @Override
    public void epochStarted(int epoch, int epochs, long rows) {
        if (started == 0) {
            started = System.nanoTime();
            lastLine = started;
            rowsBefore = (epoch - 1) * rows;
        }
        this.epochs = epochs;
        this.rows = rows;
        if (terminal && !quiet) {
            if (bar == null) {
                bar = bar("rows", epochs * rows);
            }
            bar.stepTo((epoch - 1) * rows);
        }
    }

    @Override
    public void batch(int epoch, long rowsDone, double loss) {
        if (bar != null) {
            bar.stepTo((epoch - 1) * rows + rowsDone);
            bar.setExtraMessage(String.format(Locale.ROOT, "epoch %d/%d, loss %.6g", epoch, epochs, loss));
        } else if (!quiet && System.nanoTime() - lastLine >= LINE_EVERY_NANOS) {
            lastLine = System.nanoTime();
            out.printf(
                    Locale.ROOT,
                    "  epoch %d/%d, %,d of %,d rows, loss %.6g, %s%n",
                    epoch,
                    epochs,
                    rowsDone,
                    rows,
                    loss,
                    speed(epoch, rowsDone));
            out.flush();
        }
    }

    @Override
    public void epochEnded(int epoch, double trainLoss, double validationLoss, double learningRate) {
        if (bar == null && !quiet) {
            lastLine = System.nanoTime();
            out.printf(
                    Locale.ROOT,
                    "  epoch %d/%d done, loss %.6g, validation loss %.6g, learning rate %.3g, %s%n",
                    epoch,
                    epochs,
                    trainLoss,
                    validationLoss,
                    learningRate,
                    speed(epoch, rows));
            out.flush();
        }
    }

    @Override
    public void note(String text) {
        close();
        out.println("  " + PlainText.lines(text));
        out.flush();
    }

    @Override
    public void detail(String text) {
        if (!quiet) {
            note(text);
        }
    }

    private String speed(int epoch, long rowsDone) {
        long done = (epoch - 1) * rows + rowsDone - rowsBefore;
        double seconds = Math.max(1e-9, (System.nanoTime() - started) / 1e9);
        double left = (epochs * rows - (epoch - 1) * rows - rowsDone) * seconds / Math.max(1, done);
        return String.format(Locale.ROOT, "%,.0f rows/s, at most %s left", done / seconds, minutes(left));
    }

    private static String minutes(double seconds) {
        return String.format(Locale.ROOT, "%d:%02d", (long) seconds / 60, (long) seconds % 60);
    }

    /** Ends the bar, if there is one; the next step or epoch starts another. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
