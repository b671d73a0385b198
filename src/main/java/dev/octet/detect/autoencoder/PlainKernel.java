package dev.octet.detect.autoencoder;

/** The product without vectors, for a JVM that has none. */
final class PlainKernel implements Kernel {
    @Override
    public void multiplyAdd(
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
            int cRow) {
        for (int i = 0; i < m; i++) {
            int aAt = aStart + i * aRow;
            int cAt = cStart + i * cRow;
            // Four chains at a time, for a chain waits for its own last step.
            for (int j = 0; j < n; j += 4) {
                float c0 = c[cAt + j];
                float c1 = c[cAt + j + 1];
                float c2 = c[cAt + j + 2];
                float c3 = c[cAt + j + 3];
                int bAt = bStart + j;
                for (int l = 0; l < k; l++, bAt += bRow) {
                    float x = a[aAt + l * aColumn];
                    c0 = Math.fma(x, b[bAt], c0);
                    c1 = Math.fma(x, b[bAt + 1], c1);
                    c2 = Math.fma(x, b[bAt + 2], c2);
                    c3 = Math.fma(x, b[bAt + 3], c3);
                }
                c[cAt + j] = c0;
                c[cAt + j + 1] = c1;
                c[cAt + j + 2] = c2;
                c[cAt + j + 3] = c3;
            }
        }
    }
}
