package dev.octet.serve;

import dev.octet.event.LoginEvent;
import dev.octet.event.ViewRow;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.RowWords;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * A memory that knows users and addresses under their pseudonyms only; features of the login itself are not touched by
 * that. Not thread-safe.
 */
final class PseudonymousMemory implements RowFeatures {
    private final RowFeatures memory;
    private final Pseudonyms pseudonyms;
    private LoginEvent of;
    private LoginEvent named;

    PseudonymousMemory(RowFeatures memory, Pseudonyms pseudonyms) {
        this.memory = memory;
        this.pseudonyms = pseudonyms;
    }

    /** The row as the memory knows it; made once a row. */
    LoginEvent named(ViewRow row) {
        LoginEvent event = (LoginEvent) row;
        if (event != of) {
            named = pseudonyms.of(event);
            of = event;
        }
        return named;
    }

    @Override
    public List<String> names() {
        return memory.names();
    }

    @Override
    public void extract(ViewRow row, float[] raw, int offset) {
        memory.extract(named(row), raw, offset);
    }

    @Override
    public RowWords words(ViewRow row) {
        return memory.words(named(row));
    }

    @Override
    public void observe(ViewRow row) {
        memory.observe(named(row));
    }

    @Override
    public void learn(ViewRow row, boolean updates) {
        memory.learn(named(row), updates);
    }

    @Override
    public void judge(ViewRow row, boolean benign) {
        memory.judge(named(row), benign);
    }

    @Override
    public Object memory(ViewRow row) {
        return memory.memory(named(row));
    }

    @Override
    public boolean updates(ViewRow row) {
        return memory.updates(named(row));
    }

    @Override
    public long olderRows() {
        return memory.olderRows();
    }

    @Override
    public void save(OutputStream out) throws IOException {
        memory.save(out);
    }
}
