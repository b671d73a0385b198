package dev.octet.serve.desk;

import java.time.Clock;

/** Logins that were taken, by the minute, for a few minutes back. Thread-safe. */
final class TakenPerMinute {
    static final int MINUTES = 5;

    private final Clock clock;
    private final long[] minutes = new long[MINUTES + 1];
    private final long[] counts = new long[MINUTES + 1];

    TakenPerMinute(Clock clock) {
        this.clock = clock;
    }

    private long minute() {
        return clock.millis() / 60_000;
    }

    synchronized void add(long logins) {
        long now = minute();
        int slot = (int) (now % minutes.length);
        if (minutes[slot] != now) {
            minutes[slot] = now;
            counts[slot] = 0;
        }
        counts[slot] += logins;
    }

    /** Logins a minute over the latest minutes, with the one that is not over. */
    synchronized double rate() {
        long now = minute();
        long sum = 0;
        for (int i = 0; i < minutes.length; i++) {
            sum += minutes[i] > now - MINUTES ? counts[i] : 0;
        }
        return sum / (double) MINUTES;
    }
}
