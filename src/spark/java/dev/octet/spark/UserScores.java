package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.UserWalk;
import java.util.Iterator;

/** The logins of the users of one partition with what the last round kept of each. Not thread-safe. */
final class UserScores {
    private final PacketReader logins;
    private final PacketReader walked;
    private final WalkedUser user = new WalkedUser();
    private final PackedInput raw = new PackedInput(new byte[0]);
    private boolean any;
    private long ordinal;
    private long row;
    private long micros;

    /**
     * The logins of some users.
     *
     * @param logins packets of {@link UserLogins}
     * @param walked packets of {@link WalkedUser}s of the last round
     */
    UserScores(Iterator<byte[]> logins, Iterator<byte[]> walked) {
        this.logins = new PacketReader(logins);
        this.walked = new PacketReader(walked);
    }

    /**
     * Goes to the next login.
     *
     * @return whether there is one
     */
    boolean next() {
        for (PackedInput login = logins.next(); login != null; login = logins.next()) {
            long key = login.fixed();
            if (!any || key != user.user) {
                any = true;
                user.read(walked.next());
                if (user.user != key) {
                    throw new IllegalStateException("the users and their scores do not stand in one order");
                }
            }
            ordinal = UserLogins.ordinal(login);
            if (ordinal != UserKey.BEFORE_THE_LOG) {
                row = login.number();
                login.number(); // the label
                raw.onBytesOf(login);
                micros = UserWalk.timeMicros(login);
                return true;
            }
        }
        return false;
    }

    /** Its place in the log. */
    long ordinal() {
        return ordinal;
    }

    /** Its number in the log. */
    long row() {
        return row;
    }

    /** Its time in microseconds since 1970. */
    long micros() {
        return micros;
    }

    /** Its user in UTF-8; to be asked for once. */
    byte[] user() {
        return raw.bytes();
    }

    /** What the last round kept of it, to be read to its end before the next login. */
    PackedInput kept() {
        return user.kept;
    }
}
