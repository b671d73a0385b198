package dev.octet.feature.history;

import dev.octet.event.LoginEvent;
import dev.octet.event.ViewRow;
import dev.octet.feature.Gatherer;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.RowWords;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** The history features of attempts as features of rows. Not thread-safe, like the history. */
public final class AttemptHistory implements RowFeatures {
    private final LoginHistory history;
    private final List<String> names;
    /** Rows that were observed too late and wait to be told that they update nothing. */
    private final LongOpenHashSet tooLate = new LongOpenHashSet();

    public AttemptHistory(LoginHistory history) {
        this.history = history;
        names = history.extraNames().isEmpty()
                ? HistoryFeature.keys()
                : Stream.concat(HistoryFeature.keys().stream(), history.extraNames().stream())
                        .toList();
    }

    /** The history itself, to save it, to freeze its shares or to ask for a reason. */
    public LoginHistory history() {
        return history;
    }

    @Override
    public List<String> names() {
        return names;
    }

    @Override
    public void ask(Collection<String> features) {
        history.ask(features);
    }

    @Override
    public void extract(ViewRow row, float[] raw, int offset) {
        history.features(login(row), raw, offset);
    }

    @Override
    public RowWords words(ViewRow row) {
        return history.words(login(row));
    }

    @Override
    public boolean gathers() {
        return true;
    }

    @Override
    public Gatherer gatherer() {
        return history.gatherer();
    }

    @Override
    public void observe(ViewRow row) {
        if (!history.observe(login(row))) {
            tooLate.add(row.row());
        }
    }

    @Override
    public void learn(ViewRow row, boolean updates) {
        if (tooLate.remove(row.row())) {
            return;
        }
        if (updates) {
            history.update(login(row));
        } else {
            history.returned(login(row));
        }
    }

    @Override
    public void judge(ViewRow row, boolean benign) {
        history.judge(login(row), benign);
    }

    /** The user: a login reads its own user's history, and only that waits for a decision. */
    @Override
    public Object memory(ViewRow row) {
        return login(row).user();
    }

    @Override
    public boolean updates(ViewRow row) {
        return login(row).success() && !login(row).user().isEmpty();
    }

    @Override
    public List<String> notes() {
        return history.networksAreBlocks()
                ? List.of("the log has no AS numbers: networks are told apart by their blocks of addresses, /"
                        + history.options().ipv4PrefixBits() + " backed off to /8 (IPv6: /48 to /32)")
                : List.of();
    }

    @Override
    public long olderRows() {
        return history.olderEvents();
    }

    @Override
    public void save(OutputStream out) throws IOException {
        history.save(out);
    }

    private static LoginEvent login(ViewRow row) {
        if (row instanceof LoginEvent attempt) {
            return attempt;
        }
        throw new IllegalArgumentException(
                "row " + row.row() + " is not an attempt: a user's history needs the view attempt");
    }
}
