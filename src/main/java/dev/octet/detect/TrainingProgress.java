package dev.octet.detect;

/** Told how a training goes, by the thread that trains. */
public interface TrainingProgress {

    /** Tells nobody. */
    TrainingProgress SILENT = new TrainingProgress() {};

    /** A pass over the rows begins; {@code epoch} counts from 1. */
    default void epochStarted(int epoch, int epochs, long rows) {}

    /** {@code rowsDone} rows of this epoch are done; {@code loss} is the mean loss of the epoch so far. */
    default void batch(int epoch, long rowsDone, double loss) {}

    /** An epoch ended. */
    default void epochEnded(int epoch, double trainLoss, double validationLoss, double learningRate) {}

    /** Something that the user should read. */
    default void note(String text) {}

    /** A choice of the training, not shown with {@code --quiet}. */
    default void detail(String text) {}
}
