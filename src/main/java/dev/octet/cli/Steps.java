package dev.octet.cli;

import dev.octet.detect.TrainingProgress;
import dev.octet.experiment.RunListener;
import java.io.PrintWriter;

/** Prints the steps of a run. Not thread-safe. */
final class Steps implements RunListener, AutoCloseable {
    private final PrintWriter out;
    private final ConsoleProgress progress;

    Steps(PrintWriter out) {
        this.out = out;
        progress = new ConsoleProgress(out, System.console() != null);
    }

    @Override
    public void stage(String text) {
        progress.close();
        out.println(text);
        out.flush();
    }

    @Override
    public void note(String text) {
        progress.note(text);
    }

    @Override
    public TrainingProgress training(String detector) {
        progress.restart();
        return progress;
    }

    @Override
    public void close() {
        progress.close();
    }
}
