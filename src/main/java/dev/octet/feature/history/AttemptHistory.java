package dev.octet.feature.history;

import dev.octet.event.LoginEvent;
import dev.octet.feature.AttemptRow;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.ViewRow;
import dev.octet.feature.WindowRow;
import java.util.List;

/** The history features of attempts as features of rows. Not thread-safe, like the history. */
public final class AttemptHistory implements RowFeatures {
    private final LoginHistory history;

    public AttemptHistory(LoginHistory history) {
        this.history = history;
    }

    /** The history itself, to save it, to freeze its shares or to ask for a reason. */
    public LoginHistory history() {
        return history;
    }

    @Override
    public List<String> names() {
        return HistoryFeature.keys();
    }

    @Override
    public void extract(ViewRow row, float[] raw, int offset) {
        history.features(login(row), raw, offset);
    }

    @Override
    public void learn(ViewRow row, boolean teach) {
        history.learn(login(row), teach);
    }

    private static LoginEvent login(ViewRow row) {
        if (row instanceof AttemptRow attempt) {
            return attempt.event();
        }
        WindowRow window = (WindowRow) row;
        throw new IllegalArgumentException(
                "window " + window.number() + " is not an attempt: a user's history needs the view attempt");
    }
}
