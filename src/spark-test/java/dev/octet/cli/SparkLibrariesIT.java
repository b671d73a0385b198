package dev.octet.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.bundle.Bundle;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DataVec's and Deeplearning4j's own modules for Spark, on a real Spark in JVMs of their own. */
class SparkLibrariesIT {
    private static final int ROWS = 20_000;
    private static final String CONFIG = """
            name: libraries
            data: {format: rba, train: %s, labels: {column: Is Account Takeover, in-training: ignore}}
            split: {by: time, train: 0.5, validation: 0.1, test: 0.4}
            %s
            threshold: {percentile: 99, if-too-few: lower}
            evaluate: {on: successful}
            output: %s
            """;
    private static final String ENCODINGS = """
            features: [ip-octets, ip-version, hour, weekday, minute-of-day, {country: one-hot}, {device: code}, browser-family,
              os-family, round-trip-time, success, rarity-asn, new-country, freeman]
            detector: {autoencoder: {layers: [4], epochs: 1, seed: 1}}""";
    private static final String NETWORK =
            "features: [ml-siem]\ndetector: {autoencoder: {engine: %s, epochs: 4, batch-size: 64, seed: 1}}";
    private static final String LIKELIHOOD =
            "detector: {autoencoder: {reconstruction: likelihood, engine: %s, epochs: 4, batch-size: 64, seed: 1}}";

    @TempDir
    private static Path folder;

    private static Path log;

    @BeforeAll
    static void simulate() {
        log = folder.resolve("log.csv");
        done(SparkRuns.octet("simulate", "--rows", ROWS, "--takeovers", 40, "--seed", 5, "--output", log));
    }

    private static void done(SparkRuns.Said said) {
        assertEquals(0, said.code(), said.err());
    }

    private static Path trained(String name, String detector) throws IOException {
        Path config = Files.writeString(
                folder.resolve(name + ".yaml"), CONFIG.formatted(log, detector, folder.resolve(name)));
        done(SparkRuns.octet("run", config, "-q"));
        return folder.resolve(name);
    }

    /** The classes of this test and all that it is compiled with, behind Spark's jars. */
    private static String behindSpark() {
        String own = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(own.split(File.pathSeparator))
                .filter(each -> !each.contains("slf4j") && !each.contains("/com/fasterxml/jackson/"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void dataVecExecutesTheProcessOfABundleAsTheKernelDoes() throws Exception {
        Path bundle = trained("encodings", ENCODINGS).resolve("bundle");
        List<String> command = SparkRuns.java(true, "spark.master=local[2]");
        command.remove(
                "-Dspark.serializer=org.apache.spark.serializer.KryoSerializer"); // DataVec's values are not for it
        int classes = command.indexOf("-cp") + 1;
        command.set(classes, SparkRuns.JARS.resolve("*") + File.pathSeparator + behindSpark());
        command.addAll(List.of("dev.octet.feature.DataVecOnSpark", bundle.toString(), log.toString(), "5000"));
        Path said = folder.resolve("datavec.txt");
        Process process = SparkRuns.start(command, said);
        try {
            assertTrue(process.waitFor(300, TimeUnit.SECONDS), Files.readString(said));
        } finally {
            process.destroyForcibly();
        }
        int columns = Bundle.load(bundle).model().features().columns();
        int cells = 5000 * columns;
        String text = Files.readString(said);
        System.out.println(text.lines().filter(line -> line.startsWith("rows ")).collect(Collectors.joining()));
        assertTrue(
                text.contains("rows 5000 of 5000, columns " + columns + " of " + columns + ", cells " + cells
                        + ", near " + cells),
                text);
        // DataVec takes the logarithm of a double, the kernel that of a float
        assertTrue(text.contains("others in []") || text.contains("others in [round-trip-time]"), text);
    }

    /** Losses fall, the bundle scores, and the scores are near those of the ordinary engine. */
    @Test
    void deeplearning4jTrainsReplicasOnSpark() throws Exception {
        for (String detector : List.of(NETWORK, LIKELIHOOD)) {
            String name = detector.equals(NETWORK) ? "network" : "likelihood";
            Path spark = trained(name + "-spark", detector.formatted("dl4j-spark"));
            Path fused = trained(name + "-fused", detector.formatted("fused"));
            double[] training = losses(spark, "train_loss");
            double best = Arrays.stream(losses(spark, "validation_loss")).min().orElseThrow();
            double near = Arrays.stream(losses(fused, "validation_loss")).min().orElseThrow();
            double correlation = rankCorrelation(scores(spark), scores(fused));
            String found = name + ": training losses " + Arrays.toString(training) + ", lowest validation loss " + best
                    + ", fused " + near + ", rank correlation of the scores " + correlation;
            System.out.println(found);
            assertEquals(4, training.length);
            assertTrue(training[3] < training[0], found);
            assertTrue(Math.abs(best - near) < 0.25 * Math.abs(near), found);
            assertTrue(correlation > 0.7, found);
        }
    }

    private static double[] losses(Path run, String column) throws IOException {
        List<String> lines = Files.readAllLines(run.resolve("losses.csv"));
        int place = Arrays.asList(lines.get(0).split(",")).indexOf(column);
        return lines.stream()
                .skip(1)
                .mapToDouble(line -> Double.parseDouble(line.split(",")[place]))
                .toArray();
    }

    private static double[] scores(Path run) throws IOException {
        Path out = folder.resolve(run.getFileName() + ".csv");
        done(SparkRuns.octet(
                "score", "--model", run.resolve("bundle"), "--input", log, "--output", out, "--history", "cold", "-q"));
        return Files.readString(out, StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .mapToDouble(line -> Double.parseDouble(line.split(",")[3]))
                .toArray();
    }

    /** Spearman's; equal values share the mean of their ranks. */
    private static double rankCorrelation(double[] one, double[] other) {
        double[] a = ranks(one);
        double[] b = ranks(other);
        double mean = (a.length + 1) / 2.0;
        double products = 0;
        double squares = 0;
        double otherSquares = 0;
        for (int i = 0; i < a.length; i++) {
            products += (a[i] - mean) * (b[i] - mean);
            squares += (a[i] - mean) * (a[i] - mean);
            otherSquares += (b[i] - mean) * (b[i] - mean);
        }
        return products / Math.sqrt(squares * otherSquares);
    }

    private static double[] ranks(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double[] ranks = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int first = first(sorted, values[i]);
            int end = first(sorted, Math.nextUp(values[i]));
            ranks[i] = (first + 1 + end) / 2.0;
        }
        return ranks;
    }

    /** Number of sorted values below a value. */
    private static int first(double[] sorted, double value) {
        int from = 0;
        int to = sorted.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (sorted[middle] < value) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }
}
