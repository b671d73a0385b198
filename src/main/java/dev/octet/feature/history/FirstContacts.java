package dev.octet.feature.history;

import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.apache.commons.numbers.gamma.RegularizedGamma;

/**
 * Users who logged in successfully from a network for the first time, over a week and a day: several at once on a network
 * that usually gains few are a campaign. A user counts once for a network and week.
 *
 * <p>The same again for contacts that look foreign: each counts by its weight, the likelihood ratio of its device and country
 * under an attacker and under its user, 1 at most. People who come with their own devices from their own country, to a new
 * office or through a new VPN, weigh next to nothing.
 *
 * <p>The surprise of k such users within the window is -ln P(X ≥ k), X Poisson with mean λ = F · (c + ½) / (C + 1): F
 * first contacts within the window on all networks, c and C those before it, on this network and on all. It is 0 where
 * k ≤ λ, and capped; and 0 while F > C: at the start of a log nothing is known of what is usual.
 */
final class FirstContacts {
    private static final long WEEK = 7 * LoginKeys.MICROS_PER_DAY;
    private static final long NEVER = Long.MIN_VALUE;
    /** One of the day, in a word of two sums: the lower half is the day's, the upper half the week's. */
    private static final long IN_DAY = 1;

    private static final long IN_WEEK = 1L << 32;
    /** The word of a network, after the first, of the weights in units of 1 / {@link #ONE}. */
    private static final int WEIGHTS = 1;

    /** The largest weight: device and country are no likelier for the user than for everybody. */
    static final int ONE = 1024;

    private final int most;
    private final double cap;
    /** A ring by sequence number; capacity a power of two. */
    private long[] time = new long[64];

    private long[] asn = new long[64];
    private long[] user = new long[64];
    private int[] weight = new int[64];

    private long next;
    private long first;
    private long dayFirst;

    private final ValueCounts ever;
    private long everTotal;
    /** Of a network: users of the day and the week, then their weights. */
    private final KeyTable ofNetwork = new KeyTable(3);

    private final ValueCounts foreignEver;
    private long foreignInWeek;
    private long foreignInDay;
    private long foreignTotal;
    /** The number, from 1 on, of each (network, user) pair of the week. */
    private final KeyTable pairs = new KeyTable(1);

    FirstContacts(HistoryOptions options) {
        most = options.maxRecentAttempts();
        cap = options.campaignCap();
        ever = new ValueCounts(options.maxValues());
        foreignEver = new ValueCounts(options.maxValues());
    }

    /** What is known of a network's first contacts at one moment. */
    static final class View {
        /** Other users than the one who logs in. */
        int usersWeek;

        int usersDay;
        double surpriseWeek;
        double surpriseDay;
        double foreignSurpriseWeek;
        double foreignSurpriseDay;
        /** Weights of the other users' contacts within a day and a week. */
        double foreignUsersDay;

        double foreignUsersWeek;

        View copy() {
            View copy = new View();
            copy.usersWeek = usersWeek;
            copy.usersDay = usersDay;
            copy.surpriseWeek = surpriseWeek;
            copy.surpriseDay = surpriseDay;
            copy.foreignSurpriseWeek = foreignSurpriseWeek;
            copy.foreignSurpriseDay = foreignSurpriseDay;
            copy.foreignUsersDay = foreignUsersDay;
            copy.foreignUsersWeek = foreignUsersWeek;
            return copy;
        }
    }

    /** Fills {@code view} for a login that has not been added; changes nothing. */
    void at(long now, LoginKeys keys, View view) {
        long asnKey = keys.networkKey();
        int place = ofNetwork.find(asnKey);
        long users = ofNetwork.words[place];
        long weights = ofNetwork.words[place + WEIGHTS];
        int onAsn = (int) (users >>> 32);
        long all = next - first;
        int foreign = (int) (weights >>> 32);
        long foreignAll = foreignInWeek;
        for (long s = first; s < next && time[slot(s)] <= now - WEEK; s++) {
            boolean here = asn[slot(s)] == asnKey;
            onAsn -= here ? 1 : 0;
            foreign -= here ? weight[slot(s)] : 0;
            foreignAll -= weight[slot(s)];
            all--;
        }
        int onAsnDay = (int) users;
        long allDay = next - dayFirst;
        int foreignOfDay = (int) weights;
        long foreignAllDay = foreignInDay;
        for (long s = dayFirst; s < next && time[slot(s)] <= now - LoginKeys.MICROS_PER_DAY; s++) {
            boolean here = asn[slot(s)] == asnKey;
            onAsnDay -= here ? 1 : 0;
            foreignOfDay -= here ? weight[slot(s)] : 0;
            foreignAllDay -= weight[slot(s)];
            allDay--;
        }
        long sequence = pairs.get(LoginKeys.pair(asnKey, keys.user));
        long own = sequence == 0 ? NEVER : time[slot(sequence - 1)];
        view.usersWeek = onAsn - (own != NEVER && own > now - WEEK ? 1 : 0);
        view.usersDay = onAsnDay - (own != NEVER && own > now - LoginKeys.MICROS_PER_DAY ? 1 : 0);
        int everOnAsn = ever.get(asnKey);
        view.surpriseWeek = surprise(view.usersWeek, all, everOnAsn - onAsn, everTotal - all);
        view.surpriseDay = surprise(view.usersDay, allDay, everOnAsn - onAsnDay, everTotal - allDay);
        int foreignBefore = foreignEver.get(asnKey);
        double unit = ONE;
        int ownInWeek = own != NEVER && own > now - WEEK ? weight[slot(sequence - 1)] : 0;
        int ownInDay = own > now - LoginKeys.MICROS_PER_DAY ? ownInWeek : 0;
        view.foreignUsersWeek = (foreign - ownInWeek) / unit;
        view.foreignUsersDay = (foreignOfDay - ownInDay) / unit;
        view.foreignSurpriseWeek = surprise(
                view.foreignUsersWeek,
                foreignAll / unit,
                (foreignBefore - foreign) / unit,
                (foreignTotal - foreignAll) / unit);
        view.foreignSurpriseDay = surprise(
                view.foreignUsersDay,
                foreignAllDay / unit,
                (foreignBefore - foreignOfDay) / unit,
                (foreignTotal - foreignAllDay) / unit);
    }

    private double surprise(double users, double inWindow, double onAsnBefore, double before) {
        // The rarest networks may have been forgotten, then "before" on this one can fall below 0.
        double expected = inWindow * (Math.max(onAsnBefore, 0) + 0.5) / (before + 1.0);
        if (users <= expected || inWindow > before) {
            return 0;
        }
        return Math.min(cap, -NaturalLog.of(RegularizedGamma.P.value(users, expected)));
    }

    /**
     * Adds a first contact that is not older than any before it.
     *
     * @param foreign its weight, in units of 1 / {@link #ONE}
     */
    void add(long now, LoginKeys keys, int foreign) {
        long asnKey = keys.networkKey();
        expire(now);
        if (pairs.get(LoginKeys.pair(asnKey, keys.user)) == 0) {
            append(now, asnKey, keys.user, foreign);
            ever.add(asnKey);
            everTotal++;
            if (foreign > 0) {
                foreignEver.add(asnKey, foreign);
                foreignTotal += foreign;
            }
        }
    }

    /** Goes on from a number of first contacts, and their weights, that are not told one by one. */
    void begin(long contacts, long weights) {
        everTotal += contacts;
        foreignTotal += weights;
    }

    /** Goes on from a number of first contacts of a network, and their weights; {@link #begin(long, long)} counts them too. */
    void begin(long asnKey, int contacts, int weights) {
        ever.add(asnKey, contacts);
        if (weights > 0) {
            foreignEver.add(asnKey, weights);
        }
    }

    /** Brings back a contact of the week that is counted already; they come in the order of time. */
    void recall(long now, long asnKey, long userKey, int foreign) {
        expire(now);
        append(now, asnKey, userKey, foreign);
    }

    /** Contacts of the week: the pair of network and user, then the time. */
    long[] pairTimes() {
        long[] times = new long[2 * (int) (next - first)];
        for (long s = first; s < next; s++) {
            int at = 2 * (int) (s - first);
            times[at] = LoginKeys.pair(asn[slot(s)], user[slot(s)]);
            times[at + 1] = time[slot(s)];
        }
        return times;
    }

    /** Forgets what is a week and a day ago. */
    void expire(long now) {
        while (dayFirst < next && time[slot(dayFirst)] <= now - LoginKeys.MICROS_PER_DAY) {
            leaveDay();
        }
        while (first < next && time[slot(first)] <= now - WEEK) {
            leaveWeek();
        }
    }

    private void append(long now, long asnKey, long userKey, int foreign) {
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
        weight[i] = foreign;
        int place = ofNetwork.make(asnKey);
        ofNetwork.words[place] += IN_DAY + IN_WEEK;
        ofNetwork.words[place + WEIGHTS] += foreign * (IN_DAY + IN_WEEK);
        foreignInWeek += foreign;
        foreignInDay += foreign;
        next++;
        pairs.put(LoginKeys.pair(asnKey, userKey), next);
    }

    private void leaveDay() {
        int i = slot(dayFirst);
        int place = ofNetwork.find(asn[i]);
        ofNetwork.words[place] -= IN_DAY;
        ofNetwork.words[place + WEIGHTS] -= weight[i] * IN_DAY;
        foreignInDay -= weight[i];
        dayFirst++;
    }

    private void leaveWeek() {
        int i = slot(first);
        int place = ofNetwork.find(asn[i]);
        ofNetwork.words[place] -= IN_WEEK;
        ofNetwork.words[place + WEIGHTS] -= weight[i] * IN_WEEK;
        if (ofNetwork.words[place] == 0) {
            ofNetwork.remove(place);
        }
        foreignInWeek -= weight[i];
        first++;
        int pair = pairs.find(LoginKeys.pair(asn[i], user[i]));
        if (pairs.words[pair] != 0) {
            pairs.remove(pair);
        }
    }

    private int slot(long sequence) {
        return (int) sequence & time.length - 1;
    }

    private void grow() {
        int start = slot(first);
        time = RecentAttempts.unrolled(time, start);
        asn = RecentAttempts.unrolled(asn, start);
        user = RecentAttempts.unrolled(user, start);
        int[] weights = Arrays.copyOfRange(weight, start, start + 2 * weight.length);
        System.arraycopy(weight, 0, weights, weight.length - start, start);
        weight = weights;
        long shift = first;
        pairs.forEach((pair, place) -> pairs.words[place] -= shift);
        next -= shift;
        dayFirst -= shift;
        first = 0;
    }

    long bytes() {
        return time.length * 28L + ofNetwork.bytes() + pairs.bytes() + ever.bytes() + foreignEver.bytes();
    }

    void save(DataOutputStream out) throws IOException {
        out.writeLong(everTotal);
        ever.save(out);
        out.writeLong(foreignTotal);
        foreignEver.save(out);
        out.writeInt((int) (next - first));
        for (long s = first; s < next; s++) {
            int i = slot(s);
            out.writeLong(time[i]);
            out.writeLong(asn[i]);
            out.writeLong(user[i]);
            out.writeInt(weight[i]);
        }
    }

    /** @param weights whether the saved form has weights; without, every contact may be anybody's */
    void load(StateInput in, boolean weights) throws IOException {
        everTotal = in.readLong("number of first contacts", 0, Long.MAX_VALUE >> 8);
        ever.load(in, "first contacts of networks");
        if (weights) {
            foreignTotal = in.readLong("weight of first contacts", 0, Long.MAX_VALUE >> 8);
            foreignEver.load(in, "weights of networks");
        }
        int size = in.readInt("number of recent first contacts", 0, most);
        long before = Long.MIN_VALUE;
        for (int i = 0; i < size; i++) {
            long now = in.readLong("time of a first contact", before, Long.MAX_VALUE);
            long network = in.readLong();
            recall(now, network, in.readLong(), weights ? in.readInt("weight of a first contact", 0, ONE) : ONE);
            before = now;
        }
    }
}
