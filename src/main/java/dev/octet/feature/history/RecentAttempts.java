package dev.octet.feature.history;

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
    /** One of the day, in a word of two counts: the lower half is the day's, the upper half the hour's. */
    private static final long IN_DAY = 1;

    private static final long IN_HOUR = 1L << 32;
    /** What an attempt is kept as. */
    private static final int TIME = 0;

    private static final int ASN = 1;
    private static final int IP = 2;
    private static final int USER = 3;
    /** 1 where it failed, 0 else. */
    private static final int FAILED = 4;

    private static final int WIDTH = 5;
    private static final View NOTHING = new View();

    private final int most;
    /** The attempts of the day by sequence number. */
    private final RowQueue rows = new RowQueue(WIDTH);

    private final long[] row = new long[WIDTH];
    /** Whether all is counted, or only the attempts of an address within the day. */
    private boolean all = true;
    /** The first attempt of the hour; stands still unless all is counted. */
    private long hourFirst;

    private KeyTable asnDay = new KeyTable(1);
    /** Attempts of the day, and users of the hour. */
    private KeyTable ofIp = new KeyTable(1);
    /** Failures of the day, and of the hour. */
    private KeyTable ofUser = new KeyTable(1);
    /** Number of the last attempt of an (IP, user) pair, from 1 on. */
    private KeyTable pairHour = new KeyTable(1);

    RecentAttempts(HistoryOptions options) {
        most = options.maxRecentAttempts();
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

    /**
     * Chooses what is counted from now on, of the attempts that are here, too.
     *
     * @param everything false for the attempts of an address within the day only; the other counts of a view are then 0
     */
    void countAll(boolean everything) {
        if (everything == all) {
            return;
        }
        all = everything;
        asnDay = new KeyTable(1);
        ofIp = new KeyTable(1);
        ofUser = new KeyTable(1);
        pairHour = new KeyTable(1);
        hourFirst = rows.first();
        for (long s = rows.first(); s < rows.next(); s++) {
            leaveHour(rows.get(s, TIME), s);
            enter(s, rows.get(s, ASN), rows.get(s, IP), rows.get(s, USER), failed(s));
        }
    }

    /** Fills {@code view} with the counts at {@code now}, for a login that has not been added. */
    void at(long now, LoginKeys keys, View view) {
        long ipKey = keys.field(Field.IP);
        if (!all) {
            view.take(NOTHING);
            view.ipDay = keys.has(Field.IP) ? ofDay(now, ipKey) : 0;
            return;
        }
        long asnKey = keys.networkKey();
        long address = ofIp.get(ipKey);
        long failures = ofUser.get(keys.user);
        view.asnDay = (int) asnDay.get(asnKey);
        view.ipDay = (int) address;
        view.usersOfIpHour = (int) (address >>> 32);
        view.userFailuresDay = (int) failures;
        view.userFailuresHour = (int) (failures >>> 32);
        for (long s = rows.first(); s < rows.next() && rows.get(s, TIME) <= now - DAY; s++) {
            view.asnDay -= rows.get(s, ASN) == asnKey ? 1 : 0;
            view.ipDay -= rows.get(s, IP) == ipKey ? 1 : 0;
            view.userFailuresDay -= failed(s) && rows.get(s, USER) == keys.user ? 1 : 0;
        }
        for (long s = hourFirst; s < rows.next() && rows.get(s, TIME) <= now - HOUR; s++) {
            view.userFailuresHour -= failed(s) && rows.get(s, USER) == keys.user ? 1 : 0;
            view.usersOfIpHour -= rows.get(s, IP) == ipKey && pairHour.get(pair(s)) == s + 1 ? 1 : 0;
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

    /** Attempts of an address within the day. */
    private int ofDay(long now, long ipKey) {
        int attempts = (int) ofIp.get(ipKey);
        for (long s = rows.first(); s < rows.next() && rows.get(s, TIME) <= now - DAY; s++) {
            attempts -= rows.get(s, IP) == ipKey ? 1 : 0;
        }
        return attempts;
    }

    /** Adds an attempt that is not older than any before it. */
    void add(long now, LoginKeys keys, boolean success) {
        add(now, keys.networkKey(), keys.field(Field.IP), keys.user, !success);
    }

    private void add(long now, long asnKey, long ipKey, long userKey, boolean isFailure) {
        leaveHour(now, rows.next());
        while (rows.size() > 0 && rows.get(rows.first(), TIME) <= now - DAY) {
            leaveDay();
        }
        if (rows.size() == most) {
            if (all && hourFirst == rows.first()) {
                leaveHour();
            }
            leaveDay();
        }
        row[TIME] = now;
        row[ASN] = asnKey;
        row[IP] = ipKey;
        row[USER] = userKey;
        row[FAILED] = isFailure ? 1 : 0;
        rows.add(row);
        enter(rows.next() - 1, asnKey, ipKey, userKey, isFailure);
    }

    private void enter(long sequence, long asnKey, long ipKey, long userKey, boolean isFailure) {
        if (!all) {
            ofIp.add(ipKey, IN_DAY);
            return;
        }
        asnDay.add(asnKey, IN_DAY);
        if (isFailure) {
            ofUser.add(userKey, IN_DAY + IN_HOUR);
        }
        int pair = pairHour.make(LoginKeys.pair(ipKey, userKey));
        ofIp.add(ipKey, pairHour.words[pair] == 0 ? IN_DAY + IN_HOUR : IN_DAY);
        pairHour.words[pair] = sequence + 1;
    }

    private boolean failed(long sequence) {
        return rows.get(sequence, FAILED) != 0;
    }

    private long pair(long sequence) {
        return LoginKeys.pair(rows.get(sequence, IP), rows.get(sequence, USER));
    }

    /** Takes attempts before {@code until} out of the hour that ends at {@code now}. */
    private void leaveHour(long now, long until) {
        while (all && hourFirst < until && rows.get(hourFirst, TIME) <= now - HOUR) {
            leaveHour();
        }
    }

    private void leaveHour() {
        if (failed(hourFirst)) {
            ofUser.add(rows.get(hourFirst, USER), -IN_HOUR);
        }
        int pair = pairHour.find(pair(hourFirst));
        if (pairHour.words[pair] == hourFirst + 1) {
            pairHour.remove(pair);
            ofIp.add(rows.get(hourFirst, IP), -IN_HOUR);
        }
        hourFirst++;
    }

    private void leaveDay() {
        long oldest = rows.first();
        ofIp.add(rows.get(oldest, IP), -IN_DAY);
        if (all) {
            asnDay.add(rows.get(oldest, ASN), -IN_DAY);
            if (failed(oldest)) {
                ofUser.add(rows.get(oldest, USER), -IN_DAY);
            }
        }
        rows.removeFirst();
    }

    /** Bytes of the attempts and of the tables. */
    long bytes() {
        return rows.bytes() + asnDay.bytes() + ofIp.bytes() + ofUser.bytes() + pairHour.bytes();
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
