package dev.octet.experiment;

import dev.octet.detect.TrainingProgress;

/** Told how a run goes, by the thread that runs it. */
public interface RunListener {

    /** A step begins, e.g. {@code reading data/demo.csv}. */
    void stage(String text);

    /** Something that the user should read, e.g. that rows were rejected. */
    void note(String text);

    /** The training of a detector begins; told of its course. */
    TrainingProgress training(String detector);
}
