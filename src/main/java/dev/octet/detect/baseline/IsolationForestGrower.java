package dev.octet.detect.baseline;

import dev.octet.feature.FloatMatrix;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/** Grows the trees of one isolation forest into flat arrays. Not thread-safe; used by one training. */
final class IsolationForestGrower {
    private final int width;
    private final int samples;
    private final int depthLimit;
    private final double[] averageDepths;

    private final int[] roots;
    private int trees;
    private int[] columns = new int[1024];
    private float[] thresholds = new float[1024];
    private int[] rights = new int[1024];
    private int nodes;

    private final float[] sample;
    private final int[] order;
    private final int[] candidates;
    private SplittableRandom random;

    IsolationForestGrower(int width, int samples, int trees) {
        this.width = width;
        this.samples = samples;
        depthLimit = 32 - Integer.numberOfLeadingZeros(Math.max(samples, 2) - 1); // ceil(log2 samples)
        averageDepths = IsolationForestDetector.averageDepths(samples);
        roots = new int[trees];
        sample = new float[samples * width];
        order = new int[samples];
        candidates = new int[width];
    }

    void grow(FloatMatrix rows, SplittableRandom treeRandom) {
        random = treeRandom;
        BitSet drawn = draw(rows.rows());
        int at = 0;
        for (int row = drawn.nextSetBit(0); row >= 0; row = drawn.nextSetBit(row + 1)) {
            rows.copyRow(row, sample, at * width);
            order[at] = at++;
        }
        for (int j = 0; j < width; j++) {
            candidates[j] = j;
        }
        roots[trees++] = nodes;
        node(0, samples, 0, width);
    }

    /** Floyd's sampling without replacement: every set of {@code samples} rows is equally likely. */
    private BitSet draw(int rows) {
        BitSet drawn = new BitSet(rows);
        for (int last = rows - samples; last < rows; last++) {
            int pick = random.nextInt(last + 1);
            drawn.set(drawn.get(pick) ? last : pick);
        }
        return drawn;
    }

    /** Grows the node of the rows {@code order[from, to)}; {@code live} candidate columns were not constant above. */
    private void node(int from, int to, int depth, int live) {
        int node = add();
        int varied = live;
        if (to - from > 1 && depth < depthLimit) {
            while (varied > 0) {
                int pick = random.nextInt(varied);
                int column = candidates[pick];
                float least = Float.POSITIVE_INFINITY;
                float greatest = Float.NEGATIVE_INFINITY;
                for (int i = from; i < to; i++) {
                    float value = sample[order[i] * width + column];
                    least = Math.min(least, value);
                    greatest = Math.max(greatest, value);
                }
                if (least < greatest) {
                    float threshold = cut(least, greatest);
                    columns[node] = column;
                    thresholds[node] = threshold;
                    int middle = partition(from, to, column, threshold);
                    node(from, middle, depth + 1, varied);
                    rights[node] = nodes;
                    node(middle, to, depth + 1, varied);
                    return;
                }
                candidates[pick] = candidates[--varied]; // constant here, so constant in every node below
                candidates[varied] = column;
            }
        }
        columns[node] = TreeEnsemble.LEAF;
        thresholds[node] = (float) (depth + averageDepths[to - from]);
    }

    /** Uniform in [least, greatest), so that both sides get a row. */
    private float cut(float least, float greatest) {
        float threshold = (float) (least + random.nextDouble() * ((double) greatest - least));
        return threshold < greatest ? threshold : least;
    }

    private int partition(int from, int to, int column, float threshold) {
        int left = from;
        int right = to;
        while (left < right) {
            if (sample[order[left] * width + column] <= threshold) {
                left++;
            } else {
                int swap = order[left];
                order[left] = order[--right];
                order[right] = swap;
            }
        }
        return left;
    }

    private int add() {
        if (nodes == columns.length) {
            columns = Arrays.copyOf(columns, 2 * nodes);
            thresholds = Arrays.copyOf(thresholds, 2 * nodes);
            rights = Arrays.copyOf(rights, 2 * nodes);
        }
        return nodes++;
    }

    IsolationForestDetector forest(RowColumns rowColumns, Occlusion occlusion) {
        return new IsolationForestDetector(
                rowColumns,
                occlusion,
                samples,
                new TreeEnsemble(
                        roots,
                        Arrays.copyOf(columns, nodes),
                        Arrays.copyOf(thresholds, nodes),
                        Arrays.copyOf(rights, nodes)));
    }
}
