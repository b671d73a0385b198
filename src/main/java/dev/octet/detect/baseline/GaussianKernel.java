package dev.octet.detect.baseline;

/**
 * exp(-gamma |x - y|²) between one point and many rows, the rows kept in blocks by column so that a loop over rows runs in
 * vector registers. Uses nothing but IEEE additions and multiplications, so it gives the same bits on every machine.
 * Immutable and thread-safe.
 */
final class GaussianKernel {
    private static final int BLOCK = 128;
    private static final double LOG2_E = 1.4426950408889634;
    private static final double LN2_HIGH = 0x1.62e42fee00000p-1;
    private static final double LN2_LOW = 0x1.a39ef35793c76p-33;
    /** Adding it rounds to a whole number, which then stands in the lowest bits. */
    private static final double ROUND = 0x1.8p52;

    private final double[] blocks;
    private final int width;
    private final int count;
    private final double gamma;

    GaussianKernel(double[] rows, int width, double gamma) {
        this.width = width;
        this.gamma = gamma;
        count = rows.length / width;
        blocks = new double[rows.length];
        for (int first = 0; first < count; first += BLOCK) {
            int size = Math.min(BLOCK, count - first);
            for (int j = 0; j < width; j++) {
                for (int i = 0; i < size; i++) {
                    blocks[first * width + j * size + i] = rows[(first + i) * width + j];
                }
            }
        }
    }

    /** Kernel values of the point with every row. */
    void row(double[] point, double[] values) {
        for (int first = 0; first < count; first += BLOCK) {
            int size = Math.min(BLOCK, count - first);
            for (int i = first; i < first + size; i++) {
                values[i] = 0;
            }
            for (int j = 0; j < width; j++) {
                addSquares(blocks, first * width + j * size, point[j], values, first, size);
            }
            for (int i = first; i < first + size; i++) {
                values[i] = exp(-gamma * values[i]);
            }
        }
    }

    private static void addSquares(double[] column, int at, double centre, double[] sums, int first, int size) {
        for (int i = 0; i < size; i++) {
            double difference = column[at + i] - centre;
            sums[first + i] += difference * difference;
        }
    }

    /** e^x for x ≤ 0, within 2 ulp; 0 below -708, where the result would be subnormal. */
    static double exp(double x) {
        if (!(x >= -708)) {
            return 0;
        }
        double shifted = x * LOG2_E + ROUND;
        double whole = shifted - ROUND;
        double r = (x - whole * LN2_HIGH) - whole * LN2_LOW;
        double r2 = r * r;
        double r4 = r2 * r2;
        double low = r2 * (1.0 / 2 + r * (1.0 / 6));
        double middle = (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5040));
        double high = (1.0 / 40320 + r * (1.0 / 362880))
                + r2 * (1.0 / 3628800 + r * (1.0 / 39916800))
                + r4 * (1.0 / 479001600);
        double power = 1 + (r + (low + r4 * (middle + r4 * high)));
        return power * Double.longBitsToDouble((Double.doubleToRawLongBits(shifted) + 1023) << 52);
    }

    int count() {
        return count;
    }
}
