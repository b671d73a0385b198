package dev.octet.event;

import java.util.Objects;
import java.util.Optional;

/**
 * A row and, apart from it, its label, so that no label reaches a feature. Immutable.
 *
 * @param <R> what the row stands for
 * @param row the row
 * @param label the positive class of the row's view
 */
public record Labelled<R extends ViewRow>(R row, Label label) {
    public Labelled {
        Objects.requireNonNull(row, "row");
        Objects.requireNonNull(label, "label");
    }

    /** The row with the label that something beside the log gives it; one that it had is replaced. */
    public Labelled<R> as(boolean attack) {
        return new Labelled<>(row, attack ? Label.ATTACK : Label.NORMAL);
    }

    /** The row with its own label where it has one, else an attack if attack windows cover its minute. */
    public Labelled<R> during(Optional<AttackWindows> attacks) {
        return label == Label.UNKNOWN && attacks.isPresent()
                ? as(attacks.get().coversMinuteOf(row.timeMicros()))
                : this;
    }

    /** Whether the row is known to be an attack. */
    public boolean isAttack() {
        return label == Label.ATTACK;
    }
}
