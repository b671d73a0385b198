package dev.octet.feature.history;

/**
 * What histories say of failed logins and of travel, by the versions of the saved form. A bundle keeps its scores, so a history
 * that began with the evidence of an earlier one goes on with it.
 */
enum Evidence {
    /**
     * Failures by a network with a user agent have a fitted prior, a user has a habit of ten days at least, and the time since the
     * departure goes on after the arrival.
     */
    FIRST(8),
    /** Failures by a network with a user agent go by the shares of both; no habit of who was never seen, a step keeps its time. */
    BY_POPULARITY(10),
    /** The greater of the two, with a share of the nats by popularity; a network with a user agent has no outage. The rest as before. */
    PRESENT(12);

    /** The greatest version that can be read. */
    static final int LAST_VERSION = PRESENT.version(true);

    private final int version;

    /** @param version in which it is saved */
    Evidence(int version) {
        this.version = version;
    }

    /** @param extras whether the history has fields beyond the table */
    int version(boolean extras) {
        return extras ? version + 1 : version;
    }

    /** The evidence of histories of a version from 1 to {@link #LAST_VERSION}. */
    static Evidence of(int version) {
        for (Evidence each : values()) {
            if (version <= each.version(true)) {
                return each;
            }
        }
        throw new IllegalArgumentException("no history has version " + version);
    }
}
