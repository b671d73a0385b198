package dev.octet.detect;

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

    /** Whether a row of this score is flagged. */
    public boolean flags(double score) {
        return score > value;
    }
}
