package dev.octet.event;

import it.unimi.dsi.fastutil.longs.Long2LongAVLTreeMap;
import it.unimi.dsi.fastutil.longs.Long2LongMap;
import it.unimi.dsi.fastutil.longs.Long2LongSortedMap;
import java.io.IOException;
import java.util.List;

/** A few rows of a log whose clock stood wrong. */
public final class Strays {
    /** Share of a log's rows that may be strays. */
    private static final double MAX_STRAYS = 0.001;
    /** Days between strays and the rest, if the rest is not longer. */
    private static final long MIN_GAP_DAYS = 30;

    private Strays() {}

    /**
     * The time of a log that is to be sorted, but for strays: a few rows of a clock that stood wrong, which lie further from
     * the rest than the rest is long. Sorted, they would be the log's first or last rows. Reads the log for its times.
     */
    public static TimeSpan spanWithout(List<? extends LoginSource> files) throws IOException {
        Long2LongSortedMap rowsOfDay = new Long2LongAVLTreeMap();
        for (LoginSource file : files) {
            try (LoginReader reader =
                    file.inAnyOrder(TimeSpan.ALL).open(RejectedRows.ignoring(), LoginField.setOf(LoginField.TIME))) {
                for (Labelled<LoginEvent> login = reader.next(); login != null; login = reader.next()) {
                    rowsOfDay.mergeLong(Math.floorDiv(login.row().timeMicros(), Micros.PER_DAY), 1, Long::sum);
                }
            }
        }
        return spanWithout(rowsOfDay);
    }

    /**
     * As above, from the number of rows of each day.
     *
     * @param rowsOfDay by the number of the day since 1970
     */
    static TimeSpan spanWithout(Long2LongSortedMap rowsOfDay) {
        long rows = rowsOfDay.values().longStream().sum();
        if (rows == 0) {
            return TimeSpan.ALL;
        }
        long[] days = new long[rowsOfDay.size()];
        long[] counts = new long[days.length];
        int size = 0;
        for (Long2LongMap.Entry day : rowsOfDay.long2LongEntrySet()) {
            days[size] = day.getLongKey();
            counts[size++] = day.getLongValue();
        }
        int first = 0;
        int last = size - 1;
        int before;
        do { // strays at one end make the rest look longer at the other
            before = last - first;
            last = withoutLastStrays(days, counts, first, last, MAX_STRAYS * rows);
            first = withoutFirstStrays(days, counts, first, last, MAX_STRAYS * rows);
        } while (last - first < before);
        return new TimeSpan(
                first == 0 ? Long.MIN_VALUE : days[first] * Micros.PER_DAY,
                last == size - 1 ? Long.MAX_VALUE : (days[last] + 1) * Micros.PER_DAY - 1);
    }

    private static int withoutFirstStrays(long[] days, long[] counts, int first, int last, double maxStrays) {
        int kept = first;
        long strays = 0;
        for (int i = first; i < last && (strays += counts[i]) <= maxStrays; i++) {
            if (days[i + 1] - days[i] > Math.max(MIN_GAP_DAYS, days[last] - days[i + 1])) {
                kept = i + 1;
            }
        }
        return kept;
    }

    private static int withoutLastStrays(long[] days, long[] counts, int first, int last, double maxStrays) {
        int kept = last;
        long strays = 0;
        for (int i = last; i > first && (strays += counts[i]) <= maxStrays; i--) {
            if (days[i] - days[i - 1] > Math.max(MIN_GAP_DAYS, days[i - 1] - days[first])) {
                kept = i - 1;
            }
        }
        return kept;
    }
}
