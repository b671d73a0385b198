package dev.octet.feature;

import dev.octet.event.AttackWindows;
import dev.octet.event.Label;
import dev.octet.event.LabelledLogin;
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
    public LabelledRow next() throws IOException {
        LabelledLogin login = logins.next();
        if (login == null) {
            return null;
        }
        Label label = label(login, attacks);
        return new LabelledRow(new AttemptRow(login.event()), label, label == Label.ATTACK);
    }

    /** The log's own label where it has one, else what the attack windows say of the attempt's minute. */
    static Label label(LabelledLogin login, Optional<AttackWindows> attacks) {
        if (login.label() != Label.UNKNOWN || attacks.isEmpty()) {
            return login.label();
        }
        return attacks.get().coversMinuteOf(login.event().timeMicros()) ? Label.ATTACK : Label.NORMAL;
    }

    @Override
    public void close() throws IOException {
        logins.close();
    }
}
