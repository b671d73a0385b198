package dev.octet.event.format;

import dev.octet.event.InputException;
import dev.octet.event.record.LineRecords;
import dev.octet.event.record.Place;
import dev.octet.event.record.Places;
import dev.octet.event.record.RecordReader.Next;
import dev.octet.event.record.Values;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.Year;
import java.util.Arrays;
import java.util.Locale;

/** Tells the year of times that have none, as in a syslog of RFC 3164. */
@FunctionalInterface
interface Years {
    /** For a format whose times all have a year. */
    Years NONE = (line, month, day) -> Year.MIN_VALUE;

    /** Bytes of a line that hold its date, behind a priority. */
    int DATE = 16;

    /** The year of a line with this date. */
    int of(long line, int month, int day);

    /** Makes the years of a log. */
    @FunctionalInterface
    interface Scan {
        Years years() throws IOException;
    }

    /** Years that are looked for when a time without one is met, for most logs have none. May be asked on several threads. */
    static Years lazy(Scan scan) {
        return new Years() {
            private Years years;

            @Override
            public int of(long line, int month, int day) {
                return years().of(line, month, day);
            }

            private synchronized Years years() {
                if (years == null) {
                    try {
                        years = scan.years();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
                return years;
            }
        };
    }

    /** Of lines that are read as they are written: the latest year in which the date is not in the future. Not thread-safe. */
    static Years live(Clock clock) {
        return new Years() {
            private int lastMonth;
            private int lastDay;

            @Override
            public int of(long line, int month, int day) {
                int year = latest(month, day, LocalDate.now(clock));
                if (isLate(lastMonth, lastDay, month, day)) {
                    return year - 1;
                }
                lastMonth = month;
                lastDay = day;
                return year;
            }
        };
    }

    /** The latest year in which a date is at most a day after another. */
    private static int latest(int month, int day, LocalDate until) {
        LocalDate limit = until.plusDays(1);
        boolean after = month > limit.getMonthValue() || month == limit.getMonthValue() && day > limit.getDayOfMonth();
        return after ? limit.getYear() - 1 : limit.getYear();
    }

    /**
     * Reads a whole log for its months. A month that is at least half a year behind the one before begins a new year. The
     * answer depends on nothing but the line and its date, and may be asked for on several threads.
     *
     * @param in UTF-8 bytes; closed
     * @param fileDate when the file was last written; its last line cannot be later by more than a day
     * @param lastYear the year of the last line, where the user has said it; 0 otherwise
     */
    static Years scan(InputStream in, LocalDate fileDate, int lastYear) throws IOException {
        Places places = new Places();
        int slot = places.slot(Place.of(LineRecords.LINE));
        Values values = new Values(places.size());
        LongArrayList newYears = new LongArrayList();
        LongArrayList leapDays = new LongArrayList();
        int lastMonth = 0;
        int lastDay = 0;
        // the lines where the last date begins to be one of the first days of a year, and where it ceases to be, by
        // turns
        LongArrayList newYearsDays = new LongArrayList();
        try (LineRecords lines = LineRecords.beginnings(in, places, DATE)) {
            for (Next next = lines.next(values); next != Next.END; next = lines.next(values)) {
                String line = next == Next.RECORD ? values.get(slot) : "";
                int month = monthAt(line);
                if (month == 0) {
                    continue;
                }
                int day = dayAt(line);
                if (lastMonth - month >= 6) {
                    newYears.add(lines.line());
                } else if (isLate(lastMonth, lastDay, month, day)) {
                    continue;
                }
                if (month == 2 && day == 29) {
                    leapDays.add(newYears.size());
                }
                lastMonth = month;
                lastDay = day;
                boolean begins = newYearsDays.size() % 2 == 0;
                if (begins == isNewYearsDay(month, day)) {
                    newYearsDays.add(lines.line());
                }
            }
        }
        int count = newYears.size();
        int last = lastYear != 0 ? lastYear : latest(Math.max(1, lastMonth), lastDay, fileDate);
        if (lastYear == 0) {
            int tried = 0;
            while (tried < 8 && !leap(leapDays, last, count)) {
                last--;
                tried++;
            }
        } else if (!leap(leapDays, last, count)) {
            throw new InputException("the log has a 29 February, which does not fit its last line being of " + lastYear
                    + "; give another year with --year");
        }
        int first = last - count;
        return (line, month, day) -> {
            boolean late = isNewYearsEve(month, day) && upTo(line, newYearsDays) % 2 == 1;
            return first + upTo(line, newYears) - (late ? 1 : 0);
        };
    }

    /** How many of some lines in ascending order are at most the given one. */
    private static int upTo(long line, LongArrayList lines) {
        int found = Arrays.binarySearch(lines.elements(), 0, lines.size(), line);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** Whether a date belongs to the year before the last line's: written late, around New Year. */
    private static boolean isLate(int lastMonth, int lastDay, int month, int day) {
        return isNewYearsDay(lastMonth, lastDay) && isNewYearsEve(month, day);
    }

    private static boolean isNewYearsDay(int month, int day) {
        return month == 1 && day <= 2;
    }

    private static boolean isNewYearsEve(int month, int day) {
        return month == 12 && day >= 30;
    }

    private static boolean leap(LongArrayList yearsBefore, int last, int count) {
        return yearsBefore.longStream().allMatch(before -> Year.isLeap(last - count + before));
    }

    /** The month that a line begins with, behind a priority in angle brackets; 0 where it begins with none. */
    private static int monthAt(String line) {
        int at = start(line);
        if (at + 6 > line.length() || line.charAt(at + 3) != ' ') {
            return 0;
        }
        int month = "janfebmaraprmayjunjulaugsepoctnovdec"
                .indexOf(line.substring(at, at + 3).toLowerCase(Locale.ROOT));
        return month >= 0 && month % 3 == 0 ? month / 3 + 1 : 0;
    }

    private static int start(String line) {
        int close = line.startsWith("<") ? line.indexOf('>') : -1;
        return close > 0 && close < 6 ? close + 1 : 0;
    }

    private static int dayAt(String line) {
        int at = start(line) + 4;
        int day = 0;
        for (int i = at; i < Math.min(at + 2, line.length()); i++) {
            char c = line.charAt(i);
            if (c >= '0' && c <= '9') {
                day = 10 * day + c - '0';
            } else if (c != ' ' || day > 0) {
                break;
            }
        }
        return day;
    }
}
