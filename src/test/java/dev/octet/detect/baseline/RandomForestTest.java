package dev.octet.detect.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.Records;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.FloatMatrix;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class RandomForestTest {
    @Test
    void findsAsMuchAsScikitLearns() {
        TrainingData data = Reference.data();
        double[] aucs = new double[10];
        for (int seed = 0; seed < 10; seed++) {
            aucs[seed] = Reference.auc(
                    Reference.score(
                            Records.with(RandomForestTrainer.withDefaults(), "seed", seed)
                                    .train(data, TrainingProgress.SILENT),
                            data.validation()),
                    data.validationAttacks());
        }
        double[] theirs = Reference.values("rf_auc");
        double error = Math.hypot(Reference.deviation(aucs), Reference.deviation(theirs)) / Math.sqrt(10);
        assertEquals(Reference.mean(theirs), Reference.mean(aucs), 4 * error);
    }

    /** One column drawn among one, and no bootstrap can hide a row that is there 1000 times. */
    @Test
    void cutsLieHalfWayBetweenTwoValues() {
        FloatMatrix rows = new FloatMatrix(1);
        BitSet attacks = new BitSet();
        for (int i = 0; i < 3000; i++) {
            attacks.set(i, i % 3 == 1);
            rows.append(new float[] {i % 3 == 0 ? 1 : i % 3 == 1 ? 4 : 9});
        }
        RandomForestDetector forest =
                RandomForestTrainer.withDefaults().train(data(rows, attacks), TrainingProgress.SILENT);
        double[] scores = new double[6];
        forest.score(new float[] {-50, 2.5f, 2.51f, 6.5f, 6.51f, 100}, 6, scores);
        assertArrayEquals(new double[] {0, 0, 1, 1, 0, 0}, scores);
    }

    @Test
    void rowsThatOnlyTheirLabelsTellApartShareALeaf() {
        FloatMatrix rows = new FloatMatrix(2);
        BitSet attacks = new BitSet();
        for (int i = 0; i < 40_000; i++) {
            attacks.set(i, i % 4 == 0);
            rows.append(new float[] {5, -0f});
        }
        RandomForestDetector forest =
                RandomForestTrainer.withDefaults().train(data(rows, attacks), TrainingProgress.SILENT);
        double[] scores = new double[1];
        forest.score(new float[] {5, 0}, 1, scores);
        assertEquals(0.25, scores[0], 0.002);
    }

    @Test
    void alternatingLabelsMakeADeepTreeAndNoStackOverflow() {
        FloatMatrix rows = new FloatMatrix(1);
        BitSet attacks = new BitSet();
        for (int i = 0; i < 6_000; i++) {
            attacks.set(i, i % 2 == 0);
            rows.append(new float[] {i});
        }
        RandomForestDetector forest = Records.with(RandomForestTrainer.withDefaults(), "trees", 2, "seed", 5)
                .train(data(rows, attacks), TrainingProgress.SILENT);
        double auc = Reference.auc(Reference.score(forest, rows), attacks);
        assertTrue(auc > 0.75, "two trees know the rows of their own samples by heart, yet AUC is " + auc);
    }

    @Test
    void saysWhatIsWrong() {
        assertEquals(
                "random-forest: trees must be at least 1, got 0",
                assertThrows(InputException.class, () -> Records.with(RandomForestTrainer.withDefaults(), "trees", 0))
                        .getMessage());
        assertEquals(
                "random-forest: drawn must be at least 0, got -3",
                assertThrows(InputException.class, () -> Records.with(RandomForestTrainer.withDefaults(), "drawn", -3))
                        .getMessage());
    }

    private static TrainingData data(FloatMatrix rows, BitSet attacks) {
        return new TrainingData(List.of(), rows, attacks, rows, attacks);
    }
}
