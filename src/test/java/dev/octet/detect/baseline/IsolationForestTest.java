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
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class IsolationForestTest {

    /** from sklearn.ensemble._iforest import _average_path_length; [_average_path_length([n])[0] for n in (...)] */
    @Test
    void averageDepthsAreScikitLearns() {
        double[] depths = IsolationForestDetector.averageDepths(256);
        assertArrayEquals(new double[] {0, 0, 1}, Arrays.copyOf(depths, 3));
        assertEquals(1.207392357589623, depths[3], 1e-15);
        assertEquals(3.748880484475504, depths[10], 1e-14);
        assertEquals(10.244770920119917, depths[256], 1e-14);
    }

    /**
     * Ten of our forests and ten of scikit-learn's are samples of one distribution: for each row the difference of the two
     * means, in units of its standard error, is roughly standard normal.
     */
    @Test
    void scoresAreScikitLearnsInDistribution() {
        TrainingData data = Reference.data();
        double[] mean = new double[520];
        double[][] all = new double[10][];
        for (int seed = 0; seed < 10; seed++) {
            all[seed] = Reference.scoreAll(
                    IsolationForestTrainer.withDefaults().withSeed(seed).train(data, TrainingProgress.SILENT), data);
            for (int i = 0; i < 520; i++) {
                mean[i] += all[seed][i] / 10;
            }
        }
        double[] expected = Reference.scores("iforest_mean");
        double[] deviations = Reference.scores("iforest_sd");
        double squares = 0;
        double bias = 0;
        for (int i = 0; i < 520; i++) {
            double[] ours = new double[10];
            for (int seed = 0; seed < 10; seed++) {
                ours[seed] = all[seed][i];
            }
            double deviation = Reference.deviation(ours);
            double error = Math.sqrt((deviation * deviation + deviations[i] * deviations[i]) / 10);
            double z = (mean[i] - expected[i]) / error;
            squares += z * z / 520;
            bias += (mean[i] - expected[i]) / 520;
            assertTrue(Math.abs(z) < 6, "row " + i + ": z = " + z);
        }
        // rows of one forest are correlated, so the mean square of z spreads around 1.13 = E t²(18) more than
        // 1/sqrt(260)
        assertTrue(squares < 2.2, "mean square of z is " + squares);
        assertEquals(0, bias, 0.004);
        double[] aucs = new double[10];
        for (int seed = 0; seed < 10; seed++) {
            aucs[seed] = Reference.auc(Arrays.copyOfRange(all[seed], 400, 520), data.validationAttacks());
        }
        double[] theirs = Reference.values("iforest_auc");
        double error = Math.hypot(Reference.deviation(aucs), Reference.deviation(theirs)) / Math.sqrt(10);
        assertEquals(Reference.mean(theirs), Reference.mean(aucs), 4 * error);
    }

    @Test
    void constantColumnsAreNotCutAndDuplicatesMakeALeaf() {
        FloatMatrix rows = new FloatMatrix(3);
        for (int i = 0; i < 300; i++) {
            rows.append(new float[] {7, i % 2, -1});
        }
        TrainingData data = new TrainingData(List.of(), rows, new BitSet(), rows, new BitSet());
        IsolationForestDetector forest = IsolationForestTrainer.withDefaults().train(data, TrainingProgress.SILENT);
        int[] columns = (int[]) forest.state().arrays().get("columns");
        assertEquals(300, columns.length, "one cut and two leaves a tree");
        for (int column : columns) {
            assertTrue(column == 1 || column == TreeEnsemble.LEAF);
        }
        double[] scores = new double[2];
        forest.score(new float[] {7, 0, -1, 1000, 0, -1000}, 2, scores);
        assertEquals(scores[0], scores[1], "what never varied is never looked at");
    }

    @Test
    void fewerRowsThanSamplesAreAllTaken() {
        FloatMatrix rows = new FloatMatrix(1);
        for (int i = 0; i < 5; i++) {
            rows.append(new float[] {i == 4 ? 100 : i});
        }
        TrainingData data = new TrainingData(List.of(), rows, new BitSet(), rows, new BitSet());
        double[] scores =
                Reference.score(IsolationForestTrainer.withDefaults().train(data, TrainingProgress.SILENT), rows);
        for (int i = 0; i < 4; i++) {
            assertTrue(scores[4] > scores[i]);
        }
    }

    @Test
    void saysWhatIsWrong() {
        assertEquals(
                "isolation-forest: trees must be at least 1, got 0",
                assertThrows(
                                InputException.class,
                                () -> Records.with(IsolationForestTrainer.withDefaults(), "trees", 0))
                        .getMessage());
        assertEquals(
                "isolation-forest: samples must be at least 2, got 1",
                assertThrows(
                                InputException.class,
                                () -> Records.with(IsolationForestTrainer.withDefaults(), "samples", 1))
                        .getMessage());
        FloatMatrix rows = new FloatMatrix(1);
        rows.append(new float[] {1});
        TrainingData data = new TrainingData(List.of(), rows, new BitSet(), rows, new BitSet());
        assertEquals(
                "isolation-forest needs at least 2 training rows, got 1; widen the training span or loosen its filter",
                assertThrows(
                                InputException.class,
                                () -> IsolationForestTrainer.withDefaults().train(data, TrainingProgress.SILENT))
                        .getMessage());
    }
}
