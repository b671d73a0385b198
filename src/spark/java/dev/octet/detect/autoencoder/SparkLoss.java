package dev.octet.detect.autoencoder;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Any {@link Loss} for Deeplearning4j's replicas on Spark, computed on the host. Thread-safe, as the loss is. */
final class SparkLoss implements ILossFunction {
    private static final long serialVersionUID = 1;

    private final Loss loss;

    SparkLoss(Loss loss) {
        this.loss = loss;
    }

    private double gradients(INDArray labels, INDArray preOutput, IActivation activation, float[] gradients) {
        int rows = (int) preOutput.size(0);
        int columns = (int) preOutput.size(1);
        float[] outputs =
                activation.getActivation(preOutput.dup('c'), true).data().asFloat();
        float[] targets = labels.dup('c').data().asFloat();
        return loss.gradients(rows, columns, outputs, 0, columns, targets, 0, gradients);
    }

    @Override
    public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        float[] gradients = new float[(int) preOutput.length()];
        gradients(labels, preOutput, activation, gradients);
        return activation
                .backprop(preOutput, Nd4j.create(gradients, preOutput.shape(), 'c'))
                .getFirst();
    }

    @Override
    public double computeScore(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
        double sum = gradients(labels, preOutput, activation, new float[(int) preOutput.length()]);
        return average ? sum / preOutput.size(0) : sum;
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
        return new Pair<>(
                computeScore(labels, preOutput, activation, mask, average),
                computeGradient(labels, preOutput, activation, mask));
    }

    @Override
    public INDArray computeScoreArray(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        throw new UnsupportedOperationException("training only");
    }

    @Override
    public String name() {
        return "SparkLoss(" + loss.getClass().getSimpleName() + ")";
    }
}
