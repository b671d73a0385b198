package dev.octet.detect.autoencoder;

import dev.octet.feature.FloatMatrix;
import java.util.random.RandomGenerator;

/** What a training shows its network, and what it judges it by. Used by one thread at a time. */
interface Objective {
    /** All that tells this objective from others; part of a checkpoint's fingerprint. */
    String recipe();

    /**
     * Makes one batch, in rows as wide as the network.
     *
     * @param rows all training rows
     * @param order indices of rows; the batch is {@code order[first .. first + count)}
     * @param noise for whatever is drawn; depends on the seed and the epoch only
     */
    void batch(
            FloatMatrix rows,
            int[] order,
            int first,
            int count,
            RandomGenerator noise,
            float[] inputs,
            float[] targets);

    /** The mean loss of some rows, nothing corrupted. */
    double loss(float[] parameters, FloatMatrix rows, int[] chosen);
}
