package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.octet.detect.DetectorState;
import dev.octet.event.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AutoencoderDetectorTest {

    /** A few shapes: one layer, odd widths, every activation, normalisation everywhere and nowhere. */
    static Stream<NetworkShape> shapes() {
        return Stream.of(
                new NetworkShape(12, AutoencoderTrainer.preset("ml-siem"), Activation.SIGMOID),
                new NetworkShape(1, List.of(new Layer(1, Activation.TANH, true)), Activation.IDENTITY),
                new NetworkShape(
                        33,
                        List.of(
                                new Layer(17, Activation.ELU, true),
                                new Layer(5, Activation.SIGMOID, true),
                                new Layer(40, Activation.TANH, true)),
                        Activation.SIGMOID),
                new NetworkShape(
                        7,
                        List.of(
                                new Layer(20, Activation.TANH, false),
                                new Layer(2, Activation.IDENTITY, false),
                                new Layer(19, Activation.ELU, true)),
                        Activation.IDENTITY));
    }

    /** A network with initial weights of Deeplearning4j and normalisations far from the identity. */
    static float[] parameters(NetworkShape shape, long seed) {
        float[] parameters =
                Dl4jEngine.network(shape, seed, 0.001, DataType.FLOAT).params().toFloatVector();
        SplittableRandom random = new SplittableRandom(seed);
        for (NetworkShape.Dense layer : shape.layers()) {
            for (int i = 0; i < layer.outputs(); i++) {
                parameters[layer.bias() + i] = (float) random.nextDouble(-0.3, 0.3);
                if (layer.batchNorm()) {
                    parameters[layer.gamma() + i] = (float) random.nextDouble(0.5, 1.5);
                    parameters[layer.beta() + i] = (float) random.nextDouble(-0.5, 0.5);
                    parameters[layer.mean() + i] = (float) random.nextDouble(-0.5, 0.5);
                    parameters[layer.logDeviation() + i] = (float) random.nextDouble(-0.5, 0.2);
                }
            }
        }
        return parameters;
    }

    static AutoencoderDetector detector(NetworkShape shape) {
        return new AutoencoderDetector(ForwardPass.fold(shape, parameters(shape, 5)));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void scoresAreThoseOfDeeplearning4jsOutput(NetworkShape shape) {
        MultiLayerNetwork network = Dl4jEngine.network(shape, 5, 0.001, DataType.FLOAT);
        float[] parameters = parameters(shape, 5);
        network.setParams(Nd4j.createFromArray(parameters).reshape(1, parameters.length));
        int count = 300;
        float[] rows = Rows.array(count, shape.columns(), 4);
        INDArray input = Nd4j.create(rows, new long[] {count, shape.columns()}, 'c');
        double[] expected =
                Nd4j.math().square(network.output(input).sub(input)).mean(1).toDoubleVector();
        double[] scores = new double[count];
        detector(shape).score(rows, count, scores);
        for (int row = 0; row < count; row++) {
            double exact = exactScore(
                    shape, parameters, Arrays.copyOfRange(rows, row * shape.columns(), (row + 1) * shape.columns()));
            // Measured: in floats both nets' errors, up to 3 in size, are off by up to 3.5e-7; squaring doubles that.
            assertEquals(exact, scores[row], 2 * Math.sqrt(exact) * 5e-7);
            assertEquals(expected[row], scores[row], 2 * Math.sqrt(exact) * 1e-6);
        }
    }

    /** The network's formulas in double precision, batch normalisation not folded. */
    private static double exactScore(NetworkShape shape, float[] parameters, float[] row) {
        double[] values = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            values[i] = row[i];
        }
        for (NetworkShape.Dense layer : shape.layers()) {
            double[] next = new double[layer.outputs()];
            for (int o = 0; o < next.length; o++) {
                double sum = parameters[layer.bias() + o];
                for (int i = 0; i < values.length; i++) {
                    sum += values[i] * parameters[layer.weights() + o * values.length + i];
                }
                next[o] = ActivationTest.exact(layer.activation(), sum);
                if (layer.batchNorm()) {
                    double variance = Math.pow(10, 2 * parameters[layer.logDeviation() + o]);
                    next[o] = parameters[layer.gamma() + o]
                                    * (next[o] - parameters[layer.mean() + o])
                                    / Math.sqrt(variance + 1e-5)
                            + parameters[layer.beta() + o];
                }
            }
            values = next;
        }
        double sum = 0;
        for (int i = 0; i < row.length; i++) {
            sum += (values[i] - row[i]) * (values[i] - row[i]);
        }
        return sum / row.length;
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void aRowsScoreDependsOnThatRowAlone(NetworkShape shape) {
        AutoencoderDetector detector = detector(shape);
        int columns = shape.columns();
        int count = 200;
        float[] rows = Rows.array(count, columns, 4);
        double[] all = new double[count];
        detector.score(rows, count, all);
        double[] one = new double[1];
        for (int row = 0; row < count; row++) {
            detector.score(Arrays.copyOfRange(rows, row * columns, (row + 1) * columns), 1, one);
            assertEquals(all[row], one[0]);
        }
        for (int size : new int[] {2, 3, 7, 63, 64, 65, 129}) {
            double[] some = new double[size];
            for (int first = 0; first + size <= count; first += size) {
                detector.score(Arrays.copyOfRange(rows, first * columns, (first + size) * columns), size, some);
                assertArrayEquals(Arrays.copyOfRange(all, first, first + size), some);
            }
        }
        IntStream.range(0, 64).parallel().forEach(i -> {
            double[] again = new double[count];
            detector.score(rows, count, again);
            assertArrayEquals(all, again);
        });
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void contributionsAddUpToTheScore(NetworkShape shape) {
        AutoencoderDetector detector = detector(shape);
        float[] row = Rows.array(1, shape.columns(), 8);
        double[] score = new double[1];
        detector.score(row, 1, score);
        double[] contributions = new double[shape.columns()];
        detector.contributions(row, contributions);
        assertEquals(score[0], Arrays.stream(contributions).sum() / shape.columns(), 1e-15);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void explainingABatchGivesTheSameAsRowByRow(NetworkShape shape) {
        AutoencoderDetector detector = detector(shape);
        int count = 70;
        int columns = shape.columns();
        float[] rows = Rows.array(count, columns, 9);
        double[] scores = new double[count];
        double[] contributions = new double[count * columns];
        detector.explain(rows, count, scores, contributions);
        double[] expected = new double[count];
        detector.score(rows, count, expected);
        assertArrayEquals(expected, scores);
        double[] ofRow = new double[columns];
        for (int row = 0; row < count; row++) {
            detector.contributions(Arrays.copyOfRange(rows, row * columns, (row + 1) * columns), ofRow);
            assertArrayEquals(
                    ofRow, Arrays.copyOfRange(contributions, row * columns, (row + 1) * columns), "row " + row);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void aStoredDetectorScoresWithTheSameBits(NetworkShape shape) {
        AutoencoderDetector detector = detector(shape);
        AutoencoderDetector restored = AutoencoderDetector.restore(detector.state());
        assertEquals(detector.kind(), restored.kind());
        float[] rows = Rows.array(100, shape.columns(), 6);
        double[] expected = new double[100];
        double[] actual = new double[100];
        detector.score(rows, 100, expected);
        restored.score(rows, 100, actual);
        assertArrayEquals(expected, actual);
    }

    @Test
    void theStateHoldsCopies() {
        AutoencoderDetector detector = detector(shapes().findFirst().orElseThrow());
        float[] row = Rows.array(1, 12, 8);
        double[] before = new double[1];
        detector.score(row, 1, before);
        DetectorState state = detector.state();
        AutoencoderDetector restored = AutoencoderDetector.restore(state);
        Arrays.fill((float[]) state.arrays().get("weights0"), 7);
        Arrays.fill((float[]) state.arrays().get("bias0"), 7);
        double[] after = new double[1];
        detector.score(row, 1, after);
        assertEquals(before[0], after[0]);
        restored.score(row, 1, after);
        assertEquals(before[0], after[0]);
    }

    @Test
    void arraysThatAreTooShortAreRefused() {
        AutoencoderDetector detector = detector(shapes().findFirst().orElseThrow());
        assertEquals(
                "3 rows of 12 columns and as many scores need larger arrays than 35 and 3",
                assertThrows(IllegalArgumentException.class, () -> detector.score(new float[35], 3, new double[3]))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> detector.score(new float[36], 3, new double[2]));
        assertThrows(IllegalArgumentException.class, () -> detector.score(new float[36], -1, new double[2]));
        assertThrows(IllegalArgumentException.class, () -> detector.contributions(new float[11], new double[12]));
        assertThrows(IllegalArgumentException.class, () -> detector.contributions(new float[12], new double[11]));
    }

    @Test
    void aStateThatIsNotWholeIsRefused() {
        DetectorState good = detector(
                        new NetworkShape(3, List.of(new Layer(2, Activation.RELU, true)), Activation.SIGMOID))
                .state();
        refused(
                "the stored detector is of kind lof, not autoencoder",
                new DetectorState("lof", 1, good.settings(), good.arrays()));
        refused(
                "the stored detector has version 2, this Octet reads version 1",
                new DetectorState("autoencoder", 2, good.settings(), good.arrays()));
        refused("the stored detector has no widths of at least 2 layers", with(good, "widths", null));
        refused("the stored detector has no widths of at least 2 layers", with(good, "widths", new int[] {3}));
        refused(
                "the stored detector has a layer of width -1, allowed is [1, 65536]",
                with(good, "widths", new int[] {3, -1, 3}));
        refused(
                "the stored detector takes 3 columns and gives 4; both must be the same",
                with(good, "widths", new int[] {3, 2, 4}));
        refused("the stored detector has 3 layers and 2 activations", with(good, "widths", new int[] {3, 2, 2, 3}));
        refused(
                "unknown activation 'gelu'; allowed are relu, tanh, elu, sigmoid, identity",
                new DetectorState("autoencoder", 1, Map.of("activations", "gelu,relu"), good.arrays()));
        refused(
                "the stored detector has 2 layers and 1 activations",
                new DetectorState("autoencoder", 1, Map.of(), good.arrays()));
        refused("the stored detector has no float array weights1", with(good, "weights1", null));
        refused("the stored detector has no float array weights1", with(good, "weights1", new double[6]));
        refused("the stored bias0 has 3 values, its layer needs 2", with(good, "bias0", new float[3]));
        refused(
                "the stored weights0 has the value NaN at 5; weights must be finite",
                with(good, "weights0", new float[] {0, 1, 2, 3, 4, Float.NaN}));
    }

    private static DetectorState with(DetectorState state, String array, Object value) {
        Map<String, Object> arrays = new HashMap<>(state.arrays());
        arrays.remove(array);
        if (value != null) {
            arrays.put(array, value);
        }
        return new DetectorState(state.kind(), state.version(), state.settings(), arrays);
    }

    private static void refused(String message, DetectorState state) {
        assertEquals(
                "autoencoder: " + message,
                assertThrows(InputException.class, () -> AutoencoderDetector.restore(state))
                        .getMessage());
    }

    @Test
    void scoresDiffer() {
        List<Double> scores = new ArrayList<>();
        AutoencoderDetector detector = detector(shapes().findFirst().orElseThrow());
        double[] score = new double[1];
        for (int i = 0; i < 50; i++) {
            detector.score(Rows.array(1, 12, i), 1, score);
            scores.add(score[0]);
        }
        assertEquals(50, scores.stream().distinct().count());
    }
}
