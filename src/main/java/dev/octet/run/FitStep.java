package dev.octet.run;

import dev.octet.bundle.Bundle;
import dev.octet.bundle.Checksums;
import dev.octet.config.DetectorConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.Detector;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.detect.ValidationScores;
import dev.octet.evaluate.TrainingCurve;
import dev.octet.event.InputException;
import dev.octet.event.Labelled;
import dev.octet.event.LoginField;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.Gathering;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.RowReader;
import dev.octet.feature.history.Memories;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.stream.IntStream;

/**
 * The second step of a run: computes the features of the training and the validation span, in one pass over the log for all
 * detectors, fits vocabularies and scales, and trains. Keeps the rows of each list of features until it is dropped. Not
 * thread-safe.
 */
public final class FitStep {
    private static final int SCORING_BATCH = 4096;

    private final ReadLog read;
    private final ExperimentConfig config;
    private final RunListener listener;
    private final Map<List<FeatureRequest>, TrainingRows> rowsOfFeatures = new HashMap<>();
    private Background<Void> keeping = keeping(Set.of());

    public FitStep(ReadLog read, RunListener listener) {
        this.read = read;
        this.config = read.config();
        this.listener = listener;
    }

    /** The features that a detector of a config works on. */
    public static List<FeatureRequest> requests(ExperimentConfig config, DetectorConfig detector) {
        return detector.trainer()
                .ownRequests()
                .map(own -> FeatureRequest.resolve(config.view(), own, Memories.names(config.view())))
                .orElse(detector.features().orElse(config.detection().features()));
    }

    /**
     * Reads the rows that some detectors need, in one pass, and checks that the validation span supports the threshold.
     *
     * @throws InputException if it does not, or a span has no row
     */
    public void readRows(List<DetectorConfig> detectors) throws IOException {
        Map<List<FeatureRequest>, TrainingRows.Builder> missing = new LinkedHashMap<>();
        // all see the same rows, so that one memory serves them all
        List<RowFeatures> shared = List.of();
        for (DetectorConfig detector : detectors) {
            List<FeatureRequest> requests = requests(config, detector);
            if (!rowsOfFeatures.containsKey(requests) && !missing.containsKey(requests)) {
                Optional<TrainingRows> kept = kept(requests);
                if (kept.isPresent()) {
                    rowsOfFeatures.put(requests, kept.get());
                } else {
                    List<RowFeatures> own = emptyMemories(requests);
                    if (!own.isEmpty() && shared.isEmpty()) {
                        shared = own;
                    }
                    FeatureExtractor extractor =
                            new FeatureExtractor(config.view(), requests, own.isEmpty() ? own : shared);
                    missing.put(requests, new TrainingRows.Builder(read, extractor, Optional.empty()));
                }
            }
        }
        Optional<MemorySnapshot> trained = read(missing.values());
        for (Map.Entry<List<FeatureRequest>, TrainingRows.Builder> each : missing.entrySet()) {
            TrainingRows rows = each.getValue().build(trained);
            rowsOfFeatures.put(each.getKey(), rows);
        }
        keeping = keeping(missing.keySet());
        keeping.begin();
        for (DetectorConfig detector : detectors) {
            requireSupport(rowsOfFeatures.get(requests(config, detector)));
        }
    }

    /** Keeps the rows of some features, beside the training that begins. */
    private Background<Void> keeping(Set<List<FeatureRequest>> features) {
        return new Background<>("octet-keeping", () -> {
            for (List<FeatureRequest> requests : features) {
                keep(requests, rowsOfFeatures.get(requests));
            }
            return null;
        });
    }

    private void requireSupport(TrainingRows rows) {
        requireSupport(read, rows.validation());
    }

    /** Checks that a validation span supports the threshold. */
    static void requireSupport(ReadLog read, TrainingRows.Part validation) {
        if (validation.scored().isEmpty()) {
            throw new InputException("the validation span holds no successful login, so no threshold can be chosen;"
                    + " give split a larger validation share");
        }
        BitSet attacks = (BitSet) validation.scored().clone();
        attacks.and(validation.attacks());
        read.config()
                .detection()
                .threshold()
                .require(
                        validation.scored().cardinality() - attacks.cardinality(),
                        attacks.cardinality(),
                        read.validationDays());
    }

    /**
     * Rows with these features, for a search that tries several detectors on them.
     *
     * @param swapSeed whether takeovers are made up too, and how they are drawn
     */
    public TrainingRows rows(List<FeatureRequest> requests, OptionalLong swapSeed) throws IOException {
        Optional<SwappedLogins> swaps = swapSeed.isPresent()
                ? Optional.of(new SwappedLogins(swapSeed.getAsLong(), newExtractor(requests), read.validationLogins()))
                : Optional.empty();
        Optional<TrainingRows> kept = swaps.isPresent() ? Optional.empty() : kept(requests);
        if (kept.isPresent()) {
            return kept.get();
        }
        TrainingRows.Builder builder = new TrainingRows.Builder(read, newExtractor(requests), swaps);
        TrainingRows rows = builder.build(read(List.of(builder)));
        if (swaps.isEmpty()) {
            keep(requests, rows);
        }
        return rows;
    }

    /**
     * Reads the training and the validation span.
     *
     * @param builders those whose features remember earlier rows share what they remember
     * @return what they remembered at the end of the training span
     */
    private Optional<MemorySnapshot> read(Collection<TrainingRows.Builder> builders) throws IOException {
        Optional<MemorySnapshot> trained = Optional.empty();
        if (builders.isEmpty()) {
            return trained;
        }
        listener.stage("computing features");
        Set<LoginField> needed = LoginField.setOf();
        builders.forEach(builder -> needed.addAll(builder.neededFields()));
        Optional<TrainingRows.Builder> remembers =
                builders.stream().filter(TrainingRows.Builder::remembers).findFirst();
        try (RowReader rows = read.open(needed)) {
            Until span = new Until(rows);
            if (remembers.isEmpty()) {
                span.goOn(read.spans().validationUntil());
                for (Labelled<?> row = span.next(); row != null; row = span.next()) {
                    for (TrainingRows.Builder builder : builders) {
                        builder.add(row);
                    }
                }
                return trained;
            }
            TrainingRows.Builder first = remembers.get();
            RowFeatures memory = first.extractor().memories().get(0);
            for (long end : List.of(read.spans().trainUntil(), read.spans().validationUntil())) {
                span.goOn(end);
                Gathering.forEach(span, memory, row -> read.isScored(row) || !read.scoredOnly(), row -> {
                    for (TrainingRows.Builder builder : builders) {
                        builder.add(row);
                    }
                    first.update(row);
                });
                if (trained.isEmpty() && span.hasMoreUntil(read.spans().validationUntil())) {
                    trained = Optional.of(MemorySnapshot.of(first.extractor(), config.output()));
                }
            }
        }
        return trained;
    }

    /** The rows of a log that come before the first one that is as late as a moment; then those before a later moment. */
    private static final class Until implements RowReader {
        private final RowReader rows;
        private Labelled<?> pending;
        private long end;

        Until(RowReader rows) {
            this.rows = rows;
        }

        void goOn(long micros) {
            end = micros;
        }

        boolean hasMoreUntil(long micros) {
            return pending != null && pending.row().timeMicros() < micros;
        }

        @Override
        public Labelled<?> next() throws IOException {
            Labelled<?> row = pending == null ? rows.next() : pending;
            pending = row != null && row.row().timeMicros() >= end ? row : null;
            return pending == null ? row : null;
        }

        @Override
        public void close() throws IOException {
            rows.close();
        }
    }

    private FeatureExtractor newExtractor(List<FeatureRequest> requests) {
        return new FeatureExtractor(config.view(), requests, emptyMemories(requests));
    }

    private List<RowFeatures> emptyMemories(List<FeatureRequest> requests) {
        return Memories.neededFor(
                config.view(), requests, config.detection().history().options());
    }

    /** Rows that an earlier run has kept. */
    private Optional<TrainingRows> kept(List<FeatureRequest> requests) throws IOException {
        if (!read.files().areFiles()
                || !read.cache().hasEntries()
                || read.sampleRows().isPresent()) {
            return Optional.empty();
        }
        Optional<TrainingRows> rows =
                read.cache().find(key(requests), config.view(), requests, emptyMemories(requests), read.labelsTrain());
        if (rows.isPresent()) {
            listener.note("the features of the training rows are those of an earlier run");
        }
        return rows;
    }

    /** Keeps rows that went to files for the next run; not those of a sample, whose draws are not kept. */
    private void keep(List<FeatureRequest> requests, TrainingRows rows) throws IOException {
        if (!rows.inFiles() || !read.files().areFiles() || read.sampleRows().isPresent()) {
            return;
        }
        read.cache().keep(key(requests), rows);
        read.files().remember();
        if (read.scan().warnings().isEmpty()) {
            read.cache()
                    .keepScan(
                            read.files().trainingLogKey(),
                            new RowCache.Scanned(read.scan(), read.log().rowsOfFile()));
        }
    }

    /** Tells apart what {@link TrainingRows} depend on. */
    private String key(List<FeatureRequest> requests) throws IOException {
        return Checksums.sha256(String.join(
                "\n",
                read.files().trainingLogKey(),
                config.view().toString(),
                requests.toString(),
                config.detection().history().options().toString(),
                read.spans().toString(),
                read.successfulOnly() + " " + config.data().trainOn() + " " + read.labelsTrain()));
    }

    /** Trains a detector on the rows that {@link #readRows} read for it. Meanwhile these rows are kept for the next run. */
    public FittedDetector fit(DetectorConfig detector) throws IOException {
        List<FeatureRequest> requests = requests(config, detector);
        TrainingRows rows = rowsOfFeatures.get(requests);
        try {
            return fit(detector, requests, rows);
        } finally {
            keeping.get();
        }
    }

    /**
     * Trains a detector on rows that have these features, and perhaps more.
     *
     * @throws InputException if the rows do not support the config's threshold, or the detector cannot be trained on them
     */
    public FittedDetector fit(DetectorConfig detector, List<FeatureRequest> requests, TrainingRows rows)
            throws IOException {
        return fit(detector, requests, rows, (features, made) -> scores(made, scoredRows(rows, features)));
    }

    /** Scores the scored rows of the validation span. */
    @FunctionalInterface
    interface ValidationScoring {
        /** One score a row, in the order of the log. */
        double[] scores(FittedFeatures features, Detector detector) throws IOException;
    }

    /**
     * As above.
     *
     * @param scoring where the rows of the validation span are
     */
    FittedDetector fit(
            DetectorConfig detector, List<FeatureRequest> requests, TrainingRows rows, ValidationScoring scoring)
            throws IOException {
        read.preparation().close();
        requireSupport(rows);
        Trainer trainer = detector.trainer().resumingFrom(new Outputs(config).checkpoint(detector.name()));
        FittedFeatures features = rows.fit(trainer.scaling(), new BitSet()).only(requests);
        Bundle.requireSavable(features);
        BitSet trimmed = new BitSet();
        if (detector.trim() > 0) {
            trimmed = trimmed(detector, rows, features);
            features = rows.fit(trainer.scaling(), trimmed).only(requests);
        }
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
        rows.beginMemories();
        if (ValidationPass.isNeeded(config, rows)) {
            rows.trained().orElseThrow().begin();
        }
        read.files().beginChecksums();
        List<TrainingCurve.Epoch> epochs = new ArrayList<>();
        Detector made = trainer.train(
                data, new NotedProgress(listener.training(detector.name()), trainer.kind(), notes, epochs));
        return new FittedDetector(
                detector,
                features,
                made,
                rows,
                data.train().rows(),
                trimmed,
                rows.validation().scores(scoring.scores(features, made), read.validationDays()),
                Optional.empty(),
                epochs,
                notes);
    }

    /**
     * Trains a detector again with other seeds, on the rows and columns of the first training. Trainings that leave cores
     * idle run side by side, as many as the free heap has room for: each may copy the encoded rows once.
     *
     * @param first the detector with its own seed
     * @param others the same detector with other seeds, each under a name of its own
     * @param each told of each detector as soon as it is trained, one at a time
     */
    void fitAgain(FittedDetector first, List<DetectorConfig> others, FittedSink each) throws IOException {
        TrainingRows rows = first.rows();
        TrainingData data =
                trainingData(rows, first.features(), first.config().trainer().supervised(), first.leftOut());
        FloatMatrix validation = scoredRows(rows, first.features());
        int together = first.config().trainer().usesAllCores() ? 1 : sideBySide(data, others.size());
        ForkJoinPool trainings = new ForkJoinPool(together);
        try {
            List<ForkJoinTask<FittedDetector>> running = new ArrayList<>();
            for (DetectorConfig other : others) {
                if (together == 1) {
                    each.fitted(fitAgain(first, other, data, validation, true));
                } else {
                    Callable<FittedDetector> training = () -> fitAgain(first, other, data, validation, false);
                    running.add(trainings.submit(training));
                }
            }
            for (ForkJoinTask<FittedDetector> training : running) {
                each.fitted(training.join());
            }
        } finally {
            trainings.shutdownNow();
        }
    }

    /** Receives a detector that has been trained. */
    @FunctionalInterface
    interface FittedSink {
        void fitted(FittedDetector detector) throws IOException;
    }

    private FittedDetector fitAgain(
            FittedDetector first, DetectorConfig other, TrainingData data, FloatMatrix validation, boolean alone) {
        List<String> notes = new ArrayList<>();
        List<TrainingCurve.Epoch> epochs = new ArrayList<>();
        if (alone) {
            listener.stage("training " + other.name());
        }
        Trainer trainer = other.trainer().resumingFrom(new Outputs(config).checkpoint(other.name()));
        Detector made = trainer.train(
                data,
                new NotedProgress(
                        alone ? listener.training(other.name()) : TrainingProgress.SILENT,
                        trainer.kind(),
                        notes,
                        epochs));
        return new FittedDetector(
                other,
                first.features(),
                made,
                first.rows(),
                data.train().rows(),
                first.leftOut(),
                validationScores(first.rows(), validation, made),
                Optional.empty(),
                epochs,
                notes);
    }

    /** How many trainings fit into the machine at the same time. */
    private static int sideBySide(TrainingData data, int wanted) {
        Runtime machine = Runtime.getRuntime();
        long free = machine.maxMemory() - machine.totalMemory() + machine.freeMemory();
        long each = (long) Float.BYTES
                * (data.train().rows() + (long) data.validation().rows())
                * data.train().columns();
        long fitting = free / 2 / Math.max(1, each);
        return (int) Math.max(1, Math.min(Math.min(wanted, machine.availableProcessors()), fitting));
    }

    /**
     * The share of the training normals that the detector finds most anomalous when it has been trained on those that are
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
                "training %s on %,d ordinary rows, to leave out the most anomalous",
                detector.name(),
                data.train().rows()));
        Detector first = detector.trainer()
                .resumingFrom(new Outputs(config).firstCheckpoint(detector.name()))
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

    private TrainingData trainingData(TrainingRows rows, FittedFeatures features, boolean supervised, BitSet leftOut) {
        BitSet trainChosen = chosen(rows.train(), supervised);
        trainChosen.andNot(leftOut);
        BitSet validationChosen = chosen(rows.validation(), supervised);
        if (read.sampleRows().isPresent()) {
            trainChosen = rows.train().sampled(trainChosen, read.sampleRows().get());
            validationChosen = rows.validation()
                    .sampled(validationChosen, read.sampleRows().get());
        }
        return new TrainingData(
                features.layout(),
                rows.encode(features, rows.train(), trainChosen),
                rows.train().attacksAmong(trainChosen),
                rows.encode(features, rows.validation(), validationChosen),
                rows.validation().attacksAmong(validationChosen),
                features.unseenMarks());
    }

    /** Rows that may train. */
    static BitSet chosen(TrainingRows.Part part, boolean withAttacks) {
        BitSet chosen = new BitSet();
        chosen.set(0, part.rows());
        if (!withAttacks) {
            chosen.andNot(part.attacks());
        }
        return chosen;
    }

    private ValidationScores validationScores(TrainingRows rows, FloatMatrix validation, Detector detector) {
        return rows.validation().scores(scores(detector, validation), read.validationDays());
    }

    /** The scored rows of the validation span, as the detector sees them. */
    private static FloatMatrix scoredRows(TrainingRows rows, FittedFeatures features) {
        return rows.encode(features, rows.validation(), rows.validation().scored());
    }

    /** The same, with what is known of them. */
    public HeldOut heldOut(TrainingRows rows, FittedFeatures features) {
        return new HeldOut(
                scoredRows(rows, features),
                rows.validation().attacksAmong(rows.validation().scored()),
                read.validationDays());
    }

    /** What a detector gives some rows, computed on all cores. */
    public static double[] scores(Detector detector, FloatMatrix matrix) {
        double[] scores = new double[matrix.rows()];
        int batches = (matrix.rows() + SCORING_BATCH - 1) / SCORING_BATCH;
        IntStream.range(0, batches).parallel().forEach(number -> {
            int from = number * SCORING_BATCH;
            int count = Math.min(SCORING_BATCH, matrix.rows() - from);
            float[] batch = new float[count * matrix.columns()];
            double[] batchScores = new double[count];
            matrix.copyRows(from, count, batch);
            detector.score(batch, count, batchScores);
            System.arraycopy(batchScores, 0, scores, from, count);
        });
        return scores;
    }
}
