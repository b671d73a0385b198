package dev.octet.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.SavedFormat;
import dev.octet.bundle.ScoringModel;
import dev.octet.config.ConfigException;
import dev.octet.config.DataConfig;
import dev.octet.config.DetectorConfig;
import dev.octet.config.EvaluateConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.config.LabelLint;
import dev.octet.config.LabelsConfig;
import dev.octet.config.SplitConfig;
import dev.octet.detect.AlertRate;
import dev.octet.detect.Detector;
import dev.octet.detect.FittedThreshold;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import dev.octet.event.RejectedRows;
import dev.octet.event.TemporaryFile;
import dev.octet.event.enrich.EnrichmentInfo;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureFitter;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.View;
import dev.octet.feature.history.Memories;
import dev.octet.run.cluster.ClusterLog;
import dev.octet.run.cluster.LogRequest;
import dev.octet.run.cluster.SpanEnds;
import it.unimi.dsi.fastutil.longs.Long2BooleanOpenHashMap;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An {@link Experiment} whose rows lie on a cluster. The steps are the same and give the same bundle, scores and table: the
 * cluster computes features, fits them and scores; the detector is trained here, on a sample. Not thread-safe.
 */
public final class ClusterExperiment {
    /** Rows of a sample where the config does not say; docs/spark.md has the measurement. */
    public static final int SAMPLE_ROWS = 500_000;

    private static final String SAMPLE_KEY = "data.sample-rows";

    private final ExperimentConfig config;
    private final DetectorConfig detector;
    private final List<FeatureRequest> requests;
    private final boolean looksBack;
    private final ClusterLog cluster;
    private final RunListener listener;
    private final List<String> memoryNotes = new ArrayList<>();

    private ClusterExperiment(ExperimentConfig config, ClusterLog cluster, RunListener listener) {
        this.config = config;
        this.cluster = cluster;
        this.listener = listener;
        detector = config.detection().detectors().get(0);
        requests = FitStep.requests(config, detector);
        looksBack = !emptyMemory().isEmpty();
    }

    /**
     * Reads a config for a run on a cluster.
     *
     * @param overrides each {@code a.b=value}; later ones win
     * @throws dev.octet.event.InputException if it cannot be read, or asks for what is done on one machine only
     */
    public static ExperimentConfig config(Path file, List<String> overrides, Map<String, String> environment) {
        ExperimentConfig config = ExperimentConfig.read(file, overrides, environment);
        requireSupported(config);
        if (config.data().sampleRows().isEmpty()) {
            List<String> more = new ArrayList<>(List.of(SAMPLE_KEY + "=" + SAMPLE_ROWS));
            more.addAll(overrides);
            config = ExperimentConfig.read(file, more, environment);
        }
        return config;
    }

    private static void requireSupported(ExperimentConfig config) {
        DataConfig data = config.data();
        if (config.reproduce().isPresent()) {
            throw refused("reproduce", "a published experiment is done again");
        }
        if (!(config.view() instanceof View.Attempt)) {
            throw refused("view: " + config.view().key(), "rows that are no logins are made");
        }
        if (config.detection().detectors().size() != 1) {
            throw refused(
                    config.detection().detectors().size() + " detectors",
                    "one detector is trained at a time: name one as detector, or");
        }
        if (data.reading().jdbc().isPresent()) {
            throw refused("data.format.jdbc", "a database is read");
        }
        if (!data.reading().test().isEmpty()) {
            throw refused("data.test", "train and test are one log on Spark: put the files into data.train, or");
        }
        if (!data.reading().format().extraFields().isEmpty()) {
            throw refused("extra fields in data.format", "fields beyond the table have features");
        }
        if (data.labels().isPresent() && !(data.labels().get().source() instanceof LabelsConfig.Column)) {
            throw refused(
                    "labels beside the log", "on Spark labels are a column of the log: give data.labels.column, or");
        }
        if (config.split().testUsers().isPresent()) {
            throw refused("split.test-users", "users are split");
        }
        if (config.split() instanceof SplitConfig.Shares shares && shares.folds() > 1) {
            throw refused("split.folds", "folds are run");
        }
        if (!config.evaluate().external().isEmpty()) {
            throw refused("evaluate.external", "scores of other programs are compared");
        }
        if (config.evaluate().seeds() > 1) {
            throw refused("evaluate.seeds", "several seeds are trained");
        }
        requireSupported(config, config.detection().detectors().get(0));
    }

    private static void requireSupported(ExperimentConfig config, DetectorConfig detector) {
        List<FeatureRequest> requests = FitStep.requests(config, detector);
        List<RowFeatures> memory = Memories.neededFor(
                config.view(), requests, config.detection().history().options());
        if (detector.trainer().supervised()) {
            throw refused(detector.name(), "a detector that learns from labels is trained");
        }
        if (detector.trainer().needsSpark()) {
            throw refused(
                    "engine: dl4j-spark", "with --on the detector is trained on the driver: set engine to auto, or");
        }
        if (detector.trim() > 0) {
            throw refused("trim", "the most anomalous training rows are left out");
        }
        if (new FeatureFitter(
                        new FeatureExtractor(config.view(), requests, memory),
                        detector.trainer().scaling())
                .needsOrder()) {
            throw refused(
                    detector.name() + " on these features",
                    "means over all rows, whose last digits depend on the order of the rows, are taken");
        }
        boolean excluded = config.data()
                .labels()
                .map(labels -> labels.inTraining() == LabelsConfig.InTraining.EXCLUDE)
                .orElse(false);
        if (excluded && !memory.isEmpty()) {
            throw refused(
                    "data.labels.in-training: exclude with features that look back",
                    "set it to ignore, which keeps labels for the evaluation, or");
        }
    }

    private static ConfigException refused(String what, String why) {
        return new ConfigException("the config has " + what + ": " + why
                + (why.endsWith("or") ? "" : " on one machine only:") + " run it without --on");
    }

    /**
     * Runs the experiment.
     *
     * @param config that {@link #config} read
     * @param strict whether the first row that cannot be used ends the run
     * @throws dev.octet.event.InputException if it cannot be done with this config and this data
     */
    public static Experiment.Result run(
            ExperimentConfig config, boolean strict, ClusterLog cluster, RunListener listener) throws IOException {
        return new ClusterExperiment(config, cluster, listener).run(strict);
    }

    private Experiment.Result run(boolean strict) throws IOException {
        ReadLog read = read(strict);
        Path provisional = Files.createDirectory(
                TemporaryFile.beside(config.output().resolve("provisional").toAbsolutePath()));
        try {
            return run(read, provisional);
        } finally {
            TemporaryFile.deleteTree(provisional);
        }
    }

    private Experiment.Result run(ReadLog read, Path provisional) throws IOException {
        TrainingRows rows = rows(read, provisional);
        FitStep fit = new FitStep(read, listener);
        FittedDetector fitted = fit.fit(
                detector, requests, rows, (features, made) -> validationScores(rows, features, made, provisional));
        if (looksBack && !config.detection().history().flaggedUpdate()) {
            fitted = new ValidationPass(read, listener)
                    .score(fitted, model -> cluster.walkValidation(save(model, rows, provisional)));
        }
        TrainedFiles files = new TrainedFiles(read, listener);
        TrainedDetector trained = new ThresholdStep(read, files).decide(fitted);
        FigureCollector figures = new FigureCollector(config.view(), List.of(trained));
        ScoredDetector scored = score(read, trained, figures, provisional);
        EvaluateStep.Evaluated evaluated =
                EvaluateStep.evaluate(read, List.of(scored), Map.of(), List.of(), figures, listener);
        ReportStep.write(config, evaluated);
        ModelCard.write(read, List.of(trained), evaluated);
        files.forget(trained.name());
        Outputs outputs = new Outputs(config);
        return new Experiment.Result(
                evaluated.report(),
                evaluated.figures(),
                List.of(outputs.bundle(trained.name())),
                List.of(outputs.scores(trained.name())));
    }

    private List<RowFeatures> emptyMemory() {
        return Memories.neededFor(
                config.view(), requests, config.detection().history().options());
    }

    /** The first step: as {@link ReadStep}. */
    private ReadLog read(boolean strict) throws IOException {
        DataConfig data = config.data();
        config.requireDataFiles();
        Path cache = data.matrices().folder().orElse(config.output().resolve("cache"));
        new Outputs(config).requireWritable(cache);
        EnrichmentInfo enrichment = Sources.enrichment(data).info();
        if (!enrichment.databases().isEmpty()) {
            throw refused("address databases in data.enrich", "complete the log first with octet convert, or");
        }
        Sample.makeIfMissing(data, listener);
        Map<Long, String> attackers = config.evaluate().by().contains(EvaluateConfig.Breakdown.ATTACKER)
                ? Truth.attackers(Sample.truth(data))
                : Map.of();
        Optional<Path> truth = Sample.truthIfAny(data);
        Map<Long, String> campaigns = truth.isPresent() ? Truth.campaigns(truth.get()) : Map.of();
        ClusterLog.Findings found = cluster.read(request(strict, enrichment));
        long rejected = Arrays.stream(found.rejected()).sum();
        if (rejected > data.reading().rejection().maxShare() * found.rows()) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "%,d of %,d rows cannot be used, more than data.max-rejected allows (%s): %s. Repair the log or the"
                            + " format, or set data.max-rejected",
                    rejected,
                    found.rows(),
                    data.reading().rejection().maxShare(),
                    String.join("; ", found.notes())));
        }
        Log.Scan scan = scan(found);
        Log log = Log.elsewhere(names(data.reading().train()), config.output(), listener);
        ReadStep.withoutLabels(data, log, scan).ifPresent(listener::note);
        return new ReadLog(
                config,
                log,
                log,
                scan,
                scan,
                Spans.of(config.split(), scan, data.reading().format().time().zone()),
                attackers,
                campaigns,
                new DataFiles(data, enrichment, listener, SeenFiles.in(cache)),
                new RowCache(cache, (long) data.matrices().mebibytes() << 20, listener),
                new Preparation(List.of(detector.trainer())));
    }

    private static String names(List<Path> files) {
        return files.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    private LogRequest request(boolean strict, EnrichmentInfo enrichment) throws IOException {
        DataConfig data = config.data();
        ByteArrayOutputStream memory = new ByteArrayOutputStream();
        for (RowFeatures each : emptyMemory()) {
            each.save(memory);
        }
        boolean successfulOnly = config.evaluate().on() == EvaluateConfig.Rows.SUCCESSFUL;
        return new LogRequest(
                data.reading().train().stream()
                        .map(file -> "file:" + file.toAbsolutePath())
                        .toList(),
                SavedFormat.write(data.reading().format().withLabelColumn(null)),
                Optional.ofNullable(data.reading().format().labelColumn()).orElse(""),
                data.labels().map(LabelsConfig::mayBeMissing).orElse(false),
                enrichment.toJson().toString(),
                data.reading().rejection().maxShare(),
                data.reading().rejection().strictIf(strict).strict(),
                requests.stream()
                        .map(asked -> new LogRequest.AskedFeature(
                                asked.name(), asked.encoding().name(), asked.maxCategories()))
                        .toList(),
                !successfulOnly || data.trainOn() == DataConfig.TrainOn.ALL,
                successfulOnly,
                data.labels()
                        .map(labels -> labels.inTraining() == LabelsConfig.InTraining.EXCLUDE)
                        .orElse(false),
                memory.toByteArray());
    }

    private Log.Scan scan(ClusterLog.Findings found) {
        Map<RejectedRows.Reason, Long> rejected = new EnumMap<>(RejectedRows.Reason.class);
        for (RejectedRows.Reason reason : RejectedRows.Reason.values()) {
            if (found.rejected()[reason.ordinal()] > 0) {
                rejected.put(reason, found.rejected()[reason.ordinal()]);
            }
        }
        LabelLint lint = new LabelLint(config.data().reading().format().labelColumn());
        long successes = 0;
        boolean labelled = false;
        for (Label label : Label.values()) {
            long succeeded = found.outcomes()[2 * label.ordinal()];
            long failed = found.outcomes()[2 * label.ordinal() + 1];
            lint.see(label, true, succeeded);
            lint.see(label, false, failed);
            successes += succeeded;
            labelled |= label != Label.UNKNOWN && succeeded + failed > 0;
        }
        lint.check();
        Long2BooleanOpenHashMap attacks = new Long2BooleanOpenHashMap();
        for (int i = 0; i < found.attacks().length; i++) {
            attacks.put(found.attacks()[i], found.knownVictims()[i]);
        }
        return new Log.Scan(
                found.rows(),
                rejected,
                found.notes(),
                found.notes(),
                found.firstMicros(),
                found.lastMicros(),
                successes,
                attacks,
                labelled);
    }

    /** The rows of the training and the validation span, those that training needs. */
    private TrainingRows rows(ReadLog read, Path folder) throws IOException {
        listener.stage("computing features");
        Spans spans = read.spans();
        ClusterLog.Fitted fitted = cluster.fit(
                new SpanEnds(spans.trainFrom(), spans.trainUntil(), spans.validationUntil(), spans.testUntil()),
                detector.trainer().scaling().name());
        TrainingRows.Part train = span(fitted.train());
        TrainingRows.Part validation = span(fitted.validation());
        TrainingRows.requireRows(read, train, validation);
        FitStep.requireSupport(read, validation);
        FittedFeatures features = FittedFeatures.fromJson(new ObjectMapper().readTree(fitted.features()));
        Map<String, List<String>> names = new LinkedHashMap<>();
        fitted.names().forEach(each -> names.put(each.feature(), each.names()));
        List<RowFeatures> memory = List.of();
        if (looksBack) {
            Path file = folder.resolve("memory.bin");
            cluster.history(file);
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
                memory = Memories.load(config.view(), in);
            }
            Files.delete(file);
            memory.forEach(each -> memoryNotes.addAll(each.notes()));
        }
        FeatureExtractor extractor = FeatureExtractor.withDictionaries(config.view(), requests, memory, names);
        listener.stage("fetching the rows of the sample");
        return TrainingRows.elsewhere(
                read.cache(),
                extractor,
                held(ClusterLog.Span.TRAIN, fitted.train(), ThresholdStep.trainRows(train, validation), extractor),
                held(
                        ClusterLog.Span.VALIDATION,
                        fitted.validation(),
                        ThresholdStep.validationRows(validation),
                        extractor),
                features);
    }

    /** A span of which no value is here yet. */
    private static TrainingRows.Part span(ClusterLog.SpanRows rows) {
        return TrainingRows.Part.elsewhere(
                rows.rows(),
                BitSet.valueOf(rows.attacks()),
                BitSet.valueOf(rows.scored()),
                rows.days(),
                new FloatMatrix(1),
                new BitSet(),
                new long[0]);
    }

    private TrainingRows.Part held(
            ClusterLog.Span span, ClusterLog.SpanRows all, BitSet wanted, FeatureExtractor extractor)
            throws IOException {
        ClusterLog.Rows rows = cluster.rows(
                span, wanted.toLongArray(), config.data().sampleRows().orElseThrow());
        FloatMatrix raw = new FloatMatrix(extractor.width());
        raw.append(rows.values(), rows.draws().length);
        return TrainingRows.Part.elsewhere(
                all.rows(),
                BitSet.valueOf(all.attacks()),
                BitSet.valueOf(all.scored()),
                all.days(),
                raw,
                BitSet.valueOf(rows.held()),
                rows.draws());
    }

    private double[] validationScores(TrainingRows rows, FittedFeatures features, Detector made, Path folder)
            throws IOException {
        listener.stage("scoring the validation span");
        return cluster.validationScores(save(
                new ScoringModel(
                        config.name(),
                        config.view(),
                        config.evaluate().on() == EvaluateConfig.Rows.SUCCESSFUL,
                        config.detection().history().flaggedUpdate(),
                        features,
                        made,
                        new FittedThreshold(
                                Double.POSITIVE_INFINITY, "none chosen yet", new AlertRate(0, 0, 0), List.of())),
                rows,
                folder));
    }

    /** Saves a model that is not the last one for the cluster to score with. */
    private Path save(ScoringModel model, TrainingRows rows, Path folder) throws IOException {
        return Bundle.save(
                        folder.resolve("bundle"),
                        model,
                        model.features().extractor(emptyMemory()),
                        config.data().reading().format(),
                        config.file().yaml(),
                        JsonNodeFactory.instance.objectNode(),
                        ThresholdStep.golden(rows, model.features()))
                .directory();
    }

    /** The fourth step: as {@link ScoreStep}. */
    private ScoredDetector score(ReadLog read, TrainedDetector trained, FigureCollector figures, Path folder)
            throws IOException {
        listener.stage("scoring the test span: " + trained.name());
        Path bundle = new Outputs(config).bundle(trained.name());
        Path history = folder.resolve("history.bin");
        ScoredDetector scored;
        try (TestSpan span = new TestSpan(read, trained, List.of(trained), figures)) {
            cluster.score(
                    bundle,
                    history,
                    (row, micros, user, success, label, score, columns, contributions) -> span.add(
                            new Labelled<>(
                                    LoginEvent.at(micros, user, success)
                                            .row(row)
                                            .build(),
                                    Label.values()[label]),
                            score,
                            trained.model().threshold().flags(score),
                            columns,
                            contributions,
                            name -> name));
            scored = span.end(trained.notes(), memoryNotes);
        }
        if (looksBack) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(history), 1 << 16)) {
                Bundle.load(bundle)
                        .withMemory(
                                trained.model().features().extractor(Memories.load(config.view(), in)),
                                Provenance.of(read, trained.trainRows(), trained.validationRows()));
            }
        }
        return scored;
    }
}
