package dev.octet.detect.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.Records;
import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.FloatMatrix;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every detector. */
class DetectorContractTest {

    static Stream<Trainer> trainers() {
        return Stream.of(
                IsolationForestTrainer.withDefaults(),
                LocalOutlierFactorTrainer.withDefaults(),
                LocalOutlierFactorTrainer.withDefaults().withDuplicates(Duplicates.AS_SCIKIT_LEARN),
                KMeansTrainer.withDefaults(),
                LogisticRegressionTrainer.withDefaults(),
                GaussianNaiveBayesTrainer.withDefaults(),
                RandomForestTrainer.withDefaults(),
                OneClassSvmTrainer.withDefaults(),
                LinearOneClassSvmTrainer.withDefaults(),
                SgdTrainer.withDefaults(),
                PassiveAggressiveTrainer.withDefaults(),
                MahalanobisTrainer.withDefaults(),
                PcaTrainer.withDefaults(),
                Records.with(PoissonTailTrainer.withDefaults("failures"), "by", List.of("flag")),
                new CountTrainer("failures"),
                RandomCutForestTrainer.withDefaults(),
                StratifiedDummyTrainer.withDefaults(),
                StackingTrainer.withDefaults());
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void aRowsScoreIsItsOwn(Trainer trainer) {
        TrainingData data = Reference.data();
        Detector detector = trainer.train(data, TrainingProgress.SILENT);
        assertEquals(trainer.kind(), detector.kind());
        assertEquals(6, detector.columns());
        float[] rows = Reference.flat(data.validation());
        int count = data.validation().rows();
        double[] together = Reference.score(detector, data.validation());
        assertTrue(Arrays.stream(together).distinct().count() > 1, "scores are all equal");
        assertTrue(Arrays.stream(together).allMatch(Double::isFinite));

        double[] backwards = new double[count];
        float[] reversed = new float[rows.length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(rows, i * 6, reversed, (count - 1 - i) * 6, 6);
        }
        detector.score(reversed, count, backwards);
        for (int i = 0; i < count; i++) {
            assertEquals(together[i], backwards[count - 1 - i], "row " + i);
        }
        double[] threads = new double[count];
        IntStream.range(0, count).parallel().forEach(i -> {
            double[] one = new double[1];
            detector.score(Arrays.copyOfRange(rows, i * 6, i * 6 + 6), 1, one);
            threads[i] = one[0];
        });
        assertArrayEquals(together, threads);
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void trainingAgainMakesTheSame(Trainer trainer) {
        TrainingData data = Reference.data();
        DetectorState first = trainer.train(data, TrainingProgress.SILENT).state();
        DetectorState second = trainer.train(data, TrainingProgress.SILENT).state();
        assertEqualStates(first, second);
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void isTheSameAfterBeingStored(Trainer trainer) {
        TrainingData data = Reference.data();
        Detector detector = trainer.train(data, TrainingProgress.SILENT);
        Detector restored = Baselines.restore(detector.state());
        assertEquals(detector.getClass(), restored.getClass());
        assertArrayEquals(Reference.scoreAll(detector, data), Reference.scoreAll(restored, data));
        assertEqualStates(detector.state(), restored.state());
        float[] row = Arrays.copyOf(Reference.flat(data.validation()), 6);
        double[] contributions = new double[6];
        double[] again = new double[6];
        detector.contributions(row, contributions);
        restored.contributions(row, again);
        assertArrayEquals(contributions, again);
        detector.state()
                .settings()
                .values()
                .forEach(value -> assertTrue(
                        value instanceof String
                                || value instanceof Long
                                || value instanceof Double
                                || value instanceof Boolean,
                        () -> "a state cannot hold " + value.getClass()));
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void contributionsAreNotNegativeAndSomethingStandsOut(Trainer trainer) {
        TrainingData data = Reference.data();
        Detector detector = trainer.train(data, TrainingProgress.SILENT);
        double[] contributions = new double[6];
        float[] rows = Reference.flat(data.validation());
        int explained = 0;
        for (int i = 0; i < data.validation().rows(); i++) {
            detector.contributions(Arrays.copyOfRange(rows, i * 6, i * 6 + 6), contributions);
            for (double contribution : contributions) {
                assertTrue(contribution >= 0 && contribution < Double.POSITIVE_INFINITY);
            }
            explained += Arrays.stream(contributions).sum() > 0 ? 1 : 0;
        }
        boolean guesses = trainer instanceof StratifiedDummyTrainer;
        assertTrue(guesses ? explained == 0 : explained > 30, explained + " of 120 rows have a reason");
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void refusesWhatIsNoNumberByItsFeature(Trainer trainer) {
        TrainingData data = Reference.data();
        Detector detector = trainer.train(data, TrainingProgress.SILENT);
        float[] rows = Arrays.copyOf(Reference.flat(data.validation()), 18);
        rows[2 * 6 + 5] = Float.NaN;
        assertEquals(
                trainer.kind() + ", row 2: feature failures (column 5) is NaN, and a finite number is needed;"
                        + " fill the missing value or leave the feature out",
                assertThrows(InputException.class, () -> detector.score(rows, 3, new double[3]))
                        .getMessage());
        float[] row = {0, 0, 0, Float.NEGATIVE_INFINITY, 0, 0};
        assertEquals(
                trainer.kind() + ", the row: feature place (column 3) is -Infinity, and a finite number is needed;"
                        + " fill the missing value or leave the feature out",
                assertThrows(InputException.class, () -> detector.contributions(row, new double[6]))
                        .getMessage());
        FloatMatrix train = new FloatMatrix(6);
        for (int i = 0; i < 50; i++) {
            train.append(new float[] {i, i % 7, i % 3, i % 5, i == 40 ? Float.NaN : 0, 1});
        }
        assertEquals(
                trainer.kind() + ", training row 40: feature flag (column 4) is NaN, and a finite number is needed;"
                        + " fill the missing value or leave the feature out",
                assertThrows(
                                InputException.class,
                                () -> trainer.train(
                                        new TrainingData(
                                                data.columns(),
                                                train,
                                                data.trainAttacks(),
                                                data.validation(),
                                                data.validationAttacks()),
                                        TrainingProgress.SILENT))
                        .getMessage());
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void refusesStatesThatItDoesNotKnowAndDamagedOnes(Trainer trainer) {
        DetectorState state =
                trainer.train(Reference.data(), TrainingProgress.SILENT).state();
        assertThrows(
                InputException.class,
                () -> Baselines.restore(new DetectorState("unheard-of", 1, state.settings(), state.arrays())));
        String newer = assertThrows(
                        InputException.class,
                        () -> Baselines.restore(new DetectorState(state.kind(), 99, state.settings(), state.arrays())))
                .getMessage();
        assertTrue(newer.contains("version 99 is not known, only "), newer);
        for (String missing : state.settings().keySet()) {
            Map<String, Object> rest = new HashMap<>(state.settings());
            rest.remove(missing);
            String message = assertThrows(
                            InputException.class,
                            () -> Baselines.restore(
                                    new DetectorState(state.kind(), state.version(), rest, state.arrays())))
                    .getMessage();
            assertTrue(message.contains(missing.substring(missing.lastIndexOf('/') + 1)), message);
        }
        for (String missing : state.arrays().keySet()) {
            Map<String, Object> rest = new HashMap<>(state.arrays());
            rest.remove(missing);
            String message = assertThrows(
                            InputException.class,
                            () -> Baselines.restore(
                                    new DetectorState(state.kind(), state.version(), state.settings(), rest)))
                    .getMessage();
            assertTrue(message.contains(missing.substring(missing.lastIndexOf('/') + 1)), message);
        }
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void theStateIsACopy(Trainer trainer) {
        TrainingData data = Reference.data();
        Detector detector = trainer.train(data, TrainingProgress.SILENT);
        double[] before = Reference.score(detector, data.validation());
        DetectorState state = detector.state();
        Detector restored = Baselines.restore(state);
        for (Object array : state.arrays().values()) {
            for (int i = 0; i < Array.getLength(array); i++) {
                if (array instanceof int[] ints) {
                    ints[i] = 0;
                } else if (array instanceof long[] longs) {
                    longs[i] = 0;
                } else if (array instanceof float[] floats) {
                    floats[i] = 0;
                } else {
                    ((double[]) array)[i] = 0;
                }
            }
        }
        assertArrayEquals(before, Reference.score(detector, data.validation()));
        assertArrayEquals(before, Reference.score(restored, data.validation()));
    }

    private static void assertEqualStates(DetectorState first, DetectorState second) {
        assertEquals(first.kind(), second.kind());
        assertEquals(first.version(), second.version());
        assertEquals(first.settings(), second.settings());
        assertEquals(first.arrays().keySet(), second.arrays().keySet());
        first.arrays().forEach((name, array) -> {
            if (array instanceof int[] ints) {
                assertArrayEquals(ints, (int[]) second.arrays().get(name), name);
            } else if (array instanceof float[] floats) {
                assertArrayEquals(floats, (float[]) second.arrays().get(name), name);
            } else if (array instanceof double[] doubles) {
                assertArrayEquals(doubles, (double[]) second.arrays().get(name), name);
            } else {
                assertArrayEquals((long[]) array, (long[]) second.arrays().get(name), name);
            }
        });
    }
}
