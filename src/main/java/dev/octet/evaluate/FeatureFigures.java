package dev.octet.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.octet.evaluate.drift.FeatureDrift;
import java.util.List;

/**
 * Statistics of one set of features on the test span.
 *
 * @param detectors that work on them
 * @param referenceRows training rows, scored ones and no attacks, that the shifts are measured against
 * @param rows rows of the test span
 * @param shifts how far each feature has moved, the farthest first
 * @param unseen categories that the training normals did not have, feature by feature
 */
public record FeatureFigures(
        List<String> detectors,
        long referenceRows,
        long rows,
        List<FeatureDrift.Shift> shifts,
        @JsonProperty("unseen_categories") List<Unseen> unseen) {

    /**
     * Rows whose category is not in the vocabulary of the training normals.
     *
     * @param rows of the test span
     */
    public record Unseen(String feature, long rows) {}

    public FeatureFigures {
        detectors = List.copyOf(detectors);
        shifts = List.copyOf(shifts);
        unseen = List.copyOf(unseen);
    }
}
