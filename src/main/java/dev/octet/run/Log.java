package dev.octet.run;

import dev.octet.config.LabelLint;
import dev.octet.event.AttackWindows;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.LoginReader;
import dev.octet.event.LoginSorter;
import dev.octet.event.LoginSource;
import dev.octet.event.OutOfOrderException;
import dev.octet.event.ReadAhead;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.RowFilter;
import dev.octet.event.Strays;
import dev.octet.event.TimeSpan;
import dev.octet.feature.RowReader;
import dev.octet.feature.View;
import it.unimi.dsi.fastutil.longs.Long2BooleanOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Files that are read one after the other as one log. {@link #scan} comes first: it counts, checks and lists what cannot
 * be read, so that a run fails before it trains; later passes go over rows that have been checked. Row numbers go on
 * from file to file. A log that does not stand in the order of time is sorted by the scan, and rows keep their numbers. Not
 * thread-safe.
 */
public final class Log {
    private static final int TOLD_EVERY = 4096;

    private List<LoginSource> files;
    private Optional<AttackWindows> attacks;
    private final Path folder;
    private final RunListener listener;
    private final List<Long> rowsOfFile = new ArrayList<>();

    /**
     * @param folder where a log that has to be sorted is kept; made when it is needed
     * @param listener told how far each pass has got
     */
    public Log(List<? extends LoginSource> files, Optional<AttackWindows> attacks, Path folder, RunListener listener) {
        this.files = files.stream().map(LoginSource::readAgain).toList();
        this.attacks = attacks;
        this.folder = folder;
        this.listener = listener;
    }

    /** A log that lies elsewhere: it has a name, and its rows are read there. */
    static Log elsewhere(String name, Path folder, RunListener listener) {
        return new Log(List.of(new Elsewhere(name)), Optional.empty(), folder, listener);
    }

    /** Whether its rows can be read here. */
    boolean isHere() {
        return files.stream().noneMatch(Elsewhere.class::isInstance);
    }

    private record Elsewhere(String name) implements LoginSource {
        @Override
        public LoginReader open(RejectedRows rejected) {
            throw new IllegalStateException(name + " lies elsewhere");
        }
    }

    /**
     * What a first pass over a log found.
     *
     * @param rows all rows, rejected ones too
     * @param rejected how many could not be used, by reason
     * @param warnings what a user should know of what could not be read, in sentences with examples from the log
     * @param figures the same without anything that stands in the log
     * @param firstMicros time of the first usable row
     * @param lastMicros time of the last
     * @param attacks rows labelled an attack, whether their user had a successful login before, by row number
     * @param labelled whether anything is known about a row: a label in it, or an attack window within the log's time
     */
    public record Scan(
            long rows,
            Map<RejectedRows.Reason, Long> rejected,
            List<String> warnings,
            List<String> figures,
            long firstMicros,
            long lastMicros,
            long successes,
            Long2BooleanOpenHashMap attacks,
            boolean labelled) {
        public long usable() {
            return rows - rejected.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * Reads everything once. Attack windows that all lie outside the log's time say nothing about it and are dropped.
     *
     * @param rejectedList where to list rows that cannot be used; with several files, a name beside it for each
     * @throws InputException if too many rows cannot be used, or none can
     */
    public Scan scan(Path rejectedList, RejectionPolicy policy) throws IOException {
        try {
            return scan(rejectedList, policy, Optional.empty());
        } catch (OutOfOrderException e) {
            listener.stage("sorting " + name());
            LoginSorter sorter = new LoginSorter(folder);
            Scan scan = scan(rejectedList, policy, Optional.of(sorter));
            files = List.of(new Sorted(name(), sorter));
            rowsOfFile.clear();
            rowsOfFile.add(scan.rows);
            return scan;
        }
    }

    /** A log that the scan has sorted. */
    private record Sorted(String name, LoginSorter sorter) implements LoginSource {
        @Override
        public LoginReader open(RejectedRows rejected) throws IOException {
            return sorter.read();
        }
    }

    /**
     * Scans the log, which must stand in the order of time where it is not sorted.
     *
     * @param sorter takes all logins first
     */
    private Scan scan(Path rejectedList, RejectionPolicy policy, Optional<LoginSorter> sorter) throws IOException {
        rowsOfFile.clear();
        Map<RejectedRows.Reason, Long> rejectedByReason = new EnumMap<>(RejectedRows.Reason.class);
        List<String> warnings = new ArrayList<>();
        List<String> figures = new ArrayList<>();
        Found found = new Found();
        TimeSpan within = sorter.isPresent() ? Strays.spanWithout(files) : TimeSpan.ALL;
        long rows = 0;
        for (int i = 0; i < files.size(); i++) {
            LoginSource file = files.get(i);
            long usable = 0;
            try (RejectedRows rejected = RejectedRows.listedIn(listFor(rejectedList, i), file.name(), policy)) {
                try (LoginReader reader = ReadAhead.of(
                        sorter.isPresent()
                                ? file.inAnyOrder(within).open(rejected)
                                : file.open(rejected, LoginField.setOf(LoginField.USER)))) {
                    for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                        usable++;
                        tell(rows + usable, i, reader);
                        Labelled<LoginEvent> numbered = withRowsBefore(rows, login);
                        if (sorter.isPresent()) {
                            sorter.get().add(numbered);
                        } else {
                            found.add(numbered);
                        }
                    }
                }
                rejected.check(usable + rejected.count());
                rejected.warnings(usable + rejected.count())
                        .forEach(warning -> warnings.add(file.name() + ": " + warning));
                rejected.figures(usable + rejected.count()).forEach(figure -> figures.add(file.name() + ": " + figure));
                rejected.leftOut()
                        .forEach((why, count) -> listener.note(String.format(
                                Locale.ROOT, "%s: %,d records are %s and left out", file.name(), count, why.text())));
                rejected.counts().forEach((reason, count) -> rejectedByReason.merge(reason, count, Long::sum));
                rowsOfFile.add(usable + rejected.count());
                rows += usable + rejected.count();
            }
            if (usable == 0) {
                throw new InputException(
                        file.name() + " has a header but no rows that can be used; nothing can be done with it");
            }
        }
        if (sorter.isPresent()) {
            try (LoginReader reader = sorter.get().read()) {
                for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                    found.add(login);
                }
            }
            warnings.add(name() + ": " + sorter.get().summary());
            figures.add(name() + ": " + sorter.get().summary());
        }
        found.lint.check();
        if (attacks.isPresent() && !attacks.get().overlapsMinutes(found.firstMicros, found.lastMicros + 1)) {
            attacks = Optional.empty();
        }
        return new Scan(
                rows,
                rejectedByReason,
                warnings,
                figures,
                found.firstMicros,
                found.lastMicros,
                found.successes,
                found.attackRows,
                found.labelled || attacks.isPresent());
    }

    private static Labelled<LoginEvent> withRowsBefore(long rowsBefore, Labelled<LoginEvent> login) {
        return rowsBefore == 0
                ? login
                : new Labelled<>(login.row().withRow(rowsBefore + login.row().row()), login.label());
    }

    /** What the scan finds in logins that come in the order of time. */
    private final class Found {
        private final Long2BooleanOpenHashMap attackRows = new Long2BooleanOpenHashMap();
        private final LongOpenHashSet usersWithSuccess = new LongOpenHashSet();
        private final LabelLint lint = new LabelLint(labelColumn());
        private boolean labelled;
        private long successes;
        private long firstMicros = Long.MAX_VALUE;
        private long lastMicros = Long.MIN_VALUE;

        void add(Labelled<LoginEvent> login) {
            LoginEvent event = login.row();
            if (event.timeMicros() < lastMicros) {
                throw new OutOfOrderException(name() + ": a file begins at " + time(event.timeMicros())
                        + ", before the end of the one before it");
            }
            lint.see(login);
            labelled |= login.label() != Label.UNKNOWN;
            firstMicros = Math.min(firstMicros, event.timeMicros());
            lastMicros = event.timeMicros();
            if (login.during(attacks).isAttack()) {
                attackRows.put(event.row(), usersWithSuccess.contains(key(event.user())));
            }
            if (event.success()) {
                successes++;
                usersWithSuccess.add(key(event.user()));
            }
        }
    }

    /** Takes what an earlier run's {@link #scan} found, instead of a scan. */
    Scan restore(RowCache.Scanned scanned) {
        rowsOfFile.clear();
        rowsOfFile.addAll(scanned.rowsOfFile());
        if (!scanned.scan().labelled()) {
            attacks = Optional.empty();
        }
        return scanned.scan();
    }

    /** The rows of each file, once they are known. */
    List<Long> rowsOfFile() {
        return List.copyOf(rowsOfFile);
    }

    /**
     * Reads the log as rows of a view; {@link #scan} must have been called.
     *
     * @param needed fields that somebody looks at
     */
    public RowReader open(View view, Spans spans, Set<LoginField> needed) throws IOException {
        return view.read(
                new Consecutive(needed, RowFilter.ALL),
                attacks,
                List.of(spans.trainFrom(), spans.trainUntil(), spans.validationUntil(), spans.testUntil()));
    }

    /** As above, from some moment on where a row is a login: earlier ones may be left out. */
    RowReader openFrom(long micros, View view, Spans spans, Set<LoginField> needed) throws IOException {
        return view instanceof View.Attempt
                ? view.read(new Consecutive(needed, RowFilter.from(micros)), attacks, List.of())
                : open(view, spans, needed);
    }

    /**
     * As above.
     *
     * @param spanEnds where rows that stand for a whole span end, ascending
     */
    public RowReader open(View view, List<Long> spanEnds) throws IOException {
        return view.read(new Consecutive(LoginField.all(), RowFilter.ALL), attacks, spanEnds);
    }

    /** As above, the whole log being one span. */
    public RowReader open(View view, Set<LoginField> needed) throws IOException {
        return view.read(new Consecutive(needed, RowFilter.ALL), attacks);
    }

    /** Reads the log login by login; {@link #scan} must have been called. Logins that the filter is not for may be left out. */
    LoginReader logins(RowFilter filter) {
        return new Consecutive(LoginField.all(), filter);
    }

    private String labelColumn() {
        return files.get(0).labelColumn();
    }

    public String name() {
        return String.join(", ", files.stream().map(LoginSource::name).toList());
    }

    private void tell(long rows, int file, LoginReader reader) {
        if (rows % TOLD_EVERY == 0) {
            listener.reading(rows, (file + reader.share()) / files.size());
        }
    }

    private Path listFor(Path list, int file) {
        if (files.size() == 1) {
            return list;
        }
        String name = list.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return list.resolveSibling(name.substring(0, dot) + "-" + (file + 1) + name.substring(dot));
    }

    /** FNV-1a with a final mix: two of 5 million users collide with a chance of one in a million. */
    private static long key(String user) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < user.length(); i++) {
            hash = (hash ^ user.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 32)) * 0xd6e8feb86659fd93L;
        return hash ^ (hash >>> 32);
    }

    public static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** To the second, for people to read. */
    static Instant second(long micros) {
        return time(micros).truncatedTo(ChronoUnit.SECONDS);
    }

    static String span(long fromMicros, long toMicros) {
        return second(fromMicros) + " to " + second(toMicros);
    }

    private final class Consecutive implements LoginReader {
        private final Set<LoginField> needed;
        private final RowFilter filter;
        private int file;
        private long rowsBefore;
        private long rows;
        private LoginReader reader;

        Consecutive(Set<LoginField> needed, RowFilter filter) {
            this.needed = needed;
            this.filter = filter;
        }

        @Override
        public Labelled<LoginEvent> next() throws IOException {
            while (true) {
                if (reader == null) {
                    if (file == files.size()) {
                        return null;
                    }
                    reader = ReadAhead.of(files.get(file).open(RejectedRows.ignoring(), needed, filter));
                }
                Labelled<LoginEvent> login = reader.next();
                if (login != null) {
                    tell(++rows, file, reader);
                    return withRowsBefore(rowsBefore, login);
                }
                reader.close();
                reader = null;
                rowsBefore += rowsOfFile.get(file++);
            }
        }

        @Override
        public void close() throws IOException {
            if (reader != null) {
                reader.close();
            }
        }
    }
}
