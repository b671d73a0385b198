package dev.octet.run;

import dev.octet.bundle.RowScorer;
import dev.octet.bundle.ScoringModel;
import dev.octet.config.ExperimentConfig;
import dev.octet.event.LoginField;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.RowReader;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * Scores the validation span as the test span and every later login is scored: a login above the threshold does not update
 * its user's history. The features that detectors are trained on cannot know that, because there is no detector yet: every
 * login updates the history there, so a user is flagged once where later he is flagged again and again, and a threshold
 * flags more than was counted there.
 *
 * <p>The threshold of the first scores decides which logins update the history. It stays, and promises the alerts that come
 * so, unless it names a number of alerts: then it is chosen on the new scores. It would decide otherwise of a few logins, and
 * a second pass moves it hardly. Not thread-safe.
 */
public final class ValidationPass {
    private final ReadLog read;
    private final RunListener listener;

    public ValidationPass(ReadLog read, RunListener listener) {
        this.read = read;
        this.listener = listener;
    }

    /**
     * The detector with the scores of such a pass. It is returned as it is where no feature looks back, and where flagged
     * logins update the history too.
     */
    public FittedDetector score(FittedDetector fitted) throws IOException {
        return !isNeeded(read.config(), fitted.rows()) ? fitted : score(fitted, model -> scores(model, fitted.rows()));
    }

    /** Whether flagged logins do not update what the features of these rows remember. */
    static boolean isNeeded(ExperimentConfig config, TrainingRows rows) {
        return rows.trained().isPresent() && !config.detection().history().flaggedUpdate();
    }

    /** Walks through the validation span from the end of the training span on. */
    @FunctionalInterface
    interface Walk {
        /** One score for each scored row, in the order of the log. */
        double[] scores(ScoringModel model) throws IOException;
    }

    /** The detector with the scores of a pass, wherever the rows lie. */
    FittedDetector score(FittedDetector fitted, Walk walk) throws IOException {
        listener.stage("choosing the threshold of " + fitted.config().name());
        ScoringModel model = ThresholdStep.model(read.config(), fitted);
        return fitted.with(
                fitted.rows().validation().scores(walk.scores(model), read.validationDays()),
                read.config().detection().threshold().isOfAlerts() ? Optional.empty() : Optional.of(model.threshold()));
    }

    private double[] scores(ScoringModel model, TrainingRows rows) throws IOException {
        FeatureExtractor extractor =
                model.features().extractor(rows.trained().orElseThrow().memories());
        DoubleArrayList scores = new DoubleArrayList(rows.validation().scored().cardinality());
        RowScorer scorer = new RowScorer(model, extractor);
        RowScorer.Sink sink = (row, score, flagged, columns, contributions, words) -> {
            if (!read.isOfTestUser(row.row())) {
                scores.add(score);
            }
        };
        Set<LoginField> needed = LoginField.setOf(LoginField.USER);
        needed.addAll(extractor.neededFields());
        try (RowReader reader = read.openValidation(needed)) {
            scorer.score(reader, sink);
        }
        return scores.toDoubleArray();
    }
}
