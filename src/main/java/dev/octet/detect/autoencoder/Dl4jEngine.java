package dev.octet.detect.autoencoder;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Trains with Deeplearning4j: the definition of the network, its initial weights and its gradient are its own. */
final class Dl4jEngine implements TrainingEngine {
    private final MultiLayerNetwork network;
    private final int columns;
    /** Reused while batches keep their size; native memory would otherwise wait for the garbage collector. */
    private INDArray inputArray;

    private INDArray targetArray;

    Dl4jEngine(NetworkShape shape, long seed, double learningRate) {
        this.columns = shape.columns();
        this.network = network(shape, seed, learningRate, DataType.FLOAT);
        if (network.numParams() != shape.parameters()) {
            throw new IllegalStateException("Deeplearning4j made " + network.numParams() + " parameters where "
                    + shape.parameters() + " were expected; its parameter layout has changed");
        }
    }

    /** The network with its initial weights: He's for layers that end in ReLU or ELU, Glorot's for the others. */
    static MultiLayerNetwork network(NetworkShape shape, long seed, double learningRate, DataType type) {
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(type)
                .updater(new Adam(learningRate))
                .trainingWorkspaceMode(WorkspaceMode.ENABLED)
                .inferenceWorkspaceMode(WorkspaceMode.ENABLED)
                .list();
        List<NetworkShape.Dense> layers = shape.layers();
        for (NetworkShape.Dense layer : layers.subList(0, layers.size() - 1)) {
            list.layer(new DenseLayer.Builder()
                    .nIn(layer.inputs())
                    .nOut(layer.outputs())
                    .activation(activation(layer.activation()))
                    .weightInit(weightInit(layer.activation()))
                    .build());
            if (layer.batchNorm()) {
                list.layer(new BatchNormalization.Builder()
                        .nIn(layer.outputs())
                        .nOut(layer.outputs())
                        .eps(NetworkShape.BATCH_NORM_EPSILON)
                        .decay(NetworkShape.BATCH_NORM_DECAY)
                        .useLogStd(true)
                        .build());
            }
        }
        NetworkShape.Dense output = layers.get(layers.size() - 1);
        list.layer(new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                .nIn(output.inputs())
                .nOut(output.outputs())
                .activation(activation(output.activation()))
                .weightInit(weightInit(output.activation()))
                .build());
        MultiLayerConfiguration configuration = list.build();
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        return network;
    }

    private static org.nd4j.linalg.activations.Activation activation(Activation activation) {
        return switch (activation) {
            case RELU -> org.nd4j.linalg.activations.Activation.RELU;
            case TANH -> org.nd4j.linalg.activations.Activation.TANH;
            case ELU -> org.nd4j.linalg.activations.Activation.ELU;
            case SIGMOID -> org.nd4j.linalg.activations.Activation.SIGMOID;
            case IDENTITY -> org.nd4j.linalg.activations.Activation.IDENTITY;
        };
    }

    private static WeightInit weightInit(Activation activation) {
        return switch (activation) {
            case RELU, ELU -> WeightInit.RELU;
            case TANH, SIGMOID, IDENTITY -> WeightInit.XAVIER;
        };
    }

    @Override
    public double step(float[] inputs, float[] targets, int count) {
        inputArray = filled(inputArray, inputs, count);
        targetArray = filled(targetArray, targets, count);
        network.fit(inputArray, targetArray);
        return network.score();
    }

    private INDArray filled(INDArray reused, float[] rows, int count) {
        if (reused == null || reused.rows() != count) {
            return Nd4j.create(java.util.Arrays.copyOf(rows, count * columns), new long[] {count, columns}, 'c');
        }
        ((FloatPointer) reused.data().pointer()).put(rows, 0, count * columns);
        return reused;
    }

    @Override
    public float[] parameters() {
        return network.params().toFloatVector();
    }

    @Override
    public float[] optimizerState() {
        return network.getUpdater().getStateViewArray().toFloatVector();
    }

    @Override
    public int steps() {
        return network.getIterationCount();
    }

    @Override
    public void setLearningRate(double learningRate) {
        network.setLearningRate(learningRate);
    }

    @Override
    public void restore(float[] parameters, float[] optimizerState, int steps) {
        network.setParams(Nd4j.createFromArray(parameters).reshape(1, parameters.length));
        network.getUpdater()
                .getStateViewArray()
                .assign(Nd4j.createFromArray(optimizerState).reshape(1, -1));
        network.setIterationCount(steps);
    }

    @Override
    public void close() {
        // Native memory goes with the garbage collector, and there are no threads.
    }
}
