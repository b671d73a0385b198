package dev.octet.detect.autoencoder;

import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Times two engines on batches of one network, to take the faster one: which it is depends on the network, the batch size
 * and the machine. A card that is 40 times slower at 256 rows a batch can be faster at 16,384.
 */
final class EngineRace {
    /** Time for each engine before it is timed: a JVM compiles, a card loads its kernels. */
    private static final long WARM_UP_NANOS = 400_000_000;

    private static final long TIMED_NANOS = 200_000_000;
    /** However slow a step is. */
    private static final int FEWEST_STEPS = 3;

    private final LongSupplier clock;

    /** @param clock in nanoseconds, e.g. {@link System#nanoTime} */
    EngineRace(LongSupplier clock) {
        this.clock = clock;
    }

    /** Mean seconds of a step of each. */
    record Result(double first, double second) {
        boolean secondIsFaster() {
            return second < first;
        }
    }

    /**
     * Trains both for about half a second each on random rows in [0, 1). Neither can be used for a training afterwards.
     *
     * @param columns of a row
     * @param batchSize rows of a step
     */
    Result time(TrainingEngine first, TrainingEngine second, int columns, int batchSize) {
        float[] rows = new float[Math.multiplyExact(columns, batchSize)];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextDouble();
        }
        return new Result(seconds(first, rows, batchSize), seconds(second, rows, batchSize));
    }

    private double seconds(TrainingEngine engine, float[] rows, int batchSize) {
        run(engine, rows, batchSize, WARM_UP_NANOS);
        return run(engine, rows, batchSize, TIMED_NANOS);
    }

    /** Seconds a step. */
    private double run(TrainingEngine engine, float[] rows, int batchSize, long nanos) {
        long start = clock.getAsLong();
        int steps = 0;
        long taken;
        do {
            engine.step(rows, rows, batchSize);
            engine.takeLossSum(); // a step may go on elsewhere until its result is asked for
            steps++;
            taken = clock.getAsLong() - start;
        } while (taken < nanos || steps < FEWEST_STEPS);
        return taken / 1e9 / steps;
    }
}
