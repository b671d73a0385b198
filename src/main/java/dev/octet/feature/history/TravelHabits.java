package dev.octet.feature.history;

import java.io.DataOutputStream;
import java.io.IOException;

/**
 * How often a login comes from another country than the one before, over all users: by the time between the two, and by how
 * often the user did so before. Apart for countries that are new to the user and for those where the user was before, since
 * most people who change go home again. Stands still once frozen.
 *
 * <p>The surprise of a change is -ln of the probability of a change of its kind so soon or sooner: its share among the logins of
 * users of this habit, times the share of so short times among all changes of the kind. A few attackers in the log hardly
 * move either. The longer ago the login before, the likelier is it that somebody simply went there: a nat less for each
 * {@link #TRIP}.
 */
final class TravelHabits {
    /** Ends of the spans between two logins, in minutes; the last span has none. */
    private static final long[] MINUTES = {10, 30, 60, 120, 240, 480, 960, 1920, 4320, 10080};

    private static final int SPANS = MINUTES.length + 1;
    /** Habits: greatest shares of changes among a user's pairs of logins, after those of few and of many logins without any. */
    private static final double[] SHARES = {0, 0, 0.05, 0.2, 0.5, 1};

    private static final int FEW_PAIRS = 4;
    /** A trip to another country from door to door takes half a day: our guess, not fitted. */
    private static final double TRIP = 12 * LoginKeys.MICROS_PER_HOUR;

    private static final int HABITS = SHARES.length;
    private static final int KINDS = 2;

    private final long[] pairs = new long[HABITS];
    private final long[][] byHabit = new long[KINDS][HABITS];
    private final long[][] bySpan = new long[KINDS][SPANS];

    private static int span(long micros) {
        long minutes = micros / (60 * LoginKeys.MICROS_PER_SECOND);
        int span = 0;
        while (span < MINUTES.length && minutes >= MINUTES[span]) {
            span++;
        }
        return span;
    }

    private static int habit(int logins, int changes) {
        int pairs = logins - 1;
        if (changes == 0) {
            return pairs < FEW_PAIRS ? 0 : 1;
        }
        int habit = 2;
        while (habit < HABITS - 1 && changes > SHARES[habit] * pairs) {
            habit++;
        }
        return habit;
    }

    /**
     * Counts a login from the country of the user's login before.
     *
     * @param logins the user's earlier successful logins, at least one
     * @param changes changes of country between them
     */
    void stayed(int logins, int changes) {
        pairs[habit(logins, changes)]++;
    }

    /** Counts a login from another country than the user's login before, which was {@code micros} earlier. */
    void changed(int logins, int changes, boolean isNew, long micros) {
        int habit = habit(logins, changes);
        int kind = isNew ? 0 : 1;
        pairs[habit]++;
        byHabit[kind][habit]++;
        bySpan[kind][span(micros)]++;
    }

    /**
     * Surprise of a change, in nats, at least 0.
     *
     * @param isNew whether the country is new to the user
     */
    double surprise(int logins, int changes, boolean isNew, long micros) {
        int habit = habit(logins, changes);
        int kind = isNew ? 0 : 1;
        long allPairs = 0;
        long allChanges = 0;
        for (int h = 0; h < HABITS; h++) {
            allPairs += pairs[h];
            allChanges += byHabit[kind][h];
        }
        long soSoon = 0;
        for (int s = 0; s <= span(micros); s++) {
            soSoon += bySpan[kind][s];
        }
        double ofAll = (allChanges + 0.5) / (allPairs + 1.0);
        double ofHabit = (byHabit[kind][habit] + ofAll) / (pairs[habit] + 1.0);
        return Math.max(0, -StrictMath.log(ofHabit * (soSoon + 0.5) / (allChanges + 1.0)) - micros / TRIP);
    }

    void save(DataOutputStream out) throws IOException {
        for (int h = 0; h < HABITS; h++) {
            out.writeLong(pairs[h]);
            out.writeLong(byHabit[0][h]);
            out.writeLong(byHabit[1][h]);
        }
        for (int s = 0; s < SPANS; s++) {
            out.writeLong(bySpan[0][s]);
            out.writeLong(bySpan[1][s]);
        }
    }

    void load(StateInput in) throws IOException {
        for (int h = 0; h < HABITS; h++) {
            pairs[h] = in.readLong("pairs of logins", 0, Long.MAX_VALUE >> 8);
            byHabit[0][h] = in.readLong("changes to a new country", 0, pairs[h]);
            byHabit[1][h] = in.readLong("changes of country", 0, pairs[h] - byHabit[0][h]);
        }
        for (int s = 0; s < SPANS; s++) {
            bySpan[0][s] = in.readLong("changes to a new country after a time", 0, Long.MAX_VALUE >> 8);
            bySpan[1][s] = in.readLong("changes of country after a time", 0, Long.MAX_VALUE >> 8);
        }
    }
}
