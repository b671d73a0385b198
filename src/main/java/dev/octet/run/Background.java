package dev.octet.run;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/** A value that a thread of its own computes while other work goes on. Thread-safe. */
final class Background<T> {
    private final FutureTask<T> computation;
    private final Thread own;
    private final AtomicBoolean begun = new AtomicBoolean();

    Background(String thread, Callable<T> computation) {
        this.computation = new FutureTask<>(computation);
        own = new Thread(this.computation, thread);
        own.setDaemon(true);
    }

    /** Begins, if it has not. */
    void begin() {
        if (begun.compareAndSet(false, true)) {
            own.start();
        }
    }

    boolean isDone() {
        return computation.isDone();
    }

    /**
     * The value, once it is there; begins, if it has not. An interrupt does not end the waiting.
     *
     * @throws IOException if the computation threw it; likewise what is unchecked
     */
    T get() throws IOException {
        begin();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return computation.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
