package dev.octet.spark;

import dev.octet.event.Verdicts.Verdict;
import dev.octet.feature.history.HistoryFeature;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import dev.octet.feature.history.PriorFits;
import dev.octet.feature.history.StartingHistory;
import dev.octet.feature.history.UserWalk;
import java.util.Iterator;
import java.util.Optional;
import scala.Tuple2;

/**
 * A round through the users of one partition, each with the user's own decisions: what they tell others, a {@link WalkedUser}
 * a user. A user whose answers and priors are those of the round before is not walked through again. Not thread-safe.
 */
final class UserRound extends PacketWriter {
    private final PacketReader logins;
    private final PacketReader before;
    private final UserAnswers said;
    private final ScoredLogins scored;
    private final Detail detail;
    private final UserUpdates updates;
    private final UserWalk walk;
    private final PriorFits fits;
    private final PriorFits fitsBefore;
    private final float[] features = new float[HistoryFeature.COUNT];
    private final PackedInput raw = new PackedInput(new byte[0]);
    private final PackedInput whole = new PackedInput(new byte[0]);
    private final WalkedUser walked = new WalkedUser();
    private final PackedOutput event = new PackedOutput();
    private final PackedOutput record = new PackedOutput();
    private PackedInput login;
    private long user;

    /**
     * A round.
     *
     * @param logins packets of {@link UserLogins}
     * @param before what the round before gave; {@code null} for the first one, which flags nothing
     * @param said what the population answered to the round before
     * @param scored scores and decides; {@code null} for the first one
     * @param updates which logins update their users' histories
     * @param detail what is kept of each scored login
     * @param fits the priors of the round before
     * @param fitsBefore those that the round before took
     */
    UserRound(
            Iterator<byte[]> logins,
            Iterator<byte[]> before,
            Iterator<Tuple2<UserKey, byte[]>> said,
            ScoredLogins scored,
            UserUpdates updates,
            Detail detail,
            StartingHistory history,
            PriorFits fits,
            PriorFits fitsBefore) {
        this.logins = new PacketReader(logins);
        this.before = before == null ? null : new PacketReader(before);
        this.said = new UserAnswers(said);
        this.scored = scored;
        this.detail = detail;
        this.updates = updates;
        walk = new UserWalk(history, fits);
        this.fits = fits;
        this.fitsBefore = fitsBefore;
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
        said.begin(key);
        PackedInput old = before == null ? null : before.next();
        if (old != null) {
            whole.onRestOf(old);
            if (isSettled(old, key)) {
                add(whole);
                while (login != null && user == key) {
                    advance();
                }
                return login != null;
            }
        }
        walk.begin(key);
        walked.begin(key);
        walked.scored = scored != null;
        while (login != null && user == key) {
            step();
            advance();
        }
        walked.returning = walk.returning();
        walked.historyLength = walk.historyLength();
        record.clear();
        walked.write(said.packed(), record);
        add(record);
        return login != null;
    }

    /** Whether the user's decisions are those of the round before. */
    private boolean isSettled(PackedInput old, long key) {
        walked.read(old);
        if (walked.user != key) {
            throw new IllegalStateException("the users of two rounds do not stand in one order");
        }
        if (!walked.scored || !said.equalTo(walked.answers)) {
            return false;
        }
        for (int i = 0; i < walked.dependent; i++) {
            if (!fits.equalAt(walked.dependentOrdinals[i], walked.dependentFits[i], fitsBefore)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Scores the login that was taken, and keeps what is asked for.
     *
     * @return whether it is flagged
     */
    private boolean score() {
        switch (detail) {
            case DECISION -> scored.score();
            case SCORE -> walked.scores.real(scored.score());
            case REASONS -> {
                scored.explain();
                scored.write(walk, walked.scores);
            }
        }
        return scored.flagged();
    }

    private void step() {
        long ordinal = UserLogins.ordinal(login);
        if (ordinal == UserKey.BEFORE_THE_LOG) {
            walk.restore(login);
            return;
        }
        login.number(); // the row
        login.number(); // the label
        raw.onBytesOf(login);
        walk.take(ordinal, login, said.of(ordinal));
        Optional<Verdict> verdict = updates.verdict(raw, walk.timeMicros());
        boolean flagged = false;
        if (scored != null) {
            walk.features(features);
            scored.take(raw, features);
            flagged = score();
        }
        if (walk.fitsThatMatter() != 0) {
            walked.depends(ordinal, walk.fitsThatMatter());
        }
        event.clear();
        updates.learn(walk, verdict, flagged, event);
        walked.add(ordinal, event, flagged, walk.success());
    }
}
