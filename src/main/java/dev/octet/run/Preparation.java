package dev.octet.run;

import dev.octet.bundle.Bundle;
import dev.octet.detect.Trainer;
import java.io.IOException;
import java.util.List;

/** Prepares what comes after the log has been read; reading leaves a part of the cores idle. */
final class Preparation implements AutoCloseable {
    private final Background<Void> work;
    private volatile boolean enough;

    Preparation(List<? extends Trainer> trainers) {
        work = new Background<>("octet-preparing", () -> {
            trainers.forEach(trainer -> trainer.prepare(() -> enough));
            if (!enough) {
                Bundle.prepare();
            }
            return null;
        });
        work.begin();
    }

    /**
     * Ends it and waits until it has ended.
     *
     * @throws IllegalStateException if it failed, as the training would have
     */
    @Override
    public void close() {
        enough = true;
        try {
            work.get();
        } catch (IOException | RuntimeException | Error e) {
            throw new IllegalStateException("a detector cannot be prepared", e);
        }
    }
}
