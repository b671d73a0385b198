package dev.octet.detect.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.octet.Records;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearDetectorsTest {

    @Test
    void logisticRegressionIsScikitLearns() {
        TrainingData data = Reference.data();
        LinearDetector regression = Records.with(LogisticRegressionTrainer.withDefaults(), "strengths", List.of(0.5))
                .train(data, TrainingProgress.SILENT);
        double[] expected = Reference.values("lr_coef");
        assertArrayEquals(Arrays.copyOf(expected, 6), regression.weights(), 1e-6);
        assertEquals(expected[6], regression.intercept(), 1e-6);
        assertArrayEquals(Reference.scores("lr"), Reference.scoreAll(regression, data), 1e-5);
    }

    @Test
    void gridIsScikitLearns() {
        TrainingData data = Reference.standardised();
        LogisticRegressionTrainer trainer = Records.with(
                LogisticRegressionTrainer.withDefaults(),
                "strengths",
                List.of(0.001, 0.003, 0.01, 0.03, 0.1, 0.5, 1.0, 2.0));
        float[] rows = Reference.flat(data.train());
        assertArrayEquals(
                Reference.values("lr_grid_scores"),
                trainer.recalls(DistinctRows.of(rows, 6), data.trainAttacks(), TrainingProgress.SILENT),
                1e-12);
        assertEquals(0.5, trainer.train(data, TrainingProgress.SILENT).training(LogisticRegressionTrainer.STRENGTH));
    }

    @Test
    void naiveBayesIsScikitLearns() {
        TrainingData data = Reference.data();
        double[] scores =
                Reference.scoreAll(GaussianNaiveBayesTrainer.withDefaults().train(data, TrainingProgress.SILENT), data);
        double[] expected = Reference.scores("nb");
        for (int i = 0; i < scores.length; i++) {
            assertEquals(expected[i], scores[i], 1e-9 * Math.max(1, Math.abs(expected[i])), "row " + i);
        }
    }

    /**
     * from sklearn.model_selection import StratifiedKFold; y = [0,0,1,0,0,1,0,1,0,0,0,1]
     * for train, test in StratifiedKFold(3).split(y, y): print(test)
     */
    @Test
    void foldsAreScikitLearns() {
        BitSet attacks = new BitSet();
        for (int i : new int[] {2, 5, 7, 11}) {
            attacks.set(i);
        }
        assertArrayEquals(new int[] {0, 0, 0, 0, 1, 1, 1, 2, 1, 2, 2, 2}, StratifiedFolds.of("x", attacks, 12, 3));
        attacks.flip(0, 12);
        assertArrayEquals(new int[] {0, 0, 0, 0, 1, 1, 1, 2, 1, 2, 2, 2}, StratifiedFolds.of("x", attacks, 12, 3));
    }

    @Test
    void needBothKindsOfRows() {
        TrainingData data = Reference.data();
        TrainingData none =
                new TrainingData(data.columns(), data.train(), new BitSet(), data.validation(), new BitSet());
        for (Trainer trainer : List.of(
                LogisticRegressionTrainer.withDefaults(),
                GaussianNaiveBayesTrainer.withDefaults(),
                RandomForestTrainer.withDefaults(),
                SgdTrainer.withDefaults(),
                PassiveAggressiveTrainer.withDefaults(),
                StratifiedDummyTrainer.withDefaults(),
                StackingTrainer.withDefaults())) {
            assertEquals(
                    trainer.kind()
                            + " learns from labels and needs training rows with and without attack, got 0 attacks"
                            + " among 400 rows; widen the training span, or use an unsupervised detector",
                    assertThrows(InputException.class, () -> trainer.train(none, TrainingProgress.SILENT))
                            .getMessage());
        }
    }

    @Test
    void sayWhatIsWrong() {
        LogisticRegressionTrainer regression = LogisticRegressionTrainer.withDefaults();
        assertEquals(
                "logistic-regression: strengths must be in (0, infinity), got 0.0",
                assertThrows(InputException.class, () -> Records.with(regression, "strengths", List.of(1.0, 0.0)))
                        .getMessage());
        assertEquals(
                "logistic-regression: strengths must hold at least one value of C",
                assertThrows(InputException.class, () -> Records.with(regression, "strengths", List.of()))
                        .getMessage());
        assertEquals(
                "logistic-regression: folds must be at least 2, got 1",
                assertThrows(InputException.class, () -> Records.with(regression, "folds", 1))
                        .getMessage());
        assertEquals(
                "logistic-regression: cross-validation in 50 folds needs as many rows of both kinds, got 40 attacks among"
                        + " 400 rows; lower folds or widen the training span",
                assertThrows(
                                InputException.class,
                                () -> Records.with(regression, "folds", 50)
                                        .train(Reference.standardised(), TrainingProgress.SILENT))
                        .getMessage());
        assertEquals(
                "gaussian-naive-bayes: smoothing must be in [0, infinity), got -1.0",
                assertThrows(InputException.class, () -> new GaussianNaiveBayesTrainer(-1))
                        .getMessage());
    }
}
