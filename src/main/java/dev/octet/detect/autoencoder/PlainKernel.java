package dev.octet.detect.autoencoder;

/** The loops without vectors, for a JVM that has none; also what the others are tested against. */
final class PlainKernel implements Kernel {
    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public void multiply(
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
            int cRow) {
        for (int i = 0; i < m; i++) {
            int aAt = aStart + i * aRow;
            int cAt = cStart + i * cRow;
            // Four chains at a time, for a chain waits for its own last step.
            for (int j = 0; j < n; j += 4) {
                float c0 = first[j];
                float c1 = first[j + 1];
                float c2 = first[j + 2];
                float c3 = first[j + 3];
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

    @Override
    public void addRows(
            int[] rows, float[] values, int from, int to, int n, float[] b, float[] first, float[] c, int cStart) {
        System.arraycopy(first, 0, c, cStart, n);
        for (int i = from; i < to; i++) {
            addMultiple(values[i], b, rows[i] * n, n, c, cStart);
        }
    }

    @Override
    public void addMultiple(float x, float[] a, int aStart, int n, float[] c, int cStart) {
        for (int j = 0; j < n; j++) {
            c[cStart + j] = Math.fma(x, a[aStart + j], c[cStart + j]);
        }
    }

    @Override
    public void activate(Activation activation, float[] values, int from, int to) {
        activation.apply(values, from, to);
    }

    @Override
    public void exponentials(float[] x, int from, int count, float less, float[] result, int at) {
        for (int i = 0; i < count; i++) {
            result[at + i] = Activation.exp(x[from + i] - less);
        }
    }

    @Override
    public void multiplyBySlope(Activation activation, float[] values, float[] gradients, int from, int to) {
        for (int i = from; i < to; i++) {
            gradients[i] *= activation.slope(values[i]);
        }
    }

    @Override
    public void sumRows(int rows, int width, int start, float[] x, float[] sums, float[] rests) {
        for (int j = 0; j < width; j++) {
            float sum = 0;
            float rest = 0;
            for (int row = 0, at = start + j; row < rows; row++, at += width) {
                float next = sum + x[at];
                float added = next - sum;
                rest += (sum - (next - added)) + (x[at] - added);
                sum = next;
            }
            sums[j] = sum;
            rests[j] = rest;
        }
    }

    @Override
    public void addCentredProducts(
            int rows, int width, int start, float[] x, float[] xMean, float[] y, float[] yMean, float[] sums) {
        for (int row = 0, at = start; row < rows; row++) {
            for (int j = 0; j < width; j++, at++) {
                sums[j] = Math.fma(x[at] - xMean[j], y[at] - yMean[j], sums[j]);
            }
        }
    }

    @Override
    public void normalize(
            int rows, int width, int start, float[] x, float[] mean, float[] scale, float[] shift, float[] result) {
        for (int row = 0, at = start; row < rows; row++) {
            for (int j = 0; j < width; j++, at++) {
                result[at] = Math.fma(x[at] - mean[j], scale[j], shift[j]);
            }
        }
    }

    @Override
    public void normalizeBack(
            int rows,
            int width,
            int start,
            float[] x,
            float[] mean,
            float[] a,
            float[] b,
            float[] scale,
            float[] gradients) {
        for (int row = 0, at = start; row < rows; row++) {
            for (int j = 0; j < width; j++, at++) {
                gradients[at] = Math.fma(-(x[at] - mean[j]), b[j], gradients[at] - a[j]) * scale[j];
            }
        }
    }
}
