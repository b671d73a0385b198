package dev.octet.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.AlertRate;
import dev.octet.detect.Detector;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.autoencoder.AutoencoderDetector;
import dev.octet.detect.autoencoder.OnnxExport;
import dev.octet.event.CsvFormat;
import dev.octet.event.InputException;
import dev.octet.event.TemporaryFile;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.View;
import dev.octet.feature.history.HistoryOptions;
import dev.octet.feature.history.Memories;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A saved model: a directory of data only. Its format is described in {@code docs/bundle.md}. Loading verifies the
 * checksums, then re-scores the golden rows, before the model is handed out; nothing in it names a class. Immutable and
 * thread-safe.
 *
 * @param model what scores
 * @param format how the logs that it was trained on are read
 * @param config the experiment's config, as it was run
 * @param provenance what it was made from, with what, when
 * @param golden rows with the scores that they must have
 * @param files checksums of all its files by name, sorted
 * @param directory where it lies; read again only for the memory of earlier rows
 */
public record Bundle(
        ScoringModel model,
        CsvFormat format,
        String config,
        JsonNode provenance,
        List<GoldenRow> golden,
        SortedMap<String, String> files,
        Path directory) {
    static final int VERSION = 1;
    private static final String KIND = "octet-bundle";

    private static final String MANIFEST = "bundle.json";
    private static final String FEATURES = "features.json";
    private static final String TRANSFORM = "transform-process.json";
    private static final String THRESHOLD = "threshold.json";
    private static final String ONNX = "model.onnx";
    private static final String HISTORY = "history.bin";
    private static final String CONFIG = "config.yaml";
    private static final String PROVENANCE = "provenance.json";
    private static final String GOLDEN = "golden.json";

    /**
     * Scores may differ this much, relatively, from those of the machine that wrote them: other processors may round
     * the exponential function differently.
     */
    private static final double TOLERANCE = 1e-6;

    public Bundle {
        golden = List.copyOf(golden);
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /**
     * Writes a bundle to a temporary directory, reads it back, and only then moves it to its place; an older bundle there
     * is replaced, and stays whole until then.
     *
     * @param extractor whose memory of earlier rows travels with the model
     * @param rows encoded rows of the validation span to keep with their scores
     * @throws InputException if something else than a bundle, or more than a bundle, lies at the place
     */
    public static Bundle save(
            Path directory,
            ScoringModel model,
            FeatureExtractor extractor,
            CsvFormat format,
            String config,
            ObjectNode provenance,
            FloatMatrix rows)
            throws IOException {
        requireReplaceable(directory);
        Path target = Files.exists(directory) ? directory.toRealPath() : directory.toAbsolutePath();
        Files.createDirectories(target.getParent());
        Path temporary = Files.createDirectory(TemporaryFile.beside(target));
        try {
            write(temporary, model, extractor, format, config, provenance, rows);
            load(temporary);
            replace(target, temporary);
        } finally {
            delete(temporary);
        }
        return load(directory);
    }

    /**
     * Checks that a bundle can be saved here: nothing is here, or a bundle and nothing but a bundle, which is all that may
     * be deleted to make place for another. To be called before hours of training; {@link #save} asks again.
     *
     * @throws InputException if something else is here
     */
    public static void requireReplaceable(Path target) throws IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        boolean bundle;
        try {
            bundle = Files.isDirectory(target)
                    && Checksums.lists(target).keySet().containsAll(Checksums.files(target))
                    && Json.text(Json.read(target.resolve(MANIFEST)), "kind", target)
                            .equals(KIND);
        } catch (InputException | NoSuchFileException e) {
            throw notReplaced(target, e);
        }
        if (!bundle) {
            throw notReplaced(target, null);
        }
    }

    private static InputException notReplaced(Path target, Exception cause) {
        return new InputException(
                target + " exists and is no bundle, or holds more than one"
                        + (cause == null ? "" : " (" + cause.getMessage() + ")")
                        + "; it is left as it is: move it away or choose another output",
                cause);
    }

    /**
     * Java cannot exchange two directories in one step: the old one steps aside for a moment, and comes back if the new
     * one cannot take its place.
     */
    private static void replace(Path target, Path made) throws IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Path old = TemporaryFile.asideOf(target);
        Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        try {
            Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        delete(old);
    }

    private static void write(
            Path directory,
            ScoringModel model,
            FeatureExtractor extractor,
            CsvFormat format,
            String config,
            ObjectNode provenance,
            FloatMatrix rows)
            throws IOException {
        ObjectNode manifest = Json.object();
        manifest.put("kind", KIND);
        manifest.put("version", VERSION);
        manifest.put("name", model.name());
        manifest.put("scores", model.successfulOnly() ? "successful" : "all");
        manifest.put("flagged_teach", model.flaggedTeach());
        manifest.set("alarm", ManifestJson.alarm(model.alarm()));
        manifest.set("view", ManifestJson.view(model.view()));
        manifest.set("format", ManifestJson.format(format));
        Json.write(manifest, directory.resolve(MANIFEST));
        Json.write(model.features().toJson(), directory.resolve(FEATURES));
        Files.writeString(directory.resolve(TRANSFORM), model.features().transformProcessJson());
        DetectorFiles.write(model.detector().state(), directory);
        Json.write(threshold(model.threshold()), directory.resolve(THRESHOLD));
        if (model.detector() instanceof AutoencoderDetector autoencoder) {
            Files.write(directory.resolve(ONNX), OnnxExport.model(autoencoder));
        }
        for (RowFeatures memory : extractor.memories()) {
            try (OutputStream out = Files.newOutputStream(directory.resolve(HISTORY))) {
                memory.save(out);
            }
        }
        Files.writeString(directory.resolve(CONFIG), config);
        Json.write(provenance, directory.resolve(PROVENANCE));
        Json.write(GoldenRow.toJson(GoldenRow.score(model.detector(), rows)), directory.resolve(GOLDEN));
        Checksums.write(directory);
    }

    /**
     * Reads and verifies a bundle.
     *
     * @throws InputException if it is damaged, tampered with, incomplete or not a bundle, with the reason
     */
    public static Bundle load(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new InputException(directory + " is not a bundle: it "
                    + (Files.exists(directory) ? "is a file, a bundle is a directory" : "does not exist"));
        }
        SortedMap<String, String> files = Checksums.verify(directory);
        Path file = directory.resolve(MANIFEST);
        JsonNode manifest = Json.read(file);
        String kind = Json.text(manifest, "kind", file);
        if (!kind.equals(KIND)) {
            throw new InputException(file + ": kind is \"" + kind + "\", a bundle's is \"" + KIND + "\"");
        }
        long version = Json.integer(manifest, "version", file);
        if (version != VERSION) {
            throw new InputException(file + ": bundle format " + version + " is not known to this Octet, which reads "
                    + VERSION + "; use the Octet that made it, or make the bundle again");
        }
        String scores = Json.text(manifest, "scores", file);
        if (!scores.equals("successful") && !scores.equals("all")) {
            throw new InputException(file + ": scores is \"" + scores + "\", allowed: successful, all");
        }
        Path featureFile = directory.resolve(FEATURES);
        FittedFeatures features;
        String process;
        try {
            features = FittedFeatures.fromJson(Json.read(featureFile));
            process = features.transformProcessJson();
        } catch (InputException | IllegalArgumentException | IllegalStateException e) {
            // DataVec refuses impossible schemas with the last two
            throw new InputException(at(featureFile, e), e);
        }
        // The process's JSON names classes, so it is never read into one: it must be what we would write.
        Path transform = directory.resolve(TRANSFORM);
        if (!Json.readText(transform).equals(process)) {
            throw new InputException(transform + " is not the process that " + FEATURES
                    + " describes; the bundle was put together from different ones, make it again");
        }
        View view = ManifestJson.view(Json.required(manifest, "view", file), file);
        if (!view.equals(features.view())) {
            throw new InputException(file + ": the view is " + view + ", that of " + FEATURES + " is " + features.view()
                    + "; the bundle was put together from different ones, make it again");
        }
        Detector detector = Detectors.restore(DetectorFiles.read(directory), directory);
        if (detector.columns() != features.columns()) {
            throw new InputException(directory + ": " + FEATURES + " has " + features.columns()
                    + " columns, the detector takes " + detector.columns()
                    + "; the bundle was put together from different ones, make it again");
        }
        ScoringModel model = new ScoringModel(
                Json.text(manifest, "name", file),
                view,
                scores.equals("successful"),
                Json.truth(manifest, "flagged_teach", file),
                features,
                detector,
                threshold(directory.resolve(THRESHOLD)),
                ManifestJson.alarm(Json.required(manifest, "alarm", file), file));
        List<GoldenRow> golden = GoldenRow.read(directory.resolve(GOLDEN), detector.columns());
        GoldenRow.verify(golden, detector, TOLERANCE, directory.resolve(GOLDEN));
        return new Bundle(
                model,
                ManifestJson.format(Json.required(manifest, "format", file), file),
                Json.readText(directory.resolve(CONFIG)),
                Json.read(directory.resolve(PROVENANCE)),
                golden,
                files,
                directory);
    }

    /** Whether the model remembers rows that it saw before. */
    public boolean hasHistory() {
        return files.containsKey(HISTORY);
    }

    /**
     * An extractor for the model's features that goes on from the memory in the bundle. The memory is read anew at every
     * call, and checked against the checksum that was verified when the bundle was loaded.
     *
     * @throws InputException if the memory was changed since, or is damaged
     */
    public FeatureExtractor extractor() throws IOException {
        if (!hasHistory()) {
            return model.features().extractor();
        }
        Path file = directory.resolve(HISTORY);
        MessageDigest digest = Checksums.sha256();
        try (InputStream in =
                new BufferedInputStream(new DigestInputStream(Files.newInputStream(file), digest), 1 << 16)) {
            List<RowFeatures> memories = Memories.load(model.view(), in);
            boolean more = in.read() >= 0;
            if (more || !HexFormat.of().formatHex(digest.digest()).equals(files.get(HISTORY))) {
                throw new InputException(file + " was changed after the bundle was verified; copy the bundle again");
            }
            return model.features().extractor(memories);
        }
    }

    /** An extractor for the model's features that has seen nothing yet. */
    public FeatureExtractor coldExtractor() {
        return model.features()
                .extractor(Memories.neededFor(model.view(), model.features().requests(), HistoryOptions.defaults()));
    }

    /** The message of an exception with the file, where it does not name it itself. */
    private static String at(Path file, RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith(file.toString()) ? message : file + ": " + message;
    }

    private static ObjectNode threshold(FittedThreshold threshold) {
        ObjectNode node = Json.object();
        // An infinite threshold (nothing is flagged) has no JSON number.
        node.put("value", Double.toString(threshold.value()));
        node.put("policy", threshold.policy());
        ObjectNode alerts = node.putObject("alerts_per_day");
        alerts.put("value", Double.toString(threshold.alerts().perDay()));
        alerts.put("low", Double.toString(threshold.alerts().low()));
        alerts.put("high", Double.toString(threshold.alerts().high()));
        threshold.notes().forEach(node.putArray("notes")::add);
        return node;
    }

    private static FittedThreshold threshold(Path file) throws IOException {
        JsonNode node = Json.read(file);
        JsonNode alerts = Json.required(node, "alerts_per_day", file);
        List<String> notes = new ArrayList<>();
        Json.array(node, "notes", file).forEach(note -> notes.add(note.asText()));
        double value = Json.decimal(node, "value", file);
        if (Double.isNaN(value)) {
            throw new InputException(file + ": the threshold is NaN");
        }
        return new FittedThreshold(
                value,
                Json.text(node, "policy", file),
                new AlertRate(
                        Json.decimal(alerts, "value", file),
                        Json.decimal(alerts, "low", file),
                        Json.decimal(alerts, "high", file)),
                notes);
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
