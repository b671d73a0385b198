package dev.octet.feature.history;

import dev.octet.event.LoginEvent;

/** One login with its keys and what the attempts of the last day say of it. Reused from login to login. */
final class GatheredLogin {
    final LoginKeys keys;
    final RecentAttempts.View recent = new RecentAttempts.View();
    final RecentFailures.View failures = new RecentFailures.View();
    /** Whether {@link #recent} and {@link #failures} are filled. */
    private boolean filled;

    private LoginEvent of;

    /** @param like keys that were made with the same options; the hashes of texts that they remember are not copied */
    GatheredLogin(LoginKeys like) {
        keys = new LoginKeys(like);
    }

    /** Takes the login whose keys are taken. */
    void take(LoginEvent event, LoginKeys taken, boolean fills) {
        of = event;
        keys.take(taken);
        filled = fills;
    }

    boolean isOf(LoginEvent event) {
        return of == event;
    }

    boolean isFilled() {
        return filled;
    }
}
