package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import dev.octet.onnx.OnnxScore;
import java.util.Map;
import java.util.Optional;

/**
 * A trained isolation forest. The score is 2^(-E(h) / c(samples)) in (0, 1], as in the paper: E(h) is the row's mean
 * depth over the trees, a leaf of n sampled rows counting c(n) more, and c(n) the mean depth of an unsuccessful search in a
 * binary search tree. It is the negative of scikit-learn's {@code score_samples}.
 *
 * <p>Contributions by {@link Occlusion}. Immutable and thread-safe.
 */
public final class IsolationForestDetector implements Detector {
    private static final int VERSION = 1;
    private static final double EULER = 0.5772156649015329;

    private final RowColumns rowColumns;
    private final Occlusion occlusion;
    private final int samples;
    /** A leaf's value is its depth. */
    private final TreeEnsemble trees;

    private final double averageDepth;

    IsolationForestDetector(RowColumns rowColumns, Occlusion occlusion, int samples, TreeEnsemble trees) {
        this.rowColumns = rowColumns;
        this.occlusion = occlusion;
        this.samples = samples;
        this.trees = trees;
        averageDepth = averageDepths(samples)[samples];
    }

    /** c(n) for n = 0 … {@code most}: 0, 0, 1, then 2 (ln(n - 1) + Euler's gamma) - 2 (n - 1) / n. */
    static double[] averageDepths(int most) {
        double[] depths = new double[Math.max(3, most + 1)];
        depths[2] = 1;
        for (int n = 3; n < depths.length; n++) {
            depths[n] = 2 * (StrictMath.log(n - 1.0) + EULER) - 2 * (n - 1.0) / n;
        }
        return depths;
    }

    @Override
    public String kind() {
        return IsolationForestTrainer.KIND;
    }

    @Override
    public int columns() {
        return rowColumns.width();
    }

    @Override
    public void score(float[] rows, int count, double[] scores) {
        rowColumns.checkScoring(rows, count, scores);
        int width = rowColumns.width();
        for (int i = 0; i < count; i++) {
            scores[i] = StrictMath.pow(2, -trees.sum(rows, i * width) / (trees.size() * averageDepth));
        }
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        occlusion.contributions(this, row, contributions);
    }

    /** The trees as a {@code TreeEnsembleRegressor}; no contributions, which would take a score a feature. */
    @Override
    public Optional<OnnxScore> addTo(OnnxGraph graph, String features) {
        String depths = trees.sum(graph, features);
        String exponent =
                graph.add("Mul", graph.cast(depths, Type.DOUBLE), graph.scalar(-1 / (trees.size() * averageDepth)));
        return Optional.of(
                new OnnxScore(graph.cast(graph.add("Pow", graph.scalar(2.0), exponent), Type.FLOAT), Optional.empty()));
    }

    @Override
    public DetectorState state() {
        Map<String, Object> settings = StateReader.settings(rowColumns);
        settings.put("samples", (long) samples);
        return new DetectorState(kind(), VERSION, settings, trees.arrays(occlusion));
    }

    /**
     * The detector that {@link #state()} was taken of.
     *
     * @throws dev.octet.event.InputException if the state is not one of this detector or damaged
     */
    public static IsolationForestDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, IsolationForestTrainer.KIND, VERSION);
        RowColumns rowColumns = reader.columns();
        int samples = reader.integer("samples");
        if (samples < 2) {
            throw reader.damaged("setting samples is " + samples);
        }
        return new IsolationForestDetector(
                rowColumns,
                new Occlusion(rowColumns, reader.floats("medians", rowColumns.width())),
                samples,
                TreeEnsemble.restored(reader, rowColumns.width()));
    }
}
