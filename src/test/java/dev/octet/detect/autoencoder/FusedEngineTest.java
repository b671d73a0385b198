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

    /** Gradients in floats, each with its sums in another order, of which {@link #gradientsAreThoseOfDeeplearning4j} takes the spread. */
    private static final int ORDERS = 8;

    /**
     * A tensor of the gradient may be off by 1e-5 of its size. Where it is what is left of terms that cancel (a bias
     * before a batch normalisation, batches of two or three rows), floats cannot give that; there it may be three times
     * as far from Deeplearning4j's gradient in double precision as the formulas are in plain float arithmetic, which is
     * the root mean square over some orders of its sums. Measured: up to 2.2 times, and Deeplearning4j in floats itself .04
     * to 1.8 times, by what its libraries do on the machine at hand.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAreThoseOfDeeplearning4j(Case c) {
        double[] exact = new double[c.parameters.length];
        double score = dl4j(c, exact);
        try (FusedEngine fused = c.fused(1)) {
            double loss = fused.computeGradient(c.inputs, c.targets, c.rows);
            assertEquals(score, loss, 1e-6 * score);
            Held held = new Held(c, exact, fused.gradient());
            for (NetworkShape.Dense layer : c.shape.layers()) {
                held.assertClose("weights", layer.weights(), layer.bias());
                held.assertClose("bias", layer.bias(), layer.gamma());
                if (layer.batchNorm()) {
                    held.assertClose("gamma", layer.gamma(), layer.beta());
                    held.assertClose("beta", layer.beta(), layer.mean());
                }
            }
        }
    }

    /** The yardstick of floats is the gradient that Deeplearning4j gives, but for the rounding. */
    @ParameterizedTest
    @MethodSource("cases")
    void plainGradientIsThatOfDeeplearning4j(Case c) {
        double[] expected = new double[c.parameters.length];
        dl4j(c, expected);
        double[] actual = PlainGradient.exact(c.shape, c.parameters, c.inputs, c.targets, c.rows);
        for (NetworkShape.Dense layer : c.shape.layers()) {
            int end = layer.batchNorm() ? layer.mean() : layer.end();
            double size = distance(expected, new double[expected.length], layer.weights(), end);
            assertEquals(0, distance(actual, expected, layer.weights(), end), 1e-11 * size);
        }
    }

    /** Fills {@code gradient} with that of the mean loss, in double precision, and returns the loss. */
    private static double dl4j(Case c, double[] gradient) {
        MultiLayerNetwork network = Dl4jEngine.network(c.shape, 1, 0.001, DataType.DOUBLE);
        network.setParams(
                Nd4j.createFromArray(c.parameters).castTo(DataType.DOUBLE).reshape(1, c.parameters.length));
        network.setInput(c.array(c.inputs).castTo(DataType.DOUBLE));
        network.setLabels(c.array(c.targets).castTo(DataType.DOUBLE));
        network.computeGradientAndScore();
        double[] sums = network.getFlattenedGradients().toDoubleVector();
        for (int i = 0; i < sums.length; i++) {
            gradient[i] = sums[i] / c.rows;
        }
        return network.score();
    }

    private static double distance(double[] a, double[] b, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    /** A gradient that is held to the exact one; what plain floats give is computed for the first tensor that needs it. */
    private static final class Held {
        private final Case c;
        private final double[] exact;
        private final double[] actual;
        private final List<double[]> plain = new ArrayList<>();

        Held(Case c, double[] exact, float[] actual) {
            this.c = c;
            this.exact = exact;
            this.actual = new double[actual.length];
            for (int i = 0; i < actual.length; i++) {
                this.actual[i] = actual[i];
            }
        }

        void assertClose(String tensor, int from, int to) {
            double size = distance(exact, new double[exact.length], from, to);
            double error = distance(actual, exact, from, to);
            if (error <= 1e-5 * size) {
                return;
            }
            double plainError = plainError(from, to);
            assertTrue(
                    error <= 3 * plainError,
                    tensor + " at " + from + " of size " + size + " is off by " + error + ", plain floats by "
                            + plainError);
        }

        private double plainError(int from, int to) {
            for (int order = plain.size(); order < ORDERS; order++) {
                plain.add(PlainGradient.rounded(c.shape, c.parameters, c.inputs, c.targets, c.rows, order));
            }
            double squares = 0;
            for (double[] gradient : plain) {
                squares += Math.pow(distance(gradient, exact, from, to), 2);
            }
            return Math.sqrt(squares / ORDERS);
        }
    }
}
