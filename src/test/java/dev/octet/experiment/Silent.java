package dev.octet.experiment;

import dev.octet.detect.TrainingProgress;

/** Listens to a run and says nothing. */
final class Silent implements RunListener {
    static final RunListener LISTENER = new Silent();

    private Silent() {}

    @Override
    public void stage(String text) {}

    @Override
    public void note(String text) {}

    @Override
    public TrainingProgress training(String detector) {
        return TrainingProgress.SILENT;
    }
}
