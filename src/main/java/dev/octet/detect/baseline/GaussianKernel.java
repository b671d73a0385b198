package dev.octet.detect.baseline;

import java.util.Arrays;

/**
 * exp(-gamma |x - y|²) between one point and many rows, the rows kept in blocks by column so that a loop over rows runs in
 * vector registers. Uses nothing but IEEE additions and multiplications, so it gives the same bits on every machine.
 * Immutable and thread-safe.
 */
final class GaussianKernel {
    private static final int BLOCK = 256;
    private static final double LOG2_E = 1.4426950408889634;
    private static final double LN2_HIGH = 0x1.62e42fee00000p-1;
    private static final double LN2_LOW = 0x1.a39ef35793c76p-33;
    /** Adding it rounds to a whole number, which then stands in the lowest bits. */
    private static final double ROUND = 0x1.8p52;

    private final double[][][] blocks; // for each block an array a column: C2 makes vectors of nothing else
    private final int width;
    private final int count;
    private final double gamma;

    GaussianKernel(double[] rows, int width, double gamma) {
        this.width = width;
        this.gamma = gamma;
        count = rows.length / width;
        blocks = new double[(count + BLOCK - 1) / BLOCK][width][];
        for (int block = 0; block < blocks.length; block++) {
            int first = block * BLOCK;
            for (int j = 0; j < width; j++) {
                double[] column = new double[Math.min(BLOCK, count - first)];
                for (int i = 0; i < column.length; i++) {
                    column[i] = rows[(first + i) * width + j];
                }
                blocks[block][j] = column;
            }
        }
    }

    /** Kernel values of the point with every row. */
    void row(double[] point, double[] values) {
        double[] sums = new double[BLOCK];
        for (int block = 0; block < blocks.length; block++) {
            double[][] columns = blocks[block];
            int size = columns[0].length;
            Arrays.fill(sums, 0);
            int j = 0;
            for (; j + 3 < width; j += 4) {
                addFourSquares(columns, point, j, sums, size);
            }
            for (; j < width; j++) {
                addSquares(columns[j], point[j], sums, size);
            }
            for (int i = 0; i < size; i++) {
                values[block * BLOCK + i] = exp(-gamma * sums[i]);
            }
        }
    }

    private static void addSquares(double[] column, double centre, double[] sums, int size) {
        for (int i = 0; i < size; i++) {
            double difference = column[i] - centre;
            sums[i] += difference * difference;
        }
    }

    private static void addFourSquares(double[][] columns, double[] point, int first, double[] sums, int size) {
        double[] column1 = columns[first];
        double[] column2 = columns[first + 1];
        double[] column3 = columns[first + 2];
        double[] column4 = columns[first + 3];
        double centre1 = point[first];
        double centre2 = point[first + 1];
        double centre3 = point[first + 2];
        double centre4 = point[first + 3];
        for (int i = 0; i < size; i++) {
            double p = column1[i] - centre1;
            double q = column2[i] - centre2;
            double r = column3[i] - centre3;
            double s = column4[i] - centre4;
            sums[i] = sums[i] + p * p + q * q + r * r + s * s;
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
