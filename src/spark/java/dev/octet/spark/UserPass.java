package dev.octet.spark;

import dev.octet.feature.history.HistoryFeature;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import dev.octet.feature.history.PriorFits;
import dev.octet.feature.history.StartingHistory;
import dev.octet.feature.history.UserWalk;
import java.util.Iterator;
import java.util.NoSuchElementException;
import scala.Tuple2;

/**
 * The last walk through the users of one partition: makes something of each login, with its place. Not thread-safe.
 *
 * @param <T> what is made of a login
 */
abstract class UserPass<T> {
    /**
     * Makes something of a login.
     *
     * @param walk has taken it
     * @param label ordinal of its label
     * @param raw where its values stand that do not look back
     * @param history its history features
     */
    abstract T login(long row, UserWalk walk, String user, int label, PackedInput raw, float[] history);

    /** Whether the login that was made something of last is flagged. */
    abstract boolean flagged();

    /** Which logins update their users' histories. */
    abstract UserUpdates updates();

    /** Walks; parameters as of {@link UserRound}. */
    Iterator<Tuple2<OrderKey, T>> over(
            Iterator<byte[]> logins, Iterator<Tuple2<UserKey, byte[]>> said, StartingHistory history, PriorFits fits) {
        return new Walk(logins, said, history, fits);
    }

    private final class Walk implements Iterator<Tuple2<OrderKey, T>> {
        private final PacketReader logins;
        private final UserAnswers said;
        private final UserWalk walk;
        private final UserUpdates updates = updates();
        private final float[] features = new float[HistoryFeature.COUNT];
        private final PackedInput raw = new PackedInput(new byte[0]);
        private final PackedOutput event = new PackedOutput();
        private boolean any;
        private long user;
        private Tuple2<OrderKey, T> next;

        Walk(Iterator<byte[]> logins, Iterator<Tuple2<UserKey, byte[]>> said, StartingHistory history, PriorFits fits) {
            this.logins = new PacketReader(logins);
            this.said = new UserAnswers(said);
            walk = new UserWalk(history, fits);
            advance();
        }

        private void advance() {
            next = null;
            for (PackedInput login = logins.next(); login != null && next == null; ) {
                begin(login.fixed());
                next = step(login);
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
        private Tuple2<OrderKey, T> step(PackedInput login) {
            long ordinal = UserLogins.ordinal(login);
            if (ordinal == UserKey.BEFORE_THE_LOG) {
                walk.restore(login);
                return null;
            }
            long row = login.number();
            int label = login.integer();
            raw.onBytesOf(login);
            walk.take(ordinal, login, said.of(ordinal));
            walk.features(features);
            String name = raw.text();
            T made = login(row, walk, name, label, raw, features);
            event.clear();
            updates.learn(walk, updates.verdict(name, walk.timeMicros()), flagged(), event);
            return new Tuple2<>(new OrderKey(ordinal, 0), made);
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Tuple2<OrderKey, T> next() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            Tuple2<OrderKey, T> now = next;
            advance();
            return now;
        }
    }
}
