package dev.octet.detect.autoencoder;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Runs numbered tasks on a fixed number of threads, the caller among them. A training step is several rounds of a few
 * hundred microseconds each, so the threads spin for a while between them before they sleep.
 */
final class Workers implements AutoCloseable {
    private static final long SPIN_NANOS = 50_000;

    /** The tasks between two barriers. */
    private static final class Round {
        final IntConsumer task;
        final int tasks;
        final AtomicInteger next = new AtomicInteger();
        final AtomicInteger done = new AtomicInteger();
        final AtomicReference<Throwable> failure = new AtomicReference<>();

        Round(IntConsumer task, int tasks) {
            this.task = task;
            this.tasks = tasks;
        }

        void help() {
            for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                try {
                    task.accept(i);
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                } finally {
                    done.incrementAndGet();
                }
            }
        }
    }

    private static final Round CLOSED = new Round(i -> {}, 0);

    private final Thread[] helpers;
    private volatile Round round = new Round(i -> {}, 0);

    Workers(int threads) {
        this.helpers = new Thread[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Thread(this::work, "octet-training-" + (i + 2));
            helpers[i].setDaemon(true);
            helpers[i].start();
        }
    }

    private void work() {
        Round last = round;
        while (true) {
            long idleSince = System.nanoTime();
            Round now = round;
            while (now == last) {
                if (System.nanoTime() - idleSince < SPIN_NANOS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
                now = round;
            }
            if (now == CLOSED) {
                return;
            }
            now.help();
            last = now;
        }
    }

    /** Runs {@code task} for 0 to {@code tasks - 1} in any order on all threads and returns when all are done. */
    void run(int tasks, IntConsumer task) {
        if (tasks == 1 || helpers.length == 0) {
            for (int i = 0; i < tasks; i++) {
                task.accept(i);
            }
            return;
        }
        Round mine = new Round(task, tasks);
        start(mine);
        mine.help();
        long waitingSince = System.nanoTime();
        while (mine.done.get() < tasks) {
            if (System.nanoTime() - waitingSince < SPIN_NANOS) {
                Thread.onSpinWait();
            } else {
                // A helper has lost its core to another process.
                Thread.yield();
            }
        }
        Throwable failure = mine.failure.get();
        if (failure != null) {
            throw new IllegalStateException("a training task failed", failure);
        }
    }

    private void start(Round next) {
        round = next;
        for (Thread helper : helpers) {
            LockSupport.unpark(helper);
        }
    }

    @Override
    public void close() {
        start(CLOSED);
    }
}
