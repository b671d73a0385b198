package dev.octet.feature;

import dev.octet.event.AttackWindows;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginReader;
import java.io.IOException;
import java.util.Optional;

/** Attempts as they come. */
final class AttemptReader implements RowReader {
    private final LoginReader logins;
    private final Optional<AttackWindows> attacks;

    AttemptReader(LoginReader logins, Optional<AttackWindows> attacks) {
        this.logins = logins;
        this.attacks = attacks;
    }

    @Override
    public Labelled<?> next() throws IOException {
        Labelled<LoginEvent> login = logins.next();
        return login == null ? null : login.during(attacks);
    }

    @Override
    public void close() throws IOException {
        logins.close();
    }
}
