package dev.octet.detect;

import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxScore;
import java.util.Optional;

/**
 * A trained detector: rows in, scores out, higher = more anomalous. It never decides; that is the {@link Threshold}'s.
 *
 * <p>Immutable and thread-safe. A row's score depends on that row alone, bit for bit: not on the batch around it, its
 * place in it, or the number of threads.
 */
public interface Detector {

    /** The detector's kind, as its trainer names it. */
    String kind();

    /** Width of a row. */
    int columns();

    /**
     * Scores rows.
     *
     * @param rows row-major, at least {@code count * columns()} values
     * @param count number of rows
     * @param scores receives {@code count} scores
     */
    void score(float[] rows, int count, double[] scores);

    /**
     * What each column adds to the score of one row. Not negative; only the proportions mean something.
     *
     * @param row {@link #columns()} values
     * @param contributions receives one value a column
     */
    void contributions(float[] row, double[] contributions);

    /**
     * Scores rows and says what each column adds, with the very results of {@link #score} and {@link #contributions};
     * detectors that can share work between the two do it here.
     *
     * @param contributions receives {@code count * columns()} values, row-major
     */
    default void explain(float[] rows, int count, double[] scores, double[] contributions) {
        score(rows, count, scores);
        float[] row = new float[columns()];
        double[] ofRow = new double[columns()];
        for (int i = 0; i < count; i++) {
            System.arraycopy(rows, i * row.length, row, 0, row.length);
            contributions(row, ofRow);
            System.arraycopy(ofRow, 0, contributions, i * row.length, row.length);
        }
    }

    /** Whether a row of many costs less than a row alone. Its score is the same. */
    default boolean gainsFromBatches() {
        return true;
    }

    /**
     * Adds the detector to an ONNX graph, for runtimes of other languages.
     *
     * @param features name of the rows, float [N, columns]
     * @return names of its results; empty where standard operators cannot express it
     */
    default Optional<OnnxScore> addTo(OnnxGraph graph, String features) {
        return Optional.empty();
    }

    /**
     * The smallest difference of two scores that means anything, where scores have a unit of their own; 0 where not. Scores
     * in nats differ from about 0.01 on, which are odds of 1.01 to 1.
     */
    default double resolution() {
        return 0;
    }

    /** Everything needed to make an equal detector again, as plain data. */
    DetectorState state();
}
