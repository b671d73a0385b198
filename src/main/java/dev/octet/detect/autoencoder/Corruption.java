package dev.octet.detect.autoencoder;

import dev.octet.event.InputException;
import java.util.Objects;

/**
 * How the inputs of training rows are spoilt, so that the network learns to repair them (denoising autoencoder, Vincent
 * et al. 2008). Scoring spoils nothing.
 *
 * @param how what takes a feature's place
 * @param share of the features, each drawn by itself, that are spoilt, in [0, 1)
 */
public record Corruption(How how, double share) {

    /** What takes the place of a feature. */
    public enum How {
        /** Zeros. */
        MASK,
        /** The same feature of another training row. */
        SWAP
    }

    /** Inputs as they are. */
    public static final Corruption NONE = new Corruption(How.MASK, 0);

    public Corruption {
        Objects.requireNonNull(how, "how");
        if (!(share >= 0 && share < 1)) {
            throw new InputException("autoencoder: the share of corrupted features must be in [0, 1), got " + share);
        }
    }
}
