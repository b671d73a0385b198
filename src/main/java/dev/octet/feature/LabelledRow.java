package dev.octet.feature;

import dev.octet.event.Label;
import java.util.Objects;

/**
 * A row and, apart from it, what is known about it.
 *
 * @param row the row
 * @param label the positive class of the view; for windows labelled by minutes this covers one minute that holds no
 *     attempt of the attack
 * @param holdsAttackAttempt whether an attempt of an attack lies in the row
 */
public record LabelledRow(ViewRow row, Label label, boolean holdsAttackAttempt) {
    public LabelledRow {
        Objects.requireNonNull(row, "row");
        Objects.requireNonNull(label, "label");
    }
}
