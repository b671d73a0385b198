package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.feature.FloatMatrix;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Deeplearning4j's engine does besides its gradient, which {@link FusedEngineTest} holds the other engine to. */
class Dl4jEngineTest {
    private static final NetworkShape SHAPE = new NetworkShape(
            40,
            List.of(new Layer(64, Activation.RELU, true), new Layer(50, Activation.TANH, false)),
            Activation.SIGMOID);

    @ParameterizedTest
    @EnumSource
    void weightsAreDrawnOfTheVarianceAskedForHereAndByDeeplearning4j(InitialWeights kind) {
        NetworkShape shape = new NetworkShape(
                40,
                List.of(new Layer(64, Activation.RELU, true), new Layer(50, Activation.TANH, false)),
                Activation.SIGMOID,
                kind);
        double[] variances = {kind == InitialWeights.HE ? 2.0 / 40 : 2.0 / 104, 2.0 / 114, 2.0 / 90};
        float[] host = Dl4jEngine.hostWeights(shape, 1);
        try (Dl4jEngine engine = new Dl4jEngine(shape, Loss.MEAN_SQUARED_ERROR, 1, 1e-3)) {
            float[] dl4j = engine.parameters();
            assertEquals(dl4j.length, host.length);
            for (int i = 0; i < variances.length; i++) {
                NetworkShape.Dense layer = shape.layers().get(i);
                for (float[] drawn : List.of(host, dl4j)) {
                    double ratio = deviation(drawn, layer) / Math.sqrt(variances[i]);
                    assertTrue(ratio > 0.95 && ratio < 1.05, layer + ": " + ratio);
                }
                assertArrayEquals(
                        Arrays.copyOfRange(dl4j, layer.bias(), layer.end()),
                        Arrays.copyOfRange(host, layer.bias(), layer.end()));
            }
        }
    }

    private static double deviation(float[] parameters, NetworkShape.Dense layer) {
        return Math.sqrt(IntStream.range(layer.weights(), layer.bias())
                .mapToDouble(i -> (double) parameters[i] * parameters[i])
                .average()
                .orElseThrow());
    }

    /** One from Deeplearning4j's loss, one from ours computed on the host: the same steps, the same sums. */
    @Test
    void aLossComputedOnTheHostTrainsTheSame() {
        Loss host = (rows, columns, outputs, outputStart, stride, targets, targetStart, gradients) ->
                Loss.MEAN_SQUARED_ERROR.gradients(
                        rows, columns, outputs, outputStart, stride, targets, targetStart, gradients);
        float[] rows = Rows.array(96, 40, 3);
        try (Dl4jEngine one = new Dl4jEngine(SHAPE, Loss.MEAN_SQUARED_ERROR, 1, 1e-3);
                Dl4jEngine other = new Dl4jEngine(SHAPE, host, 1, 1e-3)) {
            for (int step = 0; step < 5; step++) {
                one.step(rows, rows, 96);
                other.step(rows, rows, 96);
                double sum = one.takeLossSum();
                assertEquals(sum, other.takeLossSum(), 1e-4 * sum);
                assertTrue(sum > 0);
            }
            assertEquals(0, one.takeLossSum());
            assertEquals(0, other.takeLossSum());
        }
    }

    @Test
    void batchesMadeAheadAreTheSame() {
        FloatMatrix rows = Rows.matrix(1003, 5, 1);
        int[] order = IntStream.range(0, 1003).map(i -> (i * 7) % 1003).toArray();
        NetworkShape shape = new NetworkShape(5, List.of(new Layer(3, Activation.RELU, false)), Activation.SIGMOID);
        Objective objective =
                new SquaredError(shape, Rows.data(rows, rows).columns(), new Corruption(Corruption.How.SWAP, 0.3));
        try (EpochBatches one = batches(objective, rows, order, false);
                EpochBatches ahead = batches(objective, rows, order, true)) {
            int done = 0;
            while (one.hasNext()) {
                EpochBatches.Batch expected = one.next();
                EpochBatches.Batch actual = ahead.next();
                assertEquals(expected.count(), actual.count());
                int values = expected.count() * 5;
                assertArrayEquals(Arrays.copyOf(expected.inputs(), values), Arrays.copyOf(actual.inputs(), values));
                assertArrayEquals(Arrays.copyOf(expected.targets(), values), Arrays.copyOf(actual.targets(), values));
                done += expected.count();
            }
            assertEquals(1003, done);
            assertEquals(false, ahead.hasNext());
        }
    }

    private static EpochBatches batches(Objective objective, FloatMatrix rows, int[] order, boolean ahead) {
        return new EpochBatches(objective, rows, order, new SplittableRandom(5), 100, 5, ahead);
    }
}
