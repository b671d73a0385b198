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
    private static final int LEAF_ROWS = 256;

    private final float[] rows;
    private final int width;
    private final int count;
    private final int[] order; // rows by leaf
    private float[][][] leaves = new float[64][][]; // for each leaf an array a column: C2 makes vectors of nothing else
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
            leaves = Arrays.copyOf(leaves, 2 * node);
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
            float[][] columns = new float[width][end - begin];
            for (int j = 0; j < width; j++) {
                for (int i = begin; i < end; i++) {
                    columns[j][i - begin] = rows[order[i] * width + j];
                }
            }
            leaves[node] = columns;
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

    /**
     * One thread's search for the neighbours of a group of points at once, so that a leaf is read from memory once for all of
     * them; the result of a call stands until the next.
     */
    final class Query {
        private final int most;
        private final int group;
        private final double[] squared; // (most + 1) places a point
        private final int[] found;
        private final int[] sizes;
        private final float[] sums;
        private final float[] groupLow = new float[width];
        private final float[] groupHigh = new float[width];
        private float[] points;
        private int[] starts;
        private int count;

        /**
         * @param most how many neighbours to find; fewer where there are fewer rows
         * @param group points at once, at most
         */
        Query(int most, int group) {
            this.most = Math.min(most, NeighbourTree.this.count);
            this.group = group;
            squared = new double[this.most * group];
            found = new int[this.most * group];
            sizes = new int[group];
            int largest = 0;
            for (int node = 0; node < nodes; node++) {
                largest = Math.max(largest, right[node] == 0 ? to[node] - from[node] : 0);
            }
            sums = new float[largest];
        }

        /**
         * Finds the neighbours of the points {@code values[starts[i], starts[i] + width)}; each point's do not depend on the
         * others of its group.
         */
        void find(float[] values, int[] pointStarts, int pointCount) {
            if (pointCount > group) {
                throw new IllegalArgumentException(pointCount + " points are more than a group of " + group);
            }
            points = values;
            starts = pointStarts;
            count = pointCount;
            Arrays.fill(sizes, 0);
            Arrays.fill(groupLow, Float.POSITIVE_INFINITY);
            Arrays.fill(groupHigh, Float.NEGATIVE_INFINITY);
            for (int p = 0; p < count; p++) {
                for (int j = 0; j < width; j++) {
                    groupLow[j] = Math.min(groupLow[j], points[starts[p] + j]);
                    groupHigh[j] = Math.max(groupHigh[j], points[starts[p] + j]);
                }
            }
            if (most > 0 && count > 0) {
                visit(0);
            }
        }

        /** Number of neighbours of a point. */
        int size(int point) {
            return sizes[point];
        }

        /** Index of a point's {@code i}-th nearest row. */
        int row(int point, int i) {
            return found[point * most + i];
        }

        /** Euclidean distance of a point's {@code i}-th nearest row. */
        double distance(int point, int i) {
            return Math.sqrt(squared[point * most + i]);
        }

        private void visit(int node) {
            if (right[node] == 0) {
                for (int p = 0; p < count; p++) {
                    if (!(boxDistance(node, starts[p]) > farthest(p))) {
                        scan(p, leaves[node], from[node], to[node] - from[node]);
                    }
                }
                return;
            }
            int left = node + 1;
            double leftBound = groupDistance(left);
            double rightBound = groupDistance(right[node]);
            int first = leftBound <= rightBound ? left : right[node];
            int second = first == left ? right[node] : left;
            visitWithin(first, Math.min(leftBound, rightBound));
            visitWithin(second, Math.max(leftBound, rightBound));
        }

        private void visitWithin(int node, double bound) {
            double farthest = 0;
            for (int p = 0; p < count; p++) {
                farthest = Math.max(farthest, farthest(p));
            }
            if (!(bound > farthest)) {
                visit(node);
            }
        }

        /** Squared distance within which a row could still be one of the point's nearest. */
        private double farthest(int point) {
            return sizes[point] < most ? Double.POSITIVE_INFINITY : squared[point * most + most - 1];
        }

        private double boxDistance(int node, int start) {
            double sum = 0;
            for (int j = 0, box = node * width; j < width; j++, box++) {
                double value = points[start + j];
                double outside = Math.max(Math.max(low[box] - value, value - high[box]), 0);
                sum += outside * outside;
            }
            return sum;
        }

        private double groupDistance(int node) {
            double sum = 0;
            for (int j = 0, box = node * width; j < width; j++, box++) {
                double outside =
                        Math.max(Math.max((double) low[box] - groupHigh[j], (double) groupLow[j] - high[box]), 0);
                sum += outside * outside;
            }
            return sum;
        }

        private void scan(int point, float[][] columns, int begin, int length) {
            int start = starts[point];
            Arrays.fill(sums, 0, length, 0f);
            int j = 0;
            for (; j + 3 < width; j += 4) {
                addFourSquares(columns, j, points, start + j, sums, length);
            }
            for (; j < width; j++) {
                addSquares(columns[j], points[start + j], sums, length);
            }
            float limit = limit(point);
            for (int i = 0; i < length; i++) {
                if (!(sums[i] > limit)) {
                    insert(point, order[begin + i]);
                    limit = limit(point);
                }
            }
        }

        /** What the single precision sum of a row that belongs to the nearest cannot exceed: all its terms are positive. */
        private float limit(int point) {
            if (sizes[point] < most) {
                return Float.POSITIVE_INFINITY;
            }
            return (float) (farthest(point) * (1 + 1e-6 * (width + 4))) + Float.MIN_NORMAL;
        }

        private void insert(int point, int row) {
            double distance = 0;
            for (int j = 0, at = row * width; j < width; j++, at++) {
                double difference = (double) rows[at] - points[starts[point] + j];
                distance += difference * difference;
            }
            int base = point * most;
            int size = sizes[point];
            if (size == most && !before(distance, row, base + size - 1)) {
                return;
            }
            int at = base + (size == most ? size - 1 : size);
            sizes[point] = Math.min(most, size + 1);
            while (at > base && before(distance, row, at - 1)) {
                squared[at] = squared[at - 1];
                found[at] = found[at - 1];
                at--;
            }
            squared[at] = distance;
            found[at] = row;
        }

        private boolean before(double distance, int row, int place) {
            return distance < squared[place] || (distance == squared[place] && row < found[place]);
        }
    }

    private static void addSquares(float[] column, float centre, float[] sums, int length) {
        for (int i = 0; i < length; i++) {
            float difference = column[i] - centre;
            sums[i] += difference * difference;
        }
    }

    /** Four columns in one go, so that the sums are read and written a quarter as often. */
    private static void addFourSquares(
            float[][] columns, int first, float[] centres, int at, float[] sums, int length) {
        float[] column1 = columns[first];
        float[] column2 = columns[first + 1];
        float[] column3 = columns[first + 2];
        float[] column4 = columns[first + 3];
        float centre1 = centres[at];
        float centre2 = centres[at + 1];
        float centre3 = centres[at + 2];
        float centre4 = centres[at + 3];
        for (int i = 0; i < length; i++) {
            float p = column1[i] - centre1;
            float q = column2[i] - centre2;
            float r = column3[i] - centre3;
            float s = column4[i] - centre4;
            sums[i] = sums[i] + p * p + q * q + r * r + s * s;
        }
    }
}
