package dev.octet.bundle;

import ai.onnxruntime.OrtException;
import dev.octet.detect.Detector;
import dev.octet.event.InputException;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.GraphRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Holds the graphs of a bundle against its detector: on the golden rows, and on random rows of known, unseen and missing values.
 * Runs them in ONNX Runtime, which is loaded here and nowhere else.
 */
final class OnnxCheck {
    /** Scores may differ by this share of the threshold, or of the score where that is larger. */
    static final double TOLERANCE = 1e-5;

    /**
     * What float arithmetic leaves besides, times the root of the threshold or score: an error e of a column's reconstruction
     * moves its squared error d&sup2; by 2 d e. It counts where thresholds are small.
     */
    private static final double ROUNDING = 2e-6;

    /**
     * The same for random rows: they lie far from what a network was trained on, where its values and what float leaves of them are
     * larger. After 31 million rows a part of 0.107 was 2.9e-6 apart.
     */
    private static final double RANDOM_ROUNDING = 2e-5;

    /** A unit of the score, in its {@link Detector#resolution()}. */
    private static final double UNIT = 100;

    private static final int RANDOM_ROWS = 512;
    private static final long SEED = 20;

    private final Bundle bundle;
    private final Detector detector;
    private final List<String> featureNames;
    private double largest;

    private OnnxCheck(Bundle bundle) {
        this.bundle = bundle;
        detector = bundle.model().detector();
        featureNames = bundle.model().features().layout().stream()
                .map(FeatureColumns::feature)
                .distinct()
                .toList();
    }

    /**
     * Runs both graphs.
     *
     * @param extractor for the model's features, with the memory of the bundle
     * @return the largest difference of a score, as a share of the threshold or the score
     * @throws InputException if a graph gives other results than the detector, or cannot be run
     * @throws LinkageError if ONNX Runtime cannot be loaded here
     */
    static double run(Bundle bundle, FeatureExtractor extractor) throws IOException {
        OnnxCheck check = new OnnxCheck(bundle);
        check.encoded();
        check.raw(extractor);
        return check.largest;
    }

    /**
     * Refuses graphs that are not byte for byte those of the model, without opening them: ONNX Runtime is native code that was not
     * written for hostile graphs.
     *
     * @throws InputException if a graph is another
     */
    static void requireOwn(Bundle bundle, FeatureExtractor extractor) throws IOException {
        OnnxModels models = new OnnxModels(bundle.model(), extractor);
        requireOwn(bundle.directory().resolve(Bundle.ONNX), models.raw(bundle.id()));
        requireOwn(bundle.directory().resolve(Bundle.ENCODED), models.encoded(bundle.id()));
    }

    private static void requireOwn(Path file, byte[] own) throws IOException {
        if (Files.size(file) != own.length || !Arrays.equals(Files.readAllBytes(file), own)) {
            throw new InputException(file + " is not the graph that this Octet writes for the model, and is not run;"
                    + " the bundle comes from another version, or was put together from different ones: make it again");
        }
    }

    private void encoded() throws IOException {
        Path file = bundle.directory().resolve(Bundle.ENCODED);
        List<GoldenRow> golden = bundle.golden();
        float[] rows = new float[golden.size() * detector.columns()];
        for (int i = 0; i < golden.size(); i++) {
            for (int j = 0; j < detector.columns(); j++) {
                rows[i * detector.columns() + j] = golden.get(i).columns().get(j);
            }
        }
        try (OnnxSession session = new OnnxSession(Files.readAllBytes(file))) {
            compare(file, "golden row", ROUNDING, rows, golden.size(), session.runEncoded(golden.size(), rows));
        } catch (OrtException e) {
            throw new InputException(file + " cannot be run by ONNX Runtime: " + e.getMessage(), e);
        }
    }

    private void raw(FeatureExtractor extractor) throws IOException {
        Path file = bundle.directory().resolve(Bundle.ONNX);
        OnnxModels models = new OnnxModels(bundle.model(), extractor);
        GraphRows rows = new GraphRows(models.inputs(), bundle.model().features(), extractor);
        Random random = new Random(SEED);
        rows.addRandom(RANDOM_ROWS, random);
        if (models.exactWithoutHistory()) {
            for (int i = 0; i < RANDOM_ROWS; i++) {
                rows.addAlone(rows.random(random));
            }
        }
        try (OnnxSession session = new OnnxSession(Files.readAllBytes(file))) {
            compare(
                    file,
                    "random row",
                    RANDOM_ROUNDING,
                    rows.encoded(),
                    rows.size(),
                    session.run(rows.size(), rows.tensors()));
        } catch (OrtException e) {
            throw new InputException(file + " cannot be run by ONNX Runtime: " + e.getMessage(), e);
        }
    }

    private void compare(
            Path file, String what, double rounding, float[] rows, int count, OnnxSession.Results results) {
        double[] scores = new double[count];
        double[] contributions = new double[count * detector.columns()];
        detector.explain(rows, count, scores, contributions);
        double threshold = bundle.model().threshold().value();
        for (int i = 0; i < count; i++) {
            double scale = scale(threshold, scores[i]);
            double difference = Math.abs(results.scores()[i] - scores[i]) / scale;
            if (!(difference <= TOLERANCE + rounding / Math.sqrt(scale))) {
                throw differs(file, what, i, "scores", results.scores()[i], scores[i]);
            }
            largest = Math.max(largest, difference);
            boolean near = Math.abs(scores[i] - threshold) <= TOLERANCE * scale + rounding * Math.sqrt(scale);
            if (!near && results.flagged()[i] != bundle.model().threshold().flags(scores[i])) {
                throw new InputException(file + ": " + what + " " + i + " of score " + scores[i] + " is "
                        + (results.flagged()[i] ? "" : "not ") + "flagged by the graph, the threshold is " + threshold
                        + "; the bundle is not used: please report it");
            }
            if (results.featureErrors().isPresent()) {
                compareFeatures(
                        file,
                        what,
                        rounding,
                        i,
                        contributions,
                        results.featureErrors().get(),
                        scale);
            }
        }
    }

    private void compareFeatures(
            Path file, String what, double rounding, int row, double[] contributions, float[] errors, double scale) {
        double[] sums = new double[featureNames.size()];
        double total = 0;
        for (FeatureColumns part : bundle.model().features().layout()) {
            int feature = featureNames.indexOf(part.feature());
            for (int column = part.first(); column < part.first() + part.width(); column++) {
                sums[feature] += contributions[row * detector.columns() + column];
                total += contributions[row * detector.columns() + column];
            }
        }
        for (int feature = 0; feature < sums.length; feature++) {
            float error = errors[row * sums.length + feature];
            double most = Math.max(scale, total);
            if (!(Math.abs(error - sums[feature]) <= TOLERANCE * most + rounding * Math.sqrt(most))) {
                throw differs(
                        file, what, row, "gives " + featureNames.get(feature) + " the part", error, sums[feature]);
            }
        }
    }

    /**
     * What scores vary by: the threshold, as far as it is a number to compare with, or the score; at least a unit where scores have
     * one, since a log whose logins are all alike has scores near 0.
     */
    private double scale(double threshold, double score) {
        double known = Double.isInfinite(threshold) ? 0 : Math.abs(threshold);
        return Math.max(Math.max(known, Math.abs(score)), Math.max(UNIT * detector.resolution(), 1e-9));
    }

    private static InputException differs(Path file, String what, int row, String verb, double found, double expected) {
        return new InputException(String.format(
                Locale.ROOT,
                "%s: %s %d %s %s by ONNX Runtime, %s by the detector, more than %s of the threshold apart;"
                        + " the bundle is not used: please report it",
                file,
                what,
                row,
                verb,
                found,
                expected,
                TOLERANCE));
    }
}
