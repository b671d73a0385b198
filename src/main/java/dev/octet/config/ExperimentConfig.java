package dev.octet.config;

import static dev.octet.config.ConfigTypes.fileSafeName;
import static dev.octet.config.ConfigTypes.oneOf;
import static dev.octet.config.ConfigTypes.path;
import static dev.octet.config.ConfigTypes.someOf;

import dev.octet.detect.AlarmRule;
import dev.octet.detect.Threshold;
import dev.octet.event.InputException;
import dev.octet.event.LoginField;
import dev.octet.event.format.LogFiles;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.View;
import dev.octet.feature.history.Memories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One experiment, as its config file describes it; immutable.
 *
 * @param card what the model card says that no run can know
 * @param output directory that everything is written under
 * @param reproduce the published experiment that is done again instead of an own one
 * @param file the config as it was given, for provenance and messages
 */
public record ExperimentConfig(
        String name,
        DataConfig data,
        View view,
        SplitConfig split,
        Detection detection,
        EvaluateConfig evaluate,
        ReplayConfig replay,
        CardConfig card,
        Path output,
        Optional<Reproduction> reproduce,
        ConfigFile file) {

    /**
     * How rows become alerts.
     *
     * @param features what the detectors work on, except those that bring their own
     * @param detectors at least one, their names all different; none where {@code reproduce} brings its own
     * @param threshold the score above which a row is flagged
     * @param alarm how flagged rows become alerts
     * @param history the memory of features that look back
     */
    public record Detection(
            List<FeatureRequest> features,
            List<DetectorConfig> detectors,
            Threshold threshold,
            AlarmRule alarm,
            HistoryConfig history) {

        public Detection {
            features = List.copyOf(features);
            detectors = List.copyOf(detectors);
        }
    }

    private static final int LONGEST_NAME = 100;

    private static final Key<Optional<String>> NAME = Key.optional(
            "name",
            fileSafeName(),
            "of the experiment; also where `output` goes by default; the config file's name where not given");
    private static final Key<DataConfig> DATA = Key.required("data", DataConfig.SECTION, "what is read");
    private static final Key<View> VIEW =
            Key.byDefault("view", ViewKeys.SECTION, "{attempt: {}}", "what one row stands for");
    private static final Key<Optional<List<FeatureRequest>>> FEATURES = Key.optional(
            "features", FeatureKeys.TYPE, "what the detectors work on; needed unless each detector brings its own");
    private static final Key<Settings> SPLIT =
            Key.byDefault("split", SplitKeys.SECTION, "{}", "training, validation and test span");
    private static final Key<Optional<DetectorConfig>> DETECTOR = Key.optional(
            "detector",
            DetectorKeys.SECTION,
            "the detector; or `detectors`. Without either, `autoencoder`: with `reconstruction: likelihood`, which brings its"
                    + " own features, or on the config's `features` where they are given");
    private static final Key<Optional<List<DetectorConfig>>> DETECTORS = Key.optional(
            "detectors",
            someOf(DetectorKeys.SECTION),
            "several detectors on the same rows and the same alert budget, in one table");
    private static final Key<Optional<Reproduction>> REPRODUCE = Key.optional(
            "reproduce",
            oneOf(Reproduction.class),
            "instead of `detector`: a published experiment again, with its own rows, settings and cuts, ours beside the"
                    + " published figures; `book`: chapter 11 of Molin's book on its log of 2018");
    private static final Key<Threshold> THRESHOLD = Key.byDefault(
            "threshold",
            ThresholdKeys.SECTION,
            "{percentile: 99.5, if-too-few: lower}",
            "the score above which a row is an alert");
    private static final Key<Settings> ALARM =
            Key.byDefault("alarm", AlarmKeys.SECTION, "{}", "how flagged rows become alerts");
    private static final Key<EvaluateConfig> EVALUATE =
            Key.byDefault("evaluate", EvaluateConfig.SECTION, "{}", "what is counted on the test span");
    private static final Key<HistoryConfig> HISTORY = Key.byDefault(
            "history",
            HistoryConfig.SECTION,
            "{}",
            "the memory of features that look back, and which logins update it");
    private static final Key<ReplayConfig> REPLAY =
            Key.byDefault("replay", ReplayConfig.SECTION, "{}", "how `./octet replay` walks the log");
    private static final Key<CardConfig> CARD =
            Key.byDefault("card", CardConfig.SECTION, "{}", "purpose, licence and contact for the bundle's model card");
    private static final Key<Optional<Path>> OUTPUT = Key.optional(
            "output", path("a directory"), "everything a run writes is under it; `models/NAME` where not given");

    public static final Section<Settings> KEYS = new Section<>(
            "The file",
            "One YAML file is one experiment.",
            List.of(
                    NAME, DATA, VIEW, FEATURES, SPLIT, DETECTOR, DETECTORS, REPRODUCE, THRESHOLD, ALARM, EVALUATE,
                    HISTORY, REPLAY, CARD, OUTPUT),
            settings -> settings);

    /**
     * Reads a config file. Nothing it names is opened; see {@link #requireDataFiles()}.
     *
     * @param overrides each {@code a.b=value}; later ones win
     * @param environment the process's environment, for {@code OCTET_DATA}
     * @throws InputException if the config cannot be read or is not allowed, with file, line and the allowed values
     */
    public static ExperimentConfig read(Path file, List<String> overrides, Map<String, String> environment) {
        return of(ConfigFile.read(file, overrides, environment));
    }

    /** As {@link #read}, from a config file that was read already. */
    public static ExperimentConfig of(ConfigFile file) {
        Settings settings = KEYS.read(file.root());
        String name = settings.get(NAME).orElseGet(() -> nameOf(file));
        List<DetectorConfig> detectors = detectors(settings, file);
        Optional<List<FeatureRequest>> features = settings.get(FEATURES);
        View view = settings.get(VIEW);
        for (DetectorConfig detector : detectors) {
            boolean without = features.isEmpty()
                    && detector.features().isEmpty()
                    && detector.trainer().ownRequests().isEmpty();
            if (without) {
                throw settings.error("the key features is missing, and " + detector.path() + " brings none of its own;"
                        + " it must be " + FeatureKeys.TYPE.describe());
            }
        }
        DataConfig data = settings.get(DATA);
        detectors.forEach(detector -> requireLabels(detector, data, file));
        EvaluateConfig evaluate = settings.get(EVALUATE);
        if (evaluate.on() == EvaluateConfig.Rows.SUCCESSFUL && !(view instanceof View.Attempt)) {
            throw file.error("evaluate.on", "successful is for view: attempt; a " + view.key() + " is no login");
        }
        if (view instanceof View.Entity && !evaluate.by().isEmpty()) {
            throw file.error(
                    "evaluate.by", "is not for view: entity, whose rows stand for the whole test span; remove it");
        }
        if (evaluate.by().contains(EvaluateConfig.Breakdown.ATTACKER)
                && data.truth().isEmpty()
                && data.simulate().isEmpty()) {
            throw file.error("evaluate.by", "attacker needs data.truth, the file that names the attackers");
        }
        List<LoginField> extras = data.reading().format().extraFields();
        try {
            FeatureRequest.requireNames(extras, Memories.names(view));
        } catch (InputException e) {
            throw file.error("data.format", e.getMessage());
        }
        for (EvaluateConfig.External each : evaluate.external()) {
            if (!(view instanceof View.Attempt)) {
                throw file.error("evaluate.external", "is for view: attempt, whose rows are logins; remove it");
            }
            long same = evaluate.external().stream()
                            .filter(other -> other.name().equals(each.name()))
                            .count()
                    + detectors.stream()
                            .filter(other -> other.name().equals(each.name()))
                            .count();
            if (same > 1) {
                throw file.error("evaluate.external", "two detectors are called " + each.name() + "; rename one");
            }
        }
        SplitConfig split =
                SplitKeys.resolve(settings.get(SPLIT), !data.reading().test().isEmpty());
        if (split.testUsers().isPresent() && !(view instanceof View.Attempt)) {
            throw file.error("split.test-users", "is for view: attempt, whose rows have a user; remove it");
        }
        if (data.sampleRows().isPresent() && !(view instanceof View.Attempt)) {
            throw file.error("data.sample-rows", "is for view: attempt, whose rows have a user; remove it");
        }
        features.ifPresent(asked -> LabelLint.refuseAsFeature(file, "features", view, asked, data));
        detectors.forEach(detector -> detector.features()
                .ifPresent(asked -> LabelLint.refuseAsFeature(file, detector.path() + ".features", view, asked, data)));
        return new ExperimentConfig(
                name,
                data,
                view,
                split,
                new Detection(
                        features.map(asked -> FeatureKeys.resolve(file, "features", view, asked, extras))
                                .orElse(List.of()),
                        detectors.stream()
                                .map(detector -> resolved(detector, view, file, extras))
                                .toList(),
                        settings.get(THRESHOLD),
                        AlarmKeys.resolve(settings.get(ALARM), view),
                        settings.get(HISTORY)),
                evaluate,
                settings.get(REPLAY),
                settings.get(CARD),
                settings.get(OUTPUT).orElse(Path.of("models", name)),
                settings.get(REPRODUCE),
                file);
    }

    private static void requireLabels(DetectorConfig detector, DataConfig data, ConfigFile file) {
        boolean train = data.labels()
                .map(labels -> labels.inTraining() == LabelsConfig.InTraining.EXCLUDE)
                .orElse(false);
        if (detector.trainer().supervised() && !train) {
            throw file.error(
                    detector.path(),
                    detector.name() + " learns from labels, but "
                            + (data.labels().isEmpty()
                                    ? "data.labels is missing; name the labels"
                                    : "data.labels.in-training is ignore, so that no label trains; set it to exclude")
                            + ", or take the detector out");
        }
    }

    private static DetectorConfig resolved(
            DetectorConfig detector, View view, ConfigFile file, List<LoginField> extras) {
        String path = detector.path() + ".features";
        return new DetectorConfig(
                detector.name(),
                detector.trainer().withExtraFields(extras),
                detector.features().map(asked -> FeatureKeys.resolve(file, path, view, asked, extras)),
                detector.trim(),
                detector.path());
    }

    /** The file's name without its ending, with a hyphen for what no file name may hold. */
    private static String nameOf(ConfigFile file) {
        String name = file.name()
                .replaceFirst(".*/", "")
                .replaceFirst("\\.ya?ml$", "")
                .replaceAll("[^A-Za-z0-9._-]", "-")
                .replaceFirst("^[^A-Za-z0-9]+", "");
        return name.isEmpty() ? "octet" : name.substring(0, Math.min(name.length(), LONGEST_NAME));
    }

    /** The detector of a config that names none; a config of windows or entities must name one. */
    private static DetectorConfig defaultDetector(Settings settings, ConfigFile file) {
        if (!(settings.get(VIEW) instanceof View.Attempt)) {
            throw settings.error(
                    "give exactly one of detector, detectors, reproduce; found none. Only view: attempt has"
                            + " a detector by default");
        }
        String yaml = settings.isGiven(FEATURES) ? "{autoencoder: {}}" : "{autoencoder: {reconstruction: likelihood}}";
        ConfigValue value = YamlText.readAt("the default of detector", yaml);
        return DetectorKeys.SECTION.read(new ConfigNode(file, DETECTOR.name(), value));
    }

    private static List<DetectorConfig> detectors(Settings settings, ConfigFile file) {
        List<Key<?>> choices = List.of(DETECTOR, DETECTORS, REPRODUCE);
        if (choices.stream().noneMatch(settings::isGiven)) {
            return List.of(defaultDetector(settings, file));
        }
        Key<?> given = settings.exactlyOne(choices);
        if (given == REPRODUCE) {
            for (Key<?> key : List.of(VIEW, FEATURES, SPLIT, THRESHOLD, EVALUATE, HISTORY)) {
                if (settings.isGiven(key)) {
                    throw settings.error(key, "reproduce brings its own " + key.name() + "; remove it");
                }
            }
            return List.of();
        }
        List<DetectorConfig> detectors = given == DETECTOR
                ? List.of(settings.get(DETECTOR).orElseThrow())
                : settings.get(DETECTORS).orElseThrow();
        Map<String, String> paths = new LinkedHashMap<>();
        for (DetectorConfig detector : detectors) {
            String before = paths.putIfAbsent(detector.name(), detector.path());
            if (before != null) {
                throw settings.error(
                        DETECTORS,
                        before + " and " + detector.path() + " are both called " + detector.name()
                                + "; give one of them a name");
            }
        }
        return detectors;
    }

    /**
     * Checks that the files to read exist, {@code data.train} apart where the config can simulate it.
     *
     * @throws InputException if one is missing, saying where to get it
     */
    public void requireDataFiles() {
        data.reading().jdbc().flatMap(jdbc -> jdbc.database().sqliteFile()).ifPresent(path -> {
            if (!Files.isRegularFile(path)) {
                throw file.error(
                        "data.format.jdbc.url",
                        "the SQLite file " + path + " does not exist. Give another with --set"
                                + " data.format.jdbc.url=jdbc:sqlite:FILE");
            }
        });
        if (data.simulate().isEmpty()) {
            data.reading().train().forEach(path -> requireLog("data.train", path));
            data.truth().ifPresent(path -> require("data.truth", path));
        }
        data.reading().test().forEach(path -> requireLog("data.test", path));
        evaluate.external().forEach(each -> require("evaluate.external", each.scores()));
        data.labels().ifPresent(labels -> {
            if (labels.source() instanceof LabelsConfig.Windows windows && !labels.mayBeMissing()) {
                require("data.labels.windows", windows.file());
            } else if (labels.source() instanceof LabelsConfig.JudgedLogins judged) {
                require("data.labels.verdicts", judged.file());
            }
        });
    }

    /** A file, a folder with files, or a pattern that files match. */
    private void requireLog(String key, Path path) {
        if (!Files.isDirectory(path) && !LogFiles.isPattern(path.toString())) {
            require(key, path);
            return;
        }
        try {
            LogFiles.find(path.toString());
        } catch (InputException e) {
            throw file.error(key, e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void require(String key, Path path) {
        if (!Files.isRegularFile(path)) {
            String what = Files.isDirectory(path) ? " is a directory, not a file" : " does not exist";
            throw file.error(key, path + what + ". " + KnownData.howToGet(key, path));
        }
    }
}
