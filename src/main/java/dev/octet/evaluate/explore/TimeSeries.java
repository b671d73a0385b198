package dev.octet.evaluate.explore;

import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Attempts and failures over time, for attempts in the order of time, in at most {@value #MAX_BUCKETS} buckets of equal
 * length: a minute at first, twice as long whenever there would be more. Not thread-safe.
 */
final class TimeSeries {
    static final int MAX_BUCKETS = 1440;
    private static final int BUSIEST = 10;
    private static final long MINUTE = 60_000_000;

    private final PriorityQueue<LogProfile.Minute> busiest = new PriorityQueue<>(LogProfile.Minute.MIN_FIRST);
    private final long[] attempts = new long[MAX_BUCKETS];
    private final long[] failures = new long[MAX_BUCKETS];
    private final long[] worstMinute = new long[MAX_BUCKETS];
    private long firstMinute;
    private long minutesEach = 1;
    private long minute = Long.MIN_VALUE;
    private long minuteAttempts;
    private long minuteFailures;

    void add(long timeMicros, boolean success) {
        long now = Math.floorDiv(timeMicros, MINUTE);
        if (now != minute) {
            endMinute();
            if (minute == Long.MIN_VALUE) {
                firstMinute = now;
            }
            minute = now;
        }
        minuteAttempts++;
        minuteFailures += success ? 0 : 1;
    }

    private void endMinute() {
        if (minuteAttempts == 0) {
            return;
        }
        while ((minute - firstMinute) / minutesEach >= MAX_BUCKETS) {
            widen();
        }
        int bucket = (int) ((minute - firstMinute) / minutesEach);
        attempts[bucket] += minuteAttempts;
        failures[bucket] += minuteFailures;
        worstMinute[bucket] = Math.max(worstMinute[bucket], minuteFailures);
        if (minuteFailures > 0) {
            busiest.add(new LogProfile.Minute(minute * MINUTE, minuteAttempts, minuteFailures));
            if (busiest.size() > BUSIEST) {
                busiest.remove();
            }
        }
        minuteAttempts = 0;
        minuteFailures = 0;
    }

    private void widen() {
        minutesEach *= 2;
        for (int i = 0; i < MAX_BUCKETS; i++) {
            int from = 2 * i;
            boolean inside = from < MAX_BUCKETS;
            attempts[i] = inside ? attempts[from] + attempts[from + 1] : 0;
            failures[i] = inside ? failures[from] + failures[from + 1] : 0;
            worstMinute[i] = inside ? Math.max(worstMinute[from], worstMinute[from + 1]) : 0;
        }
    }

    /** The buckets from the first attempt to the last; to be called once, at the end. */
    List<LogProfile.Bucket> buckets() {
        endMinute();
        if (minute == Long.MIN_VALUE) {
            return List.of();
        }
        int last = (int) ((minute - firstMinute) / minutesEach);
        return IntStream.rangeClosed(0, last)
                .mapToObj(i -> new LogProfile.Bucket(
                        (firstMinute + i * minutesEach) * MINUTE, attempts[i], failures[i], worstMinute[i]))
                .toList();
    }

    /** How long each bucket is. */
    long minutesEach() {
        return minutesEach;
    }

    /** The minutes with most failures, the worst first; {@link #buckets} must have been called. */
    List<LogProfile.Minute> busiest() {
        LogProfile.Minute[] sorted = busiest.toArray(LogProfile.Minute[]::new);
        Arrays.sort(sorted, LogProfile.Minute.MIN_FIRST.reversed());
        return List.of(sorted);
    }
}
