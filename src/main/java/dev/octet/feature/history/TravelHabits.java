package dev.octet.feature.history;

import java.io.DataOutputStream;
import java.io.IOException;

/**
 * How often a login comes from another country than the one before, by the time between the two, over all users. Stands
 * still once frozen. The surprise of a change is -ln of its probability: the rate of changes after such a time, times how
 * many times more changes this user makes than everybody.
 */
final class TravelHabits {
    /** Ends of the spans between two logins, in minutes; the last span has none. */
    private static final long[] MINUTES = {10, 30, 60, 120, 240, 480, 960, 1920, 4320, 10080};

    private static final int SPANS = MINUTES.length + 1;

    private final long[] pairs = new long[SPANS];
    private final long[] changes = new long[SPANS];

    private static int span(long micros) {
        long minutes = micros / (60 * LoginKeys.MICROS_PER_SECOND);
        int span = 0;
        while (span < MINUTES.length && minutes >= MINUTES[span]) {
            span++;
        }
        return span;
    }

    /** Counts two successive logins of a user whose countries are known. */
    void add(long micros, boolean changed) {
        int span = span(micros);
        pairs[span]++;
        changes[span] += changed ? 1 : 0;
    }

    /**
     * Surprise of a change, in nats.
     *
     * @param micros since the user's login before
     * @param logins the user's earlier successful logins
     * @param ownChanges changes of country between them
     */
    double surprise(long micros, int logins, int ownChanges) {
        int span = span(micros);
        double rate = (changes[span] + 0.5) / (pairs[span] + 1.0);
        long allPairs = 0;
        long allChanges = 0;
        for (int s = 0; s < SPANS; s++) {
            allPairs += pairs[s];
            allChanges += changes[s];
        }
        double mean = (allChanges + 0.5) / (allPairs + 1.0);
        double habit = (ownChanges + 1.0) / ((logins - 1) * mean + 1);
        return Math.max(0, -StrictMath.log(rate * habit));
    }

    void save(DataOutputStream out) throws IOException {
        for (int s = 0; s < SPANS; s++) {
            out.writeLong(pairs[s]);
            out.writeLong(changes[s]);
        }
    }

    void load(StateInput in) throws IOException {
        for (int s = 0; s < SPANS; s++) {
            pairs[s] = in.readLong("pairs of logins", 0, Long.MAX_VALUE >> 8);
            changes[s] = in.readLong("changes of country", 0, pairs[s]);
        }
    }
}
