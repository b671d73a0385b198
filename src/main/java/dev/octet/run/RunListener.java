package dev.octet.run;

import dev.octet.detect.TrainingProgress;

/** Told how a run goes, by the thread that runs it. */
public interface RunListener {
    /** Tells nobody. */
    RunListener SILENT = new RunListener() {};

    /** A step begins, e.g. {@code reading data/demo.csv}. */
    default void stage(String text) {}

    /**
     * How far the pass over the log that belongs to this step has got; told now and then.
     *
     * @param rows read so far
     * @param share of the log that is read, in [0, 1]; NaN if unknown
     */
    default void reading(long rows, double share) {}

    /** Something that the user should read, e.g. that rows were rejected. */
    default void note(String text) {}

    /** The training of a detector begins; told of its course. */
    default TrainingProgress training(String detector) {
        return TrainingProgress.SILENT;
    }
}
