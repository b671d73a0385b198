package dev.octet.feature.history;

import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;

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

    private final int most;
    /** A ring by sequence number; capacity a power of two. */
    private long[] time = new long[64];

    private long[] asn = new long[64];
    private long[] ip = new long[64];
    private long[] user = new long[64];
    private boolean[] failed = new boolean[64];

    private long next;
    private long hourFirst;
    private long dayFirst;

    private final KeyTable asnDay = new KeyTable(1);
    /** Attempts of the day, and users of the hour. */
    private final KeyTable ofIp = new KeyTable(1);
    /** Failures of the day, and of the hour. */
    private final KeyTable ofUser = new KeyTable(1);
    /** Number of the last attempt of an (IP, user) pair, from 1 on. */
    private final KeyTable pairHour = new KeyTable(1);

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

    /** Fills {@code view} with the counts at {@code now}, for a login that has not been added. */
    void at(long now, LoginKeys keys, View view) {
        long asnKey = keys.networkKey();
        long ipKey = keys.field(Field.IP);
        long address = ofIp.get(ipKey);
        long failures = ofUser.get(keys.user);
        view.asnDay = (int) asnDay.get(asnKey);
        view.ipDay = (int) address;
        view.usersOfIpHour = (int) (address >>> 32);
        view.userFailuresDay = (int) failures;
        view.userFailuresHour = (int) (failures >>> 32);
        for (long s = dayFirst; s < next && time[slot(s)] <= now - DAY; s++) {
            int i = slot(s);
            view.asnDay -= asn[i] == asnKey ? 1 : 0;
            view.ipDay -= ip[i] == ipKey ? 1 : 0;
            view.userFailuresDay -= failed[i] && user[i] == keys.user ? 1 : 0;
        }
        for (long s = hourFirst; s < next && time[slot(s)] <= now - HOUR; s++) {
            int i = slot(s);
            view.userFailuresHour -= failed[i] && user[i] == keys.user ? 1 : 0;
            view.usersOfIpHour -= ip[i] == ipKey && pairHour.get(LoginKeys.pair(ip[i], user[i])) == s + 1 ? 1 : 0;
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
        while (hourFirst < next && time[slot(hourFirst)] <= now - HOUR) {
            leaveHour();
        }
        while (dayFirst < next && time[slot(dayFirst)] <= now - DAY) {
            leaveDay();
        }
        if (next - dayFirst == most) {
            if (hourFirst == dayFirst) {
                leaveHour();
            }
            leaveDay();
        }
        if (next - dayFirst == time.length) {
            grow();
        }
        int i = slot(next);
        time[i] = now;
        asn[i] = asnKey;
        ip[i] = ipKey;
        user[i] = userKey;
        failed[i] = isFailure;
        next++;
        asnDay.add(asnKey, IN_DAY);
        if (isFailure) {
            ofUser.add(userKey, IN_DAY + IN_HOUR);
        }
        int pair = pairHour.make(LoginKeys.pair(ipKey, userKey));
        ofIp.add(ipKey, pairHour.words[pair] == 0 ? IN_DAY + IN_HOUR : IN_DAY);
        pairHour.words[pair] = next;
    }

    private void leaveHour() {
        int i = slot(hourFirst);
        if (failed[i]) {
            ofUser.add(user[i], -IN_HOUR);
        }
        hourFirst++;
        int pair = pairHour.find(LoginKeys.pair(ip[i], user[i]));
        if (pairHour.words[pair] == hourFirst) {
            pairHour.remove(pair);
            ofIp.add(ip[i], -IN_HOUR);
        }
    }

    private void leaveDay() {
        int i = slot(dayFirst);
        asnDay.add(asn[i], -IN_DAY);
        ofIp.add(ip[i], -IN_DAY);
        if (failed[i]) {
            ofUser.add(user[i], -IN_DAY);
        }
        dayFirst++;
    }

    private int slot(long sequence) {
        return (int) sequence & time.length - 1;
    }

    private void grow() {
        int old = time.length;
        int first = slot(dayFirst);
        time = unrolled(time, first);
        asn = unrolled(asn, first);
        ip = unrolled(ip, first);
        user = unrolled(user, first);
        boolean[] flags = Arrays.copyOfRange(failed, first, first + 2 * old);
        System.arraycopy(failed, 0, flags, old - first, first);
        failed = flags;
        // The ring now starts at slot 0: renumber so that the oldest attempt has a sequence number for it.
        long shift = dayFirst;
        pairHour.forEach((pair, place) -> pairHour.words[place] -= shift);
        next -= shift;
        hourFirst -= shift;
        dayFirst = 0;
    }

    static long[] unrolled(long[] ring, int first) {
        long[] twice = Arrays.copyOfRange(ring, first, first + 2 * ring.length);
        System.arraycopy(ring, 0, twice, ring.length - first, first);
        return twice;
    }

    /** Bytes of the ring and of the tables. */
    long bytes() {
        return time.length * 33L + asnDay.bytes() + ofIp.bytes() + ofUser.bytes() + pairHour.bytes();
    }

    void save(DataOutputStream out) throws IOException {
        out.writeInt((int) (next - dayFirst));
        for (long s = dayFirst; s < next; s++) {
            int i = slot(s);
            out.writeLong(time[i]);
            out.writeLong(asn[i]);
            out.writeLong(ip[i]);
            out.writeLong(user[i]);
            out.writeInt(failed[i] ? 1 : 0);
        }
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
