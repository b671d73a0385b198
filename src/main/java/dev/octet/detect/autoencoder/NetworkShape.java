package dev.octet.detect.autoencoder;

import java.util.ArrayList;
import java.util.List;

/**
 * The layers of a network, how its weights are drawn, and where each one's parameters lie in the flat parameter vector, which is Deeplearning4j's:
 * layer by layer the weights (row-major [outputs][inputs]), the bias, and after a normalised layer gamma, beta, the
 * running mean and the decimal logarithm of the running standard deviation. Immutable.
 */
final class NetworkShape {
    /** Added to a variance before its root is taken. */
    static final double BATCH_NORM_EPSILON = 1e-5;

    /** A dense layer and, where it is normalised, the batch normalisation after it; {@code offset}s count floats. */
    record Dense(int inputs, int outputs, Activation activation, boolean batchNorm, int weights) {
        int bias() {
            return weights + inputs * outputs;
        }

        int gamma() {
            return bias() + outputs;
        }

        int beta() {
            return gamma() + outputs;
        }

        int mean() {
            return beta() + outputs;
        }

        int logDeviation() {
            return mean() + outputs;
        }

        int end() {
            return batchNorm ? logDeviation() + outputs : gamma();
        }
    }

    private final int columns;
    private final InitialWeights initialWeights;
    private final List<Dense> layers;

    /** As below, with weights of {@link InitialWeights#HE}. */
    NetworkShape(int columns, List<Layer> hidden, Activation output) {
        this(columns, hidden, output, InitialWeights.HE);
    }

    NetworkShape(int columns, List<Layer> hidden, Activation output, InitialWeights initialWeights) {
        List<Dense> dense = new ArrayList<>();
        int inputs = columns;
        int offset = 0;
        for (Layer layer : hidden) {
            Dense next = new Dense(inputs, layer.width(), layer.activation(), layer.batchNorm(), offset);
            dense.add(next);
            inputs = layer.width();
            offset = next.end();
        }
        dense.add(new Dense(inputs, columns, output, false, offset));
        this.columns = columns;
        this.initialWeights = initialWeights;
        this.layers = List.copyOf(dense);
    }

    int columns() {
        return columns;
    }

    InitialWeights initialWeights() {
        return initialWeights;
    }

    /** The hidden layers and then the output layer. */
    List<Dense> layers() {
        return layers;
    }

    /** Length of the flat parameter vector. */
    int parameters() {
        return layers.get(layers.size() - 1).end();
    }
}
