package dev.octet.detect;

import java.util.ArrayList;
import java.util.List;

/**
 * A decision rule: a row is flagged if its score is greater than {@link #value()}. Strictly greater, so that a whole
 * tie at the threshold stays unflagged; this is the only place that says so.
 *
 * @param value the threshold, in units of the score; may be infinite
 * @param policy how it was chosen, in words
 * @param alerts what to expect of a later span as long as the validation span: the rate there, with a 95 % prediction
 *     interval
 * @param notes what else the user should know, e.g. the range of thresholds that would do
 */
public record FittedThreshold(double value, String policy, AlertRate alerts, List<String> notes) {
    public FittedThreshold {
        if (Double.isNaN(value)) {
            throw new IllegalArgumentException("a threshold cannot be NaN (policy: " + policy + ")");
        }
        notes = List.copyOf(notes);
    }

    /**
     * This threshold, or a higher one where scores of the validation span hardly differ: rows that are all alike are no
     * alerts, however many of them lie a hair above it.
     *
     * @param resolution {@link Detector#resolution()}
     */
    public FittedThreshold aboveNearTies(ValidationScores validation, double resolution) {
        SortedScores scores = validation.normals();
        if (scores.count() == 0 || Double.isInfinite(value)) {
            return this;
        }
        double least = scores.at(0);
        double most = scores.at(scores.count() - 1);
        if (!(most - least < resolution)) {
            return this;
        }
        List<String> more = new ArrayList<>(notes);
        more.add("scores of the validation span hardly differ, they lie within "
                + SignificantDigits.of(most - least, 2) + " nats: the threshold is "
                + SignificantDigits.of(resolution, 2) + " nats above the greatest");
        double raised = most + resolution;
        return new FittedThreshold(raised, policy, validation.expected(raised), more);
    }

    /** This threshold, which promises the alerts that these scores give. */
    public FittedThreshold expecting(ValidationScores validation) {
        return new FittedThreshold(value, policy, validation.expected(value), notes);
    }

    /** Whether a row of this score is flagged. */
    public boolean flags(double score) {
        return score > value;
    }
}
