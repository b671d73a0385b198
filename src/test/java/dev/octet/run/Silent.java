package dev.octet.run;

import dev.octet.detect.TrainingProgress;

/** Listens to a run and says nothing. */
public final class Silent implements RunListener {
    public static final RunListener LISTENER = new Silent();

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
