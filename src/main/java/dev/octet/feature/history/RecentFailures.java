package dev.octet.feature.history;

import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Failed logins of the last hour and day, counted exactly by each {@link PressureKey}, and how many each key had before:
 * what is usual for it. Also the users who failed by a key within the day and did not get in by it since. Asking changes
 * nothing.
 *
 * <p>A key with few failures in all is forgotten a day after the last of them: a new key is expected to do the same.
 */
final class RecentFailures {
    private static final long HOUR = LoginKeys.MICROS_PER_HOUR;
    private static final long DAY = LoginKeys.MICROS_PER_DAY;
    private static final long NONE = Long.MIN_VALUE;
    private static final int KINDS = PressureKey.COUNT;
    private static final int USER = PressureKey.USER.ordinal();
    /** What a failure is kept as: its time, the kinds of keys by which it is counted, a bit each, and from here on its keys. */
    private static final int TIME = 0;

    private static final int COUNTED_BY = 1;
    private static final int KEYS = 2;
    private static final int WIDTH = KEYS + KINDS;
    /** A saved failure: its time, the kinds by which its user still fails, and of each kind whether it has a key, and the key. */
    private static final int SAVED_BYTES = Long.BYTES + Integer.BYTES + KINDS * (Integer.BYTES + Long.BYTES);
    /** Failures from which on a key has a rate of its own. */
    static final int REMEMBERED = 8;

    /** One of the day, in a word of two counts: the lower half is the day's, the upper half the hour's. */
    private static final long IN_DAY = 1;

    private static final long IN_HOUR = 1L << 32;
    /** Words of a key, after the first: its failures of the day and the hour; users who fail by it. */
    private static final int WINDOWS = 1;

    private static final int USERS = 2;

    private final int most;
    /** By kind. The first word of a key: its failures, and in the upper half the seconds from the log's first attempt to the first. */
    private final KeyTable[] counts = new KeyTable[KINDS];
    /**
     * Number of the last failure, from 1 on, of each (key, user) pair that fails: one that failed within the day and did not get
     * in since. By kind; {@code null} where it does not {@linkplain PressureKey#countsUsers count users}.
     */
    private final KeyTable[] failing = new KeyTable[KINDS];
    /** The failures of the day by sequence number. */
    private final RowQueue rows;

    private final long[] row = new long[WIDTH];
    /** Of each kind by which the failure in {@link #row} is counted, the place of its key. */
    private final int[] places = new int[KINDS];

    private long hourFirst;
    private long total;
    private long since = NONE;

    RecentFailures(HistoryOptions options) {
        most = options.maxRecentAttempts();
        rows = new RowQueue(WIDTH);
        for (int k = 0; k < KINDS; k++) {
            counts[k] = new KeyTable(3);
            failing[k] = PressureKey.at(k).countsUsers() ? new KeyTable(1) : null;
        }
    }

    /** What is saved of others, as it is now. */
    private RecentFailures(RecentFailures of) {
        most = of.most;
        rows = of.rows.image();
        total = of.total;
        since = of.since;
        for (int k = 0; k < KINDS; k++) {
            counts[k] = of.counts[k].image();
            failing[k] = of.failing[k] == null ? null : of.failing[k].image();
        }
    }

    /** What the windows hold for one login, by the ordinal of {@link PressureKey}. */
    static final class View {
        final int[] hour = new int[KINDS];
        final int[] day = new int[KINDS];
        /** Failures ever, those of the windows too. */
        final int[] all = new int[KINDS];
        /** Microseconds since the key's first failure that is remembered; 0 for a new key. */
        final long[] age = new long[KINDS];
        /** Other users who failed by the key within the day and did not get in by it since. */
        final int[] users = new int[KINDS];

        int allHour;
        int allDay;
        long allEver;
        long allAge;

        View copy() {
            View copy = new View();
            copy.take(this);
            return copy;
        }

        void take(View other) {
            System.arraycopy(other.hour, 0, hour, 0, KINDS);
            System.arraycopy(other.day, 0, day, 0, KINDS);
            System.arraycopy(other.all, 0, all, 0, KINDS);
            System.arraycopy(other.age, 0, age, 0, KINDS);
            System.arraycopy(other.users, 0, users, 0, KINDS);
            allHour = other.allHour;
            allDay = other.allDay;
            allEver = other.allEver;
            allAge = other.allAge;
        }
    }

    /**
     * Fills {@code view} with the counts at {@code now}.
     *
     * @param kinds a bit for each kind of key that is asked for; the others count 0
     */
    void at(long now, LoginKeys keys, int kinds, View view) {
        int known = 0;
        for (int k = 0; k < KINDS; k++) {
            PressureKey kind = PressureKey.at(k);
            view.hour[k] = 0;
            view.day[k] = 0;
            view.all[k] = 0;
            view.age[k] = 0;
            view.users[k] = 0;
            if (!kind.isIn(kinds) || !kind.has(keys)) {
                continue;
            }
            KeyTable table = counts[k];
            long key = kind.of(keys);
            int place = table.find(key);
            long all = table.words[place];
            if (all == 0) {
                continue;
            }
            known |= 1 << k;
            long windows = table.words[place + WINDOWS];
            int users = (int) table.words[place + USERS];
            view.hour[k] = (int) (windows >>> 32);
            view.day[k] = (int) windows;
            view.all[k] = (int) all;
            view.age[k] = Math.max(0, now - since - (all >>> 32) * LoginKeys.MICROS_PER_SECOND);
            view.users[k] = users > 0 && failing[k].get(LoginKeys.pair(key, keys.user)) != 0 ? users - 1 : users;
        }
        long left = rows.first();
        for (; left < rows.next() && rows.get(left, TIME) <= now - DAY; left++) {
            for (int k = 0; known != 0 && k < KINDS; k++) {
                if (isOf(left, k, known, keys)) {
                    view.day[k]--;
                    view.users[k] -= isLast(k, left) && key(USER, left) != keys.user ? 1 : 0;
                }
            }
        }
        view.allDay = (int) (rows.next() - left);
        left = hourFirst;
        for (; left < rows.next() && rows.get(left, TIME) <= now - HOUR; left++) {
            for (int k = 0; known != 0 && k < KINDS; k++) {
                view.hour[k] -= isOf(left, k, known, keys) ? 1 : 0;
            }
        }
        view.allHour = (int) (rows.next() - left);
        view.allEver = total;
        view.allAge = since == NONE ? 0 : now - since;
    }

    /** Whether a failure is counted by the login's key of a kind, if that is one of some kinds. */
    private boolean isOf(long sequence, int k, int kinds, LoginKeys keys) {
        PressureKey kind = PressureKey.at(k);
        return kind.isIn(kinds) && isCounted(k, sequence) && key(k, sequence) == kind.of(keys);
    }

    /** Counts an attempt that is not older than any before it. */
    void add(long now, LoginKeys keys, boolean success) {
        expire(now);
        if (since == NONE) {
            since = now;
        }
        if (success) {
            getsIn(keys);
            return;
        }
        begin(now);
        int seconds = (int) Math.min(Integer.MAX_VALUE, (now - since) / LoginKeys.MICROS_PER_SECOND);
        for (int k = 0; k < KINDS; k++) {
            PressureKey kind = PressureKey.at(k);
            int place = kind.has(keys) ? make(k, kind.of(keys), seconds) : -1;
            if (place >= 0) {
                long[] words = counts[k].words;
                words[place] += (int) words[place] < Integer.MAX_VALUE ? 1 : 0;
                counted(k, kind.of(keys), place);
            }
        }
        append(PressureKey.EVERY);
    }

    /** The user fails by no key of the login any more. */
    private void getsIn(LoginKeys keys) {
        if ((int) counts[USER].words[counts[USER].find(keys.user) + WINDOWS] == 0) {
            return;
        }
        for (int k = 0; k < KINDS; k++) {
            PressureKey kind = PressureKey.at(k);
            if (kind.countsUsers() && kind.has(keys)) {
                int pair = failing[k].find(LoginKeys.pair(kind.of(keys), keys.user));
                if (failing[k].words[pair] != 0) {
                    failing[k].remove(pair);
                    counts[k].words[counts[k].find(kind.of(keys)) + USERS]--;
                }
            }
        }
    }

    /** The place of a key, which is new if it has no failures yet; -1 where there is no room. */
    private int make(int k, long key, int seconds) {
        KeyTable table = counts[k];
        int place = table.find(key);
        if (table.words[place] != 0) {
            return place;
        }
        if (table.size() >= most) {
            LongArrayList quiet = new LongArrayList();
            table.forEach((each, at) -> {
                if ((int) table.words[at + WINDOWS] == 0) {
                    quiet.add(each);
                }
            });
            quiet.forEach((long each) -> table.remove(table.find(each)));
            if (table.size() >= most) {
                return -1;
            }
        }
        place = table.make(key);
        table.words[place] = (long) seconds << 32;
        return place;
    }

    /** Begins a failure that is counted by no key. */
    private void begin(long now) {
        if (rows.size() == most) {
            if (hourFirst == rows.first()) {
                leaveHour();
            }
            leaveDay();
        }
        row[TIME] = now;
        row[COUNTED_BY] = 0;
    }

    /** Counts the failure that was begun in the windows of a key. */
    private void counted(int k, long key, int place) {
        counts[k].words[place + WINDOWS] += IN_DAY + IN_HOUR;
        places[k] = place;
        row[KEYS + k] = key;
        row[COUNTED_BY] |= 1 << k;
    }

    /**
     * Adds the failure that was begun.
     *
     * @param kinds of keys by which its user fails, as far as they count users
     */
    private void append(int kinds) {
        long sequence = rows.next();
        rows.add(row);
        total++;
        for (int k = 0; k < KINDS; k++) {
            if (PressureKey.at(k).isIn(kinds) && countsUser(k, sequence)) {
                fails(k, sequence, places[k]);
            }
        }
    }

    /** The user of a failure fails by its key, which is at this place. */
    private void fails(int k, long sequence, int place) {
        KeyTable pairs = failing[k];
        int pair = pairs.make(pair(k, sequence));
        counts[k].words[place + USERS] += pairs.words[pair] == 0 ? 1 : 0;
        pairs.words[pair] = sequence + 1;
    }

    /**
     * Goes on from what is known of the log before the attempts that were added.
     *
     * @param first time of the log's first attempt
     * @param failures number of all failures so far, those that were added too
     */
    void begin(long first, long failures) {
        since = first;
        total = failures;
    }

    /**
     * Goes on from what is known of a key, after the attempts of the last day were added.
     *
     * @param all its failures so far, those of the day too
     * @param firstSeconds from the log's first attempt to its first failure
     */
    void begin(PressureKey kind, long key, int all, int firstSeconds) {
        int place = make(kind.ordinal(), key, firstSeconds);
        if (place >= 0) {
            counts[kind.ordinal()].words[place] = (long) firstSeconds << 32 | all;
        }
    }

    /** Receives a key with its failures, when the first was, and the time of the last one if that is within the day. */
    @FunctionalInterface
    interface Each {
        void take(long key, int all, int firstSeconds, long lastMicros);
    }

    /** Hands out each key of a kind. */
    void forEach(PressureKey kind, Each each) {
        int k = kind.ordinal();
        Long2LongOpenHashMap last = new Long2LongOpenHashMap();
        last.defaultReturnValue(NONE);
        for (long s = rows.first(); s < rows.next(); s++) {
            if (isCounted(k, s)) {
                last.put(key(k, s), rows.get(s, TIME));
            }
        }
        counts[k].forEach((key, place) -> {
            long all = counts[k].words[place];
            each.take(key, (int) all, (int) (all >>> 32), last.get(key));
        });
    }

    /** Time of the log's first attempt; {@code Long.MIN_VALUE} before it. */
    long since() {
        return since;
    }

    /** Failures so far. */
    long total() {
        return total;
    }

    private boolean isCounted(int k, long sequence) {
        return PressureKey.at(k).isIn((int) rows.get(sequence, COUNTED_BY));
    }

    /** Whether a failure has a user and a key of a kind that counts users. */
    private boolean countsUser(int k, long sequence) {
        return failing[k] != null && isCounted(k, sequence) && isCounted(USER, sequence);
    }

    private long key(int k, long sequence) {
        return rows.get(sequence, KEYS + k);
    }

    /** Whether a failure is the last of its key and user, who did not get in since. */
    private boolean isLast(int k, long sequence) {
        return countsUser(k, sequence) && failing[k].get(pair(k, sequence)) == sequence + 1;
    }

    private long pair(int k, long sequence) {
        return LoginKeys.pair(key(k, sequence), key(USER, sequence));
    }

    private void expire(long now) {
        expireHour(now);
        while (rows.size() > 0 && rows.get(rows.first(), TIME) <= now - DAY) {
            leaveDay();
        }
    }

    private void expireHour(long now) {
        while (hourFirst < rows.next() && rows.get(hourFirst, TIME) <= now - HOUR) {
            leaveHour();
        }
    }

    private void leaveHour() {
        for (int k = 0; k < KINDS; k++) {
            if (isCounted(k, hourFirst)) {
                counts[k].words[counts[k].find(key(k, hourFirst)) + WINDOWS] -= IN_HOUR;
            }
        }
        hourFirst++;
    }

    private void leaveDay() {
        long oldest = rows.first();
        for (int k = 0; k < KINDS; k++) {
            if (isCounted(k, oldest)) {
                KeyTable table = counts[k];
                int place = table.find(key(k, oldest));
                if (table.words[place + USERS] > 0 && isLast(k, oldest)) {
                    failing[k].remove(failing[k].find(pair(k, oldest)));
                    table.words[place + USERS]--;
                }
                table.words[place + WINDOWS] -= IN_DAY;
                if ((int) table.words[place + WINDOWS] == 0 && (int) table.words[place] < REMEMBERED) {
                    table.remove(place);
                }
            }
        }
        rows.removeFirst();
    }

    long bytes() {
        long bytes = rows.bytes();
        for (int k = 0; k < KINDS; k++) {
            bytes += counts[k].bytes() + (failing[k] == null ? 0 : failing[k].bytes());
        }
        return bytes;
    }

    Image image() {
        RecentFailures frozen = new RecentFailures(this);
        return frozen::save;
    }

    /** No image is read any more. */
    void release() {
        rows.release();
    }

    private void save(DataOutputStream out) throws IOException {
        out.writeLong(total);
        out.writeLong(since);
        for (KeyTable each : counts) {
            long[] keys = each.sortedKeys();
            out.writeInt(keys.length);
            for (long key : keys) {
                long all = each.get(key);
                out.writeLong(key);
                out.writeInt((int) all);
                out.writeInt((int) (all >>> 32));
            }
        }
        out.writeInt(rows.size());
        ByteBuffer saved = ByteBuffer.allocate(SAVED_BYTES);
        for (long s = rows.first(); s < rows.next(); s++) {
            int stillFails = 0;
            for (int k = 0; k < KINDS; k++) {
                stillFails |= isLast(k, s) ? 1 << k : 0;
            }
            saved.clear();
            saved.putLong(rows.get(s, TIME)).putInt(stillFails);
            for (int k = 0; k < KINDS; k++) {
                saved.putInt(isCounted(k, s) ? 1 : 0).putLong(isCounted(k, s) ? key(k, s) : 0);
            }
            out.write(saved.array());
        }
    }

    void load(StateInput in) throws IOException {
        long ever = in.readLong("number of failures", 0, Long.MAX_VALUE >> 8);
        since = in.readLong();
        for (int k = 0; k < KINDS; k++) {
            int size = in.readInt("number of keys with failures", 0, most);
            long before = 0;
            for (int i = 0; i < size; i++) {
                long key = in.readLong();
                StateInput.checkAscending("key with failures", i == 0, before, key);
                before = key;
                int all = in.readInt("failures of a key", 1, Integer.MAX_VALUE);
                long seconds = in.readInt("seconds to a key's first failure", 0, Integer.MAX_VALUE);
                counts[k].put(key, seconds << 32 | all);
            }
        }
        int size = in.readInt("number of recent failures", 0, most);
        long before = Long.MIN_VALUE;
        for (int n = 0; n < size; n++) {
            long now = in.readLong("time of a recent failure", before, Long.MAX_VALUE);
            before = now;
            expireHour(now);
            begin(now);
            int stillFails = in.readInt("kinds of keys by which a user still fails", 0, PressureKey.EVERY);
            for (int k = 0; k < KINDS; k++) {
                if (in.readBoolean("whether a failure has a key")) {
                    long key = in.readLong();
                    int place = counts[k].find(key);
                    StateInput.check("failures of a failure's key", (int) counts[k].words[place], 1, Integer.MAX_VALUE);
                    counted(k, key, place);
                } else {
                    in.readLong();
                }
            }
            append(stillFails);
        }
        total = ever;
    }
}
