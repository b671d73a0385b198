package dev.octet.detect.autoencoder;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Runs numbered tasks on a fixed number of threads, the caller among them. A training step is several rounds of a few
 * hundred microseconds each, so the threads spin for a while between them before they sleep. The same tasks go to the
 * same thread in every round, so that what they work on stays in the caches of its core; a thread that has done its own
 * takes over those that another has not begun.
 */
final class Workers implements AutoCloseable {
    /** Waking a thread takes as long as a whole round, and may put it on the core of the one that woke it. */
    private static final long SPIN_NANOS = 50_000;

    private static final long YIELD_NANOS = 2_000_000;

    /** The tasks between two barriers; thread t's own are t, t + threads, t + 2 threads and so on. */
    private static final class Round {
        final IntConsumer task;
        final int tasks;
        /** How many of each thread's own tasks have been begun. */
        final AtomicIntegerArray begun;

        final AtomicInteger done = new AtomicInteger();
        final AtomicReference<Throwable> failure = new AtomicReference<>();

        Round(IntConsumer task, int tasks, int threads) {
            this.task = task;
            this.tasks = tasks;
            this.begun = new AtomicIntegerArray(threads);
        }

        void help(int thread) {
            int threads = begun.length();
            for (int i = 0; i < threads; i++) {
                int owner = (thread + i) % threads;
                int next = owner + threads * begun.getAndIncrement(owner);
                while (next < tasks) {
                    run(next);
                    next = owner + threads * begun.getAndIncrement(owner);
                }
            }
        }

        private void run(int number) {
            try {
                task.accept(number);
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            } finally {
                done.incrementAndGet();
            }
        }
    }

    private static final Round CLOSED = new Round(i -> {}, 0, 1);

    private final Thread[] helpers;
    private volatile Round round = new Round(i -> {}, 0, 1);

    Workers(int threads) {
        this.helpers = new Thread[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            int thread = i + 1;
            helpers[i] = new Thread(() -> work(thread), "octet-training-" + (i + 2));
            helpers[i].setDaemon(true);
            helpers[i].start();
        }
    }

    private void work(int thread) {
        Round last = round;
        while (true) {
            long idleSince = System.nanoTime();
            Round now = round;
            while (now == last) {
                long idle = System.nanoTime() - idleSince;
                if (idle < SPIN_NANOS) {
                    Thread.onSpinWait();
                } else if (idle < YIELD_NANOS) {
                    Thread.yield();
                } else {
                    LockSupport.park(this);
                }
                now = round;
            }
            if (now == CLOSED) {
                return;
            }
            now.help(thread);
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
        Round mine = new Round(task, tasks, helpers.length + 1);
        start(mine);
        mine.help(0);
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
