package dev.octet.evaluate;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Losses of a training by epoch. Where a killed training was gone on with, only the epochs of the last start are known.
 *
 * @param epochs in order
 */
public record TrainingCurve(List<Epoch> epochs) {

    /**
     * One pass over the training rows.
     *
     * @param epoch from 1
     * @param trainLoss mean loss of the training rows during the epoch
     * @param validationLoss mean loss of the validation normals after it, NaN where the detector does not ask for it
     */
    public record Epoch(int epoch, double trainLoss, double validationLoss, double learningRate) {}

    public TrainingCurve {
        epochs = List.copyOf(epochs);
        if (epochs.isEmpty()) {
            throw new IllegalArgumentException("a training curve needs an epoch");
        }
    }

    /** The epoch of the lowest validation loss, the first of equals; none where there was nothing to validate on. */
    public Optional<Epoch> best() {
        return epochs.stream()
                .filter(each -> !Double.isNaN(each.validationLoss))
                .min(Comparator.comparingDouble(Epoch::validationLoss));
    }
}
