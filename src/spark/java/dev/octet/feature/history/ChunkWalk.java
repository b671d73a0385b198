package dev.octet.feature.history;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;

/**
 * Walks through a chunk of a log in order and writes, for each login that is scored, what all logins before it say of it and
 * does not depend on any decision: counts, windows of attempts and of failures. First come the records of
 * {@link ChunkValues#before}, then the attempts of the day before, then the chunk. Not thread-safe.
 */
public final class ChunkWalk {
    private final ChunkStart start;
    private final boolean failedScored;
    private final Long2IntOpenHashMap[] counts = new Long2IntOpenHashMap[ValueKind.USERS + 1];
    private final long[] valued;
    private final long[] distinct;
    private final long[] hours;
    private final RecentAttempts recent;
    private final RecentFailures failures;
    private final PackedOutput failureRecords = new PackedOutput();
    private final RecentAttempts.View recentView = new RecentAttempts.View();
    private final RecentFailures.View failuresView = new RecentFailures.View();
    private boolean begun;
    private boolean blocks;
    private long total;

    /**
     * A walk through one chunk.
     *
     * @param history what is remembered before the log
     * @param start what is known of the log before it
     * @param failedScored whether failed logins are scored too
     */
    public ChunkWalk(StartingHistory history, ChunkStart start, boolean failedScored) {
        HistoryOptions options = history.options();
        this.start = start;
        this.failedScored = failedScored;
        recent = new RecentAttempts(options);
        failures = new RecentFailures(options);
        for (int kind = 0; kind < counts.length; kind++) {
            counts[kind] = new Long2IntOpenHashMap();
        }
        history.load(start, recent, failures);
        valued = start.valued.clone();
        distinct = start.distinct.clone();
        hours = start.hours.clone();
        blocks = start.blocks;
        total = start.successes;
    }

    /** Takes what is known of a value before the chunk. */
    public void value(PackedInput in) {
        int kind = in.integer();
        if (ValueKind.isFailures(kind)) {
            failureRecords.number(kind).fixed(in.fixed()).number(in.number()).number(in.number());
        } else {
            counts[kind].put(in.fixed(), in.integer());
        }
    }

    /**
     * Takes an attempt of the day before the chunk; they come in order.
     *
     * @param blocksThen whether networks were blocks when it came
     */
    public void recall(KeyedLogin login, boolean blocksThen) {
        login.useBlocks(blocksThen);
        recent.add(login.keys.timeMicros, login.keys, login.success);
        failures.add(login.keys.timeMicros, login.keys, login.success);
    }

    private void begin() {
        begun = true;
        if (start.previousMicros == Long.MIN_VALUE) {
            return;
        }
        failures.begin(start.firstMicros, start.failures);
        PackedInput records = new PackedInput(failureRecords.toBytes());
        while (!records.atEnd()) {
            PressureKey kind = ValueKind.pressureKey(records.integer());
            failures.begin(kind, records.fixed(), records.integer(), records.integer());
        }
    }

    /**
     * Walks on by a login.
     *
     * @param out receives what {@link UserWalk} reads of it
     * @return whether the login is scored; where it is not, nothing is written
     */
    public boolean step(KeyedLogin login, PackedOutput out) {
        if (!begun) {
            begin();
        }
        LoginKeys keys = login.keys;
        login.useBlocks(blocks);
        boolean before = blocks;
        boolean scored = login.success || failedScored;
        if (scored) {
            recent.at(keys.timeMicros, keys, recentView);
            failures.at(keys.timeMicros, keys, PressureKey.EVERY, failuresView);
        }
        recent.add(keys.timeMicros, keys, login.success);
        failures.add(keys.timeMicros, keys, login.success);
        boolean after = before;
        if (login.success) {
            long known = valued[Field.ASN.ordinal()] + (login.hasAsn() ? 1 : 0);
            after = LoginHistory.blocks(before, known, total + 1);
        }
        if (scored) {
            out.number((before ? 1 : 0) | (after ? 2 : 0));
            login.writeForUser(out, before || after);
            write(keys, out);
        }
        if (login.success) {
            learn(keys);
        }
        blocks = after;
        return scored;
    }

    /** The attempts of the last day, once everything before the chunk was taken. */
    RecentAttempts attempts() {
        return recent;
    }

    /** The failures of the last day with all that is known of their keys, once everything before the chunk was taken. */
    RecentFailures failures() {
        if (!begun) {
            begin();
        }
        return failures;
    }

    private void write(LoginKeys keys, PackedOutput out) {
        out.number(total);
        for (int f = 0; f < Field.COUNT; f++) {
            out.number(counts[f].get(keys.field[f])).number(total - valued[f]);
        }
        for (Field field : FreemanScore.UPPER) {
            out.number(distinct[field.ordinal()]);
        }
        out.number(distinct[ValueKind.USERS]).number(hours[keys.hour]);
        out.number(hours[(keys.hour + 23) % 24] + hours[(keys.hour + 1) % 24]);
        out.number(recentView.asnDay).number(recentView.ipDay).number(recentView.usersOfIpHour);
        out.number(recentView.userFailuresHour).number(recentView.userFailuresDay);
        for (int k = 0; k < PressureKey.COUNT; k++) {
            out.number(failuresView.all[k]);
            if (failuresView.all[k] > 0) {
                out.number(failuresView.hour[k]).number(failuresView.day[k]).number(failuresView.age[k]);
                out.number(failuresView.users[k]);
            }
        }
        out.number(failuresView.allHour).number(failuresView.allDay);
        out.number(failuresView.allEver).number(failuresView.allAge);
    }

    /** Reads what {@link #write} wrote. */
    static void read(PackedInput in, Moment moment) {
        moment.total = in.number();
        for (int f = 0; f < Field.COUNT; f++) {
            moment.seen[f] = in.integer();
            moment.valued[f] = moment.total - in.number();
        }
        for (Field field : FreemanScore.UPPER) {
            moment.distinct[field.ordinal()] = in.integer();
        }
        moment.users = in.number();
        moment.atHour = in.number();
        moment.besideHour = in.number();
        moment.recent.asnDay = in.integer();
        moment.recent.ipDay = in.integer();
        moment.recent.usersOfIpHour = in.integer();
        moment.recent.userFailuresHour = in.integer();
        moment.recent.userFailuresDay = in.integer();
        for (int k = 0; k < PressureKey.COUNT; k++) {
            moment.failures.all[k] = in.integer();
            boolean any = moment.failures.all[k] > 0;
            moment.failures.hour[k] = any ? in.integer() : 0;
            moment.failures.day[k] = any ? in.integer() : 0;
            moment.failures.age[k] = any ? in.number() : 0;
            moment.failures.users[k] = any ? in.integer() : 0;
        }
        moment.failures.allHour = in.integer();
        moment.failures.allDay = in.integer();
        moment.failures.allEver = in.number();
        moment.failures.allAge = in.number();
    }

    private void learn(LoginKeys keys) {
        for (int f = 0; f < Field.COUNT; f++) {
            boolean known = keys.has(f);
            valued[f] += known ? 1 : 0;
            if ((known || f < Field.ALWAYS) && counts[f].addTo(keys.field[f], 1) == 0) {
                distinct[f]++;
            }
        }
        if (keys.userKnown && counts[ValueKind.USERS].addTo(keys.user, 1) == 0) {
            distinct[ValueKind.USERS]++;
        }
        hours[keys.hour]++;
        total++;
    }
}
