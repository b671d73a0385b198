package dev.octet.detect.autoencoder;

/**
 * The few loops over numbers that all of training and scoring is made of. Implementations differ in speed only: each
 * result is the same chain of the same float operations, products and sums fused, whatever lies around it, so all give
 * the same bits. Thread-safe.
 *
 * <p>Matrices are row-major. "Rows of padded width" are contiguous: a row's stride is its width, a multiple of
 * {@link #LANES}.
 */
interface Kernel {
    /** Rows are padded to a multiple of this many columns: the widest vector of today's machines. */
    int LANES = 16;

    /** The smallest multiple of {@link #LANES} that is not below {@code width}. */
    static int padded(int width) {
        return (width + LANES - 1) & -LANES;
    }

    /** The fastest that this JVM can run. */
    static Kernel best() {
        return Kernels.BEST;
    }

    /** How many floats an instruction works on; 1 without vectors. */
    int lanes();

    /**
     * C = A B for an m x k matrix A, a k x n matrix B and an m x n matrix C, to whose rows {@code first} is added: each
     * element's sum begins with {@code first[j]} and goes up in k.
     *
     * @param n a multiple of {@link #LANES}
     * @param a element (i, l) lies at {@code aStart + i * aRow + l * aColumn}, so A may also be read transposed, or be
     *     one number
     * @param b element (l, j) lies at {@code bStart + l * bRow + j}
     * @param first a bias, or zeros; at least n
     * @param c element (i, j) lies at {@code cStart + i * cRow + j}
     */
    void multiply(
            int m,
            int n,
            int k,
            float[] a,
            int aStart,
            int aRow,
            int aColumn,
            float[] b,
            int bStart,
            int bRow,
            float[] first,
            float[] c,
            int cStart,
            int cRow);

    /**
     * One row of {@link #multiply} for an A of which only some elements are not 0: c[j] = first[j] + the sum over i, upwards, of
     * values[i] b[rows[i]][j].
     *
     * @param from of the places in {@code rows} and {@code values}
     * @param to after the last of them
     * @param n a multiple of {@link #LANES}
     * @param b element (l, j) lies at {@code l * n + j}
     */
    void addRows(int[] rows, float[] values, int from, int to, int n, float[] b, float[] first, float[] c, int cStart);

    /** c[cStart + j] += x a[aStart + j] for j below {@code n}, a multiple of {@link #LANES}. */
    void addMultiple(float x, float[] a, int aStart, int n, float[] c, int cStart);

    /** Replaces {@code values[from .. to)}, whole rows of padded width, by their activation. */
    void activate(Activation activation, float[] values, int from, int to);

    /**
     * result[at + i] = e<sup>x[from + i] - less</sup> for i below {@code count}, as {@link Activation#exp} has it; the places may
     * be the same.
     */
    void exponentials(float[] x, int from, int count, float less, float[] result, int at);

    /**
     * Multiplies {@code gradients[from .. to)} by the activation's slope where it gave {@code values}; whole rows of
     * padded width.
     */
    void multiplyBySlope(Activation activation, float[] values, float[] gradients, int from, int to);

    /**
     * Sets sums[j] + rests[j] to the sum over rows of x as if it had been added up in twice the precision (Ogita, Rump
     * &amp; Oishi 2005, Sum2), rows of padded width from {@code start} on.
     */
    void sumRows(int rows, int width, int start, float[] x, float[] sums, float[] rests);

    /** sums[j] += the sum over rows of (x - xMean[j]) (y - yMean[j]), rows of padded width from {@code start} on. */
    void addCentredProducts(
            int rows, int width, int start, float[] x, float[] xMean, float[] y, float[] yMean, float[] sums);

    /** result = (x - mean[j]) scale[j] + shift[j], rows of padded width from {@code start} on. */
    void normalize(
            int rows, int width, int start, float[] x, float[] mean, float[] scale, float[] shift, float[] result);

    /**
     * gradients = (gradients - a[j] - (x - mean[j]) b[j]) scale[j], rows of padded width from {@code start} on: the way
     * back through {@link #normalize} where mean and scale follow from x.
     */
    void normalizeBack(
            int rows,
            int width,
            int start,
            float[] x,
            float[] mean,
            float[] a,
            float[] b,
            float[] scale,
            float[] gradients);
}
