package dev.octet.spark;

import dev.octet.feature.HistoryPlaces;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.UserWalk;

/** Computes the raw values of logins of which none is flagged: records of {@link ValuedLogin}. Not thread-safe. */
final class UserFeatures extends UserPass<byte[]> {
    private final ValuedLogin valued;

    UserFeatures(HistoryPlaces places) {
        valued = new ValuedLogin(places);
    }

    @Override
    byte[] login(long row, UserWalk walk, String user, int label, PackedInput raw, float[] history) {
        return valued.write(walk.timeMicros(), walk.success(), label, raw, history);
    }

    @Override
    boolean flagged() {
        return false;
    }

    @Override
    UserUpdates updates() {
        return new UserUpdates(true, SentVerdicts.NONE);
    }
}
