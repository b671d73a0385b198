package dev.octet.detect.baseline;

import dev.octet.onnx.OnnxGraph;
import java.util.Arrays;
import java.util.Map;

/** Trees of cuts in flat arrays. Immutable and thread-safe. */
final class TreeEnsemble {
    /** Stands for the column of a leaf, which has none. */
    static final int LEAF = -1;

    private final int[] roots;
    private final int[] columns;
    private final float[] thresholds;
    private final int[] rights;

    /**
     * Takes the arrays, which nobody may change any more.
     *
     * @param roots node at which each tree begins; its nodes follow
     * @param columns of a node's cut, or {@link #LEAF}
     * @param thresholds of a node's cut (left: at most), or the value of the leaf
     * @param rights right child of each node; the left one follows its parent
     */
    TreeEnsemble(int[] roots, int[] columns, float[] thresholds, int[] rights) {
        this.roots = roots;
        this.columns = columns;
        this.thresholds = thresholds;
        this.rights = rights;
    }

    /**
     * The trees of a stored detector.
     *
     * @param width columns of a row
     * @throws dev.octet.event.InputException if they are damaged
     */
    static TreeEnsemble restored(StateReader reader, int width) {
        int nodes = reader.length("columns");
        int[] columns = reader.indices("columns", nodes, LEAF, width);
        return new TreeEnsemble(
                reader.indices("roots", reader.length("roots"), 0, nodes),
                columns,
                reader.floats("thresholds", nodes),
                reader.rightChildren("rights", columns));
    }

    /** The arrays of a detector's state that has these trees and explains its scores by occlusion. */
    Map<String, Object> arrays(Occlusion occlusion) {
        return Map.of(
                "medians", occlusion.medians().clone(),
                "roots", roots.clone(),
                "columns", columns.clone(),
                "thresholds", thresholds.clone(),
                "rights", rights.clone());
    }

    int size() {
        return roots.length;
    }

    /** The sum over the trees of the leaf that a row, which begins at {@code row}, comes to. */
    double sum(float[] rows, int row) {
        double sum = 0;
        for (int root : roots) {
            int node = root;
            int column;
            while ((column = columns[node]) >= 0) {
                node = rows[row + column] <= thresholds[node] ? node + 1 : rights[node];
            }
            sum += thresholds[node];
        }
        return sum;
    }

    /** Adds the trees to a graph as one {@code TreeEnsembleRegressor} of ONNX, and names the sum of their leaves, float [N]. */
    String sum(OnnxGraph graph, String features) {
        int nodes = columns.length;
        long[] trees = new long[nodes];
        long[] ids = new long[nodes];
        long[] features64 = new long[nodes];
        long[] lefts = new long[nodes];
        long[] rights64 = new long[nodes];
        float[] cuts = new float[nodes];
        String[] modes = new String[nodes];
        int leaves = 0;
        for (int tree = 0; tree < roots.length; tree++) {
            int end = tree + 1 < roots.length ? roots[tree + 1] : nodes;
            for (int node = roots[tree]; node < end; node++) {
                boolean leaf = columns[node] < 0;
                trees[node] = tree;
                ids[node] = node - roots[tree];
                modes[node] = leaf ? "LEAF" : "BRANCH_LEQ";
                if (leaf) {
                    leaves++;
                } else {
                    features64[node] = columns[node];
                    cuts[node] = thresholds[node];
                    lefts[node] = ids[node] + 1;
                    rights64[node] = rights[node] - roots[tree];
                }
            }
        }
        long[] leafTrees = new long[leaves];
        long[] leafIds = new long[leaves];
        float[] values = new float[leaves];
        int next = 0;
        for (int node = 0; node < nodes; node++) {
            if (columns[node] < 0) {
                leafTrees[next] = trees[node];
                leafIds[next] = ids[node];
                values[next++] = thresholds[node];
            }
        }
        float[] hits = new float[nodes];
        Arrays.fill(hits, 1);
        String sums = graph.mlNode("TreeEnsembleRegressor")
                .with("nodes_treeids", trees)
                .with("nodes_nodeids", ids)
                .with("nodes_featureids", features64)
                .with("nodes_values", cuts)
                .with("nodes_hitrates", hits)
                .with("nodes_modes", modes)
                .with("nodes_truenodeids", lefts)
                .with("nodes_falsenodeids", rights64)
                .with("target_treeids", leafTrees)
                .with("target_nodeids", leafIds)
                .with("target_ids", new long[leaves])
                .with("target_weights", values)
                .with("n_targets", 1)
                .with("aggregate_function", "SUM")
                .with("post_transform", "NONE")
                .of(features);
        return graph.add("Squeeze", sums, graph.longs(new long[] {1}, 1));
    }
}
