package dev.octet.event;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.octet.event.text.PlainText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * The minutes during which attacks ran, from a list of attack windows kept beside a log. A window labels the minutes
 * floor(start) to ceil(end), both included, where the ceiling of a time exactly on a minute is that minute (Molin,
 * Hands-On Data Analysis with Pandas, 2nd edition, chapter 11); so the last labelled minute of a window usually holds no
 * attempt. Immutable and thread-safe; a look-up is a binary search.
 */
public final class AttackWindows {
    private static final long MINUTE = 60_000_000;

    /** One attack; both ends in microseconds since 1970, the end being the time of its last attempt. */
    public record Window(long startMicros, long endMicros) {
        public Window {
            if (endMicros < startMicros) {
                throw new IllegalArgumentException("an attack window ends before it starts");
            }
        }

        /** The same minutes without the one that its end is rounded up to. */
        private Window inWholeMinutes() {
            return new Window(firstMinute() * MINUTE, Math.floorDiv(endMicros, MINUTE) * MINUTE);
        }

        private long firstMinute() {
            return Math.floorDiv(startMicros, MINUTE);
        }

        private long lastMinute() {
            return -Math.floorDiv(-endMicros, MINUTE);
        }
    }

    private final List<Window> windows;
    private final long[] firstMinutes;
    private final long[] lastMinutes;

    /** @param windows in any order; they may overlap */
    public AttackWindows(List<Window> windows) {
        this.windows = List.copyOf(windows);
        List<Window> sorted = new ArrayList<>(windows);
        sorted.sort(Comparator.comparingLong(Window::startMicros));
        long[] first = new long[sorted.size()];
        long[] last = new long[sorted.size()];
        int merged = 0;
        for (Window window : sorted) {
            if (merged > 0 && window.firstMinute() <= last[merged - 1] + 1) {
                last[merged - 1] = Math.max(last[merged - 1], window.lastMinute());
            } else {
                first[merged] = window.firstMinute();
                last[merged] = window.lastMinute();
                merged++;
            }
        }
        firstMinutes = Arrays.copyOf(first, merged);
        lastMinutes = Arrays.copyOf(last, merged);
    }

    /**
     * Reads windows from a CSV file with a header line, packed or not; a file without rows has no attacks.
     *
     * @param startColumn the column of the window's first attempt
     * @param endColumn the column of its last attempt
     * @param time how both are written
     * @throws InputException naming file and line, if a column is missing or a row cannot be read; none is left out
     */
    public static AttackWindows read(Path path, String startColumn, String endColumn, TimeFormat time)
            throws IOException {
        TimeParser times = new TimeParser(time);
        List<Window> windows = new ArrayList<>();
        try (RecordText text = new RecordText(InputFile.open(path));
                CsvReader<CsvRecord> records = CsvReader.builder()
                        .allowUnclosedQuote(false)
                        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .ofCsvRecord(text)) {
            Iterator<CsvRecord> rows = records.iterator();
            if (!rows.hasNext()) {
                throw new InputException(path + " is empty; a CSV file with a header line is expected");
            }
            CsvRecord header = rows.next();
            DetectorOutput.refuseAsWindows(header.getFields(), path.toString());
            int startIndex = indexOf(header, startColumn, path);
            int endIndex = indexOf(header, endColumn, path);
            while (rows.hasNext()) {
                CsvRecord row = rows.next();
                String where = path + ":" + row.getStartingLineNumber();
                if (row.getFieldCount() != header.getFieldCount()) {
                    throw new InputException(where + ": " + row.getFieldCount() + " fields where the header has "
                            + header.getFieldCount());
                }
                long start = micros(times, row.getField(startIndex), where, startColumn);
                long end = micros(times, row.getField(endIndex), where, endColumn);
                if (end < start) {
                    throw new InputException(where + ": the attack ends (" + row.getField(endIndex)
                            + ") before it starts (" + row.getField(startIndex) + ")");
                }
                windows.add(new Window(start, end));
            }
        } catch (CsvParseException e) {
            if (e.getCause() != null) {
                throw e; // not the text's fault
            }
            throw new InputException(path + " cannot be read as CSV: " + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof InputFile.DamagedException) {
                throw new InputException(path + ": " + e.getCause().getMessage(), e);
            }
            if (e.getCause() instanceof RecordText.TooLongException) {
                throw new InputException(
                        path + " cannot be read as CSV: a record of more than " + RecordText.LONGEST_RECORD
                                + " characters",
                        e);
            }
            throw e.getCause();
        }
        return new AttackWindows(windows);
    }

    /**
     * Reads windows from a database; a result without rows has no attacks.
     *
     * @param query one SELECT
     * @param startColumn the column of its result with a window's first attempt
     * @param endColumn the column with its last attempt
     * @param time how both are written where they are no timestamps of SQL
     * @throws InputException naming database and row, if a column is missing or a row cannot be read; none is left out
     */
    public static AttackWindows query(
            JdbcDatabase database, String query, String startColumn, String endColumn, TimeFormat time)
            throws IOException {
        TimeParser times = new TimeParser(time);
        List<Window> windows = new ArrayList<>();
        try (JdbcQuery rows = JdbcQuery.start(database, query, System.getenv())) {
            DetectorOutput.refuseAsWindows(rows.columns(), rows.name() + ": the result of the windows query");
            int startIndex = rows.indexOf(startColumn);
            int endIndex = rows.indexOf(endColumn);
            while (rows.next(windows.size())) {
                String where = rows.name() + ", row " + (windows.size() + 1);
                long start = micros(times, rows, startIndex, where, startColumn);
                long end = micros(times, rows, endIndex, where, endColumn);
                if (end < start) {
                    throw new InputException(where + ": the attack ends (" + rows.text(endIndex)
                            + ") before it starts (" + rows.text(startIndex) + ")");
                }
                windows.add(new Window(start, end));
            }
        }
        return new AttackWindows(windows);
    }

    private static long micros(TimeParser times, JdbcQuery rows, int index, String where, String column) {
        Temporal known = rows.time(index);
        if (known == null) {
            return micros(times, rows.text(index), where, column);
        }
        try {
            return times.micros(known);
        } catch (IllegalArgumentException e) {
            throw new InputException(where + ", column " + column + ": " + e.getMessage(), e);
        }
    }

    private static int indexOf(CsvRecord header, String column, Path path) {
        int index = header.getFields().indexOf(column);
        if (index < 0 || index != header.getFields().lastIndexOf(column)) {
            throw new InputException(path + ":" + header.getStartingLineNumber() + ": the header has "
                    + (index < 0 ? "no" : "more than one") + " column \"" + column + "\". Found: "
                    + PlainText.of(String.join(", ", header.getFields()), 1000));
        }
        return index;
    }

    private static long micros(TimeParser times, String text, String where, String column) {
        try {
            return times.micros(text);
        } catch (IllegalArgumentException e) {
            throw new InputException(where + ", column " + column + ": " + e.getMessage(), e);
        }
    }

    /** The same windows, but labelling floor(start) to floor(end): the minutes that an attack touches, and no other. */
    public AttackWindows touchedMinutes() {
        return new AttackWindows(windows.stream().map(Window::inWholeMinutes).toList());
    }

    /** Whether the minute of this time, in microseconds since 1970, is labelled. */
    public boolean coversMinuteOf(long timeMicros) {
        long minute = Math.floorDiv(timeMicros, MINUTE);
        return anyLabelled(minute, minute);
    }

    /**
     * Whether any labelled minute shares time with the span.
     *
     * @throws IllegalArgumentException if the span is empty
     */
    public boolean overlapsMinutes(long fromMicros, long toMicrosExclusive) {
        if (toMicrosExclusive <= fromMicros) {
            throw new IllegalArgumentException("empty span [" + fromMicros + ", " + toMicrosExclusive + ")");
        }
        return anyLabelled(Math.floorDiv(fromMicros, MINUTE), Math.floorDiv(toMicrosExclusive - 1, MINUTE));
    }

    private boolean anyLabelled(long fromMinute, long toMinute) {
        // the last window that starts by then is the only one that can reach back into the span
        int found = Arrays.binarySearch(firstMinutes, toMinute);
        int candidate = found >= 0 ? found : -found - 2;
        return candidate >= 0 && lastMinutes[candidate] >= fromMinute;
    }
}
