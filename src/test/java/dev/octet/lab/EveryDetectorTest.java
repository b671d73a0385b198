package dev.octet.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.bundle.Bundle;
import dev.octet.config.ConfigFile;
import dev.octet.config.DetectorKind;
import dev.octet.config.DetectorKinds;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.Detector;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.Encoder;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FloatMatrix;
import dev.octet.run.Experiment;
import dev.octet.run.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every kind of detector that a config may name. */
class EveryDetectorTest {
    private static final int ROWS = 300;
    private static final List<String> COUNTING = List.of("poisson-tail", "count");

    @TempDir
    private static Path directory;

    private static Experiment.Result result;

    /** One run of all kinds on a small simulated log. */
    @BeforeAll
    static void run() throws IOException {
        String detectors = DetectorKinds.ALL.stream()
                .map(kind -> "  - " + kind.name() + ": " + settings(kind.name(), "success")
                        + (COUNTING.contains(kind.name()) ? "\n    features: [success]" : "") + "\n")
                .collect(Collectors.joining());
        String text =
                String.format(Locale.ROOT, """
                name: every
                data:
                  format: rba
                  train: '%s'
                  simulate: {rows: 2500, takeovers: 25, seed: 3}
                  labels: {column: Is Account Takeover}
                features: [device: one-hot, hour, surprise-asn, surprise-country, user-failures-day, success]
                split: {by: time, train: 0.6, validation: 0.2, test: 0.2}
                detectors:
                %s
                threshold: {percentile: 98}
                output: '%s'
                """, directory.resolve("logins.csv"), detectors, directory.resolve("out"));
        ExperimentConfig config = ExperimentConfig.of(ConfigFile.parse("c.yaml", text, List.of(), Map.of()));
        result = new Experiment(config, RunListener.SILENT).run(true);
    }

    private static String settings(String kind, String count) {
        return switch (kind) {
            case "autoencoder" -> "{layers: [4, 2, 4], epochs: 2}";
            case "poisson-tail", "count" -> "{feature: " + count + "}";
            case "stacking" -> "{folds: 2}";
            default -> "{}";
        };
    }

    static Stream<String> kinds() {
        return DetectorKinds.ALL.stream().map(DetectorKind::name);
    }

    private static Trainer trainer(String kind) {
        DetectorKind found = DetectorKinds.ALL.stream()
                .filter(one -> one.name().equals(kind))
                .findFirst()
                .orElseThrow();
        return found.settings()
                .read(ConfigFile.parse("c.yaml", settings(kind, "count"), List.of(), Map.of())
                        .root());
    }

    private static TrainingData data(Trainer trainer) {
        List<String> names = trainer.ownFeatures().orElse(List.of("count", "second", "third", "fourth"));
        List<FeatureColumns> columns = IntStream.range(0, names.size())
                .mapToObj(i -> new FeatureColumns(names.get(i), FeatureColumns.Kind.NUMERIC, i, 1))
                .toList();
        SplittableRandom random = new SplittableRandom(5);
        BitSet trainAttacks = new BitSet();
        BitSet validationAttacks = new BitSet();
        FloatMatrix train = rows(names.size(), trainAttacks, random, trainer.supervised());
        FloatMatrix validation = rows(names.size(), validationAttacks, random, true);
        return new TrainingData(columns, train, trainAttacks, validation, validationAttacks);
    }

    /** Whole numbers in the first column, since one detector counts; every twentieth row stands out. */
    private static FloatMatrix rows(int width, BitSet attacks, SplittableRandom random, boolean withAttacks) {
        FloatMatrix matrix = new FloatMatrix(width);
        float[] row = new float[width];
        for (int i = 0; i < ROWS; i++) {
            boolean attack = withAttacks && i % 20 == 7;
            for (int j = 0; j < width; j++) {
                row[j] = j == 0
                        ? random.nextInt(4) + (attack ? 5 : 0)
                        : (float) (random.nextDouble() + (attack ? 0.7 : 0));
            }
            attacks.set(i, attack);
            matrix.append(row);
        }
        return matrix;
    }

    private static float[] flat(FloatMatrix matrix) {
        float[] values = new float[matrix.rows() * matrix.columns()];
        matrix.copyRows(0, matrix.rows(), values);
        return values;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aRowsScoreIsItsOwnInAnyOrderBatchAndThread(String kind) {
        Trainer trainer = trainer(kind);
        TrainingData data = data(trainer);
        Detector detector = trainer.train(data, TrainingProgress.SILENT);
        assertEquals(kind, detector.kind());
        int width = detector.columns();
        float[] rows = flat(data.validation());
        double[] together = new double[ROWS];
        detector.score(rows, ROWS, together);
        assertTrue(Arrays.stream(together).distinct().count() > 1, "scores are all equal");
        assertTrue(Arrays.stream(together).allMatch(Double::isFinite), "scores are finite");

        float[] reversed = new float[rows.length];
        for (int i = 0; i < ROWS; i++) {
            System.arraycopy(rows, i * width, reversed, (ROWS - 1 - i) * width, width);
        }
        double[] backwards = new double[ROWS];
        detector.score(reversed, ROWS, backwards);
        double[] inSevens = new double[ROWS];
        for (int from = 0; from < ROWS; from += 7) {
            int count = Math.min(7, ROWS - from);
            double[] batch = new double[count];
            detector.score(Arrays.copyOfRange(rows, from * width, (from + count) * width), count, batch);
            System.arraycopy(batch, 0, inSevens, from, count);
        }
        double[] byThreads = new double[ROWS];
        IntStream.range(0, ROWS).parallel().forEach(i -> {
            double[] one = new double[1];
            detector.score(Arrays.copyOfRange(rows, i * width, (i + 1) * width), 1, one);
            byThreads[i] = one[0];
        });
        for (int i = 0; i < ROWS; i++) {
            assertEquals(together[i], backwards[ROWS - 1 - i], "row " + i + " of the rows turned round");
        }
        assertArrayEquals(together, inSevens);
        assertArrayEquals(together, byThreads);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void trainingAgainMakesTheSameScores(String kind) {
        Trainer trainer = trainer(kind);
        TrainingData data = data(trainer);
        double[][] scores = new double[2][ROWS];
        for (double[] each : scores) {
            trainer.train(data, TrainingProgress.SILENT).score(flat(data.validation()), ROWS, each);
        }
        assertArrayEquals(scores[0], scores[1]);
    }

    /** Every row comes through the encoder of the bundle's features, whatever the detector makes of it. */
    @ParameterizedTest
    @MethodSource("kinds")
    void refusesWhatIsNoNumberByTheFeaturesName(String kind) throws IOException {
        Bundle bundle = bundle(kind);
        FeatureExtractor extractor = bundle.coldExtractor();
        float[] raw = new float[extractor.width()];
        Arrays.fill(raw, Float.NaN);
        Encoder encoder = bundle.model().features().bind(extractor);
        String message = assertThrows(InputException.class, () -> encoder.encode(raw, new float[encoder.columns()]))
                .getMessage();
        String first = bundle.model().features().layout().stream()
                .filter(columns -> columns.kind() == FeatureColumns.Kind.NUMERIC)
                .findFirst()
                .orElseThrow()
                .feature();
        assertEquals(
                "feature " + first + " is NaN in a row, and a finite number is needed; leave the feature out", message);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void trainsOnNothingThatIsNoNumber(String kind) {
        Trainer trainer = trainer(kind);
        TrainingData data = data(trainer);
        if (trainer.ownFeatures().isPresent()) {
            return; // counts only: nothing is trained
        }
        FloatMatrix train = new FloatMatrix(4);
        for (int i = 0; i < ROWS; i++) {
            train.append(new float[] {i % 5, i % 7, i == 40 ? Float.NaN : 1, i % 3});
        }
        TrainingData broken = new TrainingData(
                data.columns(), train, data.trainAttacks(), data.validation(), data.validationAttacks());
        String message = assertThrows(InputException.class, () -> trainer.train(broken, TrainingProgress.SILENT))
                .getMessage();
        assertTrue(message.contains("feature third"), message);
        assertTrue(message.contains("NaN"), message);
    }

    /** Loading checks the golden rows up to rounding; here they must be equal to the bit. */
    @ParameterizedTest
    @MethodSource("kinds")
    void scoresTheSameAfterSaveAndLoad(String kind) throws IOException {
        Bundle bundle = bundle(kind);
        Detector detector = bundle.model().detector();
        assertEquals(kind, detector.kind());
        assertTrue(bundle.golden().size() > 10);
        bundle.golden().forEach(row -> assertEquals(row.score(), row.rescore(detector)));
    }

    private static Bundle bundle(String kind) throws IOException {
        return Bundle.load(result.bundles().get(kinds().toList().indexOf(kind)));
    }

    @Test
    void allStandInOneTable() {
        List<String> names = result.report().evaluations().stream()
                .map(one -> one.detector())
                .toList();
        assertEquals(kinds().toList(), names.subList(0, DetectorKinds.ALL.size()));
        assertEquals(kinds().toList(), result.report().kappa().orElseThrow().names());
    }
}
