package dev.octet.run;

import dev.octet.config.DetectorConfig;
import dev.octet.detect.Detector;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.ValidationScores;
import dev.octet.evaluate.TrainingCurve;
import dev.octet.feature.FittedFeatures;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * A trained detector. {@link FitStep} makes it without a threshold; {@link ValidationPass} may add one.
 *
 * @param rows what it was trained on, perhaps with more features
 * @param trainRows how many of them trained it
 * @param leftOut which of the training rows {@code trim} left out
 * @param validation what it gave the validation span
 * @param threshold the threshold, where it was chosen on other scores than these
 * @param epochs losses, empty where it does not train in epochs
 * @param notes what a reader of the table must know
 */
public record FittedDetector(
        DetectorConfig config,
        FittedFeatures features,
        Detector detector,
        TrainingRows rows,
        int trainRows,
        BitSet leftOut,
        ValidationScores validation,
        Optional<FittedThreshold> threshold,
        List<TrainingCurve.Epoch> epochs,
        List<String> notes) {
    public FittedDetector {
        epochs = List.copyOf(epochs);
        notes = List.copyOf(notes);
    }

    /**
     * The same detector with other scores of the validation span.
     *
     * @param chosen a threshold that stays what it is
     */
    FittedDetector with(ValidationScores scores, Optional<FittedThreshold> chosen) {
        return new FittedDetector(config, features, detector, rows, trainRows, leftOut, scores, chosen, epochs, notes);
    }
}
