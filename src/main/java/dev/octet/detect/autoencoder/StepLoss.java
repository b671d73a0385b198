package dev.octet.detect.autoencoder;

import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * A loss for Deeplearning4j that is added up over steps. Deeplearning4j asks for the score of each step as a number, which
 * would make every step wait for the device; it is told 0 instead.
 */
interface StepLoss extends ILossFunction {
    /** For rows of so many columns. Belongs to the device of the calling thread. */
    static StepLoss of(Loss loss, int columns) {
        return loss == Loss.MEAN_SQUARED_ERROR ? new DeviceSquaredError(columns) : new HostLoss(loss);
    }

    /** To be called before each step: what the network should give. */
    void target(float[] targets, int count);

    /** The sum of the losses of the rows of all steps since the last call. */
    double takeSum();
}
