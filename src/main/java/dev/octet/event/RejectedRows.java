package dev.octet.event;

import dev.octet.event.text.CsvLines;
import dev.octet.event.text.PlainText;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Counts what of one source cannot be read, lists it and decides when it is too much. A row without a time or an outcome
 * cannot be used and is left out; any other field that cannot be read is missing in a row that is kept.
 *
 * <p>The list, {@code unreadable.csv}, has the columns {@code row,line,time,user,column,reason,value,outcome}, the outcome
 * being {@code kept} or {@code left out}; in a list for several files, a line stands behind the name of its file. The list is
 * written under a temporary name and moved into place by {@link #close()},
 * also after an {@link InputException}; where there is nothing to list, a list of an earlier run is removed. Not
 * thread-safe.
 */
public final class RejectedRows implements AutoCloseable {
    /** Once this many first rows are all rejected, the format does not fit, and reading the rest is a waste of time. */
    private static final int HOPELESS = 1000;

    private static final int SHOWN = 200;
    /** Words of outcomes that are counted, and that a message names. */
    private static final int MAX_WORDS = 1000;

    private static final int NAMED_WORDS = 5;

    /** From this share of unreadable values on, a column is mapped to the wrong field. */
    private static final double MISFIT = 0.5;

    /** Why a row or a field cannot be read. */
    public enum Reason {
        FIELD_COUNT("wrong number of fields"),
        JSON("not a JSON object"),
        DUPLICATE_KEY("the same key twice"),
        RECORD("unreadable record"),
        QUOTES("broken quotes"),
        NOT_UTF8("not UTF-8"),
        CONTROL_CHARACTER("control character"),
        TOO_LONG("too long"),
        TIME("unreadable time"),
        TIME_ORDER("time goes backwards"),
        USER("odd user ID"),
        IP("unreadable IP address"),
        OUTCOME("neither success nor failure"),
        NUMBER("unreadable number"),
        BOOLEAN("neither true nor false"),
        LABEL("unreadable label");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** The reason in plain words. */
        public String text() {
            return text;
        }
    }

    /** What could not be read in one column. */
    private record Unreadable(String column, Reason reason) {}

    /** Why a record of a log is no login that is read, although nothing is wrong with it. */
    public enum LeftOut {
        NOT_A_LOGIN("not logins"),
        MACHINE_ACCOUNT("logins of machine accounts");

        private final String text;

        LeftOut(String text) {
            this.text = text;
        }

        /** What such records are, in plain words. */
        public String text() {
            return text;
        }
    }

    private String source;
    private final RejectionPolicy policy;
    private final Path list;
    private final boolean appending;
    private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    private final Map<Unreadable, Long> fields = new LinkedHashMap<>();
    private final Map<String, Long> words = new HashMap<>();
    private final Set<String> misfits = new LinkedHashSet<>();
    private List<String> neverPresent = List.of();
    private long firstMicros = Long.MAX_VALUE;
    private long lastMicros = Long.MIN_VALUE;
    private final Map<LeftOut, Long> leftOut = new EnumMap<>(LeftOut.class);
    private long count;
    private long kept;
    private long lastKept = -1;
    private long missingUsers;
    private String first = "";
    private String firstKept = "";
    private long rowsBefore;
    private boolean severalFiles;
    private Supplier<String> place;
    private boolean ended;
    private Path temporary;
    private final CsvLines text = new CsvLines();
    private OutputStream out;

    private RejectedRows(String source, RejectionPolicy policy, Path list, boolean appending) {
        this.appending = appending;
        this.source = Objects.requireNonNull(source, "source");
        this.policy = Objects.requireNonNull(policy, "policy");
        this.list = list;
    }

    /**
     * Starts a count for one pass over a source.
     *
     * @param source what messages call the source; {@link LoginSource#name()}
     * @param list the file that lists the rows, e.g. {@code unreadable.csv} in the output folder
     */
    public static RejectedRows listedIn(Path list, String source, RejectionPolicy policy) {
        return new RejectedRows(source, policy, Objects.requireNonNull(list, "list"), false);
    }

    /** Starts a count whose list goes on behind what the file holds; each row is in the file after {@link #flush}. */
    public static RejectedRows appendedTo(Path list, String source, RejectionPolicy policy) {
        return new RejectedRows(source, policy, Objects.requireNonNull(list, "list"), true);
    }

    /** Starts a count that keeps no list. */
    public static RejectedRows counted(String source, RejectionPolicy policy) {
        return new RejectedRows(source, policy, null, false);
    }

    /** For a further pass over a source that has been checked: counts, but never stops and keeps no list. */
    public static RejectedRows ignoring() {
        return new RejectedRows("", RejectionPolicy.warning(1, false), null, false);
    }

    /**
     * Goes on with the next file of a log of several.
     *
     * @param name what messages call it
     * @param rows number of the rows in the files before it
     */
    void enter(String name, long rows) {
        source = name;
        rowsBefore = rows;
        severalFiles = true;
    }

    /**
     * Names the place of what is read at the moment, for a log whose rows are not lines of a file; it stands in place of the
     * line's number.
     */
    public void placedBy(Supplier<String> now) {
        place = now;
    }

    private String placeOf(long line) {
        return place == null ? Long.toString(line) : place.get();
    }

    /**
     * Takes note of a row that is left out as a whole.
     *
     * @param row 0-based data row
     * @param line 1-based line of the file where the row starts
     * @param column name of the column, {@code ""} where the row as a whole is wrong
     * @param detail what exactly is wrong, or what is allowed
     * @param value what was found
     * @throws InputException if the policy is strict, or if the first 1000 rows of the source are all rejected
     */
    public void reject(long row, long line, String column, Reason reason, String detail, String value)
            throws IOException {
        note(row, line, "", "", List.of(new RowValues.Problem(column, reason, detail, value, true)));
    }

    /** Takes note of a field that cannot be read in a row that is kept; parameters as of {@link #reject}. */
    public void keep(long row, long line, LoginEvent login, String column, Reason reason, String detail, String value)
            throws IOException {
        note(
                row,
                line,
                Instant.EPOCH.plus(login.timeMicros(), ChronoUnit.MICROS).toString(),
                login.user(),
                List.of(new RowValues.Problem(column, reason, detail, value, false)));
    }

    /** Takes note of what cannot be read in a row. */
    void note(long row, long line, RowValues values) throws IOException {
        note(row, line, values.time(), values.user(), values.problems());
    }

    private void note(long rowOfFile, long line, String time, String user, List<RowValues.Problem> problems)
            throws IOException {
        long row = rowsBefore + rowOfFile;
        Optional<RowValues.Problem> fatal =
                problems.stream().filter(RowValues.Problem::fatal).findFirst();
        if (fatal.isPresent()) {
            count++;
            counts.merge(fatal.get().reason(), 1L, Long::sum);
        } else {
            kept += row == lastKept ? 0 : 1;
            lastKept = row;
        }
        for (RowValues.Problem problem : problems) {
            if (list != null) {
                write(row, line, time, user, problem, fatal.isPresent());
            }
            if (!problem.fatal()) {
                fields.merge(new Unreadable(problem.column(), problem.reason()), 1L, Long::sum);
            } else if (problem.reason() == Reason.OUTCOME && !problem.value().isEmpty()) {
                String word = PlainText.of(problem.value(), SHOWN);
                if (words.size() < MAX_WORDS || words.containsKey(word)) {
                    words.merge(word, 1L, Long::sum);
                }
            }
        }
        RowValues.Problem worst = fatal.orElse(problems.get(0));
        String known = fatal.isPresent() ? first : firstKept;
        if (policy.strict() || known.isEmpty()) {
            String where = worst.column().isEmpty() ? "" : ", column " + worst.column();
            known = source + ":" + placeOf(line) + where + ": " + PlainText.of(why(worst), 3 * SHOWN) + "; found \""
                    + PlainText.of(worst.value(), SHOWN) + "\"";
            if (fatal.isPresent()) {
                first = known;
            } else {
                firstKept = known;
            }
        }
        if (policy.strict()) {
            throw new InputException(known + ". Repair the row, or leave out --strict to go on");
        }
        if (policy.refuses() && count == HOPELESS && row == HOPELESS - 1 && policy.maxShare() < 1) {
            throw tooMany("the first " + HOPELESS + " rows", HOPELESS, "all of them");
        }
    }

    private static String why(RowValues.Problem problem) {
        return problem.detail().isEmpty()
                ? problem.reason().text()
                : problem.reason().text() + ": " + problem.detail();
    }

    /** Takes note of a login that names no user. */
    public void noteMissingUser() {
        missingUsers++;
    }

    /** Takes note of the end of the source: the time of its first and last usable row, and what it never had. */
    void noteEnd(long fromMicros, long toMicros, RowValues values) {
        firstMicros = Math.min(firstMicros, fromMicros);
        lastMicros = Math.max(lastMicros, toMicros);
        List<String> never = values.neverPresent().stream()
                .map(field -> field.key() + " (" + values.column(field) + ")")
                .toList();
        neverPresent = ended ? neverPresent.stream().filter(never::contains).toList() : never;
        ended = true;
    }

    /** Refuses a source whose columns do not fit the format, or only says so. */
    void refuse(String message) {
        if (policy.refuses()) {
            throw new InputException(message);
        }
        misfits.add(message);
    }

    private void write(long row, long line, String time, String user, RowValues.Problem problem, boolean leftOut)
            throws IOException {
        if (out == null) {
            open();
        }
        line(
                Long.toString(row),
                (severalFiles ? source + ":" : "") + placeOf(line),
                time,
                user,
                problem.column(),
                PlainText.of(why(problem), 3 * SHOWN),
                PlainText.of(problem.value(), SHOWN),
                leftOut ? "left out" : "kept");
    }

    private void line(String... fields) throws IOException {
        for (String field : fields) {
            text.text(field);
        }
        text.end();
        out.write(text.bytes(), 0, text.length());
        text.clear();
    }

    private void open() throws IOException {
        Files.createDirectories(list.toAbsolutePath().getParent());
        boolean begun = appending && Files.exists(list) && Files.size(list) > 0;
        if (!appending) {
            temporary = TemporaryFile.beside(list);
        }
        out = new BufferedOutputStream(
                appending
                        ? Files.newOutputStream(list, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                        : Files.newOutputStream(temporary));
        if (!begun) {
            line("row", "line", "time", "user", "column", "reason", "value", "outcome");
        }
    }

    /** Puts what has been listed so far into the file. */
    public void flush() throws IOException {
        if (out != null) {
            out.flush();
        }
    }

    /** Takes note of a record that is read as no login. */
    public void leaveOut(LeftOut why) {
        leftOut.merge(why, 1L, Long::sum);
    }

    /** How many records are no logins, by why; what there was none of is missing. */
    public Map<LeftOut, Long> leftOut() {
        return new EnumMap<>(leftOut);
    }

    /** What was wrong with the first row that was left out, and where; empty if there is none. */
    public String first() {
        return first;
    }

    /** How many rows have been left out. */
    public long count() {
        return count;
    }

    /** How many rows are kept although some of their fields could not be read. */
    public long kept() {
        return kept;
    }

    /** How many logins name no user. */
    public long missingUsers() {
        return missingUsers;
    }

    /** How many rows have been left out for each reason, in the order of {@link Reason}; reasons without rows are left out. */
    public Map<Reason, Long> counts() {
        return new EnumMap<>(counts);
    }

    /** How many values of each column could not be read, by reason; of kept rows and of those left out. */
    public Map<String, Map<Reason, Long>> unreadable() {
        Map<String, Map<Reason, Long>> byColumn = new TreeMap<>();
        fields.forEach((what, number) -> byColumn.computeIfAbsent(
                        what.column().isEmpty() ? "the row" : what.column(), column -> new EnumMap<>(Reason.class))
                .put(what.reason(), number));
        return byColumn;
    }

    /**
     * To be called when the source has been read.
     *
     * @param rowsRead all rows, accepted and rejected
     * @throws InputException if the policy refuses the source: a larger share of its rows was left out than is allowed, most
     *     values of a column cannot be read, or all of its times lie where no log's do
     */
    public void check(long rowsRead) {
        if (rowsRead < count) {
            throw new IllegalArgumentException(rowsRead + " rows read, but " + count + " rejected");
        }
        if (!policy.refuses()) {
            return;
        }
        if (count > policy.maxShare() * rowsRead) {
            throw tooMany(
                    String.format(Locale.ROOT, "%,d of %,d rows", count, rowsRead),
                    rowsRead,
                    percent(BigDecimal.valueOf(count), BigDecimal.valueOf(rowsRead)));
        }
        unreadable().forEach((column, reasons) -> {
            long values = reasons.values().stream().mapToLong(Long::longValue).sum();
            if (policy.maxShare() < 1 && values > MISFIT * rowsRead) {
                throw new InputException(String.format(
                        Locale.ROOT,
                        "%s: column %s cannot be read in %,d of %,d rows: %s. First: %s. It holds something else than its"
                                + " field; map another column in the config under data.format.columns, or leave it out",
                        source,
                        PlainText.of(column, SHOWN),
                        values,
                        rowsRead,
                        reasons(reasons),
                        firstKept));
            }
        });
        implausibleTimes().ifPresent(message -> {
            throw new InputException(source + ": " + message);
        });
    }

    /** What is wrong with the times as a whole, if something is. */
    private Optional<String> implausibleTimes() {
        if (lastMicros < firstMicros) {
            return Optional.empty(); // no row
        }
        long latest = Instant.now().getEpochSecond() * 1_000_000 + 366 * Micros.PER_DAY;
        if (TimeParser.isPlausible(lastMicros) && firstMicros <= latest) {
            return Optional.empty();
        }
        return Optional.of("all times lie between " + instant(firstMicros) + " and " + instant(lastMicros)
                + ", where no login of today does; check data.format.time-format: " + TimeParser.ALLOWED);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).truncatedTo(ChronoUnit.SECONDS);
    }

    /**
     * What a user should know, in sentences, with examples from the log; empty where everything could be read.
     *
     * @param rowsRead all rows, accepted and rejected
     */
    public List<String> warnings(long rowsRead) {
        return warnings(rowsRead, true);
    }

    /** The same as {@link #warnings} without anything that stands in the log: for a report. */
    public List<String> figures(long rowsRead) {
        return warnings(rowsRead, false);
    }

    private List<String> warnings(long rowsRead, boolean examples) {
        List<String> warnings = new ArrayList<>(examples ? misfits : Set.of());
        String where = list == null ? "" : "; listed in " + list;
        if (count > 0) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "%s%,d of %,d rows cannot be used and were left out: %s%s%s",
                    loud(count, rowsRead),
                    count,
                    rowsRead,
                    reasons(counts),
                    examples ? ". First: " + first : "",
                    where));
        }
        if (kept > 0) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "%s%,d of %,d rows have fields that cannot be read; they are kept, and such a field counts as not"
                            + " known: %s%s%s",
                    loud(kept, rowsRead),
                    kept,
                    rowsRead,
                    unreadable().entrySet().stream()
                            .map(each -> PlainText.of(each.getKey(), SHOWN) + " (" + reasons(each.getValue()) + ")")
                            .collect(Collectors.joining(", ")),
                    examples ? ". First: " + firstKept : "",
                    where));
        }
        if (examples && !words.isEmpty()) {
            warnings.add("words for the outcome that the format does not know: "
                    + words.entrySet().stream()
                            .sorted(Map.Entry.<String, Long>comparingByValue()
                                    .reversed()
                                    .thenComparing(Map.Entry.comparingByKey()))
                            .limit(NAMED_WORDS)
                            .map(each -> String.format(Locale.ROOT, "\"%s\" (%,d)", each.getKey(), each.getValue()))
                            .collect(Collectors.joining(", "))
                    + (words.size() > NAMED_WORDS ? " and " + (words.size() - NAMED_WORDS) + " more" : "")
                    + "; name them in data.format.success-values or data.format.failure-values");
        }
        if (missingUsers > 0) {
            warnings.add(String.format(
                    Locale.ROOT, "%,d of %,d rows name no user; such a login has no history", missingUsers, rowsRead));
        }
        if (rowsRead > count && !neverPresent.isEmpty()) {
            warnings.add("no row has a value of " + String.join(", ", neverPresent)
                    + "; check data.format.columns, or leave them out");
        }
        if (!policy.refuses()) {
            implausibleTimes().ifPresent(warnings::add);
        }
        return warnings;
    }

    private String loud(long rows, long rowsRead) {
        return rows > policy.maxShare() * rowsRead
                ? "more than the expected " + percent(BigDecimal.valueOf(policy.maxShare()), BigDecimal.ONE) + ": "
                : "";
    }

    private static String reasons(Map<Reason, Long> counts) {
        return counts.entrySet().stream()
                .map(entry -> String.format(
                        Locale.ROOT,
                        "%,d × %s",
                        entry.getValue(),
                        entry.getKey().text()))
                .collect(Collectors.joining(", "));
    }

    private InputException tooMany(String what, long rowsRead, String share) {
        StringBuilder message = new StringBuilder(source)
                .append(": ")
                .append(what)
                .append(" cannot be used (")
                .append(share)
                .append("; allowed: ")
                .append(percent(BigDecimal.valueOf(policy.maxShare()), BigDecimal.ONE))
                .append(")");
        message.append(": ").append(reasons(counts));
        message.append(". First: ").append(first).append(". ");
        if (list != null) {
            message.append("All of them: ").append(list).append(". ");
        }
        BigDecimal enough =
                BigDecimal.valueOf(count).divide(BigDecimal.valueOf(rowsRead), new MathContext(2, RoundingMode.UP));
        return new InputException(message.append("Repair the file or its format, or go on without these rows: ")
                .append(policy.option())
                .append('=')
                .append(enough.stripTrailingZeros().toPlainString())
                .toString());
    }

    private static String percent(BigDecimal part, BigDecimal whole) {
        return part.multiply(BigDecimal.valueOf(100))
                        .divide(whole, new MathContext(2, RoundingMode.HALF_UP))
                        .stripTrailingZeros()
                        .toPlainString()
                + " %";
    }

    /** Moves the list into place, or removes an old one if no row was rejected. */
    @Override
    public void close() throws IOException {
        if (list == null) {
            return;
        }
        if (out == null) {
            if (count + kept == 0 && !appending) {
                Files.deleteIfExists(list);
            }
            return;
        }
        out.close();
        out = null;
        if (!appending) {
            Files.move(temporary, list, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
