package dev.octet.run;

import dev.octet.bundle.Bundle;
import dev.octet.bundle.Reasons;
import dev.octet.bundle.RowScorer;
import dev.octet.bundle.ScoreFile;
import dev.octet.bundle.ScoringModel;
import dev.octet.config.EvaluateConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.baseline.KMeansDetector;
import dev.octet.evaluate.SingleFeatures;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginField;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.RowReader;
import dev.octet.feature.RowWords;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The fourth step of a run: passes the test span through all detectors at once, writes their scores and alerts, and lets the
 * memories in their bundles go on to its end. Each detector has a memory of its own, because logins that it flags do not
 * update it; where they do not fit into the heap together, the detectors take turns and the log is read once a turn. Not
 * thread-safe.
 */
final class ScoreStep {
    /** Alerts in the report, shared by the detectors. */
    private static final int MAX_ALERTS = 300;
    /** The part of the heap that memories of earlier logins may fill. */
    private static final double MEMORY_SHARE = 0.6;

    private final ReadLog read;
    private final ExperimentConfig config;
    private final List<TrainedDetector> detectors;
    private final FigureCollector figures;
    private final RunListener listener;
    private final boolean byMonth;

    private ScoreStep(ReadLog read, List<TrainedDetector> detectors, FigureCollector figures, RunListener listener) {
        this.read = read;
        this.config = read.config();
        this.detectors = detectors;
        this.figures = figures;
        this.listener = listener;
        byMonth = config.evaluate().by().contains(EvaluateConfig.Breakdown.MONTH);
    }

    /**
     * Scores the test span.
     *
     * @param detectors in the order of the config
     * @return what they gave it, in the same order
     * @throws InputException if the span holds no row to score
     */
    static List<ScoredDetector> score(
            ReadLog read, List<TrainedDetector> detectors, FigureCollector figures, RunListener listener)
            throws IOException {
        ScoreStep step = new ScoreStep(read, detectors, figures, listener);
        List<ScoredDetector> scored = new ArrayList<>();
        for (List<TrainedDetector> together : turns(detectors)) {
            scored.addAll(step.pass(together));
        }
        return scored;
    }

    /** Neighbours whose memories fit into the heap together. */
    static List<List<TrainedDetector>> turns(List<TrainedDetector> detectors) throws IOException {
        return turns(detectors, (long) (MEMORY_SHARE * Runtime.getRuntime().maxMemory()));
    }

    static List<List<TrainedDetector>> turns(List<TrainedDetector> detectors, long mostBytes) throws IOException {
        List<List<TrainedDetector>> turns = new ArrayList<>();
        long bytes = 0;
        for (TrainedDetector one : detectors) {
            if (turns.isEmpty() || bytes + one.memoryBytes() > mostBytes) {
                turns.add(new ArrayList<>());
                bytes = 0;
            }
            turns.get(turns.size() - 1).add(one);
            bytes += one.memoryBytes();
        }
        return turns;
    }

    private List<ScoredDetector> pass(List<TrainedDetector> together) throws IOException {
        listener.stage("scoring the test span: "
                + together.stream().map(TrainedDetector::name).collect(Collectors.joining(", ")));
        List<OfDetector> open = new ArrayList<>();
        try {
            for (TrainedDetector one : together) {
                open.add(new OfDetector(one));
            }
            open.stream().flatMap(one -> one.memoryNotes.stream()).distinct().forEach(listener::note);
            updateWithRestOfTrainingLog(open);
            Set<LoginField> needed = LoginField.setOf(LoginField.USER); // for the score files
            for (OfDetector one : open) {
                needed.addAll(one.extractor.neededFields());
                one.begin();
            }
            try (RowReader rows = read.openTest(needed)) {
                if (open.size() == 1) {
                    open.get(0).scorer.forEach(rows, row -> open.get(0).scorer.add(row, open.get(0).sink));
                } else {
                    for (Labelled<?> row = rows.next(); row != null; row = rows.next()) {
                        for (OfDetector one : open) {
                            one.scorer.add(row, one.sink);
                        }
                    }
                }
            }
            List<ScoredDetector> scored = new ArrayList<>();
            for (OfDetector one : open) {
                scored.add(one.end());
            }
            return scored;
        } finally {
            for (OfDetector one : open) {
                one.close();
            }
        }
    }

    /** Lets what follows the validation span in a training log with a test log of its own update what looks back. */
    private void updateWithRestOfTrainingLog(List<OfDetector> open) throws IOException {
        List<OfDetector> lookBack =
                open.stream().filter(one -> !one.extractor.memories().isEmpty()).toList();
        if (read.isOneLog() || lookBack.isEmpty()) {
            return;
        }
        RowScorer.Sink nobody = (row, score, flag, columns, contributions, words) -> {};
        Set<LoginField> needed = LoginField.setOf();
        lookBack.forEach(one -> needed.addAll(one.extractor.neededFields()));
        try (RowReader rows = read.open(needed)) {
            for (Labelled<?> row = rows.next(); row != null; row = rows.next()) {
                if (row.row().timeMicros() >= read.spans().validationUntil()) {
                    for (OfDetector one : lookBack) {
                        one.scorer.add(row, nobody);
                    }
                }
            }
            for (OfDetector one : lookBack) {
                one.scorer.flush(nobody);
            }
        }
    }

    /** The first detector has half of the alerts that a report has room for, the others share the rest. */
    private int mostAlerts(boolean first) {
        int count = detectors.size();
        return count == 1 ? MAX_ALERTS : first ? MAX_ALERTS / 2 : Math.max(1, MAX_ALERTS / 2 / (count - 1));
    }

    /** One detector on its way through the test span. */
    private final class OfDetector {
        private final TrainedDetector trained;
        private final FeatureExtractor extractor;
        private final RowScorer scorer;
        private final RowScorer.Sink sink = this::scored;
        private final Reasons reasons;
        private final TestScores scores = new TestScores(byMonth);
        private final FigureCollector.OfDetector drawn;
        private final Optional<SingleFeatures> single;
        private final Optional<IntArrayList> clusters;
        private final TestAlerts alerts;
        private final ScoreFile file;
        private final List<String> memoryNotes;
        private long olderBefore;

        OfDetector(TrainedDetector trained) throws IOException {
            this.trained = trained;
            ScoringModel model = trained.model();
            boolean first = trained == detectors.get(0);
            Outputs outputs = new Outputs(config);
            extractor = trained.extractor();
            memoryNotes = extractor.memories().stream()
                    .flatMap(memory -> memory.notes().stream())
                    .toList();
            scorer = new RowScorer(model, extractor, true);
            reasons = new Reasons(model.features().layout());
            drawn = figures.test(trained, read.testFrom(), read.lastMicros());
            single = first ? Optional.of(new SingleFeatures(model.features().columnNames(), 1)) : Optional.empty();
            clusters = model.detector() instanceof KMeansDetector ? Optional.of(new IntArrayList()) : Optional.empty();
            alerts = new TestAlerts(trained.name(), outputs.alerts(trained.name()), model, byMonth, mostAlerts(first));
            try {
                file = new ScoreFile(
                        outputs.scores(trained.name()),
                        config.view(),
                        model.threshold().value(),
                        reasons);
            } catch (IOException e) {
                alerts.close();
                throw e;
            }
        }

        void begin() {
            olderBefore = olderRows();
        }

        private long olderRows() {
            return extractor.memories().stream()
                    .mapToLong(RowFeatures::olderRows)
                    .sum();
        }

        private void scored(
                Labelled<?> row, double score, boolean flagged, float[] columns, double[] contributions, RowWords words)
                throws IOException {
            if (!read.isTested(row.row())) {
                return;
            }
            scores.add(row, score);
            int alert = alerts.add(
                    row,
                    score,
                    flagged,
                    () -> reasons.cause(contributions),
                    () -> reasons.inWords(contributions, words),
                    () -> reasons.of(contributions));
            drawn.add(row, score, flagged, alert, columns);
            file.write(row.row(), score, flagged, contributions);
            if (clusters.isPresent() && trained.model().detector() instanceof KMeansDetector kMeans) {
                clusters.get().add(kMeans.clusters(columns, 1)[0]);
            }
            if (single.isPresent() && row.label() != Label.UNKNOWN) {
                single.get().add(columns, row.label() == Label.ATTACK);
            }
        }

        /** Ends the span: what is written moves to its place, and the bundle's memory goes on to here. */
        ScoredDetector end() throws IOException {
            scorer.flush(sink);
            List<String> notes = new ArrayList<>(trained.notes());
            long older = olderRows() - olderBefore;
            if (older > 0) {
                notes.add(String.format(
                        Locale.ROOT,
                        "%,d rows of the test span are older than what was learnt before it: scored, but do not update the history",
                        older));
            }
            if (scores.rows() == 0) {
                throw new InputException("the test span holds no row to score; give split other shares or moments");
            }
            file.complete();
            alerts.complete();
            if (!extractor.memories().isEmpty()) {
                Bundle.load(new Outputs(config).bundle(trained.name()))
                        .withMemory(extractor, Provenance.of(read, trained.trainRows(), trained.validationRows()));
            }
            return new ScoredDetector(
                    trained, scores, alerts.results(), alerts.top(), drawn, single, clusters, notes, memoryNotes);
        }

        void close() throws IOException {
            try {
                file.close();
            } finally {
                alerts.close();
            }
        }
    }
}
