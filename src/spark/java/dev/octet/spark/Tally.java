package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import java.io.Serializable;
import java.util.Iterator;

/** Sums over the {@link WalkedUser}s of a round. Immutable. */
final class Tally implements Serializable {
    private static final long serialVersionUID = 1L;

    private final long hash;
    private final long flagged;
    private final long returning;
    private final long users;
    private final long longs;

    private Tally(long hash, long flagged, long returning, long users, long longs) {
        this.hash = hash;
        this.flagged = flagged;
        this.returning = returning;
        this.users = users;
        this.longs = longs;
    }

    /** @param walked packets of {@link WalkedUser}s */
    static Tally of(Iterator<byte[]> walked) {
        PacketReader records = new PacketReader(walked);
        WalkedUser user = new WalkedUser();
        long hash = 0;
        long flagged = 0;
        long returning = 0;
        long users = 0;
        long longs = 0;
        for (PackedInput in = records.next(); in != null; in = records.next()) {
            user.read(in);
            hash += user.hash;
            flagged += user.flagged;
            returning += user.returning;
            users += user.historyLength > 0 ? 1 : 0;
            longs += user.historyLength;
        }
        return new Tally(hash, flagged, returning, users, longs);
    }

    /** Both together. */
    Tally and(Tally other) {
        return new Tally(
                hash + other.hash,
                flagged + other.flagged,
                returning + other.returning,
                users + other.users,
                longs + other.longs);
    }

    /** Of all that users tell others: equal where that is equal. */
    long hash() {
        return hash;
    }

    /** Flagged logins. */
    long flagged() {
        return flagged;
    }

    /** More flagged logins that may come back than before the log. */
    long returning() {
        return returning;
    }

    /** Users with a history. */
    long users() {
        return users;
    }

    /** Longs of all their histories. */
    long longs() {
        return longs;
    }
}
