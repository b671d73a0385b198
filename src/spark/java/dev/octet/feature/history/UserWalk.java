package dev.octet.feature.history;

import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;

/**
 * Walks through the logins of users, each user's in order: what a user's history says, the features, and what a decision
 * teaches. What all users' decisions say of a login, first contacts, usual failures and journeys, comes from the
 * {@link PopulationWalk} of the round before. Not thread-safe.
 */
public final class UserWalk {
    /** Flagged logins that one machine remembers, since they may come back. */
    public static final int MOST_RETURNING = ReturningLogins.MOST;

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

    private final HistoryOptions options;
    private final KeyedLogin login;
    private final Moment moment;
    private final UserHistories users;
    private final ReturningLogins returning = new ReturningLogins(Integer.MAX_VALUE);
    private final PriorFits fits;
    private final StartingHistory history;
    /** When the user last counted as first contact of a network, by network. */
    private final Long2LongOpenHashMap contacts = new Long2LongOpenHashMap();

    private boolean any;
    private long user;
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
        moment = new Moment(login.keys);
        users = new UserHistories(this.options);
        contacts.defaultReturnValue(NEVER);
    }

    /**
     * Takes the next login of the user, or the first one of the next.
     *
     * @param key the user's key
     * @param ordinal place of the login in the log
     * @param in what {@link ChunkWalk#step} wrote
     * @param answer what {@link PopulationWalk} answered; {@code null} where it had nothing to say
     * @param features receives {@link HistoryFeature#COUNT} values
     */
    public void take(long key, long ordinal, PackedInput in, byte[] answer, float[] features) {
        if (!any || key != user) {
            any = true;
            user = key;
            contacts.clear();
            flaggedBefore = false;
        }
        int blocks = in.integer();
        blocksAfter = (blocks & 2) != 0;
        login.readForUser(key, in);
        login.useBlocks((blocks & 1) != 0);
        ChunkWalk.read(in, moment);
        moment.look(login.keys.userKnown ? users.find(key) : null);
        if (moment.speaking != 0) {
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
        moment.features(features, 0);
    }

    /** Takes the history of a user, before the user's logins. */
    public void restore(long key, PackedInput in) {
        byte[] rest = in.rest();
        PackedInput words = new PackedInput(rest);
        long[] restored = new long[rest.length / Long.BYTES];
        for (int i = 0; i < restored.length; i++) {
            restored[i] = words.fixed();
        }
        users.restore(key, restored);
    }

    /** Microseconds since 1970 of the login that was taken. */
    public long timeMicros() {
        return login.keys.timeMicros;
    }

    /** Whether the login that was taken succeeded. */
    public boolean success() {
        return login.success;
    }

    /**
     * Lets the login that was taken teach.
     *
     * @param teach whether it enters its user's history
     * @param flagged whether it was flagged
     * @param event receives what {@link PopulationWalk} reads; nothing for a failed login
     */
    public void learn(boolean teach, boolean flagged, PackedOutput event) {
        LoginKeys keys = login.keys;
        if (!login.success) {
            return;
        }
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
        login.useBlocks(blocksAfter);
        if (teach) {
            teach();
        } else {
            flaggedBefore |= flagged;
            comesBack();
        }
    }

    private void teach() {
        if (login.keys.userKnown) {
            users.learn(login.keys);
        }
    }

    /** As {@link LoginHistory#returned}: a flagged login that comes back quietly on many days teaches. */
    private void comesBack() {
        if (options.familiarDays() == 0) {
            return;
        }
        int days = returning.returned(login.keys, login.keys.timeMicros, moment.recent.userFailuresDay == 0);
        if (days >= options.familiarDays()) {
            returning.forget(login.keys);
            teach();
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
            event.number(journey).number(TravelHabits.sinceDeparture(moment));
        }
        if (moment.speaking != 0) {
            for (int i = 0; i < moment.priors.length; i++) {
                event.number(moment.ofPrior(i) + 1L);
            }
        }
    }

    /** Flagged logins that may come back, remembered at once; on one machine {@link ReturningLogins#MOST} are. */
    public int returning() {
        return returning.size();
    }

    /** Number of users with a history, and bytes of their histories. */
    public long[] users() {
        return new long[] {users.size(), users.bytes()};
    }
}
