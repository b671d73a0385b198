package dev.octet.lab;

import dev.octet.detect.TrainingProgress;
import dev.octet.run.RunListener;
import java.util.OptionalLong;

/** Listens to the training of a candidate: says nothing of it, and ends it when the time is up. */
final class CandidateListener implements RunListener, TrainingProgress {
    private final OptionalLong deadline;

    /** @param deadline {@link System#nanoTime()} */
    CandidateListener(OptionalLong deadline) {
        this.deadline = deadline;
    }

    @Override
    public void stage(String text) {}

    @Override
    public void note(String text) {}

    @Override
    public TrainingProgress training(String detector) {
        return this;
    }

    @Override
    public void epochStarted(int epoch, int epochs, long rows) {
        requireTime();
    }

    @Override
    public void batch(int epoch, long rowsDone, double loss) {
        requireTime();
    }

    private void requireTime() {
        if (deadline.isPresent() && System.nanoTime() - deadline.getAsLong() >= 0) {
            throw new OutOfTime();
        }
    }
}
