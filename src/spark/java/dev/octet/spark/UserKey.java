package dev.octet.spark;

import java.io.Serializable;

/** A login by its user and its place in the log. Immutable. */
final class UserKey implements Serializable, Comparable<UserKey> {
    private static final long serialVersionUID = 1L;

    /** The place of what is remembered of a user before the log. */
    static final long BEFORE_THE_LOG = -1;

    final long user;
    final long ordinal;

    UserKey(long user, long ordinal) {
        this.user = user;
        this.ordinal = ordinal;
    }

    @Override
    public int compareTo(UserKey other) {
        int byUser = Long.compare(user, other.user);
        return byUser != 0 ? byUser : Long.compare(ordinal, other.ordinal);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UserKey key && compareTo(key) == 0;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * user + ordinal);
    }
}
