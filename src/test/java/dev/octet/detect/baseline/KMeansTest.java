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
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KMeansTest {
    /** With enough starts both find the best of all clusterings of the reference rows. */
    @Test
    void distancesAreScikitLearns() {
        TrainingData data = Reference.data();
        KMeansDetector kMeans = Records.with(
                        KMeansTrainer.withDefaults().withClusters(4).withStarts(50), "tolerance", 0)
                .train(data, TrainingProgress.SILENT);
        assertEquals(Reference.values("kmeans_inertia")[0], kMeans.inertia(), 1e-9);
        double[] sizes = Arrays.stream(kMeans.sizes()).sorted().asDoubleStream().toArray();
        assertArrayEquals(Reference.values("kmeans_sizes"), sizes);
        assertArrayEquals(Reference.scores("kmeans"), Reference.scoreAll(kMeans, data), 1e-12);
    }

    /** Sums that are only corrected for the rows that change sides lose nothing: the result is a fixed point of plain Lloyd. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 30})
    void endsWhereLloydEnds(int clusters) {
        SplittableRandom random = new SplittableRandom(clusters);
        int count = 3000;
        FloatMatrix rows = new FloatMatrix(3);
        for (int i = 0; i < count; i++) {
            rows.append(new float[] {(float) random.nextGaussian(), (float) random.nextGaussian(), random.nextInt(3)});
        }
        KMeansDetector kMeans = Records.with(
                        KMeansTrainer.withDefaults().withClusters(clusters).withStarts(1), "tolerance", 0)
                .train(data(rows), TrainingProgress.SILENT);
        float[] flat = Reference.flat(rows);
        int[] assigned = kMeans.clusters(flat, count);
        double[] sums = new double[clusters * 3];
        long[] sizes = new long[clusters];
        for (int i = 0; i < count; i++) {
            sizes[assigned[i]]++;
            for (int j = 0; j < 3; j++) {
                sums[assigned[i] * 3 + j] += flat[i * 3 + j];
            }
        }
        assertArrayEquals(kMeans.sizes(), sizes);
        double[] centres = (double[]) kMeans.state().arrays().get("centres");
        for (int c = 0; c < clusters * 3; c++) {
            assertEquals(sums[c] / sizes[c / 3], centres[c], 1e-12);
        }
        double squares = 0;
        for (double score : Reference.score(kMeans, rows)) {
            squares += score * score;
        }
        assertEquals(squares, kMeans.inertia(), 1e-8);
    }

    /** Many rows are scored in blocks and in parallel, a few one after the other. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7})
    void scoresManyRowsAsEachOfThem(int width) {
        SplittableRandom random = new SplittableRandom(width);
        FloatMatrix rows = new FloatMatrix(width);
        float[] row = new float[width];
        for (int i = 0; i < 1000; i++) {
            for (int j = 0; j < width; j++) {
                row[j] = (float) random.nextGaussian();
            }
            rows.append(row);
        }
        KMeansDetector kMeans = KMeansTrainer.withDefaults().train(data(rows), TrainingProgress.SILENT);
        double[] together = Reference.score(kMeans, rows);
        double[] each = new double[1000];
        double[] score = new double[1];
        for (int i = 0; i < 1000; i++) {
            rows.copyRow(i, row, 0);
            kMeans.score(row, 1, score);
            each[i] = score[0];
        }
        assertArrayEquals(each, together);
        float[] flat = Reference.flat(rows);
        double[] some = new double[1000];
        kMeans.score(flat, 700, some);
        assertArrayEquals(Arrays.copyOf(each, 700), Arrays.copyOf(some, 700));
        assertEquals(0, Arrays.stream(some).skip(700).max().orElseThrow());
    }

    @Test
    void isTheSameOnAnyNumberOfThreads() throws Exception {
        SplittableRandom random = new SplittableRandom(9);
        FloatMatrix rows = new FloatMatrix(5);
        for (int i = 0; i < 3000; i++) {
            rows.append(new float[] {
                (float) random.nextGaussian(),
                random.nextInt(4),
                random.nextInt(3),
                (float) random.nextGaussian(),
                i % 2
            });
        }
        KMeansTrainer trainer = KMeansTrainer.withDefaults().withStarts(13);
        double[][] centres = new double[2][];
        double[][] scores = new double[2][];
        for (int i = 0; i < 2; i++) {
            ForkJoinPool pool = new ForkJoinPool(i == 0 ? 1 : 3);
            KMeansDetector kMeans = pool.submit(() -> trainer.train(data(rows), TrainingProgress.SILENT))
                    .get();
            centres[i] = (double[]) kMeans.state().arrays().get("centres");
            scores[i] = pool.submit(() -> Reference.score(kMeans, rows)).get();
            pool.shutdown();
        }
        assertArrayEquals(centres[0], centres[1]);
        assertArrayEquals(scores[0], scores[1]);
    }

    /** Copies weigh as much as the rows themselves, wherever they stand. */
    @Test
    void copiesCount() {
        SplittableRandom random = new SplittableRandom(5);
        FloatMatrix once = new FloatMatrix(2);
        FloatMatrix thrice = new FloatMatrix(2);
        for (int i = 0; i < 300; i++) {
            float[] row = {(float) (i % 3 * 9 + random.nextGaussian()), (float) (i % 3 + random.nextGaussian())};
            once.append(row);
            thrice.append(row);
            thrice.append(row);
        }
        for (int i = 299; i >= 0; i--) {
            thrice.append(new float[] {once.get(i, 0), once.get(i, 1)});
        }
        KMeansTrainer trainer = Records.with(KMeansTrainer.withDefaults().withClusters(3), "tolerance", 0);
        KMeansDetector of = trainer.train(data(once), TrainingProgress.SILENT);
        KMeansDetector ofCopies = trainer.train(data(thrice), TrainingProgress.SILENT);
        assertEquals(3 * of.inertia(), ofCopies.inertia(), 1e-9);
        assertArrayEquals(new long[] {300, 300, 300}, ofCopies.sizes());
        assertArrayEquals(Reference.score(of, once), Reference.score(ofCopies, once), 1e-12);
    }

    @Test
    void asManyClustersAsDifferentRowsLeaveNothing() {
        FloatMatrix rows = new FloatMatrix(1);
        for (int i = 0; i < 60; i++) {
            rows.append(new float[] {i % 6});
        }
        KMeansDetector kMeans = KMeansTrainer.withDefaults().withClusters(6).train(data(rows), TrainingProgress.SILENT);
        assertEquals(0, kMeans.inertia());
        assertTrue(Arrays.stream(kMeans.sizes()).allMatch(size -> size == 10));
        assertEquals(
                "k-means: clusters must be in [1, number of different training rows], got 7, and there are 6; ask for"
                        + " fewer clusters",
                assertThrows(
                                InputException.class,
                                () -> KMeansTrainer.withDefaults()
                                        .withClusters(7)
                                        .train(data(rows), TrainingProgress.SILENT))
                        .getMessage());
    }

    @Test
    void saysWhatIsWrong() {
        KMeansTrainer defaults = KMeansTrainer.withDefaults();
        assertEquals(
                "k-means: clusters must be at least 1, got 0",
                assertThrows(InputException.class, () -> defaults.withClusters(0))
                        .getMessage());
        assertEquals(
                "k-means: starts must be at least 1, got -1",
                assertThrows(InputException.class, () -> defaults.withStarts(-1))
                        .getMessage());
        assertEquals(
                "k-means: iterations must be at least 1, got 0",
                assertThrows(InputException.class, () -> Records.with(defaults, "iterations", 0))
                        .getMessage());
        assertEquals(
                "k-means: tolerance must be in [0, infinity), got NaN",
                assertThrows(InputException.class, () -> Records.with(defaults, "tolerance", Double.NaN))
                        .getMessage());
    }

    private static TrainingData data(FloatMatrix rows) {
        return new TrainingData(List.of(), rows, new BitSet(), rows, new BitSet());
    }
}
