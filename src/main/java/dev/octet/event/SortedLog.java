package dev.octet.event;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Files as one log that is sorted by time, in bounded memory, when it is first opened. Rows keep the numbers that they have
 * in their files, which go on from file to file. Not thread-safe.
 */
public final class SortedLog implements LoginSource, AutoCloseable {
    private final List<LoginSource> files;
    private final LoginSorter sorter;
    private final Consumer<String> notes;
    private boolean sorted;

    /**
     * @param folder where the temporary file lies
     * @param notes told what was sorted
     */
    public SortedLog(List<? extends LoginSource> files, Path folder, Consumer<String> notes) {
        this.files = List.copyOf(files);
        this.notes = notes;
        sorter = new LoginSorter(folder);
    }

    /** A log whose temporary file lies where the system keeps such files. */
    public static SortedLog inTemporaryFolder(List<? extends LoginSource> files, Consumer<String> notes) {
        return new SortedLog(files, Path.of(System.getProperty("java.io.tmpdir")), notes);
    }

    /** Whether a source stands in the order of time; reads all of it for its times. */
    public static boolean isInOrder(LoginSource source) throws IOException {
        // nobody looks at a row, so that no more than its time and its outcome need be read
        RowFilter nobody = RowFilter.from(Long.MAX_VALUE);
        try (LoginReader reader = source.open(RejectedRows.ignoring(), LoginField.setOf(LoginField.TIME), nobody)) {
            Labelled<LoginEvent> login = reader.next();
            while (login != null) {
                login = reader.next();
            }
            return true;
        } catch (OutOfOrderException e) {
            return false;
        }
    }

    @Override
    public LoginReader open(RejectedRows rejected) throws IOException {
        return open(rejected, LoginField.all());
    }

    @Override
    public LoginReader open(RejectedRows rejected, Set<LoginField> needed) throws IOException {
        if (!sorted) {
            sort(rejected);
            sorted = true;
            if (sorter.late() > 0) {
                notes.accept(name() + ": " + sorter.summary());
            }
        }
        return sorter.read();
    }

    private void sort(RejectedRows rejected) throws IOException {
        TimeSpan within = Strays.spanWithout(files);
        long rowsBefore = 0;
        for (LoginSource file : files) {
            if (files.size() > 1) {
                rejected.enter(file.name(), rowsBefore);
            }
            long rows = -rejected.count();
            try (LoginReader reader = ReadAhead.of(file.inAnyOrder(within).open(rejected))) {
                for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                    LoginEvent event = login.row();
                    sorter.add(new Labelled<>(event.withRow(rowsBefore + event.row()), login.label()));
                    rows++;
                }
            }
            rowsBefore += rows + rejected.count();
        }
        if (files.size() > 1) {
            rejected.enter(name(), 0);
        }
    }

    @Override
    public String labelColumn() {
        return files.get(0).labelColumn();
    }

    @Override
    public String name() {
        return String.join(", ", files.stream().map(LoginSource::name).toList());
    }

    /** Deletes the sorted copy. */
    @Override
    public void close() throws IOException {
        sorter.close();
    }
}
