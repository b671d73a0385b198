package dev.octet.event;

import java.util.Objects;

/** One login attempt and, apart from it, what is known about it. */
public record LabelledLogin(LoginEvent event, Label label) {
    public LabelledLogin {
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(label, "label");
    }
}
