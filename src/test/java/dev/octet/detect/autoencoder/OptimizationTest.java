package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.autoencoder.Optimization.Optimizer;
import dev.octet.event.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Both engines against five steps by PyTorch's optimisers in double precision: {@code python3 optimization.py} beside the
 * values, PyTorch 1.13. Dropout's masks are those of the fused engine, written again in Python; Deeplearning4j draws others.
 */
class OptimizationTest {
    private static final int ROWS = 8;
    private static final int COLUMNS = 3;
    private static final int STEPS = 5;
    private static final double RATE = 0.05;
    private static final NetworkShape SHAPE = new NetworkShape(
            COLUMNS,
            List.of(new Layer(4, Activation.TANH, true), new Layer(2, Activation.ELU, false)),
            Activation.IDENTITY);
    private static final Map<String, double[]> EXPECTED = new HashMap<>();

    @BeforeAll
    static void reads() throws IOException {
        try (InputStream in = OptimizationTest.class.getResourceAsStream("optimization.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                String[] parts = line.split(" ");
                EXPECTED.put(
                        parts[0],
                        Stream.of(parts)
                                .skip(2)
                                .mapToDouble(Double::parseDouble)
                                .toArray());
            }
        }
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of("adam", Optimization.DEFAULT),
                Arguments.of("adam-decay", new Optimization(Optimizer.ADAM, 0.9, 0.1, 0, 0.9)),
                Arguments.of("adamw", new Optimization(Optimizer.ADAMW, 0.9, 0.1, 0, 0.9)),
                Arguments.of("sgd", new Optimization(Optimizer.SGD, 0.9, 0, 0, 0.9)),
                Arguments.of("sgd-plain-decay", new Optimization(Optimizer.SGD, 0, 0.1, 0, 0.9)),
                Arguments.of("dropout", new Optimization(Optimizer.ADAM, 0.9, 0, 0.3, 0.9)),
                Arguments.of("batch-norm", new Optimization(Optimizer.ADAM, 0.9, 0, 0, 0.6)));
    }

    private static float[] initial() {
        float[] parameters = new float[SHAPE.parameters()];
        int k = 1;
        for (NetworkShape.Dense layer : SHAPE.layers()) {
            int end = layer.batchNorm() ? layer.mean() : layer.end();
            for (int i = layer.weights(); i < end; i++) {
                parameters[i] = (float) (0.5 * Math.sin(k++));
            }
            for (int i = layer.gamma(); layer.batchNorm() && i < layer.beta(); i++) {
                parameters[i]++;
            }
        }
        return parameters;
    }

    private static void steps(TrainingEngine engine) {
        for (int step = 0; step < STEPS; step++) {
            float[] inputs = new float[ROWS * COLUMNS];
            float[] targets = new float[inputs.length];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = (float) Math.sin(0.7 * (i + step) + 0.3);
                targets[i] = (float) Math.cos(0.4 * (i + step));
            }
            engine.step(inputs, targets, ROWS);
        }
    }

    private static void assertClose(String name, float[] found) {
        double[] expected = EXPECTED.get(name);
        assertEquals(expected.length, found.length);
        for (int i = 0; i < found.length; i++) {
            assertEquals(expected[i], found[i], 2e-5, name + ", parameter " + i);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fusedStepsAreThoseOfPyTorch(String name, Optimization optimization) {
        try (FusedEngine engine =
                new FusedEngine(SHAPE, initial(), Loss.MEAN_SQUARED_ERROR, RATE, optimization, 7, 2)) {
            steps(engine);
            assertClose(name, engine.parameters());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void deeplearning4jStepsAreThoseOfPyTorch(String name, Optimization optimization) {
        try (Dl4jEngine engine = new Dl4jEngine(SHAPE, Loss.MEAN_SQUARED_ERROR, 1, RATE, optimization)) {
            engine.restore(initial(), new float[engine.optimizerState().length], 0);
            steps(engine);
            if (optimization.dropout() == 0) {
                assertClose(name, engine.parameters());
                return;
            }
            try (Dl4jEngine without = new Dl4jEngine(SHAPE, Loss.MEAN_SQUARED_ERROR, 1, RATE)) {
                without.restore(initial(), new float[without.optimizerState().length], 0);
                steps(without);
                boolean differs = false;
                for (int i = 0; i < SHAPE.parameters(); i++) {
                    differs |= Math.abs(without.parameters()[i] - engine.parameters()[i]) > 1e-3;
                }
                assertTrue(differs, "nothing was dropped");
            }
        }
    }

    /** Without batch normalisation, which sees a share of the batch, two replicas take the step of one network. */
    @ParameterizedTest
    @EnumSource(Optimizer.class)
    void replicasTakeTheSameSteps(Optimizer optimizer) {
        NetworkShape plain =
                new NetworkShape(COLUMNS, List.of(new Layer(4, Activation.TANH, false)), Activation.IDENTITY);
        Optimization optimization = new Optimization(optimizer, 0.5, 0.1, 0, 0.9);
        try (Dl4jEngine one = new Dl4jEngine(plain, Loss.MEAN_SQUARED_ERROR, 1, RATE, optimization);
                ParallelEngine two = new ParallelEngine(plain, Loss.MEAN_SQUARED_ERROR, 1, RATE, optimization, 2)) {
            steps(one);
            steps(two);
            assertArrayEquals(one.parameters(), two.parameters(), 1e-5f);
        }
    }

    /** The number of threads and a restart between two steps change no bit. */
    @ParameterizedTest
    @MethodSource("cases")
    void goesOnFromWhereItWas(String name, Optimization optimization) {
        float[] rows = Rows.array(700, COLUMNS, 3);
        try (FusedEngine one = new FusedEngine(SHAPE, initial(), Loss.MEAN_SQUARED_ERROR, RATE, optimization, 7, 1);
                FusedEngine first =
                        new FusedEngine(SHAPE, initial(), Loss.MEAN_SQUARED_ERROR, RATE, optimization, 7, 4);
                FusedEngine second =
                        new FusedEngine(SHAPE, initial(), Loss.MEAN_SQUARED_ERROR, RATE, optimization, 7, 3)) {
            for (int step = 0; step < 4; step++) {
                one.step(rows, rows, 700);
            }
            first.step(rows, rows, 700);
            first.step(rows, rows, 700);
            second.restore(first.parameters(), first.optimizerState(), first.steps());
            second.step(rows, rows, 700);
            second.step(rows, rows, 700);
            assertArrayEquals(one.parameters(), second.parameters(), name);
        }
    }

    @Test
    void settingsAreChecked() {
        assertThrows(InputException.class, () -> new Optimization(Optimizer.SGD, 1, 0, 0, 0.9));
        assertThrows(InputException.class, () -> new Optimization(Optimizer.SGD, 0.9, -0.1, 0, 0.9));
        assertThrows(InputException.class, () -> new Optimization(Optimizer.SGD, 0.9, 0, 1, 0.9));
        assertThrows(InputException.class, () -> new Optimization(Optimizer.SGD, 0.9, 0, 0, Double.NaN));
        AutoencoderTrainer trainer = AutoencoderTrainer.withDefaults();
        AutoencoderTrainer other = new AutoencoderTrainer(
                trainer.hidden(),
                trainer.output(),
                trainer.initialWeights(),
                trainer.schedule(),
                trainer.seed(),
                trainer.engine(),
                trainer.workers(),
                trainer.corruption(),
                new Optimization(Optimizer.ADAMW, 0.9, 0.01, 0.1, 0.9),
                trainer.checkpoint());
        assertTrue(other.recipe().startsWith(trainer.recipe() + " adamw"));
    }
}
