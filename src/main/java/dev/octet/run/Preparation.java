package dev.octet.run;

import dev.octet.bundle.Bundle;
import dev.octet.detect.Trainer;
import java.util.List;

/** Prepares what comes after the log has been read; reading leaves a part of the cores idle. */
final class Preparation implements AutoCloseable {
    private final Thread thread;
    private volatile boolean enough;
    private volatile Throwable failure;

    Preparation(List<? extends Trainer> trainers) {
        thread = new Thread(() -> prepare(trainers), "octet-preparing");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((at, e) -> failure = e);
        thread.start();
    }

    private void prepare(List<? extends Trainer> trainers) {
        trainers.forEach(trainer -> trainer.prepare(() -> enough));
        if (!enough) {
            Bundle.prepare();
        }
    }

    /**
     * Ends it and waits until it has ended.
     *
     * @throws IllegalStateException if it failed, as the training would have
     */
    @Override
    public void close() {
        enough = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new IllegalStateException("a detector cannot be prepared", failure);
        }
    }
}
