package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import dev.octet.feature.history.UserWalk;

/** Scores logins of a test span: records of {@link ScoredLogins#packed}. Not thread-safe. */
final class UserTests extends UserPass<byte[]> {
    private final ScoredLogins scored;
    private final PackedOutput out = new PackedOutput();

    UserTests(ScoredLogins scored) {
        this.scored = scored;
    }

    @Override
    byte[] login(long row, UserWalk walk, String user, int label, PackedInput raw, float[] history) {
        scored.take(raw, history);
        return scored.packed(row, walk.timeMicros(), user, walk.success(), label, out);
    }

    @Override
    boolean flagged() {
        return scored.flagged();
    }

    @Override
    UserUpdates updates() {
        return new UserUpdates(scored.model().flaggedUpdate(), SentVerdicts.NONE);
    }
}
