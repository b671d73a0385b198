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
import java.time.Clock;
import java.time.LocalDate;
import java.time.Year;
import java.util.Locale;

/** Tells the year of times that have none, as in a syslog of RFC 3164. */
@FunctionalInterface
interface Years {
    /** For a format whose times all have a year. */
    Years NONE = (line, month, day) -> Year.MIN_VALUE;

    /** The year of a line with this date. */
    int of(long line, int month, int day);

    /** Of lines that are read as they are written: the latest year in which the date is not in the future. */
    static Years live(Clock clock) {
        return (line, month, day) -> latest(month, day, LocalDate.now(clock));
    }

    /** The latest year in which a date is at most a day after another. */
    private static int latest(int month, int day, LocalDate until) {
        LocalDate limit = until.plusDays(1);
        boolean after = month > limit.getMonthValue() || month == limit.getMonthValue() && day > limit.getDayOfMonth();
        return after ? limit.getYear() - 1 : limit.getYear();
    }

    /**
     * Reads a whole log for its months. A month that is at least half a year behind the one before begins a new year.
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
        try (LineRecords lines = new LineRecords(in, places)) {
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
            int passed = 0;
            while (passed < count && newYears.getLong(passed) <= line) {
                passed++;
            }
            return first + passed;
        };
    }

    /** Whether a date belongs to the year before the last line's: written late, around New Year. */
    static boolean isLate(int lastMonth, int lastDay, int month, int day) {
        return lastMonth == 1 && lastDay <= 2 && month == 12 && day >= 30;
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
