package dev.octet.detect;

/** A detector that can go on learning from newly labelled rows. Immutable as every detector: learning makes a new one. */
public interface OnlineDetector extends Detector {

    /**
     * The detector after one more pass over {@code data.train()}; this one stays as it is.
     *
     * @throws dev.octet.event.InputException if the rows have another width or a value that is not finite
     */
    OnlineDetector partialFit(TrainingData data);
}
