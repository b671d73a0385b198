package dev.octet.detect.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.Records;
import dev.octet.detect.Detector;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StackingTest {
    /** StackingClassifier([lr, pa], make_pipeline(StandardScaler(), LogisticRegression())), by decision_function. */
    @Test
    void outOfFoldScoresAreScikitLearns() {
        TrainingData data = Reference.standardised();
        StackingDetector stack = Records.with(
                        StackingTrainer.withDefaults(),
                        "detectors",
                        List.of(
                                Records.with(LogisticRegressionTrainer.withDefaults(), "strengths", List.of(0.5)),
                                PassiveAggressiveTrainer.withDefaults()))
                .train(data, TrainingProgress.SILENT);
        assertArrayEquals(Reference.scores("stacking"), Reference.scoreAll(stack, data), 1e-6);
    }

    /** Rows that a detector is trained on must not be those whose scores the regression learns from. */
    @Test
    void noRowIsScoredByADetectorThatKnowsIt() {
        List<Integer> rows = new ArrayList<>();
        List<Integer> attacks = new ArrayList<>();
        Trainer watched = new Trainer() {
            @Override
            public String kind() {
                return "isolation-forest";
            }

            @Override
            public Detector train(TrainingData data, TrainingProgress progress) {
                rows.add(data.train().rows());
                attacks.add(data.trainAttacks().cardinality());
                return IsolationForestTrainer.withDefaults().train(data, progress);
            }
        };
        TrainingData data = Reference.standardised();
        Records.with(StackingTrainer.withDefaults(), "detectors", List.of(watched))
                .train(data, TrainingProgress.SILENT);
        int positives = data.trainAttacks().cardinality();
        assertEquals(6, rows.size());
        assertEquals(List.of(0, 0, 0, 0, 0, 0), attacks, "an unsupervised detector is given normal rows only");
        assertEquals(400 - positives, rows.get(5));
        assertEquals(
                4 * (400 - positives),
                rows.subList(0, 5).stream().mapToInt(i -> i).sum());
    }

    @Test
    void weighsTheBetterDetectorMore() {
        TrainingData data = Reference.standardised();
        double[] weights = Records.with(
                        StackingTrainer.withDefaults(),
                        "detectors",
                        List.of(StratifiedDummyTrainer.withDefaults(), RandomForestTrainer.withDefaults()))
                .train(data, TrainingProgress.SILENT)
                .weights();
        assertTrue(weights[1] > 5 * Math.abs(weights[0]), weights[0] + ", " + weights[1]);
    }

    @Test
    void saysWhatIsWrong() {
        StackingTrainer stacking = StackingTrainer.withDefaults();
        assertEquals(
                "stacking: detectors must name at least one",
                assertThrows(InputException.class, () -> Records.with(stacking, "detectors", List.of()))
                        .getMessage());
        String message = assertThrows(
                        InputException.class, () -> Records.with(stacking, "detectors", List.of(stacking)))
                .getMessage();
        assertTrue(
                message.startsWith(
                        "stacking: detector stacking cannot be stacked; allowed are count, dummy-stratified, gauss"),
                message);
        assertEquals(
                "stacking: folds must be at least 2, got 1",
                assertThrows(InputException.class, () -> Records.with(stacking, "folds", 1))
                        .getMessage());
    }
}
