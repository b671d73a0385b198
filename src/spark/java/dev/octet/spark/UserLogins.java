package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import java.util.Iterator;
import scala.Tuple2;

/** The logins of the users of one partition, by user and in order, as packets: what is remembered of a user comes first. */
final class UserLogins extends PacketWriter {
    private final Iterator<Tuple2<UserKey, byte[]>> sorted;
    private final PackedOutput record = new PackedOutput();

    UserLogins(Iterator<Tuple2<UserKey, byte[]>> sorted) {
        this.sorted = sorted;
    }

    @Override
    boolean write() {
        if (!sorted.hasNext()) {
            return false;
        }
        Tuple2<UserKey, byte[]> login = sorted.next();
        record.clear().fixed(login._1.user).number(login._1.ordinal - UserKey.BEFORE_THE_LOG);
        record.plain(login._2, 0, login._2.length);
        add(record);
        return true;
    }

    /**
     * The place of a login whose user was read. Of a login of the log its row, its label, its raw values and what {@code UserWalk}
     * takes stand next then.
     */
    static long ordinal(PackedInput in) {
        return in.number() + UserKey.BEFORE_THE_LOG;
    }
}
