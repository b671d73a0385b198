package dev.octet.detect.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.octet.Records;
import dev.octet.detect.OnlineDetector;
import dev.octet.detect.OnlineTrainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.FloatMatrix;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnlineDetectorsTest {
    private static final class Passes implements TrainingProgress {
        private int count;

        @Override
        public void epochEnded(int epoch, double trainLoss, double validationLoss, double learningRate) {
            count = epoch;
        }
    }

    static Stream<OnlineTrainer> trainers() {
        return Stream.of(SgdTrainer.withDefaults(), PassiveAggressiveTrainer.withDefaults());
    }

    private static String name(OnlineTrainer trainer) {
        return trainer instanceof SgdTrainer ? "sgd" : "pa";
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void stepsAreScikitLearns(OnlineTrainer trainer) {
        TrainingData data = Reference.standardised();
        Passes passes = new Passes();
        OnlineDetector first = trainer.train(data, passes);
        assertEquals(Reference.values(name(trainer) + "_epochs")[0], passes.count);
        assertArrayEquals(Reference.scores(name(trainer)), Reference.scoreAll(first, data), 1e-9);
        OnlineDetector second = first.partialFit(Reference.swapped(data));
        assertArrayEquals(Reference.scores(name(trainer) + "_partial"), Reference.scoreAll(second, data), 1e-9);
        assertArrayEquals(Reference.scores(name(trainer)), Reference.scoreAll(first, data), 1e-9, "first changed");
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void goesOnAfterBeingStoredAsIfItHadNotBeen(OnlineTrainer trainer) {
        TrainingData data = Reference.standardised();
        OnlineDetector detector = trainer.train(data, TrainingProgress.SILENT);
        OnlineDetector restored = (OnlineDetector) Baselines.restore(detector.state());
        TrainingData next = Reference.swapped(data);
        assertArrayEquals(
                Reference.scoreAll(detector.partialFit(next).partialFit(data), data),
                Reference.scoreAll(restored.partialFit(next).partialFit(data), data));
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void refusesRowsOfAnotherWidth(OnlineTrainer trainer) {
        OnlineDetector detector = trainer.train(Reference.standardised(), TrainingProgress.SILENT);
        FloatMatrix narrow = new FloatMatrix(2);
        narrow.append(new float[] {1, 2});
        TrainingData other = new TrainingData(List.of(), narrow, new BitSet(), narrow, new BitSet());
        assertEquals(
                trainer.kind() + " has 6 columns and cannot learn from rows of 2; make them with the same features",
                assertThrows(InputException.class, () -> detector.partialFit(other))
                        .getMessage());
    }

    @Test
    void sayWhatIsWrong() {
        SgdTrainer sgd = SgdTrainer.withDefaults();
        assertEquals("sgd: rate must be in (0, infinity), got 0.0", message(() -> Records.with(sgd, "rate", 0)));
        assertEquals(
                "sgd: penalty must be in [0, infinity), got -1.0", message(() -> Records.with(sgd, "penalty", -1)));
        assertEquals(
                "sgd: tolerance must be in [0, infinity), got NaN",
                message(() -> Records.with(sgd, "tolerance", Double.NaN)));
        assertEquals("sgd: passes must be at least 1, got 0", message(() -> Records.with(sgd, "passes", 0)));
        assertEquals(
                "sgd: average-from must be at least 0, got -1", message(() -> Records.with(sgd, "averageFrom", -1)));
        assertEquals("sgd: seed must be in [0, 2147483647], got -2", message(() -> Records.with(sgd, "seed", -2)));
        PassiveAggressiveTrainer passive = PassiveAggressiveTrainer.withDefaults();
        assertEquals(
                "passive-aggressive: aggressiveness must be in (0, infinity), got 0.0",
                message(() -> Records.with(passive, "aggressiveness", 0)));
    }

    private static String message(org.junit.jupiter.api.function.Executable executable) {
        return assertThrows(InputException.class, executable).getMessage();
    }
}
