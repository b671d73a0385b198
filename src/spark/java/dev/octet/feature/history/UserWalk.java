package dev.octet.feature.history;

import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks through the logins of users, each user's in order: what a user's history says, the features, and how a decision
 * updates it. What all users' decisions say of a login, first contacts, usual failures and journeys, comes from the
 * {@link PopulationWalk} of the round before. Not thread-safe.
 */
public final class UserWalk {
    /** Flagged logins that one machine remembers, since they may come back. */
    public static final int MAX_RETURNING = ReturningLogins.MAX;

    private static final long WEEK = 7 * LoginKeys.MICROS_PER_DAY;
    private static final long NEVER = Long.MIN_VALUE;

    /** The login's own part of {@link PopulationWalk}: whether it is a first contact, whether it counts as one. */
    static final int FIRST = 1;

    static final int COUNTED = 2;
    /** Whether the login asks for first contacts, and for journeys. */
    static final int ASKS_CONTACTS = 4;

    static final int ASKS_TRAVEL = 8;
    /** Whether the login tells the priors of failures something. */
    static final int SPEAKS = 16;
    /** Whether it is a question for the words of a login, and no login. */
    static final int ASKS_WORDS = 32;

    private final HistoryOptions options;
    private final KeyedLogin login;
    private final Moment moment;
    private final ReturningLogins returning = new ReturningLogins(Integer.MAX_VALUE);
    private final PriorFits fits;
    private final StartingHistory history;
    /** When the user last counted as first contact of a network, by network. */
    private final Long2LongOpenHashMap contacts = new Long2LongOpenHashMap();

    /** What a flagged login left of its way. */
    private record Way(long key, int kind, long value) {
        static final int KNOWN = 0;
        static final int FORGOTTEN = 1;
        /** Of a login without a user; the value says whether nothing else speaks against it. */
        static final int NAMELESS = 2;
    }

    private final List<Way> ways = new ArrayList<>();
    /** The key of logins without a user. */
    private final long nobody;

    private UserHistories users;
    private long user;
    /** Flagged logins that may come back before the user's first. */
    private int returningBefore;

    /** Bits of the priors that the login's features depend on. */
    private int fitsThatMatter;
    /** Whether a login of the user was flagged: other decisions may make later logins first contacts. */
    private boolean flaggedBefore;

    private boolean blocksAfter;

    /**
     * A walk through users.
     *
     * @param history what is remembered before the log
     * @param fits what was usual at any time, in the round before
     */
    public UserWalk(StartingHistory history, PriorFits fits) {
        this.history = history;
        history.load(returning);
        this.options = history.options().withMaxUsers(1 << 29).withMaxUserBytes(1L << 40);
        this.fits = fits;
        login = new KeyedLogin(options);
        nobody = new LoginKeys(options).user;
        moment = new Moment(login.keys);
        contacts.defaultReturnValue(NEVER);
    }

    /** Goes to the next user, of whom nothing is known yet. */
    public void begin(long key) {
        user = key;
        users = new UserHistories(options);
        returningBefore = returning.size();
        contacts.clear();
        ways.clear();
        flaggedBefore = false;
    }

    /**
     * Takes the next login of the user.
     *
     * @param ordinal place of the login in the log
     * @param in what {@link ChunkWalk#step} wrote
     * @param answer what {@link PopulationWalk} answered; {@code null} where it had nothing to say
     */
    public void take(long ordinal, PackedInput in, byte[] answer) {
        int blocks = in.integer();
        blocksAfter = (blocks & 2) != 0;
        login.readForUser(user, in);
        login.useBlocks((blocks & 1) != 0);
        ChunkWalk.read(in, moment);
        moment.look(login.keys.userKnown ? users.find(user) : null);
        fitsThatMatter = priorsWithFailures();
        if (fitsThatMatter != 0) {
            fits.at(ordinal, moment.priors);
        }
        PackedInput said = answer == null ? null : new PackedInput(answer);
        int saidOf = said == null ? 0 : said.integer();
        boolean ofContacts = (saidOf & ASKS_CONTACTS) != 0;
        moment.contacts.surpriseWeek = ofContacts ? said.real() : 0;
        moment.contacts.surpriseDay = ofContacts ? said.real() : 0;
        moment.contacts.foreignSurpriseWeek = ofContacts ? said.real() : 0;
        moment.contacts.foreignSurpriseDay = ofContacts ? said.real() : 0;
        moment.travel = (saidOf & ASKS_TRAVEL) != 0 ? said.real() : 0;
    }

    /** Bits of the priors of which there were failures: no other one is looked at. */
    private int priorsWithFailures() {
        int bits = 0;
        for (int i = 0; i < PriorFits.PRIORS && moment.speaking != 0; i++) {
            bits |= moment.ofPrior(i) > 0 ? 1 << i : 0;
        }
        return bits;
    }

    /** Bits of the priors of {@link PriorFits} that the features of the login that was taken depend on. */
    public int fitsThatMatter() {
        return fitsThatMatter;
    }

    /**
     * Writes the features of the login that was taken.
     *
     * @param features receives {@link HistoryFeature#COUNT} values
     */
    public void features(float[] features) {
        moment.features(features, 0);
    }

    /** Writes what {@link LoginWords} reads of the login that was taken; to be called before {@link #learn}. */
    public void words(PackedOutput out) {
        LoginWords.write(moment, out);
    }

    /** Takes the history of the user, before the user's logins. */
    public void restore(PackedInput in) {
        users.restore(user, history(in.rest()));
    }

    /** A history that {@link #save} wrote. */
    static long[] history(byte[] saved) {
        PackedInput words = new PackedInput(saved);
        long[] history = new long[saved.length / Long.BYTES];
        for (int i = 0; i < history.length; i++) {
            history[i] = words.fixed();
        }
        return history;
    }

    /** Microseconds since 1970 of the login that was taken. */
    public long timeMicros() {
        return login.keys.timeMicros;
    }

    /** Reads the time of a login, in microseconds since 1970, from the beginning of what {@link ChunkWalk#step} wrote. */
    public static long timeMicros(PackedInput in) {
        in.integer(); // whether networks are blocks of addresses
        return KeyedLogin.timeMicros(in);
    }

    /** Whether the login that was taken succeeded. */
    public boolean success() {
        return login.success;
    }

    /**
     * Updates the history with the login that was taken.
     *
     * @param updates whether it enters its user's history
     * @param flagged whether it was flagged
     * @param refused whether somebody said that it was a takeover, whose way never becomes familiar
     * @param event receives what {@link PopulationWalk} reads; nothing for a failed login
     */
    public void learn(boolean updates, boolean flagged, boolean refused, PackedOutput event) {
        if (login.success) {
            tell(event);
        }
        login.useBlocks(blocksAfter);
        if (refused) {
            flaggedBefore |= flagged;
            refuse();
        } else if (updates && login.success) {
            update();
        } else if (login.success) {
            flaggedBefore |= flagged;
            comesBack();
        }
    }

    /** Writes what a successful login tells others, and remembers whether it counts as a first contact. */
    private void tell(PackedOutput event) {
        LoginKeys keys = login.keys;
        boolean first = moment.isFirstContact();
        boolean counted = false;
        if (first) {
            long before = contacts.get(keys.networkKey());
            before = before == NEVER ? history.contactTime(keys.networkKey(), keys.user) : before;
            counted = before == NEVER || before <= keys.timeMicros - WEEK;
            if (counted) {
                contacts.put(keys.networkKey(), keys.timeMicros);
            }
        }
        write(first, counted, event);
    }

    /** As {@link LoginHistory#judge} of a takeover. */
    private void refuse() {
        long way = login.keys.userKnown ? ReturningLogins.key(login.keys) : ReturningLogins.key(nobody, login.keys);
        returning.restore(way, ReturningLogins.REFUSED);
        ways.add(new Way(way, Way.KNOWN, ReturningLogins.REFUSED));
    }

    private void update() {
        if (login.keys.userKnown) {
            users.learn(login.keys);
        }
    }

    /** As {@link LoginHistory#returned}: a flagged login that comes back quietly on many days updates the history. */
    private void comesBack() {
        if (options.familiarDays() == 0) {
            return;
        }
        boolean quiet = moment.recent.userFailuresDay == 0;
        if (!login.keys.userKnown) { // all who have no name share their ways, whose order the log knows
            ways.add(new Way(ReturningLogins.key(nobody, login.keys), Way.NAMELESS, quiet ? 1 : 0));
            return;
        }
        long way = ReturningLogins.key(login.keys);
        int days = returning.returned(way, login.keys.timeMicros, quiet);
        if (days >= options.familiarDays()) {
            returning.forget(way);
            update();
        }
        Long known = returning.get(way);
        ways.add(known == null ? new Way(way, Way.FORGOTTEN, 0) : new Way(way, Way.KNOWN, known));
    }

    /** Hands out the ways of the login that was taken, with its time, if it was flagged and may come back. */
    public void takeWays(long ordinal, PackedOutput out) {
        for (Way way : ways) {
            out.fixed(ordinal).fixed(login.keys.timeMicros).fixed(way.key);
            out.number(way.kind).fixed(way.value);
        }
        ways.clear();
    }

    /** Puts ways that {@link #takeWays} wrote, in the order of the log, into the memory of one machine. */
    static void putWays(PackedInput in, int familiarDays, ReturningLogins into) {
        in.fixed();
        long micros = in.fixed();
        long key = in.fixed();
        int kind = in.integer();
        long value = in.fixed();
        switch (kind) {
            case Way.KNOWN -> into.restore(key, value);
            case Way.FORGOTTEN -> into.forget(key);
            case Way.NAMELESS -> {
                if (into.returned(key, micros, value == 1) >= familiarDays) {
                    into.forget(key);
                }
            }
            default -> throw new IllegalArgumentException("a way of the kind " + kind);
        }
    }

    /** Writes the user's history for {@link #restore}; nothing where there is none. */
    public void save(PackedOutput out) {
        long[] history = users.find(user);
        for (int i = 0; history != null && i < history.length; i++) {
            out.fixed(history[i]);
        }
    }

    private void write(boolean first, boolean counted, PackedOutput event) {
        boolean asksContacts = first || flaggedBefore && login.keys.hasNetwork() && login.keys.userKnown;
        int journey = TravelHabits.journey(moment);
        boolean asksTravel = journey != TravelHabits.NOWHERE;
        event.number((first ? FIRST : 0)
                | (counted ? COUNTED : 0)
                | (asksContacts ? ASKS_CONTACTS : 0)
                | (asksTravel ? ASKS_TRAVEL : 0)
                | (moment.speaking != 0 ? SPEAKS : 0));
        event.number(TravelHabits.step(moment) + 1);
        if (asksContacts || asksTravel) {
            event.fixed(login.keys.user);
        }
        if (asksContacts) {
            event.fixed(login.keys.timeMicros).fixed(login.keys.networkKey());
            event.number(counted ? moment.foreign() : 0);
        }
        if (asksTravel) {
            event.number(journey).number(TravelHabits.duration(moment));
        }
        if (moment.speaking != 0) {
            for (int i = 0; i < moment.priors.length; i++) {
                event.number(moment.ofPrior(i) + 1L);
            }
        }
    }

    /** How many more flagged logins may come back than before the user. */
    public int returning() {
        return returning.size() - returningBefore;
    }

    /** Number of longs of the user's history; 0 where there is none. */
    public int historyLength() {
        long[] history = users.find(user);
        return history == null ? 0 : history.length;
    }

    /** Bytes that histories take on one machine. */
    public static long bytes(long users, long longs) {
        return UserHistories.bytes(users, longs);
    }
}
