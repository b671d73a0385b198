package dev.octet.serve.alert;

import java.io.IOException;
import java.util.function.Consumer;

/** Hands each alert on as a line, e.g. to a terminal. */
public final class LineSink implements AlertSink {
    private final AlertForm form;
    private final AlertSource source;
    private final Consumer<String> lines;

    /** @param lines takes each line without its end, and keeps nothing back */
    public LineSink(AlertForm form, AlertSource source, Consumer<String> lines) {
        this.form = form;
        this.source = source;
        this.lines = lines;
    }

    @Override
    public void accept(Alert alert) throws IOException {
        lines.accept(form.line(alert, source));
    }

    @Override
    public void flush() throws IOException {
        // each line is out
    }

    @Override
    public void close() throws IOException {
        // the lines' taker is its owner's
    }
}
