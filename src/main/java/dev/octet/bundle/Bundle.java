package dev.octet.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.AlertRate;
import dev.octet.detect.Detector;
import dev.octet.detect.FittedThreshold;
import dev.octet.event.InputException;
import dev.octet.event.LogFormat;
import dev.octet.event.TemporaryFile;
import dev.octet.event.enrich.EnrichmentInfo;
import dev.octet.event.text.JsonText;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureRequest;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

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
        LogFormat format,
        String config,
        JsonNode provenance,
        List<GoldenRow> golden,
        SortedMap<String, String> files,
        Path directory) {
    /**
     * Format 1 had a {@code model.onnx} of encoded rows; formats 1 and 2 repeated the vocabularies in {@code
     * transform-process.json}. All else is as it was.
     */
    static final int VERSION = 3;

    private static final int LAST_VERSION_WITH_NAMES_TWICE = 2;

    private static final int OLDEST_VERSION = 1;
    private static final String KIND = "octet-bundle";
    private static final String EXPORTED = "exported";

    private static final String MANIFEST = "bundle.json";
    private static final String FEATURES = "features.json";
    private static final String TRANSFORM = "transform-process.json";
    private static final String THRESHOLD = "threshold.json";
    static final String ONNX = "model.onnx";
    static final String ENCODED = "encoded.onnx";
    /** Name of the file with the memory of earlier rows. */
    public static final String HISTORY = "history.bin";

    private static final String CONFIG = "config.yaml";
    private static final String PROVENANCE = "provenance.json";
    private static final String GOLDEN = "golden.json";

    /** The model card. */
    public static final String CARD = "model-card.md";
    /** The same as data. */
    public static final String CARD_JSON = "model-card.json";

    /** Files that scoring does not need, and that stay with the model when its threshold or its memory changes. */
    private static final Set<String> ATTACHED = Set.of("drift.json", CARD_JSON, CARD);

    /** Names of the files that are others once the memory has gone on; the others stay as they are. */
    public static final Set<String> FILES_THAT_FOLLOW_THE_MEMORY = Set.of(HISTORY, ONNX, ENCODED, PROVENANCE);

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
            LogFormat format,
            String config,
            ObjectNode provenance,
            FloatMatrix rows)
            throws IOException {
        return save(directory, model, extractor, format, config, provenance, rows, Map.of());
    }

    /**
     * As above, with files that scoring does not need.
     *
     * @param attached texts by file name; {@link #attached} reads them
     */
    public static Bundle save(
            Path directory,
            ScoringModel model,
            FeatureExtractor extractor,
            LogFormat format,
            String config,
            ObjectNode provenance,
            FloatMatrix rows,
            Map<String, String> attached)
            throws IOException {
        requireReplaceable(directory);
        Path target = Files.exists(directory) ? directory.toRealPath() : directory.toAbsolutePath();
        Files.createDirectories(target.getParent());
        Path temporary = Files.createDirectory(TemporaryFile.beside(target));
        try {
            write(temporary, model, extractor, format, config, provenance, rows, attached);
            Bundle made = load(temporary);
            made.verify(extractor.memories());
            replace(target, temporary);
            return made.movedTo(directory);
        } finally {
            TemporaryFile.deleteTree(temporary);
        }
    }

    private Bundle movedTo(Path place) {
        return new Bundle(model, format, config, provenance, golden, files, place);
    }

    /** Loads what {@link #save} checks its graphs with, ahead of time; whether that works it says itself. */
    public static void prepare() {
        OnnxSession.obstacle();
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

    /**
     * Checks that features can be saved, which is known as soon as they are fitted. To be called before a detector is trained
     * on them.
     *
     * @throws InputException if their vocabularies are larger than any file of a bundle may be, naming the largest
     */
    public static void requireSavable(FittedFeatures features) throws IOException {
        long bytes = Json.length(features.toJson());
        if (bytes <= Json.MAX_BYTES) {
            return;
        }
        String largest = "";
        int names = 0;
        for (FeatureColumns feature : features.layout()) {
            int size = features.vocabulary(feature.feature()).map(List::size).orElse(0);
            if (size > names) {
                names = size;
                largest = feature.feature();
            }
        }
        throw new InputException(String.format(
                Locale.ROOT,
                "the vocabularies of the features take %,d bytes, a bundle holds at most %,d; the largest is that of %s"
                        + " with %,d names: keep the most frequent ones alone, e.g. %s: {encoding: code, max: 10000}, or"
                        + " leave the feature out",
                bytes,
                Json.MAX_BYTES,
                largest,
                names,
                largest));
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
        TemporaryFile.deleteTree(old);
    }

    private static void write(
            Path directory,
            ScoringModel model,
            FeatureExtractor extractor,
            LogFormat format,
            String config,
            ObjectNode provenance,
            FloatMatrix rows,
            Map<String, String> attached)
            throws IOException {
        ObjectNode manifest = Json.object();
        manifest.put("kind", KIND);
        manifest.put("version", VERSION);
        manifest.put("name", model.name());
        manifest.put("scores", model.successfulOnly() ? "successful" : "all");
        manifest.put("flagged_teach", model.flaggedUpdate());
        manifest.set("alarm", ManifestJson.alarm(model.alarm()));
        manifest.set("view", ManifestJson.view(model.view()));
        manifest.set("format", ManifestJson.format(format));
        Optional<String> obstacle = OnnxModels.obstacle(model);
        manifest.put("onnx", obstacle.orElse(EXPORTED));
        Json.write(manifest, directory.resolve(MANIFEST));
        Json.write(model.features().toJson(), directory.resolve(FEATURES));
        Files.writeString(directory.resolve(TRANSFORM), model.features().transformProcessJson(false));
        DetectorFiles.write(model.detector().state(), directory);
        Json.write(threshold(model.threshold()), directory.resolve(THRESHOLD));
        for (RowFeatures memory : extractor.memories()) {
            try (OutputStream out = Files.newOutputStream(directory.resolve(HISTORY))) {
                memory.save(out);
            }
        }
        Files.writeString(directory.resolve(CONFIG), config);
        Json.write(provenance, directory.resolve(PROVENANCE));
        Json.write(GoldenRow.toJson(GoldenRow.score(model.detector(), rows)), directory.resolve(GOLDEN));
        for (Map.Entry<String, String> file : attached.entrySet()) {
            Files.writeString(directory.resolve(file.getKey()), file.getValue());
        }
        SortedMap<String, String> checksums = Checksums.write(directory);
        if (obstacle.isEmpty()) {
            String id = id(checksums);
            OnnxModels models = new OnnxModels(model, extractor);
            Files.write(directory.resolve(ONNX), models.raw(id));
            Files.write(directory.resolve(ENCODED), models.encoded(id));
            Checksums.write(directory, checksums);
        }
    }

    /**
     * Reads and verifies a bundle.
     *
     * @throws InputException if it is damaged, tampered with, incomplete or not a bundle, with the reason
     */
    public static Bundle load(Path directory) throws IOException {
        return load(directory, ManifestJson::format);
    }

    /** As {@link #load}, but leaves the format of logs out, for a caller who scores single logins: {@link #format} is null. */
    static Bundle withoutFormat(Path directory) throws IOException {
        return load(directory, (node, file) -> null);
    }

    private static Bundle load(Path directory, BiFunction<JsonNode, Path, LogFormat> format) throws IOException {
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
        if (version < OLDEST_VERSION || version > VERSION) {
            throw new InputException(file + ": bundle format " + version + " is not known to this Octet, which reads "
                    + OLDEST_VERSION + " to " + VERSION + "; use the Octet that made it, or make the bundle again");
        }
        String scores = Json.text(manifest, "scores", file);
        if (!scores.equals("successful") && !scores.equals("all")) {
            throw new InputException(file + ": scores is \"" + scores + "\", allowed: successful, all");
        }
        Path featureFile = directory.resolve(FEATURES);
        FittedFeatures features;
        try {
            features = FittedFeatures.fromJson(Json.read(featureFile));
        } catch (InputException e) {
            throw new InputException(at(featureFile, e), e);
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
                format.apply(Json.required(manifest, "format", file), file),
                Json.readText(directory.resolve(CONFIG)),
                Json.read(directory.resolve(PROVENANCE)),
                golden,
                files,
                directory);
    }

    /** Names the bundle by its content: the first 16 digits of the SHA-256 of its checksum list without ONNX files and card. */
    public String id() {
        return id(files);
    }

    /** The graphs say which bundle they are of, so they cannot count; nor does the card, which is written last. */
    private static String id(SortedMap<String, String> files) {
        MessageDigest digest = Checksums.sha256();
        files.forEach((name, sha256) -> {
            if (!Set.of(ONNX, ENCODED, CARD, CARD_JSON).contains(name)) {
                digest.update((sha256 + "  " + name + "\n").getBytes(StandardCharsets.UTF_8));
            }
        });
        return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    }

    /** What the logins that it was trained on were completed with; nothing for a bundle that does not say. */
    public EnrichmentInfo enrichment() {
        return EnrichmentInfo.fromJson(provenance.path(EnrichmentInfo.KEY));
    }

    /** Whether there are graphs for ONNX runtimes. */
    public boolean hasOnnx() {
        return files.containsKey(ONNX) && files.containsKey(ENCODED);
    }

    /** Why there are no graphs; empty where there are, or the bundle does not say. */
    public Optional<String> onnxObstacle() throws IOException {
        JsonNode said = Json.read(directory.resolve(MANIFEST)).path("onnx");
        return hasOnnx() || !said.isTextual() ? Optional.empty() : Optional.of(said.asText());
    }

    /**
     * Checks what scoring does not need: that the memory can be read, that the features are described alike for other
     * tools, and that ONNX Runtime gives the detector's results.
     *
     * @return the largest difference of the graphs' scores from the detector's, as a share of the threshold or, where that
     *     is larger, the score; empty where there are no graphs
     * @throws InputException if something is not as it must be
     */
    public OptionalDouble verify() throws IOException {
        return verify(extractor().memories());
    }

    private OptionalDouble verify(List<RowFeatures> memories) throws IOException {
        // The process's JSON names classes, so it is never read into one: it must be what we would write.
        Path transform = directory.resolve(TRANSFORM);
        String process;
        try {
            Path manifest = directory.resolve(MANIFEST);
            long version = Json.integer(Json.read(manifest), "version", manifest);
            process = model.features().transformProcessJson(version <= LAST_VERSION_WITH_NAMES_TWICE);
        } catch (IllegalArgumentException | IllegalStateException e) {
            // DataVec's way to refuse an impossible schema
            throw new InputException(at(directory.resolve(FEATURES), e), e);
        }
        if (!Json.readText(transform).equals(process)) {
            throw new InputException(transform + " is not the process that " + FEATURES
                    + " describes; the bundle was put together from different ones, make it again");
        }
        if (!hasOnnx()) {
            return OptionalDouble.empty();
        }
        FeatureExtractor extractor = model.features().extractor(memories);
        OnnxCheck.requireOwn(this, extractor);
        try {
            return OptionalDouble.of(OnnxCheck.run(this, extractor));
        } catch (LinkageError e) {
            throw new InputException(
                    directory
                            + ": ONNX Runtime cannot be loaded on this machine, so that the graphs cannot be checked: "
                            + e.getMessage(),
                    e);
        }
    }

    /**
     * Writes the same model with another threshold to a place of its own, with everything that goes with it but a model card,
     * which tells of this threshold.
     *
     * @param provenance what the new bundle says that it was made from
     * @return the new bundle, read back and verified
     * @throws InputException if something is at the place already
     */
    public Bundle withThreshold(Path target, FittedThreshold threshold, ObjectNode provenance) throws IOException {
        requireFree(target);
        return save(
                target,
                model.withThreshold(threshold),
                extractor(),
                format,
                config,
                provenance,
                goldenRows(),
                withoutCard());
    }

    /**
     * Replaces this bundle by the same model with a memory that has gone on.
     *
     * @param extractor whose memory it is
     * @return the new bundle, read back and verified
     */
    public Bundle withMemory(FeatureExtractor extractor, ObjectNode provenance) throws IOException {
        return save(directory, model, extractor, format, config, provenance, goldenRows(), attachedFiles());
    }

    /**
     * The text of a file that scoring does not need; empty where the bundle has no such file.
     *
     * @throws InputException if it was changed since the bundle was loaded
     */
    public Optional<String> attached(String name) throws IOException {
        if (!ATTACHED.contains(name) || !files.containsKey(name)) {
            return Optional.empty();
        }
        String text = Json.readText(directory.resolve(name));
        if (!Checksums.sha256(text).equals(files.get(name))) {
            throw new InputException(
                    directory.resolve(name) + " was changed after the bundle was verified; copy the bundle again");
        }
        return Optional.of(text);
    }

    /**
     * Replaces this bundle by the same with other files that scoring does not need.
     *
     * @param texts by name; those of the same name are replaced
     * @return the new bundle, read back and verified
     * @throws IllegalArgumentException if a name is not one of such files
     */
    public Bundle withAttached(Map<String, String> texts) throws IOException {
        if (!ATTACHED.containsAll(texts.keySet())) {
            throw new IllegalArgumentException("attached files are " + ATTACHED + ", not " + texts.keySet());
        }
        Path target = directory.toRealPath();
        Path temporary = Files.createDirectory(TemporaryFile.beside(target));
        try {
            SortedMap<String, String> kept = new TreeMap<>(files);
            kept.keySet().removeAll(texts.keySet());
            for (String name : kept.keySet()) {
                TemporaryFile.linkOrCopy(target.resolve(name), temporary.resolve(name));
            }
            for (Map.Entry<String, String> text : texts.entrySet()) {
                Files.writeString(temporary.resolve(text.getKey()), text.getValue());
            }
            Checksums.write(temporary, kept);
            Bundle made = load(temporary); // checks what was kept, too
            replace(target, temporary);
            return made.movedTo(directory);
        } finally {
            TemporaryFile.deleteTree(temporary);
        }
    }

    private Map<String, String> withoutCard() throws IOException {
        Map<String, String> attached = attachedFiles();
        attached.keySet().removeAll(Set.of(CARD, CARD_JSON));
        return attached;
    }

    private Map<String, String> attachedFiles() throws IOException {
        Map<String, String> attached = new TreeMap<>();
        for (String name : ATTACHED) {
            Optional<String> text = attached(name);
            if (text.isPresent()) {
                attached.put(name, text.get());
            }
        }
        return attached;
    }

    private FloatMatrix goldenRows() {
        FloatMatrix rows = new FloatMatrix(model.features().columns());
        for (GoldenRow row : golden) {
            float[] columns = new float[rows.columns()];
            for (int i = 0; i < columns.length; i++) {
                columns[i] = row.columns().get(i);
            }
            rows.append(columns);
        }
        return rows;
    }

    /**
     * As {@link #withThreshold}, with another model of the same view.
     *
     * @param rows golden rows, as the model sees them
     */
    public Bundle withModel(Path target, ScoringModel next, ObjectNode provenance, FloatMatrix rows)
            throws IOException {
        requireFree(target);
        FeatureExtractor remembered = next.features().extractor(extractor().memories());
        return save(target, next, remembered, format, config, provenance, rows);
    }

    private static void requireFree(Path target) {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new InputException(target + " exists already; a new version of a bundle needs a place of its own");
        }
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

    /** An extractor for the model's features that has seen nothing yet; a bundle of an earlier release keeps its scores. */
    public FeatureExtractor coldExtractor() throws IOException {
        View view = model.view();
        List<FeatureRequest> requests = model.features().requests();
        HistoryOptions options = HistoryOptions.defaults();
        if (!hasHistory()) {
            return model.features().extractor(Memories.neededFor(view, requests, options));
        }
        try (InputStream saved = Files.newInputStream(directory.resolve(HISTORY))) {
            return model.features().extractor(Memories.like(saved, view, requests, options));
        }
    }

    /**
     * An extractor for the model's features that has seen nothing yet, with a memory of the bounds that the bundle's has: what
     * the run that made the bundle began with.
     */
    public FeatureExtractor extractorOfTheRun() throws IOException {
        return hasHistory()
                ? model.features()
                        .extractor(extractor().memories().stream()
                                .map(Memories::startAgain)
                                .toList())
                : model.features().extractor();
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
        alerts.put("dispersion", Double.toString(threshold.alerts().dispersion()));
        alerts.put("rows_per_day", Double.toString(threshold.alerts().rowsPerDay()));
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
        if (alerts.has("dispersion") && !(Json.decimal(alerts, "dispersion", file) >= 1)) {
            throw new InputException(
                    file + ": dispersion is " + JsonText.line(alerts.get("dispersion")) + ", at least 1 is allowed");
        }
        return new FittedThreshold(
                value,
                Json.text(node, "policy", file),
                new AlertRate(
                        Json.decimal(alerts, "value", file),
                        Json.decimal(alerts, "low", file),
                        Json.decimal(alerts, "high", file),
                        alerts.has("dispersion") ? Json.decimal(alerts, "dispersion", file) : 1,
                        alerts.has("rows_per_day") ? Json.decimal(alerts, "rows_per_day", file) : Double.NaN),
                notes);
    }
}
