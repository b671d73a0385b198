package dev.octet.detect.autoencoder;

import java.io.Serializable;
import java.util.List;

/**
 * A loss of which each row depends on the outputs of one group of columns only, or on none: an engine may leave out the others,
 * whose derivatives are 0. Thread-safe.
 */
interface GroupedLoss extends Loss {
    /**
     * Neighbouring outputs.
     *
     * @param from the first
     * @param count how many
     */
    record Group(int from, int count) implements Serializable {}

    /** Groups that do not overlap. */
    List<Group> groups();

    /** The group that a row's loss depends on; -1 where it is 0 whatever the outputs are. */
    int group(float[] targets, int targetStart);

    /**
     * As {@link #gradients}, of one row by the outputs of its group.
     *
     * @param outputStart where the outputs of the group, and their derivatives, begin
     * @return the row's loss
     */
    double gradients(int group, float[] outputs, int outputStart, float[] targets, int targetStart, float[] gradients);
}
