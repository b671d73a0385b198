package dev.octet.bundle;

import dev.octet.detect.AlarmRule;
import dev.octet.detect.Detector;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.learn.LearnedDetector;
import dev.octet.event.LoginEvent;
import dev.octet.event.ViewRow;
import dev.octet.feature.FittedFeatures;
import dev.octet.feature.View;
import java.util.List;
import java.util.Objects;

/**
 * Everything that turns a row into a score and a decision. Immutable and thread-safe.
 *
 * @param name the experiment's and, where it has several, the detector's name
 * @param view what a row stands for
 * @param successfulOnly whether only successful logins are scored; the others still pass through the history
 * @param flaggedUpdate whether a flagged row updates the history like any other
 * @param features the fitted features
 * @param detector the trained detector
 * @param threshold the decision
 * @param alarm how flagged rows become alerts; changes neither score nor decision
 */
public record ScoringModel(
        String name,
        View view,
        boolean successfulOnly,
        boolean flaggedUpdate,
        FittedFeatures features,
        Detector detector,
        FittedThreshold threshold,
        AlarmRule alarm) {
    public ScoringModel {
        Objects.requireNonNull(name, "name");
        if (features.columns() != detector.columns()) {
            throw new IllegalArgumentException(
                    "the features have " + features.columns() + " columns, the detector takes " + detector.columns());
        }
    }

    /** A model whose flagged rows are alerts each. */
    public ScoringModel(
            String name,
            View view,
            boolean successfulOnly,
            boolean flaggedUpdate,
            FittedFeatures features,
            Detector detector,
            FittedThreshold threshold) {
        this(name, view, successfulOnly, flaggedUpdate, features, detector, threshold, AlarmRule.NONE);
    }

    /** The same model with another decision. */
    public ScoringModel withThreshold(FittedThreshold value) {
        return new ScoringModel(name, view, successfulOnly, flaggedUpdate, features, detector, value, alarm);
    }

    /** The same model with another detector on the same columns, and its decision. */
    public ScoringModel withDetector(Detector next, FittedThreshold value) {
        return new ScoringModel(name, view, successfulOnly, flaggedUpdate, features, next, value, alarm);
    }

    /**
     * The same model, ready to learn from verdicts: its label-free detector, with further features as terms that do not count
     * yet. It scores as the label-free detector does.
     *
     * @param further names of features from elsewhere
     */
    public ScoringModel learning(List<String> further) {
        FittedFeatures wide = features.withNumbers(further);
        LearnedDetector start = LearnedDetector.unlearned(LearnedDetector.labelFree(detector), wide.columns());
        return new ScoringModel(name, view, successfulOnly, flaggedUpdate, wide, start, threshold, alarm);
    }

    /** Whether rows like this one are scored. */
    public boolean scores(ViewRow row) {
        return !successfulOnly || !(row instanceof LoginEvent attempt) || attempt.success();
    }
}
