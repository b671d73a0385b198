package dev.octet.feature.history;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * All attempts of the last 24 hours, counted exactly. An attempt at time s is in the window of length W at time t while
 * s > t - W.
 *
 * <p>Asking changes nothing: what expires between the newest attempt and the time asked for is subtracted on the fly, so
 * a login that is only scored leaves no trace.
 */
final class RecentAttempts {
    private static final long HOUR = LoginKeys.MICROS_PER_HOUR;
    private static final long DAY = LoginKeys.MICROS_PER_DAY;
    private static final long NONE = -1;
    /** What an attempt is kept as. */
    private static final int TIME = 0;

    private static final int ASN = 1;
    private static final int IP = 2;
    private static final int USER = 3;
    /** 1 where it failed, 0 else. */
    private static final int FAILED = 4;

    private static final int WIDTH = 5;

    private final int most;
    /** The attempts of the day by sequence number. */
    private final RowQueue rows = new RowQueue(WIDTH);

    private final long[] row = new long[WIDTH];
    private long hourFirst;

    private final Long2IntOpenHashMap asnDay = new Long2IntOpenHashMap();
    private final Long2IntOpenHashMap ipDay = new Long2IntOpenHashMap();
    private final Long2IntOpenHashMap failuresDay = new Long2IntOpenHashMap();
    private final Long2IntOpenHashMap failuresHour = new Long2IntOpenHashMap();
    /** Sequence number of the last attempt of an (IP, user) pair. */
    private final Long2LongOpenHashMap pairHour = new Long2LongOpenHashMap();

    private final Long2IntOpenHashMap usersOfIpHour = new Long2IntOpenHashMap();

    RecentAttempts(HistoryOptions options) {
        most = options.maxRecentAttempts();
        pairHour.defaultReturnValue(NONE);
    }

    /** What the windows hold for one login. */
    static final class View {
        int asnDay;
        int ipDay;
        int userFailuresHour;
        int userFailuresDay;
        int usersOfIpHour;

        View copy() {
            View copy = new View();
            copy.take(this);
            return copy;
        }

        void take(View other) {
            asnDay = other.asnDay;
            ipDay = other.ipDay;
            userFailuresHour = other.userFailuresHour;
            userFailuresDay = other.userFailuresDay;
            usersOfIpHour = other.usersOfIpHour;
        }
    }

    /** Fills {@code view} with the counts at {@code now}, for a login that has not been added. */
    void at(long now, LoginKeys keys, View view) {
        long asnKey = keys.networkKey();
        long ipKey = keys.field(Field.IP);
        view.asnDay = asnDay.get(asnKey);
        view.ipDay = ipDay.get(ipKey);
        view.userFailuresDay = failuresDay.get(keys.user);
        for (long s = rows.first(); s < rows.next() && rows.get(s, TIME) <= now - DAY; s++) {
            view.asnDay -= rows.get(s, ASN) == asnKey ? 1 : 0;
            view.ipDay -= rows.get(s, IP) == ipKey ? 1 : 0;
            view.userFailuresDay -= failed(s) && rows.get(s, USER) == keys.user ? 1 : 0;
        }
        view.userFailuresHour = failuresHour.get(keys.user);
        view.usersOfIpHour = usersOfIpHour.get(ipKey);
        for (long s = hourFirst; s < rows.next() && rows.get(s, TIME) <= now - HOUR; s++) {
            view.userFailuresHour -= failed(s) && rows.get(s, USER) == keys.user ? 1 : 0;
            view.usersOfIpHour -= rows.get(s, IP) == ipKey && pairHour.get(pair(s)) == s ? 1 : 0;
        }
        if (!keys.hasNetwork()) {
            view.asnDay = 0;
        }
        if (!keys.has(Field.IP)) {
            view.ipDay = 0;
            view.usersOfIpHour = 0;
        }
        if (!keys.userKnown) {
            view.userFailuresDay = 0;
            view.userFailuresHour = 0;
        }
    }

    /** Adds an attempt that is not older than any before it. */
    void add(long now, LoginKeys keys, boolean success) {
        add(now, keys.networkKey(), keys.field(Field.IP), keys.user, !success);
    }

    private void add(long now, long asnKey, long ipKey, long userKey, boolean isFailure) {
        while (hourFirst < rows.next() && rows.get(hourFirst, TIME) <= now - HOUR) {
            leaveHour();
        }
        while (rows.size() > 0 && rows.get(rows.first(), TIME) <= now - DAY) {
            leaveDay();
        }
        if (rows.size() == most) {
            if (hourFirst == rows.first()) {
                leaveHour();
            }
            leaveDay();
        }
        long sequence = rows.next();
        row[TIME] = now;
        row[ASN] = asnKey;
        row[IP] = ipKey;
        row[USER] = userKey;
        row[FAILED] = isFailure ? 1 : 0;
        rows.add(row);
        asnDay.addTo(asnKey, 1);
        ipDay.addTo(ipKey, 1);
        if (isFailure) {
            failuresDay.addTo(userKey, 1);
            failuresHour.addTo(userKey, 1);
        }
        if (pairHour.put(LoginKeys.pair(ipKey, userKey), sequence) == NONE) {
            usersOfIpHour.addTo(ipKey, 1);
        }
    }

    private boolean failed(long sequence) {
        return rows.get(sequence, FAILED) != 0;
    }

    private long pair(long sequence) {
        return LoginKeys.pair(rows.get(sequence, IP), rows.get(sequence, USER));
    }

    private void leaveHour() {
        if (failed(hourFirst)) {
            decrement(failuresHour, rows.get(hourFirst, USER));
        }
        long pair = pair(hourFirst);
        if (pairHour.get(pair) == hourFirst) {
            pairHour.remove(pair);
            decrement(usersOfIpHour, rows.get(hourFirst, IP));
        }
        hourFirst++;
    }

    private void leaveDay() {
        long oldest = rows.first();
        decrement(asnDay, rows.get(oldest, ASN));
        decrement(ipDay, rows.get(oldest, IP));
        if (failed(oldest)) {
            decrement(failuresDay, rows.get(oldest, USER));
        }
        rows.removeFirst();
    }

    static void decrement(Long2IntOpenHashMap counts, long key) {
        if (counts.addTo(key, -1) == 1) {
            counts.remove(key);
        }
    }

    /** Bytes of the attempts and of the tables, slots of 12 or 16 bytes. */
    long bytes() {
        return rows.bytes()
                + 12L * 2 * (asnDay.size() + ipDay.size() + failuresDay.size() + failuresHour.size())
                + 12L * 2 * usersOfIpHour.size()
                + 16L * 2 * pairHour.size();
    }

    Image image() {
        RowQueue attempts = rows.image();
        return out -> {
            out.writeInt(attempts.size());
            ByteBuffer saved = ByteBuffer.allocate(Long.BYTES * FAILED + Integer.BYTES);
            for (long s = attempts.first(); s < attempts.next(); s++) {
                saved.clear();
                for (int column = 0; column < FAILED; column++) {
                    saved.putLong(attempts.get(s, column));
                }
                saved.putInt((int) attempts.get(s, FAILED));
                out.write(saved.array());
            }
        };
    }

    /** No image is read any more. */
    void release() {
        rows.release();
    }

    void load(StateInput in) throws IOException {
        int size = in.readInt("number of recent attempts", 0, most);
        long before = Long.MIN_VALUE;
        for (int i = 0; i < size; i++) {
            long now = in.readLong("time of a recent attempt", before, Long.MAX_VALUE);
            add(now, in.readLong(), in.readLong(), in.readLong(), in.readBoolean("whether a recent attempt failed"));
            before = now;
        }
    }
}
