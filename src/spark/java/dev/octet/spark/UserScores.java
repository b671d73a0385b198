package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import dev.octet.feature.history.UserWalk;
import org.apache.spark.sql.Row;

/** Scores logins, with all that is told of them. Not thread-safe. */
final class UserScores extends UserPass<ScoredLogin> {
    private final ScoredLogins scored;
    private final PackedOutput words = new PackedOutput();

    UserScores(ScoredLogins scored) {
        this.scored = scored;
    }

    @Override
    ScoredLogin login(long row, UserWalk walk, String user, int label, PackedInput raw, float[] history) {
        scored.take(raw, history);
        Row all = scored.row(row, walk.timeMicros(), user);
        if (!flagged()) {
            return ScoredLogin.quiet(all);
        }
        scored.why(words.clear());
        walk.words(words);
        return new ScoredLogin(all, words.toBytes());
    }

    @Override
    boolean flagged() {
        return scored.flagged();
    }

    @Override
    boolean flaggedUpdate() {
        return scored.model().flaggedUpdate();
    }
}
