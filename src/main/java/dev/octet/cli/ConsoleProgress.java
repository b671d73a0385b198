package dev.octet.cli;

import dev.octet.detect.TrainingProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows a training: a bar with epoch, loss, rows/s and the time left on a terminal, and a line now and then where there
 * is none. Not thread-safe.
 */
final class ConsoleProgress implements TrainingProgress, AutoCloseable {
    private static final long LINE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private final PrintWriter out;
    private final boolean terminal;
    private ProgressBar bar;
    private int epochs;
    private long rows;
    private long started;
    private long rowsBefore;
    private long lastLine;

    ConsoleProgress(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Forgets the training before, so that speed and time left are those of the next. */
    void restart() {
        close();
        started = 0;
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
        if (terminal) {
            if (bar == null) {
                bar = new ProgressBarBuilder()
                        .setTaskName("training")
                        .setInitialMax(epochs * rows)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUnit(" rows", 1)
                        .showSpeed()
                        .setUpdateIntervalMillis(250)
                        .build();
            }
            bar.stepTo((epoch - 1) * rows);
        }
    }

    @Override
    public void batch(int epoch, long rowsDone, double loss) {
        if (bar != null) {
            bar.stepTo((epoch - 1) * rows + rowsDone);
            bar.setExtraMessage(String.format(Locale.ROOT, "epoch %d/%d, loss %.6g", epoch, epochs, loss));
        } else if (System.nanoTime() - lastLine >= LINE_EVERY_NANOS) {
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
        if (bar == null) {
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
        out.println("  " + text);
        out.flush();
    }

    private String speed(int epoch, long rowsDone) {
        long done = (epoch - 1) * rows + rowsDone - rowsBefore;
        double seconds = Math.max(1e-9, (System.nanoTime() - started) / 1e9);
        double left = (epochs * rows - (epoch - 1) * rows - rowsDone) * seconds / Math.max(1, done);
        return String.format(
                Locale.ROOT, "%,.0f rows/s, at most %d:%02d left", done / seconds, (long) left / 60, (long) left % 60);
    }

    /** Ends the bar, if there is one; the next epoch starts another. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
