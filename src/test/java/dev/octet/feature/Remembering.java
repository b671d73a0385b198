package dev.octet.feature;

import dev.octet.event.ViewRow;
import java.io.OutputStream;

/** What features that remember rows have in common in tests: one memory, which nobody saves. */
abstract class Remembering implements RowFeatures {
    @Override
    public RowWords words(ViewRow row) {
        return feature -> feature + " of row " + row.row();
    }

    @Override
    public void observe(ViewRow row) {}

    @Override
    public void learn(ViewRow row, boolean updates) {}

    @Override
    public Object memory(ViewRow row) {
        return this;
    }

    @Override
    public boolean updates(ViewRow row) {
        return true;
    }

    @Override
    public long olderRows() {
        return 0;
    }

    @Override
    public void save(OutputStream out) {
        throw new IllegalStateException("a test does not save this");
    }
}
