package dev.octet.detect.baseline;

import java.util.Arrays;

/** One start of k-means over distinct rows with counts. Not thread-safe. */
final class KMeansRun {
    private final float[] rows;
    private final int[] counts;
    private final int[] place;
    private final int size;
    private final int width;
    private final int clusters;
    private final double[] centres;
    private final int[] assigned;
    private double inertia;

    KMeansRun(DistinctRows distinct, int width, int clusters) {
        rows = distinct.values();
        counts = distinct.counts();
        place = distinct.place();
        size = distinct.size();
        this.width = width;
        this.clusters = clusters;
        centres = new double[clusters * width];
        assigned = new int[size];
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
            double[][] shares = new double[clusters - 1][2 + (int) Math.log(clusters)];
            for (double[] candidates : shares) {
                Arrays.setAll(candidates, i -> random.uniform());
            }
            return new Draws(first, shares);
        }
    }

    /**
     * Greedy k-means++: each centre is the best of 2 + ln k rows drawn in proportion to their squared distance. Draws go
     * through the training rows in their order, as scikit-learn's do, so that a seed starts both at the same rows.
     */
    void start(Draws draws) {
        double[] nearest = new double[size];
        centre(0, place[draws.first]);
        double total = 0;
        for (int i = 0; i < size; i++) {
            nearest[i] = squared(i, centres, 0);
            total += counts[i] * nearest[i];
        }
        double[] point = new double[width];
        double[] candidate = new double[size];
        double[] best = new double[size];
        for (int c = 1; c < clusters; c++) {
            double bestTotal = Double.POSITIVE_INFINITY;
            for (double share : draws.shares[c - 1]) {
                int row = drawn(nearest, share * total);
                Arrays.setAll(point, j -> rows[row * width + j]);
                double candidateTotal = 0;
                for (int i = 0; i < size; i++) {
                    candidate[i] = Math.min(nearest[i], squared(i, point, 0));
                    candidateTotal += counts[i] * candidate[i];
                }
                if (candidateTotal < bestTotal) {
                    bestTotal = candidateTotal;
                    centre(c, row);
                    double[] swap = best;
                    best = candidate;
                    candidate = swap;
                }
            }
            total = bestTotal;
            double[] swap = nearest;
            nearest = best;
            best = swap;
        }
    }

    private void centre(int cluster, int row) {
        for (int j = 0; j < width; j++) {
            centres[cluster * width + j] = rows[row * width + j];
        }
    }

    /** The first training row at which the running sum of the weights reaches {@code at}. */
    private int drawn(double[] weights, double at) {
        double sum = 0;
        int last = 0;
        for (int row : place) {
            if (weights[row] > 0) {
                last = row;
                sum += weights[row];
                if (sum >= at) {
                    return row;
                }
            }
        }
        return last; // rounding only
    }

    /** Moves centres until the sum of their squared moves is at most {@code still}. */
    void iterate(int iterations, double still) {
        double[] upper = new double[size]; // at least the distance to the own centre
        double[] lower = new double[size]; // at most the distance to every other
        for (int i = 0; i < size; i++) {
            assign(i, upper, lower);
        }
        double[] sums = new double[clusters * width];
        long[] members = new long[clusters];
        double[] half = new double[clusters]; // half the distance to the nearest other centre
        double[] moves = new double[clusters];
        for (int iteration = 0; iteration < iterations; iteration++) {
            means(sums, members, upper, lower);
            double shift = move(sums, members, moves);
            if (shift == 0) {
                break;
            }
            double most = 0;
            double second = 0;
            int mover = 0;
            for (int c = 0; c < clusters; c++) {
                if (moves[c] > most) {
                    second = most;
                    most = moves[c];
                    mover = c;
                } else {
                    second = Math.max(second, moves[c]);
                }
            }
            for (int i = 0; i < size; i++) {
                upper[i] += moves[assigned[i]];
                lower[i] -= assigned[i] == mover ? second : most;
            }
            separations(half);
            for (int i = 0; i < size; i++) {
                double bound = Math.max(half[assigned[i]], lower[i]) * (1 - 1e-12);
                if (upper[i] >= bound) {
                    upper[i] = Math.sqrt(squared(i, centres, assigned[i] * width));
                    if (upper[i] >= bound) {
                        assign(i, upper, lower);
                    }
                }
            }
            if (shift <= still) {
                break;
            }
        }
        inertia = 0;
        for (int i = 0; i < size; i++) {
            inertia += counts[i] * squared(i, centres, assigned[i] * width);
        }
    }

    private void assign(int row, double[] upper, double[] lower) {
        double nearest = Double.POSITIVE_INFINITY;
        double second = Double.POSITIVE_INFINITY;
        for (int c = 0; c < clusters; c++) {
            double distance = squared(row, centres, c * width);
            if (distance < nearest) {
                second = nearest;
                nearest = distance;
                assigned[row] = c;
            } else {
                second = Math.min(second, distance);
            }
        }
        upper[row] = Math.sqrt(nearest);
        lower[row] = Math.sqrt(second);
    }

    /** Sums each cluster's rows; a cluster without any is given the row that is farthest from its centre. */
    private void means(double[] sums, long[] members, double[] upper, double[] lower) {
        Arrays.fill(members, 0);
        for (int i = 0; i < size; i++) {
            members[assigned[i]] += counts[i];
        }
        for (int c = 0; c < clusters; c++) {
            if (members[c] == 0) {
                int farthest = -1;
                double distance = -1;
                for (int i = 0; i < size; i++) {
                    if (members[assigned[i]] > counts[i]) {
                        double squared = squared(i, centres, assigned[i] * width);
                        if (squared > distance) {
                            distance = squared;
                            farthest = i;
                        }
                    }
                }
                members[assigned[farthest]] -= counts[farthest];
                members[c] = counts[farthest];
                assigned[farthest] = c;
                upper[farthest] = Double.POSITIVE_INFINITY;
                lower[farthest] = 0;
            }
        }
        Arrays.fill(sums, 0);
        for (int i = 0; i < size; i++) {
            int sum = assigned[i] * width;
            for (int j = 0, at = i * width; j < width; j++, at++) {
                sums[sum + j] += (double) counts[i] * rows[at];
            }
        }
    }

    /** Moves the centres to the means; {@code moves} receives the distances. Returns the sum of their squares. */
    private double move(double[] sums, long[] members, double[] moves) {
        double total = 0;
        for (int c = 0; c < clusters; c++) {
            double squared = 0;
            for (int j = c * width; j < (c + 1) * width; j++) {
                double mean = sums[j] / members[c];
                squared += (mean - centres[j]) * (mean - centres[j]);
                centres[j] = mean;
            }
            moves[c] = Math.sqrt(squared);
            total += squared;
        }
        return total;
    }

    private void separations(double[] half) {
        for (int a = 0; a < clusters; a++) {
            double nearest = Double.POSITIVE_INFINITY;
            for (int b = 0; b < clusters; b++) {
                if (a != b) {
                    double squared = 0;
                    for (int j = 0; j < width; j++) {
                        double difference = centres[a * width + j] - centres[b * width + j];
                        squared += difference * difference;
                    }
                    nearest = Math.min(nearest, squared);
                }
            }
            half[a] = Math.sqrt(nearest) / 2;
        }
    }

    /** The mean of the columns' variances over the training rows. */
    static double meanVariance(DistinctRows distinct, int width) {
        float[] rows = distinct.values();
        int[] counts = distinct.counts();
        double[] means = new double[width];
        double[] squares = new double[width];
        for (int i = 0; i < distinct.size(); i++) {
            for (int j = 0; j < width; j++) {
                means[j] += (double) counts[i] * rows[i * width + j];
            }
        }
        long members = distinct.place().length;
        Arrays.setAll(means, j -> means[j] / members);
        for (int i = 0; i < distinct.size(); i++) {
            for (int j = 0; j < width; j++) {
                double apart = rows[i * width + j] - means[j];
                squares[j] += counts[i] * apart * apart;
            }
        }
        return Arrays.stream(squares).map(sum -> sum / members).sum() / width;
    }

    private double squared(int row, double[] points, int point) {
        return KMeansDetector.squared(rows, row * width, points, point, width);
    }

    double[] centres() {
        return centres;
    }

    /** Rows of each cluster, copies counted. */
    long[] sizes() {
        long[] sizes = new long[clusters];
        for (int i = 0; i < size; i++) {
            sizes[assigned[i]] += counts[i];
        }
        return sizes;
    }

    double inertia() {
        return inertia;
    }
}
