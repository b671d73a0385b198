package dev.octet.feature.history;

import dev.octet.event.LoginEvent;
import dev.octet.feature.RowWords;

/**
 * What the words for one login's history features need, as it was when the login came: all but the login's own texts, which are
 * read from the log again, and what other users' decisions say. Immutable.
 */
public final class LoginWords {
    private final long[] valued = new long[Field.COUNT];
    private final int[] seen = new int[Field.COUNT];
    private final RecentAttempts.View recent = new RecentAttempts.View();
    private final RecentFailures.View failures = new RecentFailures.View();
    private final boolean blocks;
    private final long user;
    private final long micros;
    private final long network;
    private final long[] history;

    private LoginWords(PackedInput in) {
        blocks = in.number() == 1;
        user = in.fixed();
        micros = in.fixed();
        network = in.fixed();
        for (int f = 0; f < Field.COUNT; f++) {
            valued[f] = in.number();
            seen[f] = in.integer();
        }
        recent.asnDay = in.integer();
        recent.ipDay = in.integer();
        recent.usersOfIpHour = in.integer();
        recent.userFailuresHour = in.integer();
        recent.userFailuresDay = in.integer();
        for (int k = 0; k < PressureKey.COUNT; k++) {
            failures.all[k] = in.integer();
            failures.hour[k] = in.integer();
            failures.day[k] = in.integer();
            failures.age[k] = in.number();
            failures.users[k] = in.integer();
        }
        byte[] ofUser = in.bytes();
        history = ofUser.length == 0 ? null : UserWalk.history(ofUser);
    }

    /** Writes what a login is compared with. */
    static void write(Moment moment, PackedOutput out) {
        LoginKeys keys = moment.keys;
        out.number(keys.blocks() ? 1 : 0)
                .fixed(keys.user)
                .fixed(keys.timeMicros)
                .fixed(keys.networkKey());
        for (int f = 0; f < Field.COUNT; f++) {
            out.number(moment.valued[f]).number(moment.seen[f]);
        }
        RecentAttempts.View recent = moment.recent;
        out.number(recent.asnDay).number(recent.ipDay).number(recent.usersOfIpHour);
        out.number(recent.userFailuresHour).number(recent.userFailuresDay);
        RecentFailures.View failures = moment.failures;
        for (int k = 0; k < PressureKey.COUNT; k++) {
            out.number(failures.all[k]).number(failures.hour[k]).number(failures.day[k]);
            out.number(failures.age[k]).number(failures.users[k]);
        }
        PackedOutput ofUser = new PackedOutput();
        for (int i = 0; moment.history != null && i < moment.history.length; i++) {
            ofUser.fixed(moment.history[i]);
        }
        out.bytes(ofUser);
    }

    /** Reads what {@link UserWalk#words} wrote. */
    public static LoginWords of(byte[] written) {
        return new LoginWords(new PackedInput(written));
    }

    /** Key of the login's network. */
    public long network() {
        return network;
    }

    /**
     * A question for {@link PopulationWalk}, which it answers as if the login came now.
     *
     * @return what stands behind the ordinal in a packet
     */
    public byte[] question() {
        return new PackedOutput()
                .number(UserWalk.ASKS_CONTACTS | UserWalk.ASKS_WORDS)
                .number(0)
                .fixed(user)
                .fixed(micros)
                .fixed(network)
                .number(0)
                .toBytes();
    }

    /**
     * The words.
     *
     * @param event the login
     * @param answer what {@link PopulationWalk} said to the {@link #question}
     * @param networkSince time of the first successful login from the network before this one; {@link FirstLogins#NEVER}
     */
    public RowWords words(LoginEvent event, HistoryOptions options, byte[] answer, long networkSince) {
        LoginKeys keys = new LoginKeys(options);
        keys.useBlocks(blocks);
        keys.take(event);
        int[] counts = new int[Field.COUNT];
        int[] known = new int[Field.COUNT];
        if (history != null) {
            UserHistories.counts(history, keys, counts, known);
        }
        return new HistoryReason(
                event,
                keys,
                options,
                networkSince,
                valued,
                seen,
                history,
                counts,
                known,
                recent,
                PopulationWalk.contacts(answer),
                failures);
    }
}
