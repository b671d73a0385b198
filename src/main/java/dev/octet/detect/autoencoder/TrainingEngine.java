package dev.octet.detect.autoencoder;

/**
 * Holds a network's parameters and improves them a batch at a time. Not thread-safe.
 *
 * <p>A batch is {@code inputs} that go in and {@code targets} that should come out; the two differ where a network
 * learns to repair what was spoilt.
 */
interface TrainingEngine extends AutoCloseable {
    /**
     * One step of the optimiser.
     *
     * @param inputs row-major, {@code count} rows
     * @param targets likewise
     * @return the mean loss of the batch's rows before the step
     */
    double step(float[] inputs, float[] targets, int count);

    /** The parameters, in the layout of {@link NetworkShape}. */
    float[] parameters();

    /** What the optimiser remembers besides the parameters and the number of steps; its layout is the engine's. */
    float[] optimizerState();

    /** Number of steps taken. */
    int steps();

    void setLearningRate(double learningRate);

    /** Goes on from where another run of the same engine was. */
    void restore(float[] parameters, float[] optimizerState, int steps);

    /** Ends the engine's threads, if it has any. */
    @Override
    void close();
}
