package dev.octet.detect.baseline;

import java.util.Arrays;

/**
 * Exact nearest neighbours by Euclidean distance: a k-d tree (Bentley 1975) with bounding boxes, whose leaves are
 * scanned column by column in single precision, and whatever that cannot rule out again in double precision.
 *
 * <p>Rows are equal in rank when their distances are equal; the one with the smaller index comes first. A query costs
 * O(log n) distances where the rows lie in clusters, and n in the worst case of many independent columns. Immutable and
 * thread-safe; each thread has its own {@link Query}.
 */
final class NeighbourTree {
    private static final int LEAF_ROWS = 128;

    private final float[] rows;
    private final int width;
    private final int count;
    private final int[] order; // rows by leaf
    private final float[] byColumn; // leaf after leaf, column after column
    private int nodes;
    private int[] from = new int[64];
    private int[] to = new int[64];
    private int[] right = new int[64]; // 0: a leaf; the left child follows its parent
    private float[] low;
    private float[] high;

    /** @param rows row-major, used and not copied */
    NeighbourTree(float[] rows, int width) {
        this.rows = rows;
        this.width = width;
        count = rows.length / width;
        order = new int[count];
        Arrays.setAll(order, i -> i);
        low = new float[64 * width];
        high = new float[64 * width];
        byColumn = new float[rows.length];
        build(0, count);
    }

    /** The rows in an order in which neighbours in the order are neighbours in space. */
    int rowAt(int position) {
        return order[position];
    }

    private void build(int begin, int end) {
        int node = nodes++;
        if (node == from.length) {
            from = Arrays.copyOf(from, 2 * node);
            to = Arrays.copyOf(to, 2 * node);
            right = Arrays.copyOf(right, 2 * node);
            low = Arrays.copyOf(low, 2 * node * width);
            high = Arrays.copyOf(high, 2 * node * width);
        }
        from[node] = begin;
        to[node] = end;
        int box = node * width;
        Arrays.fill(low, box, box + width, Float.POSITIVE_INFINITY);
        Arrays.fill(high, box, box + width, Float.NEGATIVE_INFINITY);
        for (int i = begin; i < end; i++) {
            for (int j = 0, at = order[i] * width; j < width; j++, at++) {
                low[box + j] = Math.min(low[box + j], rows[at]);
                high[box + j] = Math.max(high[box + j], rows[at]);
            }
        }
        int widest = 0;
        for (int j = 1; j < width; j++) {
            if ((double) high[box + j] - low[box + j] > (double) high[box + widest] - low[box + widest]) {
                widest = j;
            }
        }
        if (end - begin <= LEAF_ROWS || !(low[box + widest] < high[box + widest])) {
            for (int j = 0, at = begin * width; j < width; j++) {
                for (int i = begin; i < end; i++, at++) {
                    byColumn[at] = rows[order[i] * width + j];
                }
            }
            return;
        }
        double sum = 0;
        for (int i = begin; i < end; i++) {
            sum += rows[order[i] * width + widest];
        }
        float cut = (float) (sum / (end - begin));
        if (!(cut >= low[box + widest] && cut < high[box + widest])) {
            cut = low[box + widest];
        }
        int middle = begin;
        int last = end;
        while (middle < last) {
            if (rows[order[middle] * width + widest] <= cut) {
                middle++;
            } else {
                int swap = order[middle];
                order[middle] = order[--last];
                order[last] = swap;
            }
        }
        build(begin, middle);
        right[node] = nodes;
        build(middle, end);
    }

    /** One thread's search; the result of a call stands until the next. */
    final class Query {
        private final int most;
        private final double[] squared;
        private final int[] found;
        private final float[] sums;
        private float[] point;
        private int offset;
        private int size;

        /** @param most how many neighbours to find; fewer where there are fewer rows */
        Query(int most) {
            this.most = Math.min(most, count);
            squared = new double[this.most + 1];
            found = new int[this.most + 1];
            sums = new float[Math.max(LEAF_ROWS, largestLeaf())];
        }

        private int largestLeaf() {
            int largest = 0;
            for (int node = 0; node < nodes; node++) {
                if (right[node] == 0) {
                    largest = Math.max(largest, to[node] - from[node]);
                }
            }
            return largest;
        }

        /** Finds the neighbours of the point {@code points[start, start + width)}; returns how many. */
        int find(float[] points, int start) {
            point = points;
            offset = start;
            size = 0;
            if (most > 0) {
                visit(0, boxDistance(0));
            }
            return size;
        }

        /** Index of the {@code i}-th nearest row. */
        int row(int i) {
            return found[i];
        }

        /** Euclidean distance of the {@code i}-th nearest row. */
        double distance(int i) {
            return Math.sqrt(squared[i]);
        }

        private void visit(int node, double bound) {
            if (size == most && bound > squared[size - 1]) {
                return;
            }
            if (right[node] == 0) {
                scan(from[node], to[node]);
                return;
            }
            int left = node + 1;
            double leftBound = boxDistance(left);
            double rightBound = boxDistance(right[node]);
            if (leftBound <= rightBound) {
                visit(left, leftBound);
                visit(right[node], rightBound);
            } else {
                visit(right[node], rightBound);
                visit(left, leftBound);
            }
        }

        private double boxDistance(int node) {
            double sum = 0;
            for (int j = 0, box = node * width; j < width; j++, box++) {
                double outside = Math.max(
                        Math.max((double) low[box] - point[offset + j], (double) point[offset + j] - high[box]), 0);
                sum += outside * outside;
            }
            return sum;
        }

        private void scan(int begin, int end) {
            int length = end - begin;
            Arrays.fill(sums, 0, length, 0f);
            for (int j = 0, at = begin * width; j < width; j++, at += length) {
                addSquares(byColumn, at, point[offset + j], sums, length);
            }
            float limit = limit();
            for (int i = 0; i < length; i++) {
                if (!(sums[i] > limit)) {
                    insert(order[begin + i]);
                    limit = limit();
                }
            }
        }

        /** What the single precision sum of a row that belongs to the nearest cannot exceed: all its terms are positive. */
        private float limit() {
            if (size < most) {
                return Float.POSITIVE_INFINITY;
            }
            return (float) (squared[size - 1] * (1 + 1e-6 * (width + 4))) + Float.MIN_NORMAL;
        }

        private void insert(int row) {
            double distance = 0;
            for (int j = 0, at = row * width; j < width; j++, at++) {
                double difference = (double) rows[at] - point[offset + j];
                distance += difference * difference;
            }
            if (size == most && !before(distance, row, size - 1)) {
                return;
            }
            int at = size == most ? size - 1 : size++;
            while (at > 0 && before(distance, row, at - 1)) {
                squared[at] = squared[at - 1];
                found[at] = found[at - 1];
                at--;
            }
            squared[at] = distance;
            found[at] = row;
        }

        private boolean before(double distance, int row, int position) {
            return distance < squared[position] || (distance == squared[position] && row < found[position]);
        }
    }

    private static void addSquares(float[] values, int at, float centre, float[] sums, int length) {
        for (int i = 0; i < length; i++) {
            float difference = values[at + i] - centre;
            sums[i] += difference * difference;
        }
    }
}
