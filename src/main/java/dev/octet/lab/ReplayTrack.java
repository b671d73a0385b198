package dev.octet.lab;

import dev.octet.bundle.RowScorer;
import dev.octet.bundle.ScoringModel;
import dev.octet.detect.Detector;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.OnlineDetector;
import dev.octet.detect.TrainingData;
import dev.octet.evaluate.Evaluation;
import dev.octet.evaluate.ReplayTable;
import dev.octet.evaluate.ScoredRows;
import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.RowWords;
import dev.octet.run.HeldOut;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** A detector that walks through a log, one span after the other. Not thread-safe. */
final class ReplayTrack {
    private final String detector;
    private final double holdOut;
    private final FeatureExtractor extractor;
    private final FloatMatrix golden;
    private ScoringModel model;
    private RowScorer scorer;

    private DoubleArrayList scores;
    private BitSet attacks;
    private FloatMatrix newRows;
    private BitSet newAttacks;
    private FloatMatrix heldOut;
    private BitSet heldOutAttacks;

    /**
     * A track before its next span.
     *
     * @param holdOut share of the rows that the detector never learns from
     * @param extractor that has seen everything before the next span
     * @param golden rows to keep with the model's scores
     */
    ReplayTrack(String detector, double holdOut, ScoringModel model, FeatureExtractor extractor, FloatMatrix golden) {
        this.detector = detector;
        this.holdOut = holdOut;
        this.extractor = extractor;
        this.golden = golden;
        decideBy(model);
        nextSpan();
    }

    private void decideBy(ScoringModel changed) {
        model = changed;
        scorer = new RowScorer(changed, extractor);
    }

    String detector() {
        return detector;
    }

    ScoringModel model() {
        return model;
    }

    FeatureExtractor extractor() {
        return extractor;
    }

    FloatMatrix golden() {
        return golden;
    }

    /** Predicts a row; nothing is learnt from its label. */
    void add(Labelled<?> row) throws IOException {
        scorer.add(row, this::scored);
    }

    /** To be called at the end of a span, before anything is asked about it. */
    void endSpan() throws IOException {
        scorer.flush(this::scored);
    }

    private void scored(
            Labelled<?> row, double score, boolean flagged, float[] columns, double[] contributions, RowWords words) {
        boolean attack = row.label() == Label.ATTACK;
        int number = scores.size();
        attacks.set(number, attack);
        scores.add(score);
        // evenly spread over the span; a detector that does not learn can spare all its rows
        boolean learns = model.detector() instanceof OnlineDetector
                && Math.floor((number + 1) * holdOut) == Math.floor(number * holdOut);
        if (learns) {
            newAttacks.set(newRows.rows(), attack);
            newRows.append(columns);
        } else {
            heldOutAttacks.set(heldOut.rows(), attack);
            heldOut.append(columns);
        }
    }

    int rows() {
        return scores.size();
    }

    int attacks() {
        return attacks.cardinality();
    }

    /** What the span's labels say of its predictions. */
    ReplayTable.Outcome outcome(double days, List<Double> budgets) {
        ScoredRows span = new ScoredRows(scores.elements(), scores.size(), attacks, true, days, List.of());
        Evaluation evaluation = Evaluation.of(detector, span, Optional.of(model.threshold()), budgets);
        return new ReplayTable.Outcome(
                model.threshold().value(), evaluation.decision().orElseThrow().confusion(), evaluation.rocAuc());
    }

    /** The span's rows that are not learned from. */
    HeldOut heldOut(double days) {
        return new HeldOut(heldOut, heldOutAttacks, days * heldOut.rows() / Math.max(1, rows()));
    }

    /** Forgets the span's rows. */
    void nextSpan() {
        scores = new DoubleArrayList();
        attacks = new BitSet();
        newRows = new FloatMatrix(model.features().columns());
        newAttacks = new BitSet();
        heldOut = new FloatMatrix(model.features().columns());
        heldOutAttacks = new BitSet();
    }

    /** What the detector would be after learning from the span's labels; empty where it does not learn. */
    Optional<Detector> learned() {
        if (!(model.detector() instanceof OnlineDetector online) || newRows.rows() == 0) {
            return Optional.empty();
        }
        FloatMatrix none = new FloatMatrix(model.features().columns());
        return Optional.of(online.partialFit(
                new TrainingData(model.features().layout(), newRows, newAttacks, none, new BitSet())));
    }

    /** Goes on with another detector and threshold, which belong together. */
    void goOnWith(Detector detector, FittedThreshold threshold) {
        decideBy(new ScoringModel(
                model.name(),
                model.view(),
                model.successfulOnly(),
                model.flaggedUpdate(),
                model.features(),
                detector,
                threshold,
                model.alarm()));
    }
}
