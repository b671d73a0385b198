package dev.octet.feature.history;

import dev.octet.event.LoginEvent;
import dev.octet.event.ViewRow;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.RowWords;
import dev.octet.feature.WindowRow;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** Features of a window that depend on earlier windows. Not thread-safe, like the history. */
public final class WindowHistory implements RowFeatures {
    private final PairHistory history;
    private long olderRows;
    private long newest;
    private boolean tooLate;

    public WindowHistory(PairHistory history) {
        this(history, Long.MIN_VALUE);
    }

    private WindowHistory(PairHistory history, long newest) {
        this.history = history;
        this.newest = newest;
    }

    static WindowHistory load(InputStream in) throws IOException {
        long newest = new StateInput(in).readLong();
        return new WindowHistory(PairHistory.load(in), newest);
    }

    @Override
    public List<String> names() {
        return WindowHistoryFeature.keys();
    }

    @Override
    public void extract(ViewRow row, float[] raw, int offset) {
        for (LoginEvent login : window(row).logins()) {
            history.add(login);
        }
        history.close(raw, offset);
    }

    @Override
    public RowWords words(ViewRow row) {
        float[] values = new float[WindowHistoryFeature.COUNT];
        history.close(values, 0);
        return feature -> {
            for (WindowHistoryFeature each : WindowHistoryFeature.values()) {
                if (each.key().equals(feature)) {
                    return each.words(values[each.ordinal()]);
                }
            }
            throw new IllegalArgumentException(
                    "no history feature " + feature + "; known are " + WindowHistoryFeature.keys());
        };
    }

    @Override
    public void observe(ViewRow row) {
        tooLate = row.timeMicros() < newest;
        newest = Math.max(newest, row.timeMicros());
        olderRows += tooLate ? 1 : 0;
    }

    @Override
    public void learn(ViewRow row, boolean updates) {
        if (tooLate) {
            history.forget();
        } else {
            history.learn(updates);
        }
    }

    /** All windows share one memory: each is learnt before the next is extracted. */
    @Override
    public Object memory(ViewRow row) {
        return WindowHistory.class;
    }

    @Override
    public boolean updates(ViewRow row) {
        return true;
    }

    @Override
    public long olderRows() {
        return olderRows;
    }

    @Override
    public void save(OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeLong(newest);
        data.flush();
        history.save(out);
    }

    private static WindowRow window(ViewRow row) {
        if (row instanceof WindowRow window) {
            return window;
        }
        throw new IllegalArgumentException("row " + row.row() + " is no window: these features need the view window");
    }
}
