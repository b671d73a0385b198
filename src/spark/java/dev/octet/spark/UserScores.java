package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import org.apache.spark.sql.Row;

/** Scores logins, with all that a table tells of them. Not thread-safe. */
final class UserScores extends UserPass<Row> {
    private final ScoredLogins scored;

    UserScores(ScoredLogins scored) {
        this.scored = scored;
    }

    @Override
    Row login(long row, long micros, String user, boolean success, int label, PackedInput raw, float[] history) {
        scored.take(raw, history);
        return scored.row(row, micros, user);
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
