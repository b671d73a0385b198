package dev.octet.detect.autoencoder;

/**
 * The one matrix product that everything here is made of. Implementations differ in speed only: each element is one
 * chain of fused multiply-adds in ascending {@code k}, so all give the same bits, whatever the size of the matrices
 * around the element. Thread-safe.
 */
interface Kernel {
    /** Rows are padded to a multiple of this many columns: the widest vector of today's machines. */
    int LANES = 16;

    /** The smallest multiple of {@link #LANES} that is not below {@code width}. */
    static int padded(int width) {
        return (width + LANES - 1) & -LANES;
    }

    /**
     * C += A B for an m x k matrix A, a k x n matrix B and an m x n matrix C, of which B and C are row-major.
     *
     * @param n a multiple of {@link #LANES}
     * @param a element (i, l) lies at {@code aStart + i * aRow + l * aColumn}, so A may also be read transposed
     * @param b element (l, j) lies at {@code bStart + l * bRow + j}
     * @param c element (i, j) lies at {@code cStart + i * cRow + j}
     */
    void multiplyAdd(
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
            float[] c,
            int cStart,
            int cRow);
}
