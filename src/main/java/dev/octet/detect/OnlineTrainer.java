package dev.octet.detect;

/** A trainer whose detectors can go on learning. */
public interface OnlineTrainer extends Trainer {

    @Override
    OnlineDetector train(TrainingData data, TrainingProgress progress);
}
