package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Holds the fused engine to Deeplearning4j's gradients and steps. */
class FusedEngineTest {

    /** A network, a batch of rows, and what should come out for them, which need not be the rows. */
    private record Case(NetworkShape shape, int rows, float[] parameters, float[] inputs, float[] targets) {

        static Case of(NetworkShape shape, int rows, long seed) {
            float[] inputs = Rows.array(rows, shape.columns(), seed);
            SplittableRandom random = new SplittableRandom(seed);
            float[] targets = inputs.clone();
            for (int i = 0; i < targets.length; i++) {
                targets[i] += (float) random.nextDouble(-0.2, 0.2);
            }
            return new Case(shape, rows, AutoencoderDetectorTest.parameters(shape, seed), inputs, targets);
        }

        FusedEngine fused(int threads) {
            return new FusedEngine(shape, parameters, Loss.MEAN_SQUARED_ERROR, 0.001, threads);
        }

        INDArray array(float[] rowMajor) {
            return Nd4j.create(rowMajor, new long[] {rows, shape.columns()}, 'c');
        }

        @Override
        public String toString() {
            return rows + " rows, " + shape.layers();
        }
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        NetworkShape siem = new NetworkShape(12, AutoencoderTrainer.preset("ml-siem"), Activation.SIGMOID);
        for (int rows : new int[] {2, 127, 256, 1024, 3001}) {
            cases.add(Case.of(siem, rows, rows));
        }
        SplittableRandom random = new SplittableRandom(20261122);
        for (int i = 0; i < 60; i++) {
            List<Layer> hidden = new ArrayList<>();
            for (int layers = random.nextInt(1, 6); layers > 0; layers--) {
                Activation activation = Activation.values()[random.nextInt(5)];
                hidden.add(new Layer(random.nextInt(1, 70), activation, random.nextInt(2) == 0));
            }
            Activation output = random.nextInt(3) == 0 ? Activation.IDENTITY : Activation.SIGMOID;
            int rows = (int) Math.exp(random.nextDouble(Math.log(3), Math.log(1500)));
            cases.add(Case.of(new NetworkShape(random.nextInt(1, 50), hidden, output), rows, i));
        }
        return cases;
    }

    /**
     * A tensor of the gradient may be off by 1e-5 of its size. Where it is what is left of terms that cancel (a bias
     * before a batch normalisation, batches of two or three rows), floats cannot give that; there it may be three times
     * as far from Deeplearning4j's gradient in double precision as Deeplearning4j's own in floats is.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAreThoseOfDeeplearning4j(Case c) {
        double[] exact = new double[c.parameters.length];
        double[] single = new double[c.parameters.length];
        double score = dl4j(c, DataType.DOUBLE, exact);
        dl4j(c, DataType.FLOAT, single);
        try (FusedEngine fused = c.fused(1)) {
            double loss = fused.computeGradient(c.inputs, c.targets, c.rows);
            assertEquals(score, loss, 1e-6 * score);
            float[] actual = fused.gradient();
            for (NetworkShape.Dense layer : c.shape.layers()) {
                assertClose("weights", layer.weights(), layer.bias(), exact, single, actual);
                assertClose("bias", layer.bias(), layer.gamma(), exact, single, actual);
                if (layer.batchNorm()) {
                    assertClose("gamma", layer.gamma(), layer.beta(), exact, single, actual);
                    assertClose("beta", layer.beta(), layer.mean(), exact, single, actual);
                }
            }
        }
    }

    /** Fills {@code gradient} with that of the mean loss and returns the loss. */
    private static double dl4j(Case c, DataType type, double[] gradient) {
        MultiLayerNetwork network = Dl4jEngine.network(c.shape, 1, 0.001, type);
        network.setParams(Nd4j.createFromArray(c.parameters).castTo(type).reshape(1, c.parameters.length));
        network.setInput(c.array(c.inputs).castTo(type));
        network.setLabels(c.array(c.targets).castTo(type));
        network.computeGradientAndScore();
        double[] sums = network.getFlattenedGradients().toDoubleVector();
        for (int i = 0; i < sums.length; i++) {
            gradient[i] = sums[i] / c.rows;
        }
        return network.score();
    }

    private static void assertClose(String tensor, int from, int to, double[] exact, double[] single, float[] actual) {
        double size = 0;
        double error = 0;
        double singleError = 0;
        for (int i = from; i < to; i++) {
            size += exact[i] * exact[i];
            error += (actual[i] - exact[i]) * (actual[i] - exact[i]);
            singleError += (single[i] - exact[i]) * (single[i] - exact[i]);
        }
        double allowed = Math.max(1e-5 * Math.sqrt(size), 3 * Math.sqrt(singleError));
        assertTrue(
                Math.sqrt(error) <= allowed,
                tensor + " at " + from + " of size " + Math.sqrt(size) + " is off by " + Math.sqrt(error)
                        + ", Deeplearning4j by " + Math.sqrt(singleError));
    }
}
