package dev.octet.feature.history;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.commons.numbers.gamma.RegularizedGamma;

/**
 * Users who logged in successfully from a network for the first time, over a week and a day: several at once on a network
 * that usually gains few are a campaign. A user counts once for a network and week.
 *
 * <p>The surprise of k such users within the window is -ln P(X ≥ k), X Poisson with mean λ = F · (c + ½) / (C + 1): F
 * first contacts within the window on all networks, c and C those before it, on this network and on all. It is 0 where
 * k ≤ λ, and capped; and 0 while F > C: at the start of a log nothing is known of what is usual.
 */
final class FirstContacts {
    private static final long WEEK = 7 * LoginKeys.MICROS_PER_DAY;
    private static final long NEVER = Long.MIN_VALUE;

    private final int most;
    private final double cap;
    /** A ring by sequence number; capacity a power of two. */
    private long[] time = new long[64];

    private long[] asn = new long[64];
    private long[] user = new long[64];

    private long next;
    private long first;
    private long dayFirst;

    private final ValueCounts ever;
    private long everTotal;
    private final Long2IntOpenHashMap week = new Long2IntOpenHashMap();
    private final Long2IntOpenHashMap day = new Long2IntOpenHashMap();
    /** When the (network, user) pairs of the week came. */
    private final Long2LongOpenHashMap pairs = new Long2LongOpenHashMap();

    FirstContacts(HistoryOptions options) {
        most = options.maxRecentAttempts();
        cap = options.campaignCap();
        ever = new ValueCounts(options.maxValues());
        pairs.defaultReturnValue(NEVER);
    }

    /** What is known of a network's first contacts at one moment. */
    static final class View {
        /** Other users than the one who logs in. */
        int usersWeek;

        int usersDay;
        double surpriseWeek;
        double surpriseDay;

        View copy() {
            View copy = new View();
            copy.usersWeek = usersWeek;
            copy.usersDay = usersDay;
            copy.surpriseWeek = surpriseWeek;
            copy.surpriseDay = surpriseDay;
            return copy;
        }
    }

    /** Fills {@code view} for a login that has not been added; changes nothing. */
    void at(long now, LoginKeys keys, View view) {
        long asnKey = keys.networkKey();
        int onAsn = week.get(asnKey);
        long all = next - first;
        for (long s = first; s < next && time[slot(s)] <= now - WEEK; s++) {
            onAsn -= asn[slot(s)] == asnKey ? 1 : 0;
            all--;
        }
        int onAsnDay = day.get(asnKey);
        long allDay = next - dayFirst;
        for (long s = dayFirst; s < next && time[slot(s)] <= now - LoginKeys.MICROS_PER_DAY; s++) {
            onAsnDay -= asn[slot(s)] == asnKey ? 1 : 0;
            allDay--;
        }
        long own = pairs.get(LoginKeys.pair(asnKey, keys.user));
        view.usersWeek = onAsn - (own != NEVER && own > now - WEEK ? 1 : 0);
        view.usersDay = onAsnDay - (own != NEVER && own > now - LoginKeys.MICROS_PER_DAY ? 1 : 0);
        int everOnAsn = ever.get(asnKey);
        view.surpriseWeek = surprise(view.usersWeek, all, everOnAsn - onAsn, everTotal - all);
        view.surpriseDay = surprise(view.usersDay, allDay, everOnAsn - onAsnDay, everTotal - allDay);
    }

    private double surprise(int users, long inWindow, int onAsnBefore, long before) {
        // The rarest networks may have been forgotten, then "before" on this one can fall below 0.
        double expected = inWindow * (Math.max(onAsnBefore, 0) + 0.5) / (before + 1.0);
        if (users <= expected || inWindow > before) {
            return 0;
        }
        return Math.min(cap, -StrictMath.log(RegularizedGamma.P.value(users, expected)));
    }

    /** Adds a first contact that is not older than any before it. */
    void add(long now, LoginKeys keys) {
        long asnKey = keys.networkKey();
        expire(now);
        if (!pairs.containsKey(LoginKeys.pair(asnKey, keys.user))) {
            append(now, asnKey, keys.user);
            ever.add(asnKey);
            everTotal++;
        }
    }

    private void expire(long now) {
        while (dayFirst < next && time[slot(dayFirst)] <= now - LoginKeys.MICROS_PER_DAY) {
            leaveDay();
        }
        while (first < next && time[slot(first)] <= now - WEEK) {
            leaveWeek();
        }
    }

    private void append(long now, long asnKey, long userKey) {
        if (next - first == most) {
            if (dayFirst == first) {
                leaveDay();
            }
            leaveWeek();
        }
        if (next - first == time.length) {
            grow();
        }
        int i = slot(next);
        time[i] = now;
        asn[i] = asnKey;
        user[i] = userKey;
        week.addTo(asnKey, 1);
        day.addTo(asnKey, 1);
        pairs.put(LoginKeys.pair(asnKey, userKey), now);
        next++;
    }

    private void leaveDay() {
        RecentAttempts.decrement(day, asn[slot(dayFirst)]);
        dayFirst++;
    }

    private void leaveWeek() {
        int i = slot(first);
        RecentAttempts.decrement(week, asn[i]);
        pairs.remove(LoginKeys.pair(asn[i], user[i]));
        first++;
    }

    private int slot(long sequence) {
        return (int) sequence & time.length - 1;
    }

    private void grow() {
        int start = slot(first);
        time = RecentAttempts.unrolled(time, start);
        asn = RecentAttempts.unrolled(asn, start);
        user = RecentAttempts.unrolled(user, start);
        next -= first;
        dayFirst -= first;
        first = 0;
    }

    long bytes() {
        return time.length * 24L + 12L * 2 * (week.size() + day.size()) + 16L * 2 * pairs.size() + ever.bytes();
    }

    void save(DataOutputStream out) throws IOException {
        out.writeLong(everTotal);
        ever.save(out);
        out.writeInt((int) (next - first));
        for (long s = first; s < next; s++) {
            int i = slot(s);
            out.writeLong(time[i]);
            out.writeLong(asn[i]);
            out.writeLong(user[i]);
        }
    }

    void load(StateInput in) throws IOException {
        everTotal = in.readLong("number of first contacts", 0, Long.MAX_VALUE >> 8);
        ever.load(in, "first contacts of networks");
        int size = in.readInt("number of recent first contacts", 0, most);
        long before = Long.MIN_VALUE;
        for (int i = 0; i < size; i++) {
            long now = in.readLong("time of a first contact", before, Long.MAX_VALUE);
            expire(now);
            append(now, in.readLong(), in.readLong());
            before = now;
        }
    }
}
