package dev.octet.cli;

import dev.octet.detect.TrainingProgress;
import dev.octet.event.text.PlainText;
import dev.octet.run.RunListener;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Prints the steps of a run to the error stream, nothing of them but notes with {@code --quiet}, and says after Ctrl-C how
 * to go on. Not thread-safe.
 */
final class Steps implements RunListener, AutoCloseable {
    private final Output output;
    private final ConsoleProgress progress;
    private final Interruption interruption;
    private final long started = System.nanoTime();

    Steps(Output output, Supplier<Interruption.Advice> advice) {
        this.output = output;
        progress = new ConsoleProgress(output.err(), output.terminal().err(), output.quiet());
        interruption = new Interruption(output.err(), this::endLine, advice);
    }

    /** Ends the line that a bar stands on, from the thread of a signal: the bar itself is another thread's. */
    private void endLine() {
        if (output.terminal().err()) {
            output.err().println();
        }
    }

    @Override
    public void stage(String text) {
        progress.close();
        if (output.quiet()) {
            return;
        }
        String time = output.verbose()
                ? String.format(
                        Locale.ROOT,
                        "%7.1f s, %,d MB  ",
                        (System.nanoTime() - started) / 1e9,
                        (Runtime.getRuntime().totalMemory()
                                        - Runtime.getRuntime().freeMemory())
                                >> 20)
                : "";
        output.err().println(time + PlainText.lines(text));
        output.err().flush();
        progress.stage();
    }

    @Override
    public void reading(long rows, double share) {
        progress.rows(rows, share, "rows");
    }

    @Override
    public void note(String text) {
        progress.close();
        output.err().println("  " + PlainText.lines(text));
        output.err().flush();
    }

    @Override
    public TrainingProgress training(String detector) {
        progress.restart();
        return progress;
    }

    @Override
    public void close() {
        progress.close();
        interruption.close();
    }
}
