package dev.octet.serve;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Lets several logs be read in step by time: who is ahead waits for who is behind, until that one has come to its end.
 * Thread-safe.
 */
final class InStep {
    /** Whether to go on is asked this often. */
    private static final long ASK_MILLIS = 100;

    private final Map<Path, Long> times = new HashMap<>();

    /** Says that a log will be read; before any is. */
    synchronized void add(Path log) {
        times.put(log, Long.MIN_VALUE);
    }

    /** Whether there are others to wait for. */
    synchronized boolean several() {
        return times.size() > 1;
    }

    /** Says that all before a time was handed in, and waits until no other log is before that time. */
    synchronized void reached(Path log, long micros, BooleanSupplier closed) {
        times.put(log, micros);
        notifyAll();
        while (!closed.getAsBoolean() && times.values().stream().anyMatch(time -> time < micros)) {
            try {
                wait(ASK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Says that a log has come to its end, for now or for good: nobody waits for it. */
    synchronized void ended(Path log) {
        times.put(log, Long.MAX_VALUE);
        notifyAll();
    }
}
