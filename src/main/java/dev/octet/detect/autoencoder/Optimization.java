package dev.octet.detect.autoencoder;

import dev.octet.event.InputException;
import java.util.Locale;
import java.util.Objects;

/**
 * Optimizer and regularisation of a network. Immutable.
 *
 * @param optimizer which rule turns gradients into steps
 * @param momentum of {@link Optimizer#SGD}, in [0, 1)
 * @param weightDecay times the weights, in [0, 1): {@link Optimizer#ADAMW} takes it from them beside the step, times the
 *     learning rate (Loshchilov &amp; Hutter 2019); the others add it to their gradient. Biases and batch normalisation have none
 * @param dropout share of each hidden layer's outputs that is 0 in a training step, after batch normalisation, in [0, 1); the
 *     others are divided by the rest (Srivastava et al. 2014). Scoring drops nothing
 * @param batchNormMomentum what is kept of the running mean and variance at each step, in [0, 1), as Keras counts it: PyTorch's
 *     momentum is one less this
 */
public record Optimization(
        Optimizer optimizer, double momentum, double weightDecay, double dropout, double batchNormMomentum) {
    /** A rule that turns gradients into steps. */
    public enum Optimizer {
        /** Kingma and Ba 2015: first moment 0.9, second moment 0.999. */
        ADAM("adam"),
        /** The same with weight decay beside the step. */
        ADAMW("adamw"),
        /** Gradient descent with Nesterov's momentum, in the form of Sutskever et al. 2013. */
        SGD("sgd");

        private final String configName;

        Optimizer(String configName) {
            this.configName = configName;
        }

        /** The name in a config. */
        public String configName() {
            return configName;
        }
    }

    /** Adam without decay and dropout; batch normalisation keeps nine tenths of its running statistics. */
    public static final Optimization DEFAULT = new Optimization(Optimizer.ADAM, 0.9, 0, 0, 0.9);

    /** @throws InputException if a number is not in its range */
    public Optimization {
        Objects.requireNonNull(optimizer, "optimizer");
        check("momentum", momentum);
        check("weight-decay", weightDecay);
        check("dropout", dropout);
        check("batch-norm-momentum", batchNormMomentum);
    }

    private static void check(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new InputException("autoencoder: " + name + " must be in [0, 1), got " + value);
        }
    }

    /** Whether weight decay is part of the gradient. */
    boolean decaysGradient() {
        return weightDecay > 0 && optimizer != Optimizer.ADAMW;
    }

    /** What a training's result depends on; empty for {@link #DEFAULT}, which trainings before these settings had. */
    String recipe() {
        return equals(DEFAULT)
                ? ""
                : String.format(
                        Locale.ROOT,
                        " %s momentum %s decay %s dropout %s batch-norm %s",
                        optimizer.configName,
                        momentum,
                        weightDecay,
                        dropout,
                        batchNormMomentum);
    }
}
