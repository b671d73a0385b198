package dev.octet.detect.baseline;

import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.Setting;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.Scaling;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * k-means: a row far from every cluster centre is an anomaly.
 *
 * <p>Lloyd, "Least squares quantization in PCM", 1982, started by k-means++ (Arthur and Vassilvitskii, SODA 2007) with 2 + ln
 * k candidates for each centre, the best of several starts. Equal rows are worked on once. All cores share each pass over
 * the rows, with the same result on any number of them.
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

    /** Starts that share the passes over the rows; each takes 16 bytes a distinct row. */
    private static final int TOGETHER = 10;

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

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<Trainer> reseeded(int more) {
        return Optional.of(new KMeansTrainer(clusters, starts, iterations, tolerance, NumpyRandom.next(seed, more)));
    }

    @Override
    public Scaling scaling() {
        return Scaling.STANDARD;
    }

    @Override
    public KMeansDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofUnchecked(KIND, data, clusters);
        DistinctRows rows = DistinctRows.inOrder(columns, data.train());
        if (rows.size() < clusters) {
            throw new InputException(KIND + ": clusters must be in [1, number of different training rows], got "
                    + clusters + ", and there are " + rows.size() + "; ask for fewer clusters");
        }
        RowBlocks blocks = new RowBlocks(rows.values(), rows.size(), columns.width());
        double still = tolerance * meanVariance(rows, blocks, columns.width());
        NumpyRandom random = new NumpyRandom(seed);
        KMeansRun best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int done = 0; done < starts; done += TOGETHER) {
            List<KMeansRun> runs = IntStream.range(0, Math.min(TOGETHER, starts - done))
                    .mapToObj(i -> new KMeansRun(
                            rows,
                            columns.width(),
                            clusters,
                            KMeansRun.Draws.next(random, data.train().rows(), clusters),
                            blocks.count()))
                    .toList();
            start(blocks, runs);
            iterate(blocks, runs, iterations, still);
            for (int i = 0; i < runs.size(); i++) {
                double inertia = runs.get(i).inertia();
                if (inertia < least) {
                    least = inertia;
                    best = runs.get(i);
                }
                progress.epochStarted(done + i + 1, starts, data.train().rows());
                progress.epochEnded(
                        done + i + 1,
                        inertia / data.train().rows(),
                        least / data.train().rows(),
                        0);
            }
        }
        return new KMeansDetector(columns, best.centres(), best.sizes(), least);
    }

    /** The mean of the columns' variances: of one cluster that has all rows, what is left for each row and column. */
    private static double meanVariance(DistinctRows rows, RowBlocks blocks, int width) {
        KMeansRun all = new KMeansRun(rows, width, 1, new KMeansRun.Draws(0, new double[0][]), blocks.count());
        all.move(1, 0);
        blocks.measure(List.of(all.first()));
        return all.inertia() / rows.place().length / width;
    }

    private void start(RowBlocks blocks, List<KMeansRun> runs) {
        blocks.measure(runs.stream().map(KMeansRun::first).toList());
        for (int c = 1; c < clusters; c++) {
            int cluster = c;
            runs.parallelStream().forEach(run -> run.draw(cluster));
            blocks.measure(runs.stream().map(KMeansRun::candidates).toList());
            runs.forEach(run -> run.choose(cluster));
            blocks.measure(runs.stream().map(run -> run.further(cluster)).toList());
        }
    }

    private static void iterate(RowBlocks blocks, List<KMeansRun> runs, int iterations, double still) {
        List<KMeansRun> moving = runs;
        while (true) {
            moving = moving.parallelStream()
                    .filter(run -> run.move(iterations, still))
                    .toList();
            if (moving.isEmpty()) {
                return;
            }
            blocks.measure(moving.stream().map(KMeansRun::all).toList());
        }
    }

    static DetectorDefinition definition() {
        Setting<Integer> clusters =
                Setting.byDefault("clusters", new Setting.Count(1, 100_000), "8", "number of centres");
        Setting<Integer> starts =
                Setting.byDefault("starts", new Setting.Count(1, 10_000), "10", "the best of so many starts is kept");
        Setting<Integer> iterations =
                Setting.byDefault("iterations", new Setting.Count(1, 1_000_000_000), "300", "of each start, at most");
        Setting<Double> tolerance = Setting.byDefault(
                "tolerance",
                new Setting.Real("[0, 1)"),
                "0.0001",
                "on the centres' moves, in mean variances of the columns");
        Setting<Long> seed = Setting.numpySeed("0", "of the starts");
        return new DetectorDefinition(
                KIND,
                "Distance from the nearest cluster centre (Lloyd 1982; k-means++, Arthur and Vassilvitskii, SODA 2007)",
                List.of(clusters, starts, iterations, tolerance, seed),
                values -> new KMeansTrainer(
                        values.get(clusters),
                        values.get(starts),
                        values.get(iterations),
                        values.get(tolerance),
                        values.get(seed)),
                KMeansDetector::restore);
    }
}
