package dev.octet.detect.autoencoder;

import java.util.Locale;

/** Of which variance a layer's weights are drawn before training. */
public enum InitialWeights {
    /** 2 / inputs where the layer ends in ReLU or ELU (He et al., ICCV 2015, section 2.2), else as {@link #GLOROT}. */
    HE,
    /** 2 / (inputs + outputs) everywhere (Glorot, Bengio, AISTATS 2010, section 4.2.1): Keras' default. */
    GLOROT;

    /** As in a config file. */
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a layer with this activation is drawn of variance 2 / inputs. */
    boolean byInputs(Activation activation) {
        return this == HE && (activation == Activation.RELU || activation == Activation.ELU);
    }
}
