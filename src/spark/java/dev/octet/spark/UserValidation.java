package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.UserWalk;

/** Scores logins, and nothing but that. Not thread-safe. */
final class UserValidation extends UserPass<Double> {
    private final ScoredLogins scored;

    UserValidation(ScoredLogins scored) {
        this.scored = scored;
    }

    @Override
    Double login(long row, UserWalk walk, String user, int label, PackedInput raw, float[] history) {
        scored.take(raw, history);
        return scored.score();
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
