package dev.octet.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.Checksums;
import dev.octet.bundle.Reasons;
import dev.octet.bundle.RowScorer;
import dev.octet.bundle.ScoreFile;
import dev.octet.bundle.ScoringModel;
import dev.octet.config.ConfigException;
import dev.octet.config.DataConfig;
import dev.octet.config.DetectorConfig;
import dev.octet.config.EvaluateConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.config.LabelsConfig;
import dev.octet.detect.Detector;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.ValidationScores;
import dev.octet.detect.baseline.KMeansDetector;
import dev.octet.evaluate.AlarmResult;
import dev.octet.evaluate.Evaluation;
import dev.octet.evaluate.EvaluationReport;
import dev.octet.evaluate.KappaMatrix;
import dev.octet.evaluate.Period;
import dev.octet.evaluate.RankingCurve;
import dev.octet.evaluate.RunFigures;
import dev.octet.evaluate.ScoredRows;
import dev.octet.evaluate.SingleFeatures;
import dev.octet.evaluate.TopAlert;
import dev.octet.evaluate.TrainingCurve;
import dev.octet.evaluate.report.ReportPage;
import dev.octet.event.AttackWindows;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.LoginField;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.LabelledRow;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.RowReader;
import dev.octet.feature.View;
import dev.octet.feature.history.Memories;
import it.unimi.dsi.fastutil.longs.Long2BooleanOpenHashMap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One experiment from config to table: read, split by time, fit features and detectors on the training span, choose
 * thresholds on the validation span, score the test span, evaluate, and write bundles, scores and tables under the
 * config's output directory. A run that was killed goes on from its checkpoint when it is started again.
 *
 * <p>The log is passed over three times: to check it, to fit, and once a detector to score; what is kept in memory are
 * the raw values of the training and validation rows and the test rows' scores. Not thread-safe.
 */
public final class Experiment {
    /** The list of what could not be read, in the output folder. */
    private static final String UNREADABLE = "unreadable.csv";

    private static final int GOLDEN_ROWS = 32;
    private static final int SCORING_BATCH = 4096;
    /** Alerts in the report, shared by the detectors. */
    private static final int MOST_ALERTS = 300;

    private final ExperimentConfig config;
    private final RunListener listener;
    private final boolean successfulOnly;
    private final boolean labelsTrain;
    private final Map<List<FeatureRequest>, TrainingRows> rowsOfFeatures;
    private final RowCache cache;
    private Optional<ArrayNode> files = Optional.empty();
    private final FigureCollector figures;

    private Log log;
    private Log testLog;
    /** To be ended before anything is trained. */
    private Optional<Preparation> preparation = Optional.empty();

    private Log.Scan scan;
    private Log.Scan testScan;
    private Spans spans;

    /**
     * What a run wrote.
     *
     * @param report the table
     * @param bundles one for each detector, in the order of the config
     * @param scores one for each detector, likewise
     */
    public record Result(EvaluationReport report, List<Path> bundles, List<Path> scores) {}

    /** @throws InputException if the config names no detector but a published experiment */
    public Experiment(ExperimentConfig config, RunListener listener) {
        this(
                config,
                listener,
                new HashMap<>(),
                new RowCache(
                        config.data().matrixCache().orElse(config.output().resolve("cache")),
                        (long) config.data().matrixMemory() << 20,
                        listener));
    }

    /**
     * Another experiment on what one has read already; of the config, only what concerns detectors may be different.
     *
     * @param read {@link #prepare}d
     */
    public Experiment(ExperimentConfig config, RunListener listener, Experiment read) {
        this(config, listener, read.rowsOfFeatures, read.cache);
        log = read.log;
        testLog = read.testLog;
        scan = read.scan;
        testScan = read.testScan;
        spans = read.spans;
        preparation = read.preparation;
    }

    private Experiment(
            ExperimentConfig config,
            RunListener listener,
            Map<List<FeatureRequest>, TrainingRows> rowsOfFeatures,
            RowCache cache) {
        this.rowsOfFeatures = rowsOfFeatures;
        this.cache = cache;
        if (config.detectors().isEmpty()) {
            throw new ConfigException("the config names no detector but reproduce, which only ./octet run does");
        }
        this.config = config;
        this.listener = listener;
        figures = new FigureCollector(config.view());
        successfulOnly = config.evaluate().on() == EvaluateConfig.Rows.SUCCESSFUL;
        labelsTrain = config.data()
                .labels()
                .map(labels -> labels.inTraining() == LabelsConfig.InTraining.EXCLUDE)
                .orElse(false);
    }

    /**
     * Runs the experiment.
     *
     * @param strict whether the first row that cannot be used ends the run
     * @throws InputException if it cannot be done with this config and this data
     */
    public Result run(boolean strict) throws IOException {
        prepare(strict);
        List<TrainedDetector> trained = new ArrayList<>();
        for (DetectorConfig detector : config.detectors()) {
            trained.add(train(detector));
        }
        rowsOfFeatures.clear();
        cache.removeUnused();

        Map<Long, String> attackers = config.evaluate().by().contains(EvaluateConfig.Breakdown.ATTACKER)
                ? Truth.attackers(Sample.truth(config.data()))
                : Map.of();
        ArrayNode files = files();
        List<Double> budgets = config.evaluate().budgetShares();
        List<Evaluation> evaluations = new ArrayList<>();
        List<Evaluation> trivial = new ArrayList<>();
        List<Period> periods = new ArrayList<>();
        List<AlarmResult> alarms = new ArrayList<>();
        List<TopAlert> topAlerts = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        Set<String> memoryNotes = new LinkedHashSet<>();
        List<BitSet> flagged = new ArrayList<>();
        Clusterings clusterings = new Clusterings();
        List<Path> bundles = new ArrayList<>();
        List<Path> scoreFiles = new ArrayList<>();
        long testRows = 0;
        String testSpan = "";
        Optional<RankingCurve> randomCurve = Optional.empty();
        Optional<RankingCurve> singleCurve = Optional.empty();
        for (TrainedDetector one : trained) {
            boolean first = one == trained.get(0);
            SingleFeatures single = new SingleFeatures(one.model.features().columnNames(), 1);
            Path scoreFile = config.output().resolve(fileName("scores", one.name) + ".csv");
            Path alertFile = config.output().resolve(fileName("alerts", one.name) + ".csv");
            listener.stage("scoring the test span: " + one.name);
            FeatureExtractor extractor = extractor(one);
            for (RowFeatures memory : extractor.memories()) {
                for (String note : memory.notes()) {
                    if (memoryNotes.add(note)) {
                        listener.note(note);
                    }
                }
            }
            FigureCollector.OfDetector drawn = figures.test(one.name, one.model.features(), testFrom(), lastMicros());
            TestScores scores;
            try (TestAlerts alerts = new TestAlerts(
                    one.name,
                    alertFile,
                    one.model,
                    config.evaluate().by().contains(EvaluateConfig.Breakdown.MONTH),
                    mostAlerts(first, trained.size()))) {
                scores = score(
                        one,
                        extractor,
                        scoreFile,
                        alerts,
                        drawn,
                        first ? Optional.of(single) : Optional.empty(),
                        clusterings);
                alerts.complete();
                alarms.addAll(alerts.results());
                topAlerts.addAll(alerts.top());
            }
            Optional<Long2BooleanOpenHashMap> history =
                    config.evaluate().by().contains(EvaluateConfig.Breakdown.HISTORY)
                            ? Optional.of((testLog == log ? scan : testScan).attacks())
                            : Optional.empty();
            ScoredRows rows = scores.all(attackers, history);
            drawn.end(rows);
            evaluations.add(Evaluation.of(one.name, rows, Optional.of(one.model.threshold()), budgets));
            if (config.evaluate().by().contains(EvaluateConfig.Breakdown.MONTH)) {
                periods.addAll(scores.months(one.name, one.model.threshold(), budgets));
            }
            flagged.add(scores.flagged(one.model.threshold()));
            if (first) {
                trivial.add(Evaluation.random(rows, budgets));
                single.evaluate(rows.days(), budgets).ifPresent(trivial::add);
                randomCurve = single.curve().map(any -> RankingCurve.of(rows.allEqual()));
                singleCurve = single.curve();
                warnings.addAll(single.leaks());
                testRows = scores.rows();
                testSpan = span(scores.firstMicros(), scores.lastMicros());
            }
            Path bundle = bundle(one.name);
            Bundle.save(
                    bundle,
                    one.model,
                    extractor,
                    config.data().format(),
                    config.file().yaml(),
                    provenance(files, one),
                    one.golden);
            forgetCheckpoints(one.name);
            bundles.add(bundle);
            scoreFiles.add(scoreFile);
        }
        for (Evaluation each : evaluations) {
            each.decision()
                    .flatMap(decision -> decision.surplus(each.detector()))
                    .ifPresent(warnings::add);
        }
        evaluations.addAll(trivial);
        for (int i = 0; i < trivial.size(); i++) {
            figures.trivial(trivial.get(i).detector(), i == 0 ? randomCurve : singleCurve);
        }
        if (!topAlerts.isEmpty()) {
            listener.stage("reading what the log says around the top alerts");
        }
        List<String> notes = new ArrayList<>();
        if (config.view() instanceof View.Entity) {
            unequalSpans().ifPresent(notes::add);
        }
        withoutLabels(log, scan).ifPresent(notes::add);
        notes.addAll(scan.figures());
        if (testLog != log) {
            withoutLabels(testLog, testScan).ifPresent(notes::add);
            notes.addAll(testScan.figures());
        }
        notes.addAll(memoryNotes);
        trained.forEach(one -> one.notes.forEach(note -> notes.add(one.name + ": " + note)));
        EvaluationReport report = new EvaluationReport(
                config.name(),
                dataLine(),
                splitLine(testRows, testSpan),
                successfulOnly ? "successful logins" : "all rows",
                Sample.isSimulated(config.data()),
                evaluations,
                byPeriod(periods),
                alarms,
                AlertBackgrounds.of(
                        config.view(),
                        topAlerts,
                        testLog == log ? List.of() : List.of(log),
                        testLog,
                        testFrom(),
                        testUntil()),
                trained.size() < 2
                        ? Optional.empty()
                        : Optional.of(KappaMatrix.of(
                                trained.stream().map(one -> one.name).toList(), flagged, testRows)),
                clusterings.agreements(),
                warnings,
                notes);
        RunFigures drawn = figures.finish(
                rowsRead(),
                config.threshold(),
                Provenance.ofRun(files, scan, trained.get(0).trainRows, trained.get(0).validationRows),
                config.file().yaml());
        OutputFile.write(config.output().resolve("evaluation.json"), report.json(drawn));
        OutputFile.write(config.output().resolve("report.html"), ReportPage.of(report, drawn));
        OutputFile.write(config.output().resolve("table.md"), report.markdown());
        OutputFile.write(config.output().resolve("config.yaml"), config.file().yaml());
        return new Result(report, bundles, scoreFiles);
    }

    /** The first detector has half of the alerts that a report has room for, the others share the rest. */
    private static int mostAlerts(boolean first, int detectors) {
        return detectors == 1 ? MOST_ALERTS : first ? MOST_ALERTS / 2 : Math.max(1, MOST_ALERTS / 2 / (detectors - 1));
    }

    private List<RunFigures.RowsRead> rowsRead() {
        List<RunFigures.RowsRead> read = new ArrayList<>(List.of(rowsRead(log, scan)));
        if (testLog != log) {
            read.add(rowsRead(testLog, testScan));
        }
        return read;
    }

    private static RunFigures.RowsRead rowsRead(Log log, Log.Scan scan) {
        return new RunFigures.RowsRead(
                log.name(),
                scan.rows(),
                scan.rejected().entrySet().stream()
                        .map(entry -> new RunFigures.Rejected(entry.getKey().text(), entry.getValue()))
                        .toList());
    }

    /** Reads and checks everything that the config names: the first step of {@link #run}. */
    public void prepare(boolean strict) throws IOException {
        config.requireDataFiles();
        Files.createDirectories(config.output());
        for (DetectorConfig detector : config.detectors()) {
            Bundle.requireReplaceable(bundle(detector.name()));
        }
        Sample.makeIfMissing(config.data(), listener);
        preparation = Optional.of(new Preparation(
                config.detectors().stream().map(DetectorConfig::trainer).toList()));
        read(strict);
    }

    /** What the training log held. */
    public Log.Scan scan() {
        return scan;
    }

    /** First moment of the test span. */
    public long testFrom() {
        return testLog == log ? spans.validationUntil() : testScan.firstMicros();
    }

    /** First moment after the test span. */
    public long testUntil() {
        return testLog == log ? spans.testUntil() : Long.MAX_VALUE;
    }

    /** Time of the last row of the test span's log, at most its end. */
    public long lastMicros() {
        return Math.min(testScan.lastMicros(), testUntil() - 1);
    }

    /**
     * The rows of the log that holds the test span, from its first one on.
     *
     * @param ends where the spans of the replay end
     */
    public RowReader openForReplay(List<Long> ends) throws IOException {
        List<Long> all = new ArrayList<>();
        if (testLog == log) {
            all.addAll(List.of(spans.trainFrom(), spans.trainUntil(), spans.validationUntil()));
        }
        all.addAll(ends);
        return testLog.open(config.view(), all);
    }

    /** The rows of a detector's validation span; {@link #train} must have read them. */
    public HeldOut validationSpan(DetectorConfig detector, ScoringModel model) {
        TrainingRows rows = rowsOfFeatures.get(requests(detector, detector.trainer()));
        BitSet scored = rows.validation().scored();
        return new HeldOut(
                rows.encode(model.features(), rows.validation(), scored),
                attacksAmong(rows.validation().attacks(), scored),
                validationDays());
    }

    private void read(boolean strict) throws IOException {
        DataConfig data = config.data();
        Optional<AttackWindows> attacks = Sources.attacks(data);
        log = new Log(Sources.train(data), attacks, listener);
        listener.stage("reading " + log.name());
        Optional<RowCache.Scanned> known = isCached() ? cache.findScan(logKey()) : Optional.empty();
        if (known.isPresent()) {
            scan = log.restore(known.get());
            Files.deleteIfExists(config.output().resolve(UNREADABLE));
        } else {
            scan = log.scan(
                    config.output().resolve(UNREADABLE), data.rejection().strictIf(strict));
        }
        said(log, scan);
        if (data.test().isEmpty()) {
            testLog = log;
            testScan = scan;
        } else {
            testLog = new Log(Sources.test(data), attacks, listener);
            listener.stage("reading " + testLog.name());
            testScan = testLog.scan(
                    config.output().resolve("unreadable-test.csv"),
                    data.rejection().strictIf(strict));
            said(testLog, testScan);
        }
        spans = Spans.of(config.split(), scan, data.format().time().zone());
    }

    /** Whether an earlier run may have left something that this one can use; else no file's checksum is needed yet. */
    private boolean isCached() throws IOException {
        return config.data().jdbc().isEmpty() && cache.hasEntries();
    }

    private ArrayNode files() throws IOException {
        if (files.isEmpty()) {
            listener.stage("computing checksums");
            files = Optional.of(Provenance.files(config.data()));
        }
        return files.get();
    }

    /** Tells apart what {@link Log#scan} depends on. */
    private String logKey() throws IOException {
        List<String> parts = new ArrayList<>(List.of(RowCache.FORMAT, Provenance.program()));
        for (int i = 0; i < config.data().train().size(); i++) {
            parts.add(files().get(i).get("sha256").asText());
        }
        parts.add(config.data().format().toString());
        parts.add(config.data().labels().toString());
        if (config.data().labels().isPresent()
                && config.data().labels().get().source() instanceof LabelsConfig.Windows windows
                && Files.exists(windows.file())) {
            parts.add(Checksums.sha256(windows.file()));
        }
        return Checksums.sha256(String.join("\n", parts));
    }

    /** Tells apart what {@link TrainingRows} depend on. */
    private String rowsKey(List<FeatureRequest> requests) throws IOException {
        return Checksums.sha256(String.join(
                "\n",
                logKey(),
                config.view().toString(),
                requests.toString(),
                config.history().options().toString(),
                spans.toString(),
                successfulOnly + " " + config.data().trainOn() + " " + labelsTrain));
    }

    /** What a reader must know of a log of which the labels that the config names know nothing. */
    private Optional<String> withoutLabels(Log log, Log.Scan scan) {
        if (scan.labelled() || config.data().labels().isEmpty()) {
            return Optional.empty();
        }
        LabelsConfig.Source source = config.data().labels().get().source();
        String missing;
        if (source instanceof LabelsConfig.Column column) {
            missing = "there is no label in its column " + column.name() + ", or no such column";
        } else if (source instanceof LabelsConfig.Windows windows && !Files.exists(windows.file())) {
            missing = windows.file() + " does not exist";
        } else {
            missing = "no attack window lies within " + span(scan.firstMicros(), scan.lastMicros());
        }
        return Optional.of(log.name() + " counts as a log without labels: " + missing);
    }

    private void said(Log log, Log.Scan scan) {
        withoutLabels(log, scan).ifPresent(listener::note);
        scan.warnings().forEach(listener::note);
    }

    /** A detector with all that its test needs. */
    public record TrainedDetector(
            String name,
            ScoringModel model,
            byte[] memory,
            FloatMatrix golden,
            long trainRows,
            long validationRows,
            List<String> notes) {}

    /**
     * A detector with its threshold.
     *
     * @param rows what it was trained on, perhaps with more features
     */
    public record Fitted(ScoringModel model, TrainingRows rows, int trainRows, List<String> notes) {}

    public TrainedDetector train(DetectorConfig detector) throws IOException {
        Fitted fitted = fit(detector);
        TrainingRows rows = fitted.rows;
        return new TrainedDetector(
                detector.name(),
                fitted.model,
                rows.memory(),
                golden(rows, fitted.model.features()),
                fitted.trainRows,
                rows.validation().rows(),
                fitted.notes);
    }

    /**
     * The rows with these features, read if no experiment on the same log has read them.
     *
     * @param swapSeed whether takeovers are made up too, and how they are drawn
     */
    public TrainingRows rows(List<FeatureRequest> requests, OptionalLong swapSeed) throws IOException {
        TrainingRows rows = rowsOfFeatures.get(requests);
        if (rows == null && swapSeed.isEmpty() && isCached()) {
            rows = cache.find(
                            rowsKey(requests),
                            config.view(),
                            requests,
                            Memories.neededFor(
                                    config.view(), requests, config.history().options()),
                            labelsTrain)
                    .orElse(null);
            if (rows != null) {
                listener.note("the features of the training rows are those of an earlier run");
                rowsOfFeatures.put(requests, rows);
            }
        }
        if (rows == null) {
            listener.stage("computing features");
            Optional<SwappedLogins> swaps = swapSeed.isPresent()
                    ? Optional.of(new SwappedLogins(swapSeed.getAsLong(), newExtractor(requests), validationLogins()))
                    : Optional.empty();
            FeatureExtractor extractor = newExtractor(requests);
            rows = TrainingRows.read(
                    cache,
                    log.open(config.view(), spans, swaps.isPresent() ? LoginField.all() : extractor.neededFields()),
                    extractor,
                    spans,
                    successfulOnly,
                    config.data().trainOn() == DataConfig.TrainOn.SCORED,
                    labelsTrain,
                    swaps);
            if (rows.inFiles() && swaps.isEmpty() && config.data().jdbc().isEmpty()) {
                cache.keep(rowsKey(requests), rows);
                if (scan.warnings().isEmpty()) {
                    cache.keepScan(logKey(), new RowCache.Scanned(scan, log.rowsOfFile()));
                }
            }
            rowsOfFeatures.put(requests, rows);
        }
        return rows;
    }

    private FeatureExtractor newExtractor(List<FeatureRequest> requests) {
        return new FeatureExtractor(
                config.view(),
                requests,
                Memories.neededFor(config.view(), requests, config.history().options()));
    }

    /** How many scored logins the validation span has, if they come evenly over the time. */
    private double validationLogins() {
        double share = Spans.days(spans.trainUntil(), Math.min(spans.validationUntil(), scan.lastMicros() + 1))
                / Spans.days(scan.firstMicros(), scan.lastMicros() + 1);
        return share * (successfulOnly ? scan.successes() : scan.usable());
    }

    public Fitted fit(DetectorConfig detector) throws IOException {
        List<FeatureRequest> requests = requests(detector, detector.trainer());
        return fit(detector, requests, rows(requests, OptionalLong.empty()));
    }

    /** Trains on rows that have these features, and perhaps more. */
    public Fitted fit(DetectorConfig detector, List<FeatureRequest> requests, TrainingRows rows) throws IOException {
        preparation.ifPresent(Preparation::close);
        Trainer trainer = detector.trainer().resumingFrom(checkpoint(detector.name()));
        FittedFeatures features = rows.fit(trainer.scaling(), new BitSet()).only(requests);
        BitSet trimmed = new BitSet();
        if (detector.trim() > 0) {
            trimmed = trimmed(detector, rows, features);
            features = rows.fit(trainer.scaling(), trimmed).only(requests);
        }
        Bundle.requireSavable(features);
        List<String> notes = new ArrayList<>();
        if (!features.constantFeatures().isEmpty()) {
            notes.add("these features never vary on the training rows and tell nothing: "
                    + String.join(", ", features.constantFeatures()));
            listener.note(notes.get(0));
        }
        TrainingData data = trainingData(rows, features, trainer.supervised(), trimmed);
        listener.stage(String.format(
                Locale.ROOT,
                "training %s on %,d rows of %d columns",
                detector.name(),
                data.train().rows(),
                features.columns()));
        List<TrainingCurve.Epoch> epochs = new ArrayList<>();
        Detector made = trainer.train(
                data, new NotedProgress(listener.training(detector.name()), trainer.kind(), notes, epochs));
        ValidationScores validation = validationScores(rows, features, made);
        figures.trained(detector.name(), rows, features, epochs, validation);
        FittedThreshold threshold = config.threshold().fit(validation).aboveNearTies(validation, made.resolution());
        notes.addAll(threshold.notes());
        ScoringModel model = new ScoringModel(
                config.detectors().size() == 1 ? config.name() : config.name() + "/" + detector.name(),
                config.view(),
                successfulOnly,
                config.history().flaggedTeach(),
                features,
                made,
                threshold,
                config.alarm());
        return new Fitted(model, rows, data.train().rows(), notes);
    }

    /**
     * The share of the training normals that the detector finds strangest when it has been trained on those that are
     * ordinary in every single column: trained on all of them, it would learn to rebuild the very rows that it should
     * find (the first step of Shen and Sanghavi, "Learning with bad training data via iterative trimmed loss
     * minimization", ICML 2019, with a start that no row of the tails has a part in).
     */
    private BitSet trimmed(DetectorConfig detector, TrainingRows rows, FittedFeatures all) {
        BitSet chosen = chosen(rows.train(), false);
        BitSet tails = rows.train().tails(rows.encode(all, rows.train(), chosen), chosen, detector.trim());
        FittedFeatures features = rows.fit(detector.trainer().scaling(), tails).only(all.requests());
        TrainingData data = trainingData(rows, features, false, tails);
        listener.stage(String.format(
                Locale.ROOT,
                "training %s on %,d ordinary rows, to leave out the strangest",
                detector.name(),
                data.train().rows()));
        Detector first = detector.trainer()
                .resumingFrom(firstCheckpoint(detector.name()))
                .train(data, listener.training(detector.name()));
        double[] scores = scores(first, rows.encode(features, rows.train(), chosen));
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        // a tie at the cut stays, as it does at a threshold
        double cut = sorted[sorted.length - 1 - (int) (detector.trim() * sorted.length)];
        BitSet trimmed = new BitSet();
        int place = 0;
        for (int row = chosen.nextSetBit(0); row >= 0; row = chosen.nextSetBit(row + 1)) {
            trimmed.set(row, scores[place++] > cut);
        }
        return trimmed;
    }

    private static TrainingData trainingData(
            TrainingRows rows, FittedFeatures features, boolean supervised, BitSet leftOut) {
        BitSet trainChosen = chosen(rows.train(), supervised);
        trainChosen.andNot(leftOut);
        BitSet validationChosen = chosen(rows.validation(), supervised);
        return new TrainingData(
                features.layout(),
                rows.encode(features, rows.train(), trainChosen),
                attacksAmong(rows.train().attacks(), trainChosen),
                rows.encode(features, rows.validation(), validationChosen),
                attacksAmong(rows.validation().attacks(), validationChosen),
                features.unseenMarks());
    }

    private static BitSet chosen(TrainingRows.Part part, boolean withAttacks) {
        BitSet chosen = new BitSet();
        chosen.set(0, part.rows());
        if (!withAttacks) {
            chosen.andNot(part.attacks());
        }
        return chosen;
    }

    /** The attacks by their place among the chosen rows. */
    public static BitSet attacksAmong(BitSet attacks, BitSet chosen) {
        BitSet result = new BitSet();
        int place = 0;
        for (int row = chosen.nextSetBit(0); row >= 0; row = chosen.nextSetBit(row + 1)) {
            result.set(place++, attacks.get(row));
        }
        return result;
    }

    private ValidationScores validationScores(TrainingRows rows, FittedFeatures features, Detector detector) {
        BitSet scored = rows.validation().scored();
        if (scored.isEmpty()) {
            throw new InputException("the validation span holds no successful login, so no threshold can be chosen;"
                    + " give split a larger validation share");
        }
        FloatMatrix matrix = rows.encode(features, rows.validation(), scored);
        return ValidationScores.of(
                scores(detector, matrix), attacksAmong(rows.validation().attacks(), scored), validationDays());
    }

    double validationDays() {
        return Spans.days(spans.trainUntil(), Math.min(spans.validationUntil(), scan.lastMicros() + 1));
    }

    public List<FeatureRequest> requests(DetectorConfig detector, Trainer trainer) {
        return trainer.ownRequests()
                .map(own -> FeatureRequest.resolve(config.view(), own, Memories.names(config.view())))
                .orElse(detector.features().orElse(config.features()));
    }

    public static double[] scores(Detector detector, FloatMatrix matrix) {
        double[] scores = new double[matrix.rows()];
        float[] batch = new float[SCORING_BATCH * matrix.columns()];
        double[] batchScores = new double[SCORING_BATCH];
        for (int from = 0; from < matrix.rows(); from += SCORING_BATCH) {
            int count = Math.min(SCORING_BATCH, matrix.rows() - from);
            matrix.copyRows(from, count, batch);
            detector.score(batch, count, batchScores);
            System.arraycopy(batchScores, 0, scores, from, count);
        }
        return scores;
    }

    private static FloatMatrix golden(TrainingRows rows, FittedFeatures features) {
        BitSet chosen = new BitSet();
        int last = rows.validation().rows() - 1;
        IntStream.range(0, GOLDEN_ROWS).forEach(i -> chosen.set((int) ((long) i * last / (GOLDEN_ROWS - 1))));
        return rows.encode(features, rows.validation(), chosen);
    }

    /** An extractor that has seen the training and the validation span. */
    public FeatureExtractor extractor(TrainedDetector trained) throws IOException {
        FittedFeatures features = trained.model.features();
        return trained.memory.length == 0
                ? features.extractor()
                : features.extractor(Memories.load(config.view(), new ByteArrayInputStream(trained.memory)));
    }

    private TestScores score(
            TrainedDetector trained,
            FeatureExtractor extractor,
            Path file,
            TestAlerts alerts,
            FigureCollector.OfDetector drawn,
            Optional<SingleFeatures> single,
            Clusterings clusterings)
            throws IOException {
        ScoringModel model = trained.model;
        TestScores scores = new TestScores(config.evaluate().by().contains(EvaluateConfig.Breakdown.MONTH));
        Reasons reasons = new Reasons(model.features().layout());
        RowScorer scorer = new RowScorer(model, extractor, true);
        if (testLog != log && !extractor.memories().isEmpty()) {
            learnRest(scorer, extractor);
        }
        long olderBefore =
                extractor.memories().stream().mapToLong(RowFeatures::olderRows).sum();
        Set<LoginField> needed = extractor.neededFields();
        needed.add(LoginField.USER); // for the score file
        try (RowReader rows =
                        testLog == log ? log.open(config.view(), spans, needed) : testLog.open(config.view(), needed);
                ScoreFile out =
                        new ScoreFile(file, config.view(), model.threshold().value(), reasons)) {
            RowScorer.Sink sink = (row, score, flag, columns, contributions, words) -> {
                scores.add(row, score);
                int alert = alerts.add(
                        row, score, flag, () -> reasons.inWords(contributions, words), () -> reasons.of(contributions));
                drawn.add(row, flag, alert, columns);
                out.write(row.row(), score, flag, contributions);
                if (model.detector() instanceof KMeansDetector kMeans) {
                    clusterings.add(trained.name, kMeans.clusters(columns, 1)[0]);
                }
                if (single.isPresent() && row.label() != Label.UNKNOWN) {
                    single.get().add(columns, row.label() == Label.ATTACK);
                }
            };
            for (LabelledRow row = rows.next(); row != null; row = rows.next()) {
                long time = row.row().timeMicros();
                if (testLog != log || (time >= spans.validationUntil() && time < spans.testUntil())) {
                    scorer.add(row, sink);
                }
            }
            scorer.flush(sink);
            long older = extractor.memories().stream()
                            .mapToLong(RowFeatures::olderRows)
                            .sum()
                    - olderBefore;
            if (older > 0) {
                trained.notes.add(String.format(
                        Locale.ROOT,
                        "%,d rows of the test span are older than what was learnt before it: scored, but teach nothing",
                        older));
            }
            if (scores.rows() == 0) {
                throw new InputException("the test span holds no row to score; give split other shares or moments");
            }
            out.complete();
        }
        return scores;
    }

    /** Lets what follows the validation span in a training log with a test log of its own teach what looks back. */
    private void learnRest(RowScorer scorer, FeatureExtractor extractor) throws IOException {
        RowScorer.Sink nobody = (row, score, flag, columns, contributions, words) -> {};
        try (RowReader rows = log.open(config.view(), spans, extractor.neededFields())) {
            for (LabelledRow row = rows.next(); row != null; row = rows.next()) {
                if (row.row().timeMicros() >= spans.validationUntil()) {
                    scorer.add(row, nobody);
                }
            }
            scorer.flush(nobody);
        }
    }

    /** What an interrupted run of this config has left to go on from; empty where the next one begins anew. */
    public List<Path> checkpoints() {
        return config.detectors().stream()
                .flatMap(detector -> Stream.of(checkpoint(detector.name()), firstCheckpoint(detector.name())))
                .filter(Files::exists)
                .toList();
    }

    /** Where a training that was killed goes on from; gone once its bundle stands. */
    private Path checkpoint(String detector) {
        return config.output().resolve(fileName("checkpoint", detector) + ".bin");
    }

    /** To be called once what was trained is safe. */
    public void forgetCheckpoints(String detector) throws IOException {
        Files.deleteIfExists(checkpoint(detector));
        Files.deleteIfExists(firstCheckpoint(detector));
    }

    private Path bundle(String detector) {
        return config.output().resolve(fileName("bundle", detector));
    }

    /** The same for the training that only finds the rows to leave out. */
    private Path firstCheckpoint(String detector) {
        return config.output().resolve(fileName("checkpoint-first", detector) + ".bin");
    }

    /** Period by period and in each the detectors in the order of the config. */
    private static List<Period> byPeriod(List<Period> byDetector) {
        return byDetector.stream().sorted(Comparator.comparing(Period::name)).toList();
    }

    /** What a reader must know where the rows of the spans count over different times. */
    private Optional<String> unequalSpans() {
        double train = Spans.days(scan.firstMicros(), spans.trainUntil());
        double validation = Spans.days(spans.trainUntil(), Math.min(spans.validationUntil(), scan.lastMicros()));
        long testFrom = testLog == log ? spans.validationUntil() : testScan.firstMicros();
        double test = Spans.days(testFrom, Math.min(spans.testUntil(), testScan.lastMicros()));
        double longest = Math.max(train, Math.max(validation, test));
        double shortest = Math.min(train, Math.min(validation, test));
        return longest <= 1.1 * shortest
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "an entity's counts grow with the length of its span: training %.0f days, validation %.0f, test"
                                + " %.0f; spans of one length would compare like with like",
                        train,
                        validation,
                        test));
    }

    private String fileName(String what, String detector) {
        return config.detectors().size() == 1 ? what : what + "-" + detector;
    }

    private String dataLine() {
        String train = String.format(
                Locale.ROOT,
                "%s, %,d rows (%,d successful), %s",
                log.name(),
                scan.usable(),
                scan.successes(),
                span(scan.firstMicros(), scan.lastMicros()));
        return testLog == log
                ? train
                : train + "; test " + testLog.name() + String.format(Locale.ROOT, ", %,d rows", testScan.usable());
    }

    private String splitLine(long testRows, String testSpan) {
        return String.format(
                Locale.ROOT,
                "by time: train until %s, validation until %s, test %s (%,d rows scored)",
                Log.second(spans.trainUntil()),
                Log.second(Math.min(spans.validationUntil(), scan.lastMicros())),
                testSpan,
                testRows);
    }

    private static String span(long fromMicros, long toMicros) {
        return Log.second(fromMicros) + " to " + Log.second(toMicros);
    }

    private ObjectNode provenance(ArrayNode files, TrainedDetector trained) throws IOException {
        return Provenance.of(files, scan, trained.trainRows, trained.validationRows);
    }
}
