package dev.octet.detect.autoencoder;

import java.util.Arrays;

/**
 * Rows of which most elements are 0, as one-hot columns are: the others alone. Not thread-safe.
 */
final class SparseRows {
    /** Denser rows are faster as they are. */
    private static final int DENSEST = 4;

    private int[] columns = new int[0];
    private float[] values = new float[0];
    private int[] ends = new int[0];

    /** Takes rows; whether at most a quarter of their elements is not 0, so that they could be taken. */
    boolean take(float[] rows, int start, int width, int count) {
        int most = width * count / DENSEST;
        if (columns.length < most + width) {
            columns = new int[most + width];
            values = new float[most + width];
        }
        if (ends.length < count) {
            ends = new int[count];
        }
        int held = 0;
        for (int row = 0; row < count; row++) {
            int from = start + row * width;
            for (int i = 0; i < width; i++) {
                float value = rows[from + i];
                columns[held] = i;
                values[held] = value;
                held += value != 0 ? 1 : 0;
            }
            if (held > most) {
                return false;
            }
            ends[row] = held;
        }
        return true;
    }

    private int from(int row) {
        return row == 0 ? 0 : ends[row - 1];
    }

    /**
     * C = X B, to whose rows {@code first} is added; the same bits as {@link Kernel#multiply} gives.
     *
     * @param width of B and C, padded
     */
    void multiply(Kernel kernel, int count, int width, float[] b, float[] first, float[] c, int cStart) {
        for (int row = 0; row < count; row++) {
            kernel.addRows(columns, values, from(row), ends[row], width, b, first, c, cStart + row * width);
        }
    }

    /**
     * D = G<sup>T</sup> X for a G with a row for each of these; the same bits as {@link Kernel#multiply} gives.
     *
     * @param width of G, padded
     * @param outputs rows of D
     * @param stride of D
     * @param transposed working memory: as many rows of G's width as these have columns, all 0 before and after
     */
    void multiplyTransposed(
            Kernel kernel,
            int count,
            float[] g,
            int gStart,
            int width,
            int outputs,
            float[] d,
            int stride,
            float[] transposed) {
        for (int row = 0; row < count; row++) {
            for (int i = from(row); i < ends[row]; i++) {
                kernel.addMultiple(values[i], g, gStart + row * width, width, transposed, columns[i] * width);
            }
        }
        Arrays.fill(d, 0, outputs * stride, 0);
        for (int column = 0; column < transposed.length / width; column++) {
            int at = column * width;
            for (int o = 0; o < outputs; o++) {
                d[o * stride + column] = transposed[at + o];
            }
        }
        Arrays.fill(transposed, 0);
    }
}
