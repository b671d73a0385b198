package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxScore;
import java.util.Optional;

/**
 * A trained random forest. The score is the mean over the trees of the leaf's share of attacks, in [0, 1]; the classifier's own
 * decision is at 0.5. Contributions by {@link Occlusion}. Immutable and thread-safe.
 */
public final class RandomForestDetector implements Detector {
    private static final int VERSION = 1;

    private final RowColumns rowColumns;
    private final Occlusion occlusion;
    /** A leaf's value is its share of attacks. */
    private final TreeEnsemble trees;

    private RandomForestDetector(RowColumns rowColumns, Occlusion occlusion, TreeEnsemble trees) {
        this.rowColumns = rowColumns;
        this.occlusion = occlusion;
        this.trees = trees;
    }

    static RandomForestDetector of(RowColumns rowColumns, Occlusion occlusion, RandomForestGrower.Tree[] trees) {
        int[] roots = new int[trees.length];
        int nodes = 0;
        for (int tree = 0; tree < trees.length; tree++) {
            roots[tree] = nodes;
            nodes = Math.addExact(nodes, trees[tree].columns().length);
        }
        int[] columns = new int[nodes];
        float[] thresholds = new float[nodes];
        int[] rights = new int[nodes];
        for (int tree = 0; tree < trees.length; tree++) {
            int length = trees[tree].columns().length;
            System.arraycopy(trees[tree].columns(), 0, columns, roots[tree], length);
            System.arraycopy(trees[tree].thresholds(), 0, thresholds, roots[tree], length);
            for (int i = 0; i < length; i++) {
                rights[roots[tree] + i] = columns[roots[tree] + i] == TreeEnsemble.LEAF
                        ? 0
                        : roots[tree] + trees[tree].rights()[i];
            }
        }
        return new RandomForestDetector(rowColumns, occlusion, new TreeEnsemble(roots, columns, thresholds, rights));
    }

    @Override
    public String kind() {
        return RandomForestTrainer.KIND;
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
            scores[i] = trees.sum(rows, i * width) / trees.size();
        }
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        occlusion.contributions(this, row, contributions);
    }

    /** The trees as a {@code TreeEnsembleRegressor}; no contributions, which would take a score a feature. */
    @Override
    public Optional<OnnxScore> addTo(OnnxGraph graph, String features) {
        String shares = trees.sum(graph, features);
        return Optional.of(
                new OnnxScore(graph.add("Div", shares, graph.scalar((float) trees.size())), Optional.empty()));
    }

    @Override
    public DetectorState state() {
        return new DetectorState(kind(), VERSION, StateReader.settings(rowColumns), trees.arrays(occlusion));
    }

    /**
     * The detector that {@link #state()} was taken of.
     *
     * @throws dev.octet.event.InputException if the state is not one of this detector or damaged
     */
    public static RandomForestDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, RandomForestTrainer.KIND, VERSION);
        RowColumns rowColumns = reader.columns();
        return new RandomForestDetector(
                rowColumns,
                new Occlusion(rowColumns, reader.floats("medians", rowColumns.width())),
                TreeEnsemble.restored(reader, rowColumns.width()));
    }
}
