package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several workers on the CPU: the threads, replicas and averages are those of several cards. */
class ParallelEngineTest {
    private static final int COLUMNS = 10;
    private static final NetworkShape PLAIN = new NetworkShape(
            COLUMNS,
            List.of(new Layer(24, Activation.RELU, false), new Layer(4, Activation.TANH, false)),
            Activation.SIGMOID);
    private static final NetworkShape NORMALISED = new NetworkShape(
            COLUMNS,
            List.of(new Layer(24, Activation.RELU, true), new Layer(4, Activation.TANH, false)),
            Activation.SIGMOID);

    /** Without batch normalisation a step of shares is a step of the whole, but for rounding. */
    @ParameterizedTest
    @CsvSource({"2, 96", "3, 96", "2, 97", "4, 99"})
    void stepsAreThoseOfOneWorkerOnTheWholeBatch(int workers, int rows) {
        try (TrainingEngine one = engine(PLAIN, Loss.MEAN_SQUARED_ERROR, 1);
                TrainingEngine several = engine(PLAIN, Loss.MEAN_SQUARED_ERROR, workers)) {
            float[] initial = one.parameters();
            assertArrayEquals(initial, several.parameters());
            for (int step = 0; step < 12; step++) {
                float[] batch = Rows.array(rows, COLUMNS, step);
                one.step(batch, batch, rows);
                several.step(batch, batch, rows);
                double sum = one.takeLossSum();
                assertEquals(sum, several.takeLossSum(), 1e-4 * sum);
            }
            assertEquals(12, several.steps());
            assertEquals(0, several.takeLossSum());
            // Adam's step does not depend on the size of a gradient, so where one is all rounding the two may differ by
            // steps.
            double apart = distance(one.parameters(), several.parameters()) / distance(one.parameters(), initial);
            assertTrue(apart < 0.01, "apart by " + apart + " of the way");
        }
    }

    @Test
    void inputsAndTargetsAreNotMixedUp() {
        float[] inputs = Rows.array(64, COLUMNS, 1);
        float[] targets = Rows.array(64, COLUMNS, 2);
        try (TrainingEngine one = engine(PLAIN, Loss.MEAN_SQUARED_ERROR, 1);
                TrainingEngine several = engine(PLAIN, Loss.MEAN_SQUARED_ERROR, 2)) {
            one.step(inputs, targets, 64);
            several.step(inputs, targets, 64);
            double sum = one.takeLossSum();
            assertEquals(sum, several.takeLossSum(), 1e-5 * sum);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void theSameRowsGiveTheSameBits(int workers) {
        assertArrayEquals(trained(workers), trained(workers));
    }

    private static float[] trained(int workers) {
        try (TrainingEngine engine = engine(NORMALISED, Loss.MEAN_SQUARED_ERROR, workers)) {
            for (int step = 0; step < 30; step++) {
                float[] batch = Rows.array(101, COLUMNS, step);
                engine.step(batch, batch, 101);
            }
            return engine.parameters();
        }
    }

    /** Replicas are made anew for it; they go on from where the others were. */
    @Test
    void theLearningRateReachesEveryReplica() {
        float[] batch = Rows.array(64, COLUMNS, 1);
        try (TrainingEngine one = engine(PLAIN, Loss.MEAN_SQUARED_ERROR, 1);
                TrainingEngine several = engine(PLAIN, Loss.MEAN_SQUARED_ERROR, 2)) {
            for (TrainingEngine engine : List.of(one, several)) {
                engine.step(batch, batch, 64);
                engine.step(batch, batch, 64);
                engine.setLearningRate(1e-6);
            }
            float[] before = several.parameters();
            double way = 0;
            for (TrainingEngine engine : List.of(one, several)) {
                float[] start = engine.parameters();
                engine.step(batch, batch, 64);
                double step = distance(engine.parameters(), start);
                assertTrue(step > 0);
                assertTrue(way == 0 || Math.abs(step / way - 1) < 0.05, step + " instead of " + way);
                way = step;
            }
            assertTrue(distance(several.parameters(), before) < 1e-4);
            assertEquals(3, several.steps());
        }
    }

    @Test
    void aReplicaThatFailsEndsTheTrainingWithItsReason() {
        AtomicInteger calls = new AtomicInteger();
        Loss failing = (rows, columns, outputs, outputStart, stride, targets, targetStart, gradients) -> {
            if (calls.incrementAndGet() == 4) {
                throw new OutOfMemoryError("no memory for this");
            }
            return Loss.MEAN_SQUARED_ERROR.gradients(
                    rows, columns, outputs, outputStart, stride, targets, targetStart, gradients);
        };
        float[] batch = Rows.array(64, COLUMNS, 1);
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            try (TrainingEngine engine = engine(PLAIN, failing, 2)) {
                engine.step(batch, batch, 64);
                IllegalStateException e =
                        assertThrows(IllegalStateException.class, () -> engine.step(batch, batch, 64));
                assertTrue(reasons(e).contains("no memory for this"), reasons(e));
                assertThrows(IllegalStateException.class, () -> engine.step(batch, batch, 64));
            }
        });
    }

    private static String reasons(Throwable e) {
        return e == null ? "" : e.getMessage() + "; " + reasons(e.getCause());
    }

    @Test
    void aTrainingSaysSoAndLearnsAsMuch() {
        TrainingData data = Rows.data(Rows.matrix(2000, COLUMNS, 1), Rows.matrix(300, COLUMNS, 2));
        List<String> notes = new ArrayList<>();
        double[] losses = new double[3];
        for (int workers : new int[] {1, 2}) {
            int at = workers;
            AutoencoderTrainer.withDefaults()
                    .withEngine(Engine.DL4J)
                    .withWorkers(workers)
                    .withEpochs(12)
                    .train(data, new TrainingProgress() {
                        @Override
                        public void note(String text) {
                            notes.add(text);
                        }

                        @Override
                        public void epochEnded(int epoch, double loss, double validationLoss, double learningRate) {
                            losses[at] = epoch == 1 ? validationLoss : Math.min(losses[at], validationLoss);
                        }
                    });
        }
        assertEquals(1, notes.size(), notes.toString());
        assertTrue(notes.get(0).startsWith("autoencoder: training 2 copies of the network side by side"), notes.get(0));
        assertEquals(losses[1], losses[2], 0.15 * losses[1]);
    }

    /** A batch of one row for each of two workers could not be normalised. */
    @Test
    void fewRowsHaveFewWorkers() {
        TrainingData data = Rows.data(Rows.matrix(5, COLUMNS, 1), Rows.matrix(3, COLUMNS, 2));
        AutoencoderTrainer trainer = AutoencoderTrainer.withDefaults()
                .withEngine(Engine.DL4J)
                .withBatchSize(8)
                .withWorkers(4)
                .withEpochs(2);
        trainer.train(data, TrainingProgress.SILENT);
        assertThrows(InputException.class, () -> trainer.withBatchSize(7));
        assertThrows(InputException.class, () -> trainer.withEngine(Engine.AUTO));
        assertThrows(InputException.class, () -> trainer.withWorkers(65));
    }

    private static TrainingEngine engine(NetworkShape shape, Loss loss, int workers) {
        return workers == 1
                ? new Dl4jEngine(shape, loss, 1, 1e-3)
                : new ParallelEngine(shape, loss, 1, 1e-3, Optimization.DEFAULT, workers);
    }

    private static double distance(float[] one, float[] other) {
        double squares = 0;
        for (int i = 0; i < one.length; i++) {
            squares += Math.pow((double) one[i] - other[i], 2);
        }
        return Math.sqrt(squares);
    }
}
