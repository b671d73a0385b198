package dev.octet.serve.alert;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Several destinations of the same alerts. */
public final class AlertOutputs implements AlertSink {
    private final List<AlertSink> sinks;

    public AlertOutputs(List<? extends AlertSink> sinks) {
        this.sinks = List.copyOf(sinks);
    }

    @Override
    public void accept(Alert alert) throws IOException {
        for (AlertSink sink : sinks) {
            sink.accept(alert);
        }
    }

    @Override
    public void flush() throws IOException {
        for (AlertSink sink : sinks) {
            sink.flush();
        }
    }

    @Override
    public Map<String, String> ends() throws IOException {
        Map<String, String> all = new HashMap<>();
        for (AlertSink sink : sinks) {
            all.putAll(sink.ends());
        }
        return all;
    }

    @Override
    public void resume(Map<String, String> ends) throws IOException {
        for (AlertSink sink : sinks) {
            sink.resume(ends);
        }
    }

    /** Closes all, also where one cannot be closed. */
    @Override
    public void close() throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (AlertSink sink : sinks) {
            try {
                sink.close();
            } catch (IOException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            failures.subList(1, failures.size()).forEach(failures.get(0)::addSuppressed);
            throw failures.get(0);
        }
    }
}
