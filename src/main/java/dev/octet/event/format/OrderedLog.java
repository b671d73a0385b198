package dev.octet.event.format;

import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.LoginReader;
import dev.octet.event.LoginSorter;
import dev.octet.event.LoginSource;
import dev.octet.event.Merge;
import dev.octet.event.RejectedRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Several files as one log in the order of time. Files whose logins stand in the order of time are merged as they are
 * read; if one does not, all are sorted in bounded memory when the log is first opened. Rows of a single file keep their
 * numbers; those of several are numbered in the order of time. Not thread-safe.
 */
public final class OrderedLog implements LoginSource {
    /** Files that are open at one time; where more overlap in time, all are sorted. */
    private static final int MAX_OPEN = 256;

    private final String name;
    private final List<? extends LoginSource> files;
    private final Consumer<String> notes;
    private List<Span> spans;
    private LoginSorter sorted;

    /** What a file holds. */
    private record Span(long firstMicros, long lastMicros, boolean inOrder, boolean empty) {}

    /**
     * @param name what messages call the log
     * @param notes told where logins are sorted
     */
    public OrderedLog(String name, List<? extends LoginSource> files, Consumer<String> notes) {
        this.name = name;
        this.files = List.copyOf(files);
        this.notes = notes;
    }

    @Override
    public String labelColumn() {
        return files.get(0).labelColumn();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public LoginReader open(RejectedRows rejected) throws IOException {
        return open(rejected, LoginField.all());
    }

    @Override
    public LoginReader open(RejectedRows rejected, Set<LoginField> needed) throws IOException {
        if (sorted != null) {
            return numbered(sorted.read());
        }
        if (spans == null) {
            spans = spans();
        }
        long outOfOrder = spans.stream().filter(span -> !span.inOrder).count();
        if (outOfOrder == 0 && overlapping() <= MAX_OPEN) {
            List<Merge.Due> due = new ArrayList<>();
            for (int i = 0; i < files.size(); i++) {
                LoginSource file = files.get(i);
                due.add(new Merge.Due(
                        spans.get(i).empty ? Long.MIN_VALUE : spans.get(i).firstMicros,
                        () -> file.open(rejected, needed)));
            }
            return numbered(Merge.of(due));
        }
        if (outOfOrder > 0) {
            notes.accept(name + ": the logins do not stand in the order of time; they are sorted");
        }
        LoginSorter sorter = LoginSorter.inTemporaryFolder();
        for (LoginSource file : files) {
            try (LoginReader reader = file.open(rejected)) {
                for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                    sorter.add(login);
                }
            }
        }
        sorted = sorter;
        return numbered(sorter.read());
    }

    private LoginReader numbered(LoginReader logins) {
        if (files.size() == 1) {
            return logins;
        }
        return new LoginReader() {
            private long rows;

            @Override
            public Labelled<LoginEvent> next() throws IOException {
                Labelled<LoginEvent> login = logins.next();
                return login == null ? null : new Labelled<>(login.row().withRow(rows++), login.label());
            }

            @Override
            public double share() {
                return logins.share();
            }

            @Override
            public void close() throws IOException {
                logins.close();
            }
        };
    }

    /** Reads all files for their times. */
    private List<Span> spans() throws IOException {
        List<Span> found = new ArrayList<>();
        for (LoginSource file : files) {
            long first = Long.MAX_VALUE;
            long last = Long.MIN_VALUE;
            boolean inOrder = true;
            try (LoginReader reader = file.open(RejectedRows.ignoring(), LoginField.setOf(LoginField.TIME))) {
                for (Labelled<LoginEvent> login = reader.next(); login != null && inOrder; login = reader.next()) {
                    long time = login.row().timeMicros();
                    inOrder = time >= last;
                    first = Math.min(first, time);
                    last = Math.max(last, time);
                }
            }
            found.add(new Span(first, last, inOrder, last == Long.MIN_VALUE));
            if (!inOrder) {
                break; // everything will be sorted
            }
        }
        return found;
    }

    /** The largest number of files that hold logins of one moment. */
    private int overlapping() {
        List<long[]> ends = new ArrayList<>();
        for (Span span : spans) {
            if (!span.empty) {
                ends.add(new long[] {span.firstMicros, 1});
                ends.add(new long[] {span.lastMicros, -1});
            }
        }
        ends.sort((a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(b[1], a[1]));
        int open = 0;
        int most = 0;
        for (long[] end : ends) {
            open += (int) end[1];
            most = Math.max(most, open);
        }
        return most;
    }
}
