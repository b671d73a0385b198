package dev.octet.detect.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.octet.Records;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.FloatMatrix;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class CovarianceDetectorsTest {
    @Test
    void mahalanobisIsScikitLearns() {
        TrainingData data = Reference.data();
        assertArrayEquals(
                Reference.scores("mahalanobis"),
                Reference.scoreAll(MahalanobisTrainer.withDefaults().train(data, TrainingProgress.SILENT), data),
                1e-9);
    }

    @Test
    void pcaIsScikitLearns() {
        TrainingData data = Reference.data();
        PcaDetector pca =
                Records.with(PcaTrainer.withDefaults(), "components", 3).train(data, TrainingProgress.SILENT);
        assertArrayEquals(Reference.scores("pca"), Reference.scoreAll(pca, data), 1e-9);
        // explained_variance_ of PCA(6), divisor n - 1; ours is n
        double[] variances = PrincipalAxes.of(RowColumns.ofTraining("pca", data, 2), data.train())
                .variances();
        for (int k = 0; k < 6; k++) {
            assertEquals(Reference.values("pca_variances")[k], variances[k] * 400 / 399, 1e-10);
        }
    }

    @Test
    void componentsExplainTheVarianceAskedFor() {
        // 10.80, 3.92, 2.63, 1.28, 0.94, 0.11: two explain 74.8 %, three 88.1 %
        PcaTrainer pca = PcaTrainer.withDefaults();
        assertEquals(
                2,
                Records.with(pca, "variance", 0.74)
                        .train(Reference.data(), TrainingProgress.SILENT)
                        .components());
        assertEquals(
                3,
                Records.with(pca, "variance", 0.75)
                        .train(Reference.data(), TrainingProgress.SILENT)
                        .components());
        assertEquals(
                6,
                Records.with(pca, "variance", 1)
                        .train(Reference.data(), TrainingProgress.SILENT)
                        .components());
    }

    /** The columns of a one-hot feature add up to 1, so one direction has no variance, and must not be divided by. */
    @Test
    void directionsWithoutVarianceDoNotCount() {
        FloatMatrix rows = new FloatMatrix(3);
        for (int i = 0; i < 90; i++) {
            rows.append(new float[] {i % 3 == 0 ? 1 : 0, i % 3 == 1 ? 1 : 0, i % 3 == 2 ? 1 : 0});
        }
        TrainingData data = new TrainingData(List.of(), rows, new BitSet(), rows, new BitSet());
        for (double score :
                Reference.score(MahalanobisTrainer.withDefaults().train(data, TrainingProgress.SILENT), rows)) {
            assertEquals(Math.sqrt(2), score, 1e-9); // k categories of equal share: sqrt(k - 1)
        }
    }

    @Test
    void sayWhatIsWrong() {
        assertEquals(
                "pca: components must be in [0, number of columns], got 7, and there are 6",
                assertThrows(
                                InputException.class,
                                () -> Records.with(PcaTrainer.withDefaults(), "components", 7)
                                        .train(Reference.data(), TrainingProgress.SILENT))
                        .getMessage());
        assertEquals(
                "pca: variance must be in (0, 1], got 0.0",
                assertThrows(InputException.class, () -> Records.with(PcaTrainer.withDefaults(), "variance", 0))
                        .getMessage());
        FloatMatrix rows = new FloatMatrix(1);
        rows.append(new float[] {4});
        rows.append(new float[] {4});
        TrainingData data = new TrainingData(List.of(), rows, new BitSet(), rows, new BitSet());
        assertEquals(
                "mahalanobis: all 2 training rows are equal, so there is no distance; choose features that vary",
                assertThrows(
                                InputException.class,
                                () -> MahalanobisTrainer.withDefaults().train(data, TrainingProgress.SILENT))
                        .getMessage());
    }
}
