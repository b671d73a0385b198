package dev.octet.evaluate;

import java.util.Objects;

/**
 * The result of one detector in one part of the test span, at the threshold that it has for all of it.
 *
 * @param name of the part, e.g. {@code 2018-02}
 * @param evaluation of the rows of this part alone
 */
public record Period(String name, Evaluation evaluation) {
    public Period {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(evaluation, "evaluation");
    }
}
