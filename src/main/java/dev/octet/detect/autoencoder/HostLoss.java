package dev.octet.detect.autoencoder;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Any {@link Loss} for Deeplearning4j: computed on the host, so outputs come from the device and derivatives go there once a
 * step. Not thread-safe.
 */
final class HostLoss implements StepLoss, ILossFunction {
    private static final long serialVersionUID = 1;

    private final transient Loss loss;
    private transient float[] targets;
    private double sum;

    HostLoss(Loss loss) {
        this.loss = loss;
    }

    @Override
    public void target(float[] targets, int count) {
        this.targets = targets;
    }

    @Override
    public double takeSum() {
        double taken = sum;
        sum = 0;
        return taken;
    }

    @Override
    public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        int rows = (int) preOutput.size(0);
        int columns = (int) preOutput.size(1);
        float[] outputs =
                activation.getActivation(preOutput.dup('c'), true).data().asFloat();
        float[] gradients = new float[rows * columns];
        sum += loss.gradients(rows, columns, outputs, 0, columns, targets, 0, gradients);
        INDArray byOutput = Nd4j.create(gradients, new long[] {rows, columns}, 'c');
        return activation.backprop(preOutput, byOutput).getFirst();
    }

    @Override
    public double computeScore(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
        return 0;
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
        return new Pair<>(0.0, computeGradient(labels, preOutput, activation, mask));
    }

    @Override
    public INDArray computeScoreArray(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        throw new UnsupportedOperationException("training only");
    }

    @Override
    public String name() {
        return "HostLoss(" + loss.getClass().getSimpleName() + ")";
    }
}
