package dev.octet.spark;

import dev.octet.event.JudgedLogins;
import dev.octet.event.LoginEvent;
import dev.octet.event.Verdicts.Verdict;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import dev.octet.feature.history.UserWalk;
import java.util.Optional;

/** Lets logins update their users' histories, as one machine does: by what analysts said, else by the decision. Immutable. */
final class UserUpdates {
    private final boolean flaggedUpdate;
    private final JudgedLogins judged;

    /** @param flaggedUpdate whether a flagged login without a verdict updates its user's history */
    UserUpdates(boolean flaggedUpdate, SentVerdicts verdicts) {
        this.flaggedUpdate = flaggedUpdate;
        judged = verdicts.logins();
    }

    /** What was said of a login. */
    Optional<Verdict> verdict(String user, long micros) {
        return judged.of(LoginEvent.at(micros, user, true).build());
    }

    /** As above, of a login whose user is read from its raw values, or passed over. */
    Optional<Verdict> verdict(PackedInput raw, long micros) {
        if (judged.size() == 0) {
            raw.skipBytes();
            return Optional.empty();
        }
        return verdict(raw.text(), micros);
    }

    /**
     * Updates the history with the login that was taken.
     *
     * @param event as of {@link UserWalk#learn}
     */
    void learn(UserWalk walk, Optional<Verdict> verdict, boolean flagged, PackedOutput event) {
        boolean updates = verdict.map(said -> said == Verdict.BENIGN).orElse(!flagged || flaggedUpdate);
        walk.learn(updates, flagged, verdict.isPresent() && !updates, event);
    }
}
