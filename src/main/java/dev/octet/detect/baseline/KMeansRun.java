package dev.octet.detect.baseline;

import java.util.Arrays;

/**
 * One start of k-means over distinct rows with counts. It says what to measure the rows against, and goes on from what was
 * found: first, then for each further centre draw, candidates, choose and further; then move and all by turns. Not
 * thread-safe, but for its measurements.
 */
final class KMeansRun {
    /** Rows after which a running sum is noted down. */
    private static final int NOTED = 256;

    private final DistinctRows distinct;
    private final int[] counts;
    private final int size;
    private final int width;
    private final Draws draws;
    private final double[][] centres;
    private final int[] candidates;
    private final double[][] left; // by block and candidate
    private final double[] nearest; // squared distance of each row to the nearest centre
    private final int[] found; // the centre that is nearest
    private final int[] assigned; // the centre in whose sum the row is
    private final double[][] sums; // of each centre's rows, and what is left over for those that have none yet
    private final long[] members;
    private int iterations;
    private boolean settled;

    KMeansRun(DistinctRows distinct, int width, int clusters, Draws draws, int blocks) {
        this.distinct = distinct;
        this.width = width;
        this.draws = draws;
        counts = distinct.counts();
        size = distinct.size();
        centres = new double[clusters][];
        candidates = new int[Draws.candidates(clusters)];
        left = new double[blocks][candidates.length];
        nearest = new double[size];
        found = new int[size];
        assigned = new int[size];
        sums = new double[clusters + 1][width];
        members = new long[clusters + 1];
        centres[0] = point(distinct.place()[draws.first]);
    }

    /**
     * What chance says of one start, so that starts can be worked on side by side.
     *
     * @param first training row that is the first centre
     * @param shares of the total weight, for each candidate of each later centre, in [0, 1)
     */
    record Draws(int first, double[][] shares) {
        /** The next draws, in the order in which scikit-learn makes them. */
        static Draws next(NumpyRandom random, int trainingRows, int clusters) {
            int first = random.randint(trainingRows);
            double[][] shares = new double[clusters - 1][candidates(clusters)];
            for (double[] candidates : shares) {
                for (int i = 0; i < candidates.length; i++) {
                    candidates[i] = random.uniform();
                }
            }
            return new Draws(first, shares);
        }

        private static int candidates(int clusters) {
            return 2 + (int) Math.log(clusters);
        }
    }

    private double[] point(int row) {
        double[] point = new double[width];
        for (int j = 0; j < width; j++) {
            point[j] = distinct.values()[row * width + j];
        }
        return point;
    }

    /** Finds the rows' distances to the first centre. */
    RowBlocks.Measurement first() {
        return new RowBlocks.Measurement(new double[][] {centres[0]}) {
            @Override
            void take(RowBlocks.Block block, double[][] squared) {
                System.arraycopy(squared[0], 0, nearest, block.first(), block.count());
            }
        };
    }

    /** Takes a further centre into account. */
    RowBlocks.Measurement further(int cluster) {
        return new RowBlocks.Measurement(new double[][] {centres[cluster]}) {
            @Override
            void take(RowBlocks.Block block, double[][] squared) {
                nearer(cluster, squared[0], block.first(), block.count());
            }
        };
    }

    private void nearer(int cluster, double[] squared, int first, int count) {
        for (int i = 0; i < count; i++) {
            if (squared[i] < nearest[first + i]) {
                nearest[first + i] = squared[i];
                found[first + i] = cluster;
            }
        }
    }

    /**
     * Greedy k-means++: each centre is the best of 2 + ln k rows drawn in proportion to their squared distance. Draws go
     * through the training rows in their order, as scikit-learn's do, so that a seed starts both at the same rows.
     */
    void draw(int cluster) {
        int[] place = distinct.place();
        double[] noted = new double[place.length / NOTED + 1];
        double total = 0;
        for (int i = 0; i < noted.length; i++) {
            noted[i] = total;
            total = distances(total, i);
        }
        for (int c = 0; c < candidates.length; c++) {
            candidates[c] = drawn(noted, draws.shares[cluster - 1][c] * total);
        }
    }

    private double distances(double before, int part) {
        int[] place = distinct.place();
        double sum = before;
        for (int i = part * NOTED; i < Math.min(place.length, (part + 1) * NOTED); i++) {
            sum += nearest[place[i]];
        }
        return sum;
    }

    /** The first training row at which the running sum of the distances reaches {@code at}. */
    private int drawn(double[] noted, double at) {
        int part = noted.length - 1;
        while (part > 0 && noted[part] >= at) {
            part--;
        }
        double sum = noted[part];
        int last = 0;
        for (int i = part * NOTED; i < distinct.place().length; i++) {
            int row = distinct.place()[i];
            if (nearest[row] > 0) {
                last = row;
                sum += nearest[row];
                if (sum >= at) {
                    return row;
                }
            }
        }
        return last; // rounding only
    }

    /** Sums what would be left of the distances with each candidate. */
    RowBlocks.Measurement candidates() {
        double[][] points = new double[candidates.length][];
        Arrays.setAll(points, c -> point(candidates[c]));
        return new RowBlocks.Measurement(points) {
            @Override
            void take(RowBlocks.Block block, double[][] squared) {
                for (int c = 0; c < candidates.length; c++) {
                    left[block.index()][c] = left(squared[c], block.first(), block.count());
                }
            }
        };
    }

    /** Four sums side by side, since one would wait for itself at every row. */
    private double left(double[] squared, int first, int count) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i + 3 < count; i += 4) {
            int row = first + i;
            a += counts[row] * Math.min(nearest[row], squared[i]);
            b += counts[row + 1] * Math.min(nearest[row + 1], squared[i + 1]);
            c += counts[row + 2] * Math.min(nearest[row + 2], squared[i + 2]);
            d += counts[row + 3] * Math.min(nearest[row + 3], squared[i + 3]);
        }
        for (; i < count; i++) {
            a += counts[first + i] * Math.min(nearest[first + i], squared[i]);
        }
        return (a + b) + (c + d);
    }

    /** Makes the best candidate a centre. */
    void choose(int cluster) {
        double least = Double.POSITIVE_INFINITY;
        for (int c = 0; c < candidates.length; c++) {
            double total = 0;
            for (double[] block : left) {
                total += block[c];
            }
            if (total < least) {
                least = total;
                centres[cluster] = point(candidates[c]);
            }
        }
    }

    /** Finds the nearest centre of each row; of several, the first. */
    RowBlocks.Measurement all() {
        return new RowBlocks.Measurement(centres) {
            @Override
            void take(RowBlocks.Block block, double[][] squared) {
                for (int c = 1; c < centres.length; c++) {
                    RowBlocks.lesser(squared[c], 0, squared[c - 1], block.count());
                }
                System.arraycopy(squared[centres.length - 1], 0, nearest, block.first(), block.count());
                find(squared, block.first(), block.count());
            }
        };
    }

    /** Finds where the running minimum over the centres falls for the last time, which for most rows is where it last did. */
    private void find(double[][] least, int first, int count) {
        double[] all = least[centres.length - 1];
        for (int i = 0; i < count; i++) {
            int c = found[first + i];
            if (least[c][i] > all[i] || c > 0 && least[c - 1][i] == all[i]) {
                c = 0;
                while (least[c][i] > all[i]) {
                    c++;
                }
                found[first + i] = c;
            }
        }
    }

    /**
     * Moves the centres to the means of the rows that are nearest to them.
     *
     * @param most iterations
     * @param still a sum of squared moves that is no move any more
     * @return whether the nearest centres must be found again
     */
    boolean move(int most, double still) {
        if (iterations == 0) {
            sum();
        } else {
            correct();
        }
        if (settled) {
            return false;
        }
        fillEmpty();
        double shift = 0;
        for (int c = 0; c < centres.length; c++) {
            for (int j = 0; j < width; j++) {
                double mean = sums[c][j] / members[c];
                shift += (mean - centres[c][j]) * (mean - centres[c][j]);
                centres[c][j] = mean;
            }
        }
        iterations++;
        settled = shift <= still || iterations == most;
        return shift > 0;
    }

    private void sum() {
        for (int i = 0; i < size; i++) {
            move(i, centres.length);
        }
    }

    private void correct() {
        for (int i = 0; i < size; i++) {
            if (found[i] != assigned[i]) {
                move(i, assigned[i]);
            }
        }
    }

    private void move(int row, int cluster) {
        double[] from = sums[cluster];
        double[] to = sums[found[row]];
        float[] values = distinct.values();
        double copies = counts[row];
        for (int j = 0, at = row * width; j < width; j++, at++) {
            double value = copies * values[at];
            from[j] -= value;
            to[j] += value;
        }
        members[cluster] -= counts[row];
        members[found[row]] += counts[row];
        assigned[row] = found[row];
    }

    /** A cluster without any row is given the row that is farthest from its centre. */
    private void fillEmpty() {
        for (int c = 0; c < centres.length; c++) {
            if (members[c] == 0) {
                int farthest = -1;
                for (int i = 0; i < size; i++) {
                    if (members[assigned[i]] > counts[i] && (farthest < 0 || nearest[i] > nearest[farthest])) {
                        farthest = i;
                    }
                }
                found[farthest] = c;
                move(farthest, assigned[farthest]);
            }
        }
    }

    double[][] centres() {
        return centres;
    }

    /** Rows of each cluster, copies counted. */
    long[] sizes() {
        return Arrays.copyOf(members, centres.length);
    }

    /** Sum of the rows' squared distances to the nearest centre, copies counted. */
    double inertia() {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += counts[i] * nearest[i];
        }
        return sum;
    }
}
