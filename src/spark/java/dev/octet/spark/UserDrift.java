package dev.octet.spark;

import dev.octet.evaluate.drift.DriftMonitor;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.UserWalk;

/** Scores logins and counts them for the detection of drift. Not thread-safe. */
final class UserDrift extends UserPass<Double> {
    private final ScoredLogins scored;
    private final UserUpdates updates;
    private final DriftMonitor monitor;

    /** @param monitor counts the logins */
    UserDrift(ScoredLogins scored, UserUpdates updates, DriftMonitor monitor) {
        this.scored = scored;
        this.updates = updates;
        this.monitor = monitor;
    }

    @Override
    Double login(long row, UserWalk walk, String user, int label, PackedInput raw, float[] history) {
        scored.take(raw, history);
        double score = scored.explain();
        scored.count(walk.timeMicros(), monitor);
        return score;
    }

    @Override
    boolean flagged() {
        return scored.flagged();
    }

    @Override
    UserUpdates updates() {
        return updates;
    }
}
