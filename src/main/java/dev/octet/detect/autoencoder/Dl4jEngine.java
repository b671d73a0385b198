package dev.octet.detect.autoencoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Trains with Deeplearning4j: the definition of the network, its initial weights and its gradient are its own. */
final class Dl4jEngine implements TrainingEngine {
    private final MultiLayerNetwork network;
    private final Dl4jSteps steps;
    private final boolean onDevice = Backend.onDevice();

    /** @param loss what is made small */
    Dl4jEngine(NetworkShape shape, Loss loss, long seed, double learningRate) {
        this(shape, loss, seed, learningRate, Optimization.DEFAULT);
    }

    /** @param loss what is made small */
    Dl4jEngine(NetworkShape shape, Loss loss, long seed, double learningRate, Optimization optimization) {
        StepLoss stepLoss = StepLoss.of(loss, shape.columns());
        this.network = initialNetwork(shape, stepLoss, seed, learningRate, optimization);
        this.steps = new Dl4jSteps(network, stepLoss, shape.columns());
    }

    /** With the weights that a training begins with. */
    static MultiLayerNetwork initialNetwork(
            NetworkShape shape, ILossFunction loss, long seed, double learningRate, Optimization optimization) {
        MultiLayerNetwork network = network(shape, loss, seed, learningRate, optimization, DataType.FLOAT);
        if (Backend.onDevice()) {
            // A device draws other numbers than the CPU, and zeros where its kernel for them is missing.
            network.setParams(Nd4j.createFromArray(hostWeights(shape, seed)).reshape(1, shape.parameters()));
        }
        if (network.numParams() != shape.parameters()) {
            throw new IllegalStateException("Deeplearning4j made " + network.numParams() + " parameters where "
                    + shape.parameters() + " were expected; its parameter layout has changed");
        }
        return network;
    }

    /** Deeplearning4j's own network for the mean squared error. */
    static MultiLayerNetwork network(NetworkShape shape, long seed, double learningRate, DataType type) {
        return network(shape, new LossMSE(), seed, learningRate, Optimization.DEFAULT, type);
    }

    /** The network with its initial weights. */
    private static MultiLayerNetwork network(
            NetworkShape shape,
            ILossFunction loss,
            long seed,
            double learningRate,
            Optimization optimization,
            DataType type) {
        NeuralNetConfiguration.Builder configured = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(type)
                .updater(updater(optimization, learningRate));
        if (optimization.decaysGradient()) {
            configured.l2(optimization.weightDecay());
        }
        NeuralNetConfiguration.ListBuilder list = configured
                .trainingWorkspaceMode(WorkspaceMode.ENABLED)
                .inferenceWorkspaceMode(WorkspaceMode.ENABLED)
                .list();
        List<NetworkShape.Dense> layers = shape.layers();
        for (NetworkShape.Dense layer : layers.subList(0, layers.size() - 1)) {
            DenseLayer.Builder dense = new DenseLayer.Builder()
                    .nIn(layer.inputs())
                    .nOut(layer.outputs())
                    .activation(activation(layer.activation()))
                    .weightInit(weightInit(shape, layer.activation()));
            if (optimization.dropout() > 0 && !layer.equals(layers.get(0))) {
                dense.dropOut(1 - optimization.dropout()); // of what goes into the layer
            }
            list.layer(dense.build());
            if (layer.batchNorm()) {
                list.layer(new BatchNormalization.Builder()
                        .nIn(layer.outputs())
                        .nOut(layer.outputs())
                        .eps(NetworkShape.BATCH_NORM_EPSILON)
                        .decay(optimization.batchNormMomentum())
                        .useLogStd(true)
                        .build());
            }
        }
        NetworkShape.Dense output = layers.get(layers.size() - 1);
        OutputLayer.Builder last = new OutputLayer.Builder(loss)
                .nIn(output.inputs())
                .nOut(output.outputs())
                .activation(activation(output.activation()))
                .weightInit(weightInit(shape, output.activation()));
        if (optimization.dropout() > 0) {
            last.dropOut(1 - optimization.dropout());
        }
        list.layer(last.build());
        MultiLayerConfiguration configuration = list.build();
        if (optimization.weightDecay() > 0 && !optimization.decaysGradient()) {
            decayBesideTheStep(configuration, optimization.weightDecay());
        }
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        return network;
    }

    /** Set in the layers: given to a builder, 1.0.0-M2.1 has it twice in each, and takes twice as much. */
    private static void decayBesideTheStep(MultiLayerConfiguration configuration, double weightDecay) {
        for (NeuralNetConfiguration each : configuration.getConfs()) {
            if (each.getLayer() instanceof BaseLayer layer && !(layer instanceof BatchNormalization)) {
                layer.setRegularization(new ArrayList<>(List.of(new WeightDecay(weightDecay, true))));
            }
        }
    }

    private static IUpdater updater(Optimization optimization, double learningRate) {
        return switch (optimization.optimizer()) {
            case ADAM, ADAMW -> new Adam(learningRate);
            case SGD -> new Nesterovs(learningRate, optimization.momentum());
        };
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

    private static WeightInit weightInit(NetworkShape shape, Activation activation) {
        return shape.initialWeights().byInputs(activation) ? WeightInit.RELU : WeightInit.XAVIER;
    }

    /** Weights as Deeplearning4j draws them (same distributions, other numbers), drawn without its operations. */
    static float[] hostWeights(NetworkShape shape, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        float[] parameters = new float[shape.parameters()];
        for (NetworkShape.Dense layer : shape.layers()) {
            double variance = shape.initialWeights().byInputs(layer.activation())
                    ? 2.0 / layer.inputs()
                    : 2.0 / (layer.inputs() + layer.outputs());
            for (int i = layer.weights(); i < layer.bias(); i++) {
                parameters[i] = (float) (Math.sqrt(variance) * random.nextGaussian());
            }
            if (layer.batchNorm()) {
                Arrays.fill(parameters, layer.gamma(), layer.beta(), 1);
            }
        }
        return parameters;
    }

    @Override
    public void step(float[] inputs, float[] targets, int count) {
        steps.step(inputs, targets, count);
    }

    @Override
    public double takeLossSum() {
        return steps.takeLossSum();
    }

    @Override
    public boolean onDevice() {
        return onDevice;
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
        restore(network, parameters, optimizerState, steps);
    }

    static void restore(MultiLayerNetwork network, float[] parameters, float[] optimizerState, int steps) {
        network.setParams(Nd4j.createFromArray(parameters).reshape(1, parameters.length));
        setOptimizerState(network, optimizerState);
        network.setIterationCount(steps);
    }

    static void setOptimizerState(MultiLayerNetwork network, float[] state) {
        network.getUpdater()
                .getStateViewArray()
                .assign(Nd4j.createFromArray(state).reshape(1, -1));
    }

    @Override
    public void close() {
        // Native memory goes with the garbage collector, and there are no threads.
    }
}
