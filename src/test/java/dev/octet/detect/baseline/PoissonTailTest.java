package dev.octet.detect.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.Records;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoissonTailTest {
    private static final List<FeatureColumns> FEATURES = List.of(
            new FeatureColumns("hour", FeatureColumns.Kind.CODE, 0, 1),
            new FeatureColumns("failures", FeatureColumns.Kind.NUMERIC, 1, 1));

    /** from mpmath import *; mp.dps = 40; log(gammainc(k, 0, mpf(r), regularized=True)) */
    @ParameterizedTest
    @CsvSource({
        "1, 0.5, -0.93275212956718857",
        "3, 0.02, -13.542820977178285",
        "7, 7.0, -0.59731178570283056",
        "50, 60.0, -0.088182987887198306",
        "300, 2.0, -1208.9550292338661",
        "1000, 0.01, -10517.308354486195",
        "0, 3, 0"
    })
    void tailIsThatOfTheIncompleteGammaFunction(double count, double rate, double expected) {
        assertEquals(expected, PoissonTailDetector.logTail(count, rate), 1e-12 * (1 + Math.abs(expected)));
    }

    @Test
    void ratesAreMeansPulledToTheOverallOne() {
        // hour 0: 4 rows without failure; hour 1: 4 rows of 3; overall 1.5
        TrainingData data = data(0, 0, 0, 0, 3, 3, 3, 3);
        PoissonTailTrainer trainer = PoissonTailTrainer.withDefaults("failures");
        PoissonTailDetector one = trainer.train(data, TrainingProgress.SILENT);
        assertEquals(1.5, one.rate(new float[] {0, 0}, 0));
        PoissonTailDetector byHour =
                Records.with(trainer, "by", List.of("hour"), "prior", 2).train(data, TrainingProgress.SILENT);
        assertEquals(2 * 1.5 / 6, byHour.rate(new float[] {0, 0}, 0), 1e-15);
        assertEquals((12 + 2 * 1.5) / 6, byHour.rate(new float[] {1, 0}, 0), 1e-15);
        assertEquals(1.5, byHour.rate(new float[] {7, 0}, 0), "an hour that training has not seen");
        double[] scores = new double[3];
        byHour.score(new float[] {0, 3, 1, 3, 0, 0}, 3, scores);
        assertTrue(scores[0] > scores[1], "three failures are odder at night");
        assertEquals(0, scores[2]);
        double[] contributions = new double[2];
        byHour.contributions(new float[] {0, 3}, contributions);
        assertArrayEquals(new double[] {0, scores[0]}, contributions);
    }

    @Test
    void nothingEverHappenedIsHalfAnEvent() {
        PoissonTailDetector quiet =
                PoissonTailTrainer.withDefaults("failures").train(data(0, 0, 0, 0, 0), TrainingProgress.SILENT);
        assertEquals(0.1, quiet.rate(new float[] {0, 0}, 0));
    }

    @Test
    void saysWhatIsWrong() {
        TrainingData data = data(1, 2, 0, 0);
        PoissonTailTrainer trainer = PoissonTailTrainer.withDefaults("failures");
        assertEquals(
                "poisson-tail: there is no feature tries, only hour, failures",
                message(() -> PoissonTailTrainer.withDefaults("tries").train(data, TrainingProgress.SILENT)));
        assertEquals(
                "poisson-tail: feature failures (column 1) is 0.5, and a count is a whole number, 0 or more; name a count"
                        + " and leave it unscaled",
                message(() -> trainer.train(data(0, 0.5f), TrainingProgress.SILENT)));
        PoissonTailDetector detector = trainer.train(data, TrainingProgress.SILENT);
        assertEquals(
                "poisson-tail: feature failures (column 1) is -1.0, and a count is a whole number, 0 or more; name a count"
                        + " and leave it unscaled",
                message(() -> detector.score(new float[] {0, -1}, 1, new double[1])));
        assertEquals(
                "poisson-tail: prior must be in (0, infinity), got 0.0",
                message(() -> Records.with(trainer, "prior", 0)));
        assertEquals(
                "poisson-tail: feature place has 4 columns; name one that is a single count",
                message(() ->
                        PoissonTailTrainer.withDefaults("place").train(Reference.data(), TrainingProgress.SILENT)));
    }

    private static String message(org.junit.jupiter.api.function.Executable executable) {
        return assertThrows(InputException.class, executable).getMessage();
    }

    /** The first half of the rows at hour 0, the others at hour 1. */
    private static TrainingData data(float... counts) {
        FloatMatrix rows = new FloatMatrix(2);
        for (int i = 0; i < counts.length; i++) {
            rows.append(new float[] {i < counts.length / 2 ? 0 : 1, counts[i]});
        }
        return new TrainingData(FEATURES, rows, new BitSet(), rows, new BitSet());
    }
}
