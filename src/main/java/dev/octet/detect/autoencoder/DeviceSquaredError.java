package dev.octet.detect.autoencoder;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Deeplearning4j's mean squared error, with its bits; the sum of the losses stays where the arrays are. Not thread-safe. */
final class DeviceSquaredError extends LossMSE implements StepLoss {
    private static final long serialVersionUID = 1;

    private final int columns;
    /** Sum of squared errors of each column; double, for an epoch may have millions of rows. */
    private final transient INDArray squares;

    DeviceSquaredError(int columns) {
        this.columns = columns;
        squares = Nd4j.zeros(DataType.DOUBLE, columns);
    }

    @Override
    public void target(float[] targets, int count) {
        // The array of targets that Deeplearning4j has is the one that is used.
    }

    @Override
    public double takeSum() {
        double sum = squares.sumNumber().doubleValue() / columns;
        squares.assign(0);
        return sum;
    }

    @Override
    public double computeScore(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
        return 0;
    }

    @Override
    public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        INDArray error = activation.getActivation(preOutput.dup(), true).subi(labels);
        squares.addi(error.mul(error).sum(0).castTo(DataType.DOUBLE));
        return activation.backprop(preOutput, error.muli(2)).getFirst().divi(columns);
    }
}
