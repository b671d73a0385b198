package dev.octet.feature.history;

/** What failed logins are counted by. A key speaks only of a login whose user never used it successfully. */
enum PressureKey {
    ADDRESS,
    /** A network with one user agent: many addresses of one attacker. */
    NETWORK_AGENT,
    /** The user; new is the network that the login comes from. */
    USER;

    static final int COUNT = 3;
    private static final PressureKey[] ALL = values();

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

    /** The field whose value must be new to the user. */
    Field mustBeNew(LoginKeys keys) {
        return switch (this) {
            case ADDRESS -> Field.IP;
            case NETWORK_AGENT, USER -> keys.hasNetwork() ? keys.network() : Field.IP;
        };
    }
}
