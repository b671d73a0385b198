package dev.octet.detect.autoencoder;

import dev.octet.event.InputException;
import java.util.Objects;

/**
 * One hidden layer.
 *
 * @param width number of units, in [1, 65536]
 * @param activation what is done to each unit's sum
 * @param batchNorm whether the activations are batch-normalised before the next layer sees them (Ioffe &amp; Szegedy
 *     2015; after the activation, as in the ML-SIEM network)
 */
public record Layer(int width, Activation activation, boolean batchNorm) {
    static final int MAX_WIDTH = 1 << 16;

    public Layer {
        if (width < 1 || width > MAX_WIDTH) {
            throw new InputException("autoencoder: a layer's width must be in [1, " + MAX_WIDTH + "], got " + width);
        }
        Objects.requireNonNull(activation, "activation");
    }
}
