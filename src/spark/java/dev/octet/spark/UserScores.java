package dev.octet.spark;

import dev.octet.bundle.BundleFiles;
import dev.octet.feature.history.HistoryFeature;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import dev.octet.feature.history.PriorFits;
import dev.octet.feature.history.StartingHistory;
import dev.octet.feature.history.UserWalk;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/** The last walk through the users of one partition, with all that is told of a scored login. Not thread-safe. */
final class UserScores implements Iterator<Tuple2<OrderKey, ScoredLogin>> {
    private final PacketReader logins;
    private final UserAnswers said;
    private final ScoredLogins scored;
    private final UserWalk walk;
    private final float[] features = new float[HistoryFeature.COUNT];
    private final PackedInput raw = new PackedInput(new byte[0]);
    private final PackedOutput event = new PackedOutput();
    private final PackedOutput words = new PackedOutput();
    private boolean any;
    private long user;
    private Tuple2<OrderKey, ScoredLogin> next;

    /** As {@link UserRound}. */
    UserScores(
            Iterator<byte[]> logins,
            Iterator<Tuple2<UserKey, byte[]>> said,
            BundleFiles files,
            StartingHistory history,
            PriorFits fits) {
        this.logins = new PacketReader(logins);
        this.said = new UserAnswers(said);
        scored = new ScoredLogins(files);
        walk = new UserWalk(history, fits);
        advance();
    }

    private void advance() {
        next = null;
        for (PackedInput login = logins.next(); login != null && next == null; ) {
            begin(login.fixed());
            next = score(login);
            if (next == null) {
                login = logins.next();
            }
        }
    }

    private void begin(long key) {
        if (!any || key != user) {
            any = true;
            user = key;
            walk.begin(key);
            said.begin(key);
        }
    }

    /** @return {@code null} where it is what is remembered of the user */
    private Tuple2<OrderKey, ScoredLogin> score(PackedInput in) {
        long ordinal = UserLogins.ordinal(in);
        if (ordinal == UserKey.BEFORE_THE_LOG) {
            walk.restore(in);
            return null;
        }
        long row = Math.abs(in.signed());
        walk.take(ordinal, in, said.of(ordinal));
        walk.features(features);
        raw.onBytesOf(in);
        String name = raw.text();
        scored.take(raw, features);
        Row all = scored.row(row, walk.timeMicros(), name);
        boolean flagged = all.getBoolean(5);
        ScoredLogin login = flagged ? new ScoredLogin(all, words()) : ScoredLogin.quiet(all);
        event.clear();
        walk.learn(!flagged || scored.model().flaggedUpdate(), flagged, event);
        return new Tuple2<>(new OrderKey(ordinal, 0), login);
    }

    private byte[] words() {
        words.clear();
        scored.why(words);
        walk.words(words);
        return words.toBytes();
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public Tuple2<OrderKey, ScoredLogin> next() {
        if (next == null) {
            throw new NoSuchElementException();
        }
        Tuple2<OrderKey, ScoredLogin> now = next;
        advance();
        return now;
    }
}
