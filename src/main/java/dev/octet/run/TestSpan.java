package dev.octet.run;

import dev.octet.bundle.Reasons;
import dev.octet.bundle.ScoreFile;
import dev.octet.bundle.ScoringModel;
import dev.octet.config.EvaluateConfig;
import dev.octet.detect.baseline.KMeansDetector;
import dev.octet.evaluate.SingleFeatures;
import dev.octet.event.InputException;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.feature.RowWords;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What one detector gave the rows of the test span: its score file, its alerts, and what the evaluation and the report need of
 * them. Takes in the scored rows in the order of the log. Not thread-safe.
 */
final class TestSpan implements AutoCloseable {
    /** Alerts in the report, shared by the detectors. */
    private static final int MAX_ALERTS = 300;

    private final ReadLog read;
    private final TrainedDetector trained;
    private final Reasons reasons;
    private final TestScores scores;
    private final FigureCollector.OfDetector drawn;
    private final Optional<SingleFeatures> single;
    private final Optional<IntArrayList> clusters;
    private final TestAlerts alerts;
    private final ScoreFile file;

    /**
     * The beginning of a span.
     *
     * @param detectors all of the run, in the order of the config
     */
    TestSpan(ReadLog read, TrainedDetector trained, List<TrainedDetector> detectors, FigureCollector figures)
            throws IOException {
        this.read = read;
        this.trained = trained;
        ScoringModel model = trained.model();
        boolean first = trained == detectors.get(0);
        boolean byMonth = read.config().evaluate().by().contains(EvaluateConfig.Breakdown.MONTH);
        Outputs outputs = new Outputs(read.config());
        reasons = new Reasons(model.features().layout());
        scores = new TestScores(byMonth);
        drawn = figures.test(trained, read.testFrom(), read.lastMicros());
        single = first ? Optional.of(new SingleFeatures(model.features().columnNames(), 1)) : Optional.empty();
        clusters = model.detector() instanceof KMeansDetector ? Optional.of(new IntArrayList()) : Optional.empty();
        alerts = new TestAlerts(
                trained.name(), outputs.alerts(trained.name()), model, byMonth, maxAlerts(first, detectors.size()));
        try {
            file = new ScoreFile(
                    outputs.scores(trained.name()),
                    read.config().view(),
                    model.threshold().value(),
                    reasons);
        } catch (IOException e) {
            alerts.close();
            throw e;
        }
    }

    /** The first detector has half of the alerts that a report has room for, the others share the rest. */
    private static int maxAlerts(boolean first, int detectors) {
        return detectors == 1 ? MAX_ALERTS : first ? MAX_ALERTS / 2 : Math.max(1, MAX_ALERTS / 2 / (detectors - 1));
    }

    /** Takes the next scored row; parameters as of {@code RowScorer.Sink}. */
    void add(Labelled<?> row, double score, boolean flagged, float[] columns, double[] contributions, RowWords words)
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

    /**
     * Ends the span: what is written moves to its place.
     *
     * @param notes what a reader of the table must know
     * @param memoryNotes the same of what the features remember
     * @throws InputException if no row was taken in
     */
    ScoredDetector end(List<String> notes, List<String> memoryNotes) throws IOException {
        if (scores.rows() == 0) {
            throw new InputException("the test span holds no row to score; give split other shares or moments");
        }
        file.complete();
        alerts.complete();
        return new ScoredDetector(
                trained, scores, alerts.results(), alerts.top(), drawn, single, clusters, notes, memoryNotes);
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            alerts.close();
        }
    }
}
