package dev.octet.feature.history;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

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
    /** What a failure is kept as: its time, and from here on the place of each key in its counts, -1 where it has none. */
    private static final int TIME = 0;

    private static final int PLACES = 1;
    private static final int WIDTH = PLACES + KINDS;
    /** A saved failure: its time, the kinds by which its user still fails, and of each kind whether it has a key, and the key. */
    private static final int SAVED_BYTES = Long.BYTES + Integer.BYTES + KINDS * (Integer.BYTES + Long.BYTES);
    /** Failures from which on a key has a rate of its own. */
    static final int REMEMBERED = 8;

    private final int most;
    private final Counts[] counts = new Counts[KINDS];
    /** The failures of the day by sequence number. */
    private final RowQueue rows;

    private final long[] row = new long[WIDTH];

    /** Of the login that is asked for. */
    private final int[] place = new int[KINDS];

    private long hourFirst;
    private long total;
    private long since = NONE;
    /** Of each kind that {@linkplain PressureKey#countsUsers counts users}; {@code null} of the others. */
    private final Failing[] failing = new Failing[KINDS];

    /** Users who failed by keys of one kind within the day and did not get in by the same key since. */
    private static final class Failing {
        /** Sequence number of the last failure of a (key, user) pair. */
        final Long2LongOpenHashMap last;

        final Long2IntOpenHashMap users = new Long2IntOpenHashMap();

        Failing() {
            this(new Long2LongOpenHashMap());
        }

        private Failing(Long2LongOpenHashMap last) {
            this.last = last;
            last.defaultReturnValue(NONE);
        }

        /** What is saved of it. */
        Failing image() {
            return new Failing(last.clone());
        }

        void fails(long key, long user, long sequence) {
            if (last.put(LoginKeys.pair(key, user), sequence) == NONE) {
                users.addTo(key, 1);
            }
        }

        /** A user is no longer one of them. */
        void leaves(long key, long user) {
            if (last.remove(LoginKeys.pair(key, user)) != NONE) {
                RecentAttempts.decrement(users, key);
            }
        }

        /** A user is no longer one of them if this was the user's last failure. */
        void leaves(long key, long user, long sequence) {
            if (last.remove(LoginKeys.pair(key, user), sequence)) {
                RecentAttempts.decrement(users, key);
            }
        }

        boolean isLast(long key, long user, long sequence) {
            return last.get(LoginKeys.pair(key, user)) == sequence;
        }

        /** Those of a key but one. */
        int others(long key, long user) {
            return users.get(key) - (last.containsKey(LoginKeys.pair(key, user)) ? 1 : 0);
        }
    }

    /** Failures of one kind of key, by place. */
    private static final class Counts {
        final Long2IntOpenHashMap placeOf;
        long[] key = new long[64];
        int[] hour = new int[64];
        int[] day = new int[64];
        int[] all = new int[64];
        /** Seconds from the log's first attempt to the key's first failure. */
        int[] since = new int[64];

        int[] free = new int[64];
        int frees;
        int used;

        Counts() {
            this(new Long2IntOpenHashMap());
        }

        private Counts(Long2IntOpenHashMap placeOf) {
            this.placeOf = placeOf;
            placeOf.defaultReturnValue(-1);
        }

        /** What is saved of them. */
        Counts image() {
            Counts image = new Counts(placeOf.clone());
            image.key = Arrays.copyOf(key, used);
            image.all = Arrays.copyOf(all, used);
            image.since = Arrays.copyOf(since, used);
            return image;
        }

        int add(int seconds, long value, int most) {
            int place = placeOf.get(value);
            if (place < 0) {
                place = make(seconds, value, most);
                if (place < 0) {
                    return -1;
                }
            }
            hour[place]++;
            day[place]++;
            all[place] += all[place] < Integer.MAX_VALUE ? 1 : 0;
            return place;
        }

        private int make(int seconds, long value, int most) {
            if (placeOf.size() >= most) {
                for (int place = 0; place < used; place++) {
                    if (all[place] > 0 && day[place] == 0) {
                        forget(place);
                    }
                }
                if (placeOf.size() >= most) {
                    return -1;
                }
            }
            int place = frees > 0 ? free[--frees] : used++;
            if (place == key.length) {
                int length = place + place / 16 + 1;
                key = Arrays.copyOf(key, length);
                hour = Arrays.copyOf(hour, length);
                day = Arrays.copyOf(day, length);
                all = Arrays.copyOf(all, length);
                since = Arrays.copyOf(since, length);
            }
            placeOf.put(value, place);
            key[place] = value;
            since[place] = seconds;
            return place;
        }

        void leaveDay(int place) {
            if (--day[place] == 0 && all[place] < REMEMBERED) {
                forget(place);
            }
        }

        private void forget(int place) {
            placeOf.remove(key[place]);
            all[place] = 0;
            if (frees == free.length) {
                free = Arrays.copyOf(free, 2 * frees);
            }
            free[frees++] = place;
        }

        long bytes() {
            return 12L * 2 * placeOf.size() + 24L * key.length + 4L * free.length;
        }
    }

    RecentFailures(HistoryOptions options) {
        most = options.maxRecentAttempts();
        rows = new RowQueue(WIDTH);
        for (int k = 0; k < KINDS; k++) {
            counts[k] = new Counts();
            failing[k] = PressureKey.at(k).countsUsers() ? new Failing() : null;
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
        for (int k = 0; k < KINDS; k++) {
            PressureKey kind = PressureKey.at(k);
            Counts of = counts[k];
            place[k] = kind.isIn(kinds) && kind.has(keys) ? of.placeOf.get(kind.of(keys)) : -1;
            boolean known = place[k] >= 0;
            view.hour[k] = known ? of.hour[place[k]] : 0;
            view.day[k] = known ? of.day[place[k]] : 0;
            view.all[k] = known ? of.all[place[k]] : 0;
            view.age[k] = known ? Math.max(0, now - since - of.since[place[k]] * LoginKeys.MICROS_PER_SECOND) : 0;
            view.users[k] = known && kind.countsUsers() ? failing[k].others(of.key[place[k]], keys.user) : 0;
        }
        long left = rows.first();
        for (; left < rows.next() && rows.get(left, TIME) <= now - DAY; left++) {
            for (int k = 0; k < KINDS; k++) {
                if (place[k] >= 0 && rows.get(left, PLACES + k) == place[k]) {
                    view.day[k]--;
                    view.users[k] -= isLast(k, left) && user(left) != keys.user ? 1 : 0;
                }
            }
        }
        view.allDay = (int) (rows.next() - left);
        left = hourFirst;
        for (; left < rows.next() && rows.get(left, TIME) <= now - HOUR; left++) {
            for (int k = 0; k < KINDS; k++) {
                view.hour[k] -= place[k] >= 0 && rows.get(left, PLACES + k) == place[k] ? 1 : 0;
            }
        }
        view.allHour = (int) (rows.next() - left);
        view.allEver = total;
        view.allAge = since == NONE ? 0 : now - since;
    }

    /** Counts an attempt that is not older than any before it. */
    void add(long now, LoginKeys keys, boolean success) {
        expire(now);
        if (since == NONE) {
            since = now;
        }
        if (success) {
            for (int k = 0; k < KINDS; k++) {
                PressureKey kind = PressureKey.at(k);
                if (kind.countsUsers() && kind.has(keys)) {
                    failing[k].leaves(kind.of(keys), keys.user);
                }
            }
            return;
        }
        makeRoom();
        int seconds = (int) Math.min(Integer.MAX_VALUE, (now - since) / LoginKeys.MICROS_PER_SECOND);
        for (int k = 0; k < KINDS; k++) {
            PressureKey kind = PressureKey.at(k);
            row[PLACES + k] = kind.has(keys) ? counts[k].add(seconds, kind.of(keys), most) : -1;
        }
        append(now);
        long sequence = rows.next() - 1;
        for (int k = 0; k < KINDS; k++) {
            if (countsUser(k, sequence)) {
                failing[k].fails(key(k, sequence), user(sequence), sequence);
            }
        }
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
        Counts of = counts[kind.ordinal()];
        int known = of.placeOf.get(key);
        int at = known >= 0 ? known : of.make(firstSeconds, key, most);
        if (at >= 0) {
            of.all[at] = all;
            of.since[at] = firstSeconds;
        }
    }

    /** Receives a key with its failures, when the first was, and the time of the last one if that is within the day. */
    @FunctionalInterface
    interface Each {
        void take(long key, int all, int firstSeconds, long lastMicros);
    }

    /** Hands out each key of a kind. */
    void forEach(PressureKey kind, Each each) {
        Counts of = counts[kind.ordinal()];
        long[] last = new long[of.used];
        Arrays.fill(last, NONE);
        for (long s = rows.first(); s < rows.next(); s++) {
            int at = place(kind.ordinal(), s);
            if (at >= 0) {
                last[at] = rows.get(s, TIME);
            }
        }
        for (int at : of.placeOf.values()) {
            each.take(of.key[at], of.all[at], of.since[at], last[at]);
        }
    }

    /** Time of the log's first attempt; {@code Long.MIN_VALUE} before it. */
    long since() {
        return since;
    }

    /** Failures so far. */
    long total() {
        return total;
    }

    /** The place of a failure's key; -1 where it has none. */
    private int place(int k, long sequence) {
        return (int) rows.get(sequence, PLACES + k);
    }

    /** Whether a failure has a user and a key of a kind that counts users. */
    private boolean countsUser(int k, long sequence) {
        return failing[k] != null && place(k, sequence) >= 0 && place(USER, sequence) >= 0;
    }

    private long key(int k, long sequence) {
        return counts[k].key[place(k, sequence)];
    }

    private long user(long sequence) {
        return key(USER, sequence);
    }

    /** Whether a failure is the last of its key and user, who did not get in since. */
    private boolean isLast(int k, long sequence) {
        return countsUser(k, sequence) && failing[k].isLast(key(k, sequence), user(sequence), sequence);
    }

    private void makeRoom() {
        if (rows.size() == most) {
            if (hourFirst == rows.first()) {
                leaveHour();
            }
            leaveDay();
        }
    }

    /** Adds the failure whose places are in {@link #row}. */
    private void append(long now) {
        row[TIME] = now;
        rows.add(row);
        total++;
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
            int place = place(k, hourFirst);
            if (place >= 0) {
                counts[k].hour[place]--;
            }
        }
        hourFirst++;
    }

    private void leaveDay() {
        long oldest = rows.first();
        for (int k = 0; k < KINDS; k++) {
            if (countsUser(k, oldest)) {
                failing[k].leaves(key(k, oldest), user(oldest), oldest);
            }
        }
        for (int k = 0; k < KINDS; k++) {
            int place = place(k, oldest);
            if (place >= 0) {
                counts[k].leaveDay(place);
            }
        }
        rows.removeFirst();
    }

    long bytes() {
        long bytes = rows.bytes();
        for (int k = 0; k < KINDS; k++) {
            bytes += counts[k].bytes();
            bytes += failing[k] == null ? 0 : 16L * 2 * failing[k].last.size() + 12L * 2 * failing[k].users.size();
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
        for (Counts each : counts) {
            long[] keys = each.placeOf.keySet().toLongArray();
            Arrays.sort(keys);
            out.writeInt(keys.length);
            for (long key : keys) {
                int place = each.placeOf.get(key);
                out.writeLong(key);
                out.writeInt(each.all[place]);
                out.writeInt(each.since[place]);
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
                boolean has = place(k, s) >= 0;
                saved.putInt(has ? 1 : 0).putLong(has ? key(k, s) : 0);
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
                int place =
                        counts[k].make(in.readInt("seconds to a key's first failure", 0, Integer.MAX_VALUE), key, most);
                counts[k].all[place] = all;
            }
        }
        int size = in.readInt("number of recent failures", 0, most);
        long before = Long.MIN_VALUE;
        for (int n = 0; n < size; n++) {
            long now = in.readLong("time of a recent failure", before, Long.MAX_VALUE);
            before = now;
            expireHour(now);
            makeRoom();
            int stillFails = in.readInt("kinds of keys by which a user still fails", 0, PressureKey.EVERY);
            for (int k = 0; k < KINDS; k++) {
                boolean has = in.readBoolean("whether a failure has a key");
                long key = in.readLong();
                int place = has ? counts[k].placeOf.get(key) : -1;
                StateInput.check("place of a failure's key", place, has ? 0 : -1, has ? most : -1);
                row[PLACES + k] = place;
                if (has) {
                    counts[k].hour[place]++;
                    counts[k].day[place]++;
                }
            }
            append(now);
            long sequence = rows.next() - 1;
            for (int k = 0; k < KINDS; k++) {
                if (PressureKey.at(k).isIn(stillFails) && countsUser(k, sequence)) {
                    failing[k].fails(key(k, sequence), user(sequence), sequence);
                }
            }
        }
        total = ever;
    }
}
