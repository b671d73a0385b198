package dev.octet.detect.autoencoder;

import dev.octet.event.InputException;
import java.util.Objects;

/**
 * Input corruption for denoising training: the network learns to repair its inputs (denoising autoencoder, Vincent
 * et al. 2008). Scoring spoils nothing.
 *
 * @param how what takes a feature's place
 * @param share share of the features that are corrupted, each drawn independently, in [0, 1)
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
