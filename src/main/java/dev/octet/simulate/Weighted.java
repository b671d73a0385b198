package dev.octet.simulate;

/**
 * Draws an index with probability proportional to its weight in constant time: the alias method (Vose 1991, "A linear
 * algorithm for generating random numbers with a given distribution"). Immutable.
 */
final class Weighted {
    private final double[] keep;
    private final int[] alias;

    Weighted(double... weights) {
        int n = weights.length;
        double total = 0;
        for (double weight : weights) {
            if (!(weight >= 0)) {
                throw new IllegalArgumentException("weight " + weight + " is not in [0, infinity)");
            }
            total += weight;
        }
        if (!(total > 0)) {
            throw new IllegalArgumentException("no weight is above 0");
        }
        keep = new double[n];
        alias = new int[n];
        double[] scaled = new double[n];
        int[] small = new int[n];
        int[] large = new int[n];
        int smalls = 0;
        int larges = 0;
        for (int i = 0; i < n; i++) {
            scaled[i] = weights[i] * n / total;
            alias[i] = i;
            if (scaled[i] < 1) {
                small[smalls++] = i;
            } else {
                large[larges++] = i;
            }
        }
        while (smalls > 0 && larges > 0) {
            int less = small[--smalls];
            int more = large[--larges];
            keep[less] = scaled[less];
            alias[less] = more;
            scaled[more] -= 1 - scaled[less];
            if (scaled[more] < 1) {
                small[smalls++] = more;
            } else {
                large[larges++] = more;
            }
        }
        while (larges > 0) {
            keep[large[--larges]] = 1;
        }
        while (smalls > 0) {
            keep[small[--smalls]] = 1;
        }
    }

    /** The index that 64 random bits stand for. */
    int pick(long bits) {
        double scaled = Draw.unit(bits) * keep.length;
        int column = (int) scaled;
        return scaled - column < keep[column] ? column : alias[column];
    }
}
