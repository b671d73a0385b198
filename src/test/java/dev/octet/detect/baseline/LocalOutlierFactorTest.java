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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalOutlierFactorTest {
    private static final LocalOutlierFactorTrainer AS_SCIKIT_LEARN =
            LocalOutlierFactorTrainer.withDefaults().withDuplicates(Duplicates.AS_SCIKIT_LEARN);

    @Test
    void scoresAreScikitLearns() {
        TrainingData data = Reference.data();
        LocalOutlierFactorDetector lof = AS_SCIKIT_LEARN.train(data, TrainingProgress.SILENT);
        assertArrayEquals(Reference.scores("lof_novelty"), Reference.scoreAll(lof, data), 1e-9);
        assertArrayEquals(
                Arrays.copyOf(Reference.scores("lof_in_sample"), Reference.TRAIN), lof.inSampleScores(), 1e-9);
    }

    @Test
    void withoutDuplicatesBothReadingsAgree() {
        SplittableRandom random = new SplittableRandom(3);
        FloatMatrix rows = new FloatMatrix(2);
        for (int i = 0; i < 200; i++) {
            rows.append(new float[] {(float) random.nextGaussian(), (float) random.nextGaussian()});
        }
        TrainingData data = data(rows);
        assertArrayEquals(
                AS_SCIKIT_LEARN.train(data, TrainingProgress.SILENT).inSampleScores(),
                LocalOutlierFactorTrainer.withDefaults()
                        .train(data, TrainingProgress.SILENT)
                        .inSampleScores(),
                1e-8);
    }

    /** Three places on a line with masses 50, 50 and 1; k = 1, so every number can be had by hand. */
    @Test
    void massesOfDuplicatesStayFinite() {
        FloatMatrix rows = new FloatMatrix(1);
        for (int i = 0; i < 50; i++) {
            rows.append(new float[] {0});
            rows.append(new float[] {1});
        }
        rows.append(new float[] {3});
        TrainingData data = data(rows);
        LocalOutlierFactorDetector lof = Records.with(LocalOutlierFactorTrainer.withDefaults(), "neighbours", 1)
                .train(data, TrainingProgress.SILENT);
        // k-distinct-distances 1, 1, 2. At 0: 49 copies and 50 neighbours at 1, all within reach 1: density 1; at 1 the
        // same.
        // At 3: 50 neighbours at distance 2: density 1/2, so the factor is 2.
        double[] scores = lof.inSampleScores();
        assertEquals(1, scores[0], 1e-15);
        assertEquals(1, scores[1], 1e-15);
        assertEquals(2, scores[100], 1e-15);
        double[] huge = Records.with(AS_SCIKIT_LEARN, "neighbours", 1)
                .train(data, TrainingProgress.SILENT)
                .inSampleScores();
        assertEquals(2e10, huge[100], 1e5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 40})
    void treeFindsWhatASearchThroughAllRowsFinds(int width) {
        SplittableRandom random = new SplittableRandom(width);
        int count = 1500;
        float[] rows = new float[count * width];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = random.nextInt(3) == 0 ? random.nextInt(4) : (float) random.nextGaussian(0, 100);
        }
        int group = 60;
        NeighbourTree.Query query = new NeighbourTree(rows, width).new Query(20, group);
        float[] points = new float[group * width];
        int[] starts = new int[group];
        for (int q = 0; q < group; q++) {
            starts[q] = q * width;
            for (int j = 0; j < width; j++) {
                points[q * width + j] = q % 2 == 0 ? rows[q * width + j] : (float) random.nextGaussian(0, 100);
            }
        }
        query.find(points, starts, group);
        for (int q = 0; q < group; q++) {
            List<double[]> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                double sum = 0;
                for (int j = 0; j < width; j++) {
                    double difference = (double) rows[i * width + j] - points[q * width + j];
                    sum += difference * difference;
                }
                all.add(new double[] {Math.sqrt(sum), i});
            }
            all.sort((a, b) -> a[0] != b[0] ? Double.compare(a[0], b[0]) : Double.compare(a[1], b[1]));
            assertEquals(20, query.size(q));
            for (int i = 0; i < 20; i++) {
                assertEquals((int) all.get(i)[1], query.row(q, i));
                assertEquals(all.get(i)[0], query.distance(q, i));
            }
        }
    }

    @Test
    void trainingRowsInAnotherOrderMakeTheSameScores() {
        TrainingData data = Reference.data();
        FloatMatrix backwards = new FloatMatrix(6);
        float[] row = new float[6];
        for (int i = data.train().rows() - 1; i >= 0; i--) {
            data.train().copyRow(i, row, 0);
            backwards.append(row);
        }
        for (Duplicates duplicates : Duplicates.values()) {
            LocalOutlierFactorTrainer trainer =
                    LocalOutlierFactorTrainer.withDefaults().withDuplicates(duplicates);
            assertArrayEquals(
                    Reference.score(trainer.train(data, TrainingProgress.SILENT), data.validation()),
                    Reference.score(trainer.train(data(backwards), TrainingProgress.SILENT), data.validation()));
        }
    }

    @Test
    void saysWhenItTrainsOnASample() {
        TrainingData data = Reference.data();
        List<String> notes = new ArrayList<>();
        LocalOutlierFactorDetector lof = Records.with(LocalOutlierFactorTrainer.withDefaults(), "maxRows", 300)
                .train(data, new TrainingProgress() {
                    @Override
                    public void note(String text) {
                        notes.add(text);
                    }
                });
        assertEquals(
                List.of("local-outlier-factor: trained on 300 of the 400 training rows, drawn at random (max-rows)"),
                notes);
        assertTrue(Reference.auc(Reference.score(lof, data.validation()), data.validationAttacks()) > 0.8);
        assertEquals(
                "local-outlier-factor was trained on a sample of 300 rows; in-sample scores need all rows, so raise"
                        + " max-rows",
                assertThrows(IllegalStateException.class, lof::inSampleScores).getMessage());
    }

    @Test
    void saysWhatIsWrong() {
        assertEquals(
                "local-outlier-factor: neighbours must be at least 1, got 0",
                assertThrows(InputException.class, () -> Records.with(AS_SCIKIT_LEARN, "neighbours", 0))
                        .getMessage());
        assertEquals(
                "local-outlier-factor: max-rows must be at least 2, got 1",
                assertThrows(InputException.class, () -> Records.with(AS_SCIKIT_LEARN, "maxRows", 1))
                        .getMessage());
        FloatMatrix rows = new FloatMatrix(1);
        rows.append(new float[] {4});
        rows.append(new float[] {4});
        assertEquals(
                "local-outlier-factor: all 2 training rows are equal, so no row has a neighbour; choose features that"
                        + " vary",
                assertThrows(
                                InputException.class,
                                () -> LocalOutlierFactorTrainer.withDefaults()
                                        .train(data(rows), TrainingProgress.SILENT))
                        .getMessage());
    }

    private static TrainingData data(FloatMatrix rows) {
        return new TrainingData(List.of(), rows, new BitSet(), rows, new BitSet());
    }
}
