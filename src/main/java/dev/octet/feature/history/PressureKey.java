package dev.octet.feature.history;

/** What failed logins are counted by. A key speaks only of a login whose user never used it successfully. */
enum PressureKey {
    ADDRESS,
    /** A network with one user agent: many addresses of one attacker. */
    NETWORK_AGENT,
    /** The user; new is the network that the login comes from. */
    USER;

    static final int COUNT = 3;
    /** Kinds by which users who fail are counted: the first so many. */
    static final int COUNTING_USERS = 2;

    private static final PressureKey[] ALL = values();
    private static final Field[] OF_ADDRESS = {Field.IP};
    private static final Field[] OF_NETWORK = {Field.ASN, Field.DEVICE};
    private static final Field[] OF_BLOCK = {Field.PREFIX, Field.DEVICE};

    /** Every kind, a bit each. */
    static final int EVERY = (1 << COUNT) - 1;

    /** Whether a set of kinds, a bit each, has this one. */
    boolean isIn(int kinds) {
        return (kinds >> ordinal() & 1) != 0;
    }

    /** Whether users who fail by such a key are counted. */
    boolean countsUsers() {
        return ordinal() < COUNTING_USERS;
    }

    static PressureKey at(int index) {
        return ALL[index];
    }

    /** Whether a login has such a key. */
    boolean has(LoginKeys keys) {
        return switch (this) {
            case ADDRESS -> keys.has(Field.IP);
            case NETWORK_AGENT -> keys.hasNetwork();
            case USER -> keys.userKnown;
        };
    }

    long of(LoginKeys keys) {
        return switch (this) {
            case ADDRESS -> keys.field(Field.IP);
            case NETWORK_AGENT -> LoginKeys.pair(keys.networkKey(), keys.field(Field.USER_AGENT));
            case USER -> keys.user;
        };
    }

    /** Of these fields one must be new to the user: a login from the user's own network with the user's own device is the user's. */
    Field[] newToUser(LoginKeys keys) {
        return switch (this) {
            case ADDRESS -> OF_ADDRESS;
            case NETWORK_AGENT, USER -> keys.network() == Field.ASN ? OF_NETWORK : OF_BLOCK;
        };
    }
}
