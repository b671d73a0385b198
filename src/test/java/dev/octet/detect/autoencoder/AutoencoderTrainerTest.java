package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.FloatMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AutoencoderTrainerTest {
    private static final int COLUMNS = 6;
    private static final FloatMatrix TRAIN = Rows.matrix(600, COLUMNS, 1);
    private static final FloatMatrix VALIDATION = Rows.matrix(200, COLUMNS, 2);
    private static final TrainingData DATA = Rows.data(TRAIN, VALIDATION);

    private static final AutoencoderTrainer SMALL = AutoencoderTrainer.withDefaults()
            .withHidden(List.of(
                    new Layer(16, Activation.RELU, true),
                    new Layer(3, Activation.TANH, false),
                    new Layer(16, Activation.RELU, false)))
            .withSchedule(schedule(6, 0.01, 5, 1e-3, 2, 0.5));

    private static Schedule schedule(
            int epochs, double learningRate, int patience, double minDelta, int plateauPatience, double plateauFactor) {
        return new Schedule(
                epochs, Integer.MAX_VALUE, 64, learningRate, patience, minDelta, plateauPatience, plateauFactor);
    }

    /** Writes down what a training says. */
    private static final class Diary implements TrainingProgress {
        final List<Double> trainLosses = new ArrayList<>();
        final List<Double> losses = new ArrayList<>();
        final List<Double> learningRates = new ArrayList<>();
        final List<String> notes = new ArrayList<>();
        long rowsDone;

        @Override
        public void note(String text) {
            notes.add(text);
        }

        @Override
        public void batch(int epoch, long rows, double loss) {
            rowsDone = rows;
        }

        @Override
        public void epochEnded(int epoch, double trainLoss, double validationLoss, double learningRate) {
            assertEquals(losses.size() + 1, epoch);
            trainLosses.add(trainLoss);
            losses.add(validationLoss);
            learningRates.add(learningRate);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Engine.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = "DL4J_SPARK") // needs Spark: SparkLibrariesIT
    void theSameSeedGivesTheSameBitsAndAnotherSeedOthers(Engine engine) {
        AutoencoderTrainer trainer = SMALL.withEngine(engine);
        AutoencoderDetector first = trainer.train(DATA, TrainingProgress.SILENT);
        assertSameBits(first, trainer.train(DATA, TrainingProgress.SILENT));
        AutoencoderDetector other = trainer.withSeed(2).train(DATA, TrainingProgress.SILENT);
        assertNotEquals(scores(first)[0], scores(other)[0]);
    }

    @ParameterizedTest
    @EnumSource(
            value = Engine.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = "DL4J_SPARK") // needs Spark: SparkLibrariesIT
    void preparingChangesNoResultAndEndsWhenToldTo(Engine engine) {
        AutoencoderTrainer trainer = SMALL.withEngine(engine).withEpochs(2);
        AutoencoderDetector expected = trainer.train(DATA, TrainingProgress.SILENT);
        int[] asked = new int[1];
        trainer.prepare(() -> ++asked[0] == 3);
        assertEquals(engine == Engine.DL4J || Kernel.best().lanes() == 1 && engine == Engine.AUTO ? 0 : 3, asked[0]);
        assertSameBits(expected, trainer.train(DATA, TrainingProgress.SILENT));
    }

    /** Steps drift apart in the last digits, so single seeds end elsewhere; their mean must lie among the other's. */
    @Test
    void bothEnginesReachTheSameLoss() {
        double[] fused = new double[6];
        double[] dl4j = new double[6];
        for (int seed = 0; seed < fused.length; seed++) {
            AutoencoderTrainer trainer = SMALL.withSeed(seed).withEpochs(10);
            fused[seed] = meanScore(trainer.withEngine(Engine.FUSED).train(DATA, TrainingProgress.SILENT), VALIDATION);
            dl4j[seed] = meanScore(trainer.withEngine(Engine.DL4J).train(DATA, TrainingProgress.SILENT), VALIDATION);
        }
        String both = Arrays.toString(fused) + " and " + Arrays.toString(dl4j);
        assertAmong(Arrays.stream(fused).average().orElseThrow(), dl4j, both);
        assertAmong(Arrays.stream(dl4j).average().orElseThrow(), fused, both);
    }

    private static void assertAmong(double value, double[] others, String message) {
        assertTrue(value >= Arrays.stream(others).min().orElseThrow(), message);
        assertTrue(value <= Arrays.stream(others).max().orElseThrow(), message);
    }

    @Test
    void missingVectorsAreMentioned() {
        Diary diary = new Diary();
        SMALL.withEpochs(1).train(DATA, diary);
        boolean vectors = Kernel.best().lanes() > 1;
        assertEquals(
                vectors
                        ? List.of()
                        : List.of("autoencoder: this JVM has no vectors of 256 bits or more, training is about ten"
                                + " times slower; start Java with --add-modules jdk.incubator.vector, or use a newer"
                                + " processor"),
                diary.notes);
    }

    static void assertSameBits(AutoencoderDetector expected, AutoencoderDetector actual) {
        for (int i = 0; i < expected.network().layers().size(); i++) {
            ForwardPass.FoldedLayer layer = expected.network().layers().get(i);
            assertArrayEquals(layer.weights(), actual.network().layers().get(i).weights());
            assertArrayEquals(layer.bias(), actual.network().layers().get(i).bias());
        }
        assertArrayEquals(scores(expected), scores(actual));
    }

    private static double[] scores(AutoencoderDetector detector) {
        float[] rows = Rows.array(50, COLUMNS, 9);
        double[] scores = new double[50];
        detector.score(rows, 50, scores);
        return scores;
    }

    @Test
    void lossesFallAndStrangeRowsScoreHigher() {
        Diary diary = new Diary();
        AutoencoderDetector detector = SMALL.withEpochs(20).train(DATA, diary);
        double constant = variance(TRAIN);
        assertTrue(diary.losses.get(19) < 0.3 * constant, diary.losses + " against " + constant);
        assertTrue(diary.trainLosses.get(19) < diary.trainLosses.get(0));
        assertEquals(600, diary.rowsDone);
        double[] score = new double[1];
        detector.score(new float[] {1, 0, 1, 0, 1, 0}, 1, score);
        for (double normal : scores(detector)) {
            assertTrue(score[0] > 2 * normal);
        }
    }

    /** The loss of the constant reconstruction. */
    private static double variance(FloatMatrix rows) {
        double sum = 0;
        for (int column = 0; column < COLUMNS; column++) {
            int c = column;
            double mean = IntStream.range(0, rows.rows())
                    .mapToDouble(row -> rows.get(row, c))
                    .average()
                    .orElseThrow();
            sum += IntStream.range(0, rows.rows())
                    .mapToDouble(row -> (rows.get(row, c) - mean) * (rows.get(row, c) - mean))
                    .average()
                    .orElseThrow();
        }
        return sum / COLUMNS;
    }

    @Test
    void theBestEpochsWeightsAreKept() {
        Diary diary = new Diary();
        AutoencoderDetector detector =
                SMALL.withSchedule(schedule(12, 0.3, 12, 0, 2, 0.5)).train(DATA, diary);
        double best = diary.losses.stream().mapToDouble(x -> x).min().orElseThrow();
        assertNotEquals(best, diary.losses.get(11), "the last epoch must not be the best one for this to be a test");
        assertEquals(best, meanScore(detector, VALIDATION), 1e-15);
    }

    private static double meanScore(AutoencoderDetector detector, FloatMatrix matrix) {
        float[] rows = new float[matrix.rows() * COLUMNS];
        matrix.copyRows(0, matrix.rows(), rows);
        double[] scores = new double[matrix.rows()];
        detector.score(rows, scores.length, scores);
        return Arrays.stream(scores).sum() / scores.length;
    }

    @Test
    void anEpochOfALargeLogShowsAPartOfItsRows() {
        int rows = DATA.train().rows();
        AutoencoderTrainer trainer = SMALL.withEngine(Engine.DL4J).withEpochs(2);
        AutoencoderDetector all = trainer.train(DATA, TrainingProgress.SILENT);
        Schedule allRows = new Schedule(2, rows, 64, 0.01, 5, 1e-3, 2, 0.5);
        assertSameBits(all, trainer.withSchedule(allRows).train(DATA, TrainingProgress.SILENT));
        Diary diary = new Diary();
        trainer.withSchedule(new Schedule(2, rows / 3, 64, 0.01, 5, 1e-3, 2, 0.5))
                .train(DATA, diary);
        assertEquals(rows / 3, diary.rowsDone);
        assertEquals(2, diary.losses.size());
    }

    @Test
    void aPlateauHalvesTheLearningRateAndEndsTheTraining() {
        // No epoch can be an improvement of 99.9 % on the first.
        Diary diary = new Diary();
        SMALL.withSchedule(schedule(50, 0.01, 5, 0.999, 2, 0.5)).train(DATA, diary);
        assertEquals(List.of(0.01, 0.01, 0.01, 0.005, 0.005, 0.0025), diary.learningRates);
    }

    @Test
    void theLearningRateReachesTheEngine() {
        // With the rate reduced to next to nothing after the second epoch, the third changes next to nothing.
        Diary diary = new Diary();
        SMALL.withSchedule(schedule(4, 0.01, 5, 0.999, 1, 1e-9))
                .withHidden(List.of(new Layer(4, Activation.TANH, false)))
                .train(DATA, diary);
        assertTrue(diary.losses.get(1) < 0.99 * diary.losses.get(0));
        assertEquals(diary.losses.get(1), diary.losses.get(3), 1e-5 * diary.losses.get(1));
    }

    @Test
    void validationRowsLabelledAnAttackDoNotCount() {
        FloatMatrix mixed = Rows.matrix(200, COLUMNS, 2);
        BitSet attacks = new BitSet();
        for (int row = 200; row < 260; row++) {
            mixed.append(new float[] {9, 9, 9, 9, 9, 9});
            attacks.set(row);
        }
        Diary with = new Diary();
        Diary without = new Diary();
        SMALL.train(Rows.data(TRAIN, mixed, attacks), with);
        SMALL.train(DATA, without);
        assertEquals(without.losses, with.losses);
    }

    @Test
    void anyNumberOfRowsTrains() {
        for (int rows : new int[] {1, 2, 63, 64, 65, 129}) {
            AutoencoderDetector detector = SMALL.withEpochs(1)
                    .train(Rows.data(Rows.matrix(rows, COLUMNS, 1), VALIDATION), TrainingProgress.SILENT);
            assertTrue(Double.isFinite(scores(detector)[0]), rows + " rows");
        }
    }

    /** A few of many rows are different ones, all as likely as each other, and others in the next epoch; half of them and more are the whole order's first. */
    @Test
    void anEpochOfSomeRowsDrawsEachAtMostOnce() {
        int[] times = new int[1000];
        for (int epoch = 0; epoch < 4000; epoch++) {
            int[] order = TrainingRun.order(1000, 100, 7, epoch);
            assertEquals(100, Arrays.stream(order).distinct().count());
            Arrays.stream(order).forEach(row -> times[row]++);
        }
        // 400 expected, with a standard deviation of 19
        assertTrue(Arrays.stream(times).allMatch(count -> count > 300 && count < 500), Arrays.toString(times));
        assertArrayEquals(TrainingRun.order(1000, 100, 7, 3), TrainingRun.order(1000, 100, 7, 3));
        assertFalse(Arrays.equals(TrainingRun.order(1000, 100, 7, 3), TrainingRun.order(1000, 100, 7, 4)));
        int[] all = TrainingRun.order(1000, 7, 3);
        assertArrayEquals(Arrays.copyOf(all, 501), TrainingRun.order(1000, 501, 7, 3));
        assertArrayEquals(all, TrainingRun.order(1000, Integer.MAX_VALUE, 7, 3));
    }

    @Test
    void anOrderIsAPermutationOfItsOwn() {
        int[] order = TrainingRun.order(1000, 7, 3);
        assertArrayEquals(
                IntStream.range(0, 1000).toArray(), IntStream.of(order).sorted().toArray());
        assertArrayEquals(order, TrainingRun.order(1000, 7, 3));
        assertFalse(Arrays.equals(order, TrainingRun.order(1000, 7, 4)));
        assertFalse(Arrays.equals(order, TrainingRun.order(1000, 8, 3)));
        int atHome = (int) IntStream.range(0, 1000).filter(i -> order[i] == i).count();
        assertTrue(atHome < 10, "a random order leaves about one row in its place, not " + atHome);
    }

    @Test
    void aLossThatIsNotFiniteIsExplained() {
        // 1e19 is a finite feature, its squared error is not a finite float.
        float[] huge = Rows.array(100, COLUMNS, 1);
        huge[8] = 1e25f;
        refused(
                "autoencoder: the training loss became Infinity in epoch 1; lower autoencoder.learning-rate (now 0.01),"
                        + " and check that the features are scaled",
                () -> withOutput(SMALL, Activation.IDENTITY)
                        .train(Rows.data(Rows.matrix(huge, COLUMNS), VALIDATION), TrainingProgress.SILENT));
    }

    @Test
    void rowsThatCannotTrainAreRefused() {
        FloatMatrix none = new FloatMatrix(COLUMNS);
        refused(
                "autoencoder: there are no rows to train on; check split and labels",
                () -> SMALL.train(Rows.data(none, VALIDATION), TrainingProgress.SILENT));
        BitSet all = new BitSet();
        all.set(0, 200);
        refused(
                "autoencoder: there are no normal validation rows, which decide when training ends (200 validation rows,"
                        + " all labelled an attack); give split.validation a larger share",
                () -> SMALL.train(Rows.data(TRAIN, VALIDATION, all), TrainingProgress.SILENT));
        float[] values = Rows.array(5000, COLUMNS, 1);
        values[4097 * COLUMNS + 3] = Float.NaN;
        refused(
                "autoencoder: training row 4097 has the value NaN in column 3 (feature f3); features must be finite",
                () -> SMALL.train(Rows.data(Rows.matrix(values, COLUMNS), VALIDATION), TrainingProgress.SILENT));
        values[4097 * COLUMNS + 3] = Float.NEGATIVE_INFINITY;
        refused(
                "autoencoder: validation row 4097 has the value -Infinity in column 3 (feature f3); features must be"
                        + " finite",
                () -> SMALL.train(Rows.data(TRAIN, Rows.matrix(values, COLUMNS)), TrainingProgress.SILENT));
    }

    private static AutoencoderTrainer withOutput(AutoencoderTrainer trainer, Activation output) {
        return new AutoencoderTrainer(
                trainer.hidden(),
                output,
                trainer.initialWeights(),
                trainer.schedule(),
                trainer.seed(),
                trainer.engine(),
                trainer.workers(),
                trainer.corruption(),
                trainer.optimization(),
                trainer.checkpoint());
    }

    static Stream<Arguments> impossibleSettings() {
        AutoencoderTrainer defaults = AutoencoderTrainer.withDefaults();
        return Stream.of(
                setting("epochs must be in [1, 1000000], got 0", () -> defaults.withEpochs(0)),
                setting("batch-size must be in [2, 1048576], got 1", () -> defaults.withBatchSize(1)),
                setting("patience must be in [1, 1000000], got 0", () -> defaults.withPatience(0)),
                setting("plateau-patience must be in [1, 1000000], got 0", () -> defaults.withPlateauPatience(0)),
                setting("learning-rate must be in (0, 1], got NaN", () -> schedule(1, Double.NaN, 1, 0, 1, 1)),
                setting("learning-rate must be in (0, 1], got 0.0", () -> schedule(1, 0, 1, 0, 1, 1)),
                setting("min-delta must be in [0, 1), got 1.0", () -> schedule(1, 1, 1, 1, 1, 1)),
                setting("min-delta must be in [0, 1), got NaN", () -> schedule(1, 1, 1, Double.NaN, 1, 1)),
                setting("plateau-factor must be in (0, 1], got 1.5", () -> schedule(1, 1, 1, 0, 1, 1.5)),
                setting("plateau-factor must be in (0, 1], got NaN", () -> schedule(1, 1, 1, 0, 1, Double.NaN)),
                setting("hidden needs [1, 64] layers, got 0", () -> defaults.withHidden(List.of())),
                setting("output must be sigmoid or identity, got relu", () -> withOutput(defaults, Activation.RELU)),
                setting("a layer's width must be in [1, 65536], got 0", () -> new Layer(0, Activation.RELU, false)),
                setting("unknown preset 'siem'; allowed is ml-siem", () -> AutoencoderTrainer.preset("siem")));
    }

    private static Arguments setting(String message, Executable made) {
        return Arguments.of(message, made);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("impossibleSettings")
    void impossibleSettingsAreRefused(String message, Executable made) {
        refused("autoencoder: " + message, made);
    }

    private static void refused(String message, Executable action) {
        assertEquals(message, assertThrows(InputException.class, action).getMessage());
    }
}
