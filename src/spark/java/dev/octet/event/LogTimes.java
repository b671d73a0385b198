package dev.octet.event;

import it.unimi.dsi.fastutil.longs.Long2LongAVLTreeMap;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The order of the times in a part of a log: what is needed to know whether the whole log is in the order of time, and
 * how its sorter would see it. Not thread-safe while it is filled.
 */
public final class LogTimes {
    private long usable;
    private long firstMicros;
    private long lastMicros;
    private long minMicros = Long.MAX_VALUE;
    private long maxMicros = Long.MIN_VALUE;
    private long maxLate;
    private long rising;
    private long falling;
    private long[] days = new long[16];
    private long[] rowsOfDay = new long[16];
    private int size;

    /** Adds a usable row's own time, in the order of the log. */
    public void add(long micros) {
        if (usable++ == 0) {
            firstMicros = micros;
        } else {
            rising += micros > lastMicros ? 1 : 0;
            falling += micros < lastMicros ? 1 : 0;
        }
        lastMicros = micros;
        minMicros = Math.min(minMicros, micros);
        maxMicros = Math.max(maxMicros, micros);
        maxLate = Math.max(maxLate, maxMicros - micros);
        long day = Math.floorDiv(micros, Micros.PER_DAY);
        if (size == 0 || days[size - 1] != day) {
            if (size == days.length) {
                compact();
            }
            days[size] = day;
            rowsOfDay[size++] = 0;
        }
        rowsOfDay[size - 1]++;
    }

    private void compact() {
        Long2LongAVLTreeMap sums = new Long2LongAVLTreeMap();
        for (int i = 0; i < size; i++) {
            sums.mergeLong(days[i], rowsOfDay[i], Long::sum);
        }
        size = 0;
        int room = Math.max(16, 4 * sums.size());
        days = Arrays.copyOf(days, room);
        rowsOfDay = Arrays.copyOf(rowsOfDay, room);
        for (long day : sums.keySet()) {
            days[size] = day;
            rowsOfDay[size++] = sums.get(day);
        }
    }

    /** Writes it for {@link #read}. */
    public void write(DataOutput out) throws IOException {
        for (long each : new long[] {usable, firstMicros, lastMicros, minMicros, maxMicros, maxLate, rising, falling}) {
            out.writeLong(each);
        }
        out.writeInt(size);
        for (int i = 0; i < size; i++) {
            out.writeLong(days[i]);
            out.writeLong(rowsOfDay[i]);
        }
    }

    /** Reads what {@link #write} wrote. */
    public static LogTimes read(DataInput in) throws IOException {
        LogTimes times = new LogTimes();
        times.usable = in.readLong();
        times.firstMicros = in.readLong();
        times.lastMicros = in.readLong();
        times.minMicros = in.readLong();
        times.maxMicros = in.readLong();
        times.maxLate = in.readLong();
        times.rising = in.readLong();
        times.falling = in.readLong();
        times.size = in.readInt();
        times.days = new long[Math.max(16, times.size)];
        times.rowsOfDay = new long[Math.max(16, times.size)];
        for (int i = 0; i < times.size; i++) {
            times.days[i] = in.readLong();
            times.rowsOfDay[i] = in.readLong();
        }
        return times;
    }

    /** Number of usable rows. */
    public long usable() {
        return usable;
    }

    /** Time of the first row; 0 where there is none. */
    public long firstMicros() {
        return firstMicros;
    }

    /** Time of the newest row; {@code Long.MIN_VALUE} where there is none. */
    public long maxMicros() {
        return maxMicros;
    }

    /**
     * Whether all parts together stand in the order of time, but for rows that are late by a minute at most.
     *
     * @param parts in the order of the log
     */
    public static boolean inOrder(Iterable<LogTimes> parts) {
        long newest = Long.MIN_VALUE;
        for (LogTimes part : parts) {
            if (part.usable == 0) {
                continue;
            }
            boolean behind = newest != Long.MIN_VALUE && newest - part.minMicros > LoginRows.TOLERANCE_MICROS;
            if (part.maxLate > LoginRows.TOLERANCE_MICROS || behind) {
                return false;
            }
            newest = Math.max(newest, part.maxMicros);
        }
        return true;
    }

    /** Whether the part has a row that is older than this; then rows of it are late. */
    public boolean hasOlderThan(long micros) {
        return usable > 0 && minMicros < micros;
    }

    /** Whether times fall more often than they rise, as in a log that is written from the newest login to the oldest. */
    public static boolean falls(Iterable<LogTimes> parts) {
        long rising = 0;
        long falling = 0;
        LogTimes before = null;
        for (LogTimes part : parts) {
            if (part.usable == 0) {
                continue;
            }
            rising += part.rising + (before != null && part.firstMicros > before.lastMicros ? 1 : 0);
            falling += part.falling + (before != null && part.firstMicros < before.lastMicros ? 1 : 0);
            before = part;
        }
        return falling > rising;
    }

    /** The time of the whole log but for {@link Strays}. */
    public static TimeSpan spanWithoutStrays(Iterable<LogTimes> parts) {
        Long2LongAVLTreeMap sums = new Long2LongAVLTreeMap();
        for (LogTimes part : parts) {
            for (int i = 0; i < part.size; i++) {
                sums.mergeLong(part.days[i], part.rowsOfDay[i], Long::sum);
            }
        }
        return Strays.spanWithout(sums);
    }
}
