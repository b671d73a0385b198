package dev.octet.run;

import dev.octet.bundle.RowScorer;
import dev.octet.bundle.ScoringModel;
import dev.octet.event.Labelled;
import dev.octet.event.LoginField;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.RowReader;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import java.io.IOException;
import java.util.Set;

/**
 * Scores the validation span as the test span and every later login is scored: a login above the threshold does not update
 * its user's history. The features that detectors are trained on cannot know that, because there is no detector yet: every
 * login updates the history there, so a user is flagged once where later he is flagged again and again, and a threshold chosen
 * on such scores flags more than it promises.
 *
 * <p>The threshold depends on the scores and the scores on the threshold, so both are computed in turns until the threshold
 * stays, which it usually does after two. Not thread-safe.
 */
public final class ValidationPass {
    private static final int MAX_ROUNDS = 3;

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
        if (fitted.rows().trained().isEmpty() || read.config().history().flaggedUpdate()) {
            return fitted;
        }
        listener.stage("choosing the threshold of " + fitted.config().name());
        FittedDetector scored = fitted;
        ScoringModel model = ThresholdStep.model(read.config(), fitted);
        double before = Double.NaN;
        for (int round = 0; round < MAX_ROUNDS && model.threshold().value() != before; round++) {
            before = model.threshold().value();
            scored =
                    scored.with(fitted.rows().validation().scores(scores(model, fitted.rows()), read.validationDays()));
            model = ThresholdStep.model(read.config(), scored);
        }
        return scored;
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
            for (Labelled<?> row = reader.next(); row != null; row = reader.next()) {
                if (read.isInValidationSpan(row.row().timeMicros())) {
                    scorer.add(row, sink);
                }
            }
        }
        scorer.flush(sink);
        return scores.toDoubleArray();
    }
}
