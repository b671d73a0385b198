package dev.octet.detect.autoencoder;

/**
 * Holds a network's parameters and improves them a batch at a time. Not thread-safe.
 *
 * <p>A batch is {@code inputs} that go in and {@code targets} that should come out; the two differ where a network
 * learns to repair what was corrupted.
 */
interface TrainingEngine extends AutoCloseable {
    /**
     * One step of the optimiser. It may still be under way on another device when this returns; the arrays may be
     * used again.
     *
     * @param inputs row-major, {@code count} rows
     * @param targets likewise
     */
    void step(float[] inputs, float[] targets, int count);

    /**
     * The sum of the losses of the rows of all steps since the last call, each before its step. Waits until the steps
     * are done.
     */
    double takeLossSum();

    /** Whether steps leave the calling thread's processor free, so that the next batch may be made meanwhile. */
    default boolean onDevice() {
        return false;
    }

    /** The parameters, in the layout of {@link NetworkShape}. */
    float[] parameters();

    /** What the optimiser remembers besides the parameters and the number of steps; its layout is the engine's. */
    float[] optimizerState();

    /** What a training cannot change from one part to the next: the engine, and what its results depend on. */
    default String kind() {
        return getClass().getSimpleName();
    }

    /** Number of steps taken. */
    int steps();

    void setLearningRate(double learningRate);

    /** Goes on from where another run of the same engine was. */
    void restore(float[] parameters, float[] optimizerState, int steps);

    /** Ends the engine's threads, if it has any. */
    @Override
    void close();
}
