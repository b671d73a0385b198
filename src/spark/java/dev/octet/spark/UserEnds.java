package dev.octet.spark;

import dev.octet.event.Verdicts.Verdict;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import dev.octet.feature.history.PriorFits;
import dev.octet.feature.history.StartingHistory;
import dev.octet.feature.history.UserWalk;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import scala.Tuple2;

/**
 * Walks through the users of one partition with the decisions of the last round, and hands out their histories after the log.
 * A record is a user, the ways in which flagged logins came, whether the user has logins in the log, and the history. Not
 * thread-safe.
 */
final class UserEnds extends PacketWriter {
    private final PacketReader logins;
    private final PacketReader walked;
    private final UserWalk walk;
    private final UserUpdates updates;
    private final WalkedUser decisions = new WalkedUser();
    private final PackedInput raw = new PackedInput(new byte[0]);
    private final PackedOutput ways = new PackedOutput();
    private final PackedOutput way = new PackedOutput();
    private final PackedOutput out = new PackedOutput();
    private PackedInput login;
    private long user;

    /**
     * A walk.
     *
     * @param logins packets of {@link UserLogins}
     * @param walked packets of {@link WalkedUser}s of the last round
     * @param updates which logins update their users' histories
     */
    UserEnds(Iterator<byte[]> logins, Iterator<byte[]> walked, UserUpdates updates, StartingHistory history) {
        this.logins = new PacketReader(logins);
        this.walked = new PacketReader(walked);
        walk = new UserWalk(history, PriorFits.of(history)); // no feature is computed
        this.updates = updates;
        advance();
    }

    private void advance() {
        login = logins.next();
        user = login == null ? 0 : login.fixed();
    }

    @Override
    boolean write() {
        if (login == null) {
            return false;
        }
        long key = user;
        decisions.read(walked.next());
        if (decisions.user != key) {
            throw new IllegalStateException("the users and their decisions do not stand in one order");
        }
        walk.begin(key);
        ways.clear();
        boolean changed = false;
        int next = 0;
        while (login != null && user == key) {
            long ordinal = UserLogins.ordinal(login);
            if (ordinal == UserKey.BEFORE_THE_LOG) {
                walk.restore(login);
            } else {
                changed = true;
                login.number(); // the row
                login.number(); // the label
                raw.onBytesOf(login);
                walk.take(ordinal, login, null);
                Optional<Verdict> verdict = updates.verdict(raw, walk.timeMicros());
                boolean flagged = next < decisions.flagged && decisions.flaggedOrdinals[next] == ordinal;
                next += flagged ? 1 : 0;
                out.clear();
                updates.learn(walk, verdict, flagged, out);
                walk.takeWays(ordinal, way.clear());
                if (way.length() > 0) {
                    ways.bytes(way);
                }
            }
            advance();
        }
        out.clear().fixed(key).bytes(ways).number(changed ? 1 : 0);
        walk.save(out);
        add(out);
        return login != null;
    }

    /** The ways in a packet, for {@code StartingHistory.after}. */
    static Iterator<byte[]> ways(byte[] packet) {
        List<byte[]> ways = new ArrayList<>();
        PacketReader records = new PacketReader(List.of(packet).iterator());
        for (PackedInput in = records.next(); in != null; in = records.next()) {
            in.fixed();
            PackedInput ofUser = new PackedInput(in.bytes());
            while (!ofUser.atEnd()) {
                ways.add(ofUser.bytes());
            }
        }
        return ways.iterator();
    }

    /**
     * The histories in a packet, for a log that goes on.
     *
     * @param changed whether only those of users with logins in the log are wanted
     */
    static Iterator<Tuple2<UserKey, byte[]>> histories(byte[] packet, boolean changed) {
        List<Tuple2<UserKey, byte[]>> histories = new ArrayList<>();
        PacketReader records = new PacketReader(List.of(packet).iterator());
        for (PackedInput in = records.next(); in != null; in = records.next()) {
            long key = in.fixed();
            boolean inLog = in.skipBytes().number() == 1;
            if (!in.atEnd() && (inLog || !changed)) {
                histories.add(new Tuple2<>(new UserKey(key, UserKey.BEFORE_THE_LOG), in.rest()));
            }
        }
        return histories.iterator();
    }
}
