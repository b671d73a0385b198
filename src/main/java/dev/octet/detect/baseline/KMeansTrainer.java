package dev.octet.detect.baseline;

import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.Scaling;
import java.util.List;
import java.util.stream.IntStream;

/**
 * k-means: a row far from every cluster centre is an anomaly.
 *
 * <p>Lloyd, "Least squares quantization in PCM", 1982, started by k-means++ (Arthur and Vassilvitskii, SODA 2007) with 2 + ln
 * k candidates for each centre, the best of several starts. Distances that the triangle inequality makes unnecessary are
 * left out (Hamerly, SDM 2010), which changes no result. Equal rows are worked on once; starts side by side on all cores, with the same
 * result on any number of them.
 *
 * <p>Training costs O(starts × iterations × m × k × d) for m distinct rows at worst; a score costs O(k × d).
 *
 * @param clusters number of centres
 * @param starts number of starts; the one with the least inertia wins
 * @param iterations at most this many for each start
 * @param tolerance a start ends when the centres' squared moves sum up to at most this times the mean variance of the
 *     columns
 * @param seed of the starts, in [0, 2^31): scikit-learn's {@code random_state}, and it means the same starts
 */
public record KMeansTrainer(int clusters, int starts, int iterations, double tolerance, long seed) implements Trainer {
    static final String KIND = "k-means";

    public KMeansTrainer {
        Settings.atLeast(KIND, "clusters", clusters, 1);
        Settings.atLeast(KIND, "starts", starts, 1);
        Settings.atLeast(KIND, "iterations", iterations, 1);
        Settings.notNegative(KIND, "tolerance", tolerance);
        NumpyRandom.checkSeed(KIND, seed);
    }

    /** 8 clusters, 10 starts, 300 iterations, tolerance 1e-4, seed 0, as scikit-learn 1.2. */
    public static KMeansTrainer withDefaults() {
        return new KMeansTrainer(8, 10, 300, 1e-4, 0);
    }

    public KMeansTrainer withClusters(int value) {
        return new KMeansTrainer(value, starts, iterations, tolerance, seed);
    }

    public KMeansTrainer withStarts(int value) {
        return new KMeansTrainer(clusters, value, iterations, tolerance, seed);
    }

    public KMeansTrainer withIterations(int value) {
        return new KMeansTrainer(clusters, starts, value, tolerance, seed);
    }

    public KMeansTrainer withTolerance(double value) {
        return new KMeansTrainer(clusters, starts, iterations, value, seed);
    }

    public KMeansTrainer withSeed(long value) {
        return new KMeansTrainer(clusters, starts, iterations, tolerance, value);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Scaling scaling() {
        return Scaling.STANDARD;
    }

    @Override
    public KMeansDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, clusters);
        DistinctRows rows = DistinctRows.of(columns.flat(data.train()), columns.width());
        if (rows.size() < clusters) {
            throw new InputException(KIND + ": clusters must be in [1, number of different training rows], got "
                    + clusters + ", and there are " + rows.size() + "; ask for fewer clusters");
        }
        NumpyRandom random = new NumpyRandom(seed);
        double still = tolerance * KMeansRun.meanVariance(rows, columns.width());
        int together = Runtime.getRuntime().availableProcessors();
        KMeansRun best = null;
        for (int done = 0; done < starts; done += together) {
            List<KMeansRun.Draws> draws = IntStream.range(0, Math.min(together, starts - done))
                    .mapToObj(i -> KMeansRun.Draws.next(random, data.train().rows(), clusters))
                    .toList();
            List<KMeansRun> runs = draws.parallelStream()
                    .map(one -> {
                        KMeansRun run = new KMeansRun(rows, columns.width(), clusters);
                        run.start(one);
                        run.iterate(iterations, still);
                        return run;
                    })
                    .toList();
            for (int i = 0; i < runs.size(); i++) {
                KMeansRun run = runs.get(i);
                best = best == null || run.inertia() < best.inertia() ? run : best;
                progress.epochStarted(done + i + 1, starts, data.train().rows());
                progress.epochEnded(
                        done + i + 1,
                        run.inertia() / data.train().rows(),
                        best.inertia() / data.train().rows(),
                        0);
            }
        }
        return new KMeansDetector(columns, best.centres(), best.sizes(), best.inertia());
    }
}
