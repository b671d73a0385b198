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
 * {@link #TRIP}. What was said of the step into a country that is new to the user holds for the later logins from there, as
 * long as the user was nowhere else and for {@link #STAY}: whoever took an account over comes back.
 */
final class TravelHabits {
    /** Ends of the spans between two logins, in minutes; the last span has none. */
    private static final long[] MINUTES = {10, 30, 60, 120, 240, 480, 960, 1920, 4320, 10080};

    /** The step of a login without a country, or without one before. */
    static final int NOWHERE = -1;

    private static final int SPANS = MINUTES.length + 1;
    /** Habits: greatest shares of changes among a user's pairs of logins, after those of few and of many logins without any. */
    private static final double[] SHARES = {0, 0, 0.05, 0.2, 0.5, 1};

    private static final int FEW_PAIRS = 4;
    /** A trip to another country from door to door takes half a day: our guess, not fitted. */
    private static final double TRIP = 12 * LoginKeys.MICROS_PER_HOUR;

    /** How long a step into a country counts, since the login before it. */
    private static final long STAY = 7 * LoginKeys.MICROS_PER_DAY;

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
     * The step from the user's last login to this one: the user's habit, in the lowest four bits; above them the span between
     * the two; above that 0 within a country, 1 into a country that is new to the user, 2 into one where the user was before.
     * {@link #NOWHERE} where either country is not known.
     */
    static int step(Moment moment) {
        return moment.history == null
                ? NOWHERE
                : step(moment.history, moment.keys, moment.counts[Field.COUNTRY.ordinal()] > 0);
    }

    /**
     * The same of a user's history.
     *
     * @param known whether the user was in the country of the login before
     */
    static int step(long[] history, LoginKeys keys, boolean known) {
        int habit = habit(UserHistories.successes(history), UserHistories.changes(history));
        if (UserHistories.otherThanLast(history, keys, Field.COUNTRY)) {
            return (known ? 2 : 1) << 8 | span(Moment.since(UserHistories.lastSuccess(history), keys)) << 4 | habit;
        }
        return UserHistories.sameAsLast(history, keys, Field.COUNTRY) ? habit : NOWHERE;
    }

    /** The step that the surprise of a login is that of: into its country now or within {@link #STAY}; {@link #NOWHERE} if none. */
    static int journey(Moment moment) {
        if (moment.isElsewhere()) {
            return step(moment);
        }
        return moment.history != null
                        && UserHistories.sameAsLast(moment.history, moment.keys, Field.COUNTRY)
                        && UserHistories.arrival(moment.history) != NOWHERE
                        && Moment.since(UserHistories.departure(moment.history), moment.keys) < STAY
                ? UserHistories.arrival(moment.history)
                : NOWHERE;
    }

    /** How long the step of a {@link #journey} took, or may have taken: an arrival's span is known, not its time. */
    static long duration(Moment moment) {
        if (moment.isElsewhere()) {
            return moment.sinceLast();
        }
        int span = UserHistories.arrival(moment.history) >> 4 & 0xf;
        long since = Moment.since(UserHistories.departure(moment.history), moment.keys);
        return moment.evidence == Evidence.FIRST || span == MINUTES.length
                ? since
                : Math.min(since, MINUTES[span] * 60 * LoginKeys.MICROS_PER_SECOND);
    }

    /** @throws dev.octet.event.InputException if it is no step into a new country, and not {@link #NOWHERE} */
    static void checkStep(int step) {
        if (step != NOWHERE) {
            StateInput.check("kind of a user's step into a country", step >> 8, 1, 1);
            StateInput.check("span of a user's step into a country", step >> 4 & 0xf, 0, SPANS - 1);
            StateInput.check("habit of a user's step into a country", step & 0xf, 0, HABITS - 1);
        }
    }

    /** Counts a step. */
    void learn(int step) {
        learn(step, 1);
    }

    /** Counts equal steps. */
    void learn(int step, long times) {
        if (step == NOWHERE) {
            return;
        }
        int habit = step & 0xf;
        int kind = (step >> 8) - 1;
        pairs[habit] += times;
        if (kind >= 0) {
            byHabit[kind][habit] += times;
            bySpan[kind][step >> 4 & 0xf] += times;
        }
    }

    /**
     * Surprise of a step into another country, in nats, at least 0.
     *
     * @param micros how long the step took
     */
    double surprise(int step, long micros) {
        int habit = step & 0xf;
        int kind = (step >> 8) - 1;
        long allPairs = 0;
        long allChanges = 0;
        for (int h = 0; h < HABITS; h++) {
            allPairs += pairs[h];
            allChanges += byHabit[kind][h];
        }
        long soSoon = 0;
        for (int s = 0; s <= (step >> 4 & 0xf); s++) {
            soSoon += bySpan[kind][s];
        }
        double ofAll = (allChanges + 0.5) / (allPairs + 1.0);
        double ofHabit = (byHabit[kind][habit] + ofAll) / (pairs[habit] + 1.0);
        return Math.max(0, -NaturalLog.of(ofHabit * (soSoon + 0.5) / (allChanges + 1.0)) - micros / TRIP);
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
