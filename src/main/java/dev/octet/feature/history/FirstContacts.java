package dev.octet.feature.history;

import java.io.IOException;
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

    /** What a contact is kept as. */
    private static final int TIME = 0;

    private static final int ASN = 1;
    private static final int USER = 2;
    private static final int WEIGHT = 3;
    private static final int WIDTH = 4;

    private final int most;
    private final double cap;
    /** The contacts of the week by sequence number. */
    private final RowQueue rows = new RowQueue(WIDTH);

    private final long[] row = new long[WIDTH];
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
        long all = rows.size();
        long foreign = weights >>> 32;
        long foreignAll = foreignInWeek;
        for (long s = rows.first(); s < rows.next() && rows.get(s, TIME) <= now - WEEK; s++) {
            boolean here = rows.get(s, ASN) == asnKey;
            onAsn -= here ? 1 : 0;
            foreign -= here ? rows.get(s, WEIGHT) : 0;
            foreignAll -= rows.get(s, WEIGHT);
            all--;
        }
        int onAsnDay = (int) users;
        long allDay = rows.next() - dayFirst;
        long foreignOfDay = (int) weights;
        long foreignAllDay = foreignInDay;
        for (long s = dayFirst; s < rows.next() && rows.get(s, TIME) <= now - LoginKeys.MICROS_PER_DAY; s++) {
            boolean here = rows.get(s, ASN) == asnKey;
            onAsnDay -= here ? 1 : 0;
            foreignOfDay -= here ? rows.get(s, WEIGHT) : 0;
            foreignAllDay -= rows.get(s, WEIGHT);
            allDay--;
        }
        long sequence = pairs.get(LoginKeys.pair(asnKey, keys.user));
        long own = sequence == 0 ? NEVER : rows.get(sequence - 1, TIME);
        view.usersWeek = onAsn - (own != NEVER && own > now - WEEK ? 1 : 0);
        view.usersDay = onAsnDay - (own != NEVER && own > now - LoginKeys.MICROS_PER_DAY ? 1 : 0);
        int everOnAsn = ever.get(asnKey);
        view.surpriseWeek = surprise(view.usersWeek, all, everOnAsn - onAsn, everTotal - all);
        view.surpriseDay = surprise(view.usersDay, allDay, everOnAsn - onAsnDay, everTotal - allDay);
        int foreignBefore = foreignEver.get(asnKey);
        double unit = ONE;
        long ownInWeek = own != NEVER && own > now - WEEK ? rows.get(sequence - 1, WEIGHT) : 0;
        long ownInDay = own > now - LoginKeys.MICROS_PER_DAY ? ownInWeek : 0;
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
        long[] times = new long[2 * rows.size()];
        for (long s = rows.first(); s < rows.next(); s++) {
            int at = 2 * (int) (s - rows.first());
            times[at] = LoginKeys.pair(rows.get(s, ASN), rows.get(s, USER));
            times[at + 1] = rows.get(s, TIME);
        }
        return times;
    }

    /** Forgets what is a week and a day ago. */
    void expire(long now) {
        while (dayFirst < rows.next() && rows.get(dayFirst, TIME) <= now - LoginKeys.MICROS_PER_DAY) {
            leaveDay();
        }
        while (rows.size() > 0 && rows.get(rows.first(), TIME) <= now - WEEK) {
            leaveWeek();
        }
    }

    private void append(long now, long asnKey, long userKey, int foreign) {
        if (rows.size() == most) {
            if (dayFirst == rows.first()) {
                leaveDay();
            }
            leaveWeek();
        }
        row[TIME] = now;
        row[ASN] = asnKey;
        row[USER] = userKey;
        row[WEIGHT] = foreign;
        rows.add(row);
        int place = ofNetwork.make(asnKey);
        ofNetwork.words[place] += IN_DAY + IN_WEEK;
        ofNetwork.words[place + WEIGHTS] += foreign * (IN_DAY + IN_WEEK);
        foreignInWeek += foreign;
        foreignInDay += foreign;
        pairs.put(LoginKeys.pair(asnKey, userKey), rows.next());
    }

    private void leaveDay() {
        long weight = rows.get(dayFirst, WEIGHT);
        int place = ofNetwork.find(rows.get(dayFirst, ASN));
        ofNetwork.words[place] -= IN_DAY;
        ofNetwork.words[place + WEIGHTS] -= weight * IN_DAY;
        foreignInDay -= weight;
        dayFirst++;
    }

    private void leaveWeek() {
        long oldest = rows.first();
        long network = rows.get(oldest, ASN);
        long weight = rows.get(oldest, WEIGHT);
        int place = ofNetwork.find(network);
        ofNetwork.words[place] -= IN_WEEK;
        ofNetwork.words[place + WEIGHTS] -= weight * IN_WEEK;
        if (ofNetwork.words[place] == 0) {
            ofNetwork.remove(place);
        }
        foreignInWeek -= weight;
        int pair = pairs.find(LoginKeys.pair(network, rows.get(oldest, USER)));
        if (pairs.words[pair] != 0) {
            pairs.remove(pair);
        }
        rows.removeFirst();
    }

    long bytes() {
        return rows.bytes() + ofNetwork.bytes() + pairs.bytes() + ever.bytes() + foreignEver.bytes();
    }

    Image image() {
        long contacts = everTotal;
        long weights = foreignTotal;
        Image ofNetworks = ever.image();
        Image weightsOfNetworks = foreignEver.image();
        RowQueue ofWeek = rows.image();
        return out -> {
            out.writeLong(contacts);
            ofNetworks.save(out);
            out.writeLong(weights);
            weightsOfNetworks.save(out);
            out.writeInt(ofWeek.size());
            for (long s = ofWeek.first(); s < ofWeek.next(); s++) {
                out.writeLong(ofWeek.get(s, TIME));
                out.writeLong(ofWeek.get(s, ASN));
                out.writeLong(ofWeek.get(s, USER));
                out.writeInt((int) ofWeek.get(s, WEIGHT));
            }
        };
    }

    /** No image is read any more. */
    void release() {
        rows.release();
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
