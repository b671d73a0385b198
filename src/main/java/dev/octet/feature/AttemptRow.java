package dev.octet.feature;

import dev.octet.event.LoginEvent;
import java.util.Objects;

/** One login attempt. */
public record AttemptRow(LoginEvent event) implements ViewRow {
    public AttemptRow {
        Objects.requireNonNull(event, "event");
    }

    @Override
    public long number() {
        return event.row();
    }

    @Override
    public long timeMicros() {
        return event.timeMicros();
    }
}
