package dev.octet.detect.autoencoder;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops with the JDK's vectors, as wide as the machine has them. The only class that needs
 * {@code --add-modules jdk.incubator.vector}.
 *
 * <p>In every method a lane does what {@link PlainKernel} and {@link Activation} do with a float, operation for
 * operation. All use one species: with a second, what the JIT compiler learns about the methods of the JDK that both
 * share would be ambiguous, and every vector would become an object, which is a hundred times slower.
 *
 * <p>Vectors come from methods of the JDK alone, which the compiler puts into their callers whatever their size. A method
 * of this class may be left out where a caller has become large (the compiler's limit is on the nodes of the whole), and what
 * it returns is then an object, too.
 */
final class VectorKernel implements Kernel {
    private static final VectorSpecies<Float> SPECIES = pick();
    private static final int LANES = SPECIES.length();
    /** Blocks of 8 rows keep 16 sums in registers, of which machines with 512-bit vectors have 32, others 16. */
    private static final boolean TALL = LANES == Kernel.LANES;

    private static VectorSpecies<Float> pick() {
        VectorSpecies<Float> preferred = FloatVector.SPECIES_PREFERRED;
        // Rows are padded for no more.
        return preferred.length() > Kernel.LANES ? FloatVector.SPECIES_512 : preferred;
    }

    @Override
    public int lanes() {
        return LANES;
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
        int pairs = n / (2 * LANES) * (2 * LANES);
        for (int j = 0; j < pairs; j += 2 * LANES) {
            int i = 0;
            for (; TALL && i + 8 <= m; i += 8) {
                eightByTwo(
                        k,
                        a,
                        aStart + i * aRow,
                        aRow,
                        aColumn,
                        b,
                        bStart + j,
                        bRow,
                        first,
                        j,
                        c,
                        cStart + i * cRow + j,
                        cRow);
            }
            for (; i + 4 <= m; i += 4) {
                fourByTwo(
                        k,
                        a,
                        aStart + i * aRow,
                        aRow,
                        aColumn,
                        b,
                        bStart + j,
                        bRow,
                        first,
                        j,
                        c,
                        cStart + i * cRow + j,
                        cRow);
            }
            for (; i < m; i++) {
                oneByTwo(k, a, aStart + i * aRow, aColumn, b, bStart + j, bRow, first, j, c, cStart + i * cRow + j);
            }
        }
        for (int j = pairs; j < n; j += LANES) {
            int i = 0;
            for (; i + 8 <= m; i += 8) {
                eightByOne(
                        k,
                        a,
                        aStart + i * aRow,
                        aRow,
                        aColumn,
                        b,
                        bStart + j,
                        bRow,
                        first,
                        j,
                        c,
                        cStart + i * cRow + j,
                        cRow);
            }
            for (; i < m; i++) {
                oneByOne(k, a, aStart + i * aRow, aColumn, b, bStart + j, bRow, first, j, c, cStart + i * cRow + j);
            }
        }
    }

    /** Eight rows of C, two vectors wide, stay in registers while {@code l} goes over A's columns. */
    private static void eightByTwo(
            int k,
            float[] a,
            int aAt,
            int aRow,
            int aColumn,
            float[] b,
            int bAt,
            int bRow,
            float[] first,
            int j,
            float[] c,
            int cAt,
            int cRow) {
        FloatVector c00 = FloatVector.fromArray(SPECIES, first, j);
        FloatVector c01 = FloatVector.fromArray(SPECIES, first, j + LANES);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        FloatVector c40 = c00;
        FloatVector c41 = c01;
        FloatVector c50 = c00;
        FloatVector c51 = c01;
        FloatVector c60 = c00;
        FloatVector c61 = c01;
        FloatVector c70 = c00;
        FloatVector c71 = c01;
        for (int l = 0; l < k; l++, aAt += aColumn, bAt += bRow) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[aAt]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[aAt + aRow]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[aAt + 2 * aRow]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[aAt + 3 * aRow]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[aAt + 4 * aRow]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[aAt + 5 * aRow]);
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
            FloatVector a6 = FloatVector.broadcast(SPECIES, a[aAt + 6 * aRow]);
            c60 = a6.fma(b0, c60);
            c61 = a6.fma(b1, c61);
            FloatVector a7 = FloatVector.broadcast(SPECIES, a[aAt + 7 * aRow]);
            c70 = a7.fma(b0, c70);
            c71 = a7.fma(b1, c71);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + LANES);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + LANES);
        c20.intoArray(c, cAt + 2 * cRow);
        c21.intoArray(c, cAt + 2 * cRow + LANES);
        c30.intoArray(c, cAt + 3 * cRow);
        c31.intoArray(c, cAt + 3 * cRow + LANES);
        c40.intoArray(c, cAt + 4 * cRow);
        c41.intoArray(c, cAt + 4 * cRow + LANES);
        c50.intoArray(c, cAt + 5 * cRow);
        c51.intoArray(c, cAt + 5 * cRow + LANES);
        c60.intoArray(c, cAt + 6 * cRow);
        c61.intoArray(c, cAt + 6 * cRow + LANES);
        c70.intoArray(c, cAt + 7 * cRow);
        c71.intoArray(c, cAt + 7 * cRow + LANES);
    }

    /** As {@link #eightByTwo}, with half the rows. */
    private static void fourByTwo(
            int k,
            float[] a,
            int aAt,
            int aRow,
            int aColumn,
            float[] b,
            int bAt,
            int bRow,
            float[] first,
            int j,
            float[] c,
            int cAt,
            int cRow) {
        FloatVector c00 = FloatVector.fromArray(SPECIES, first, j);
        FloatVector c01 = FloatVector.fromArray(SPECIES, first, j + LANES);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        for (int l = 0; l < k; l++, aAt += aColumn, bAt += bRow) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[aAt]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[aAt + aRow]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[aAt + 2 * aRow]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[aAt + 3 * aRow]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + LANES);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + LANES);
        c20.intoArray(c, cAt + 2 * cRow);
        c21.intoArray(c, cAt + 2 * cRow + LANES);
        c30.intoArray(c, cAt + 3 * cRow);
        c31.intoArray(c, cAt + 3 * cRow + LANES);
    }

    /** As {@link #eightByTwo}, with a single row. */
    private static void oneByTwo(
            int k,
            float[] a,
            int aAt,
            int aColumn,
            float[] b,
            int bAt,
            int bRow,
            float[] first,
            int j,
            float[] c,
            int cAt) {
        FloatVector c00 = FloatVector.fromArray(SPECIES, first, j);
        FloatVector c01 = FloatVector.fromArray(SPECIES, first, j + LANES);
        for (int l = 0; l < k; l++, aAt += aColumn, bAt += bRow) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[aAt]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + LANES);
    }

    /** As {@link #eightByTwo}, one vector wide. */
    private static void eightByOne(
            int k,
            float[] a,
            int aAt,
            int aRow,
            int aColumn,
            float[] b,
            int bAt,
            int bRow,
            float[] first,
            int j,
            float[] c,
            int cAt,
            int cRow) {
        FloatVector c0 = FloatVector.fromArray(SPECIES, first, j);
        FloatVector c1 = c0;
        FloatVector c2 = c0;
        FloatVector c3 = c0;
        FloatVector c4 = c0;
        FloatVector c5 = c0;
        FloatVector c6 = c0;
        FloatVector c7 = c0;
        for (int l = 0; l < k; l++, aAt += aColumn, bAt += bRow) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[aAt]);
            c0 = a0.fma(b0, c0);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[aAt + aRow]);
            c1 = a1.fma(b0, c1);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[aAt + 2 * aRow]);
            c2 = a2.fma(b0, c2);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[aAt + 3 * aRow]);
            c3 = a3.fma(b0, c3);
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[aAt + 4 * aRow]);
            c4 = a4.fma(b0, c4);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[aAt + 5 * aRow]);
            c5 = a5.fma(b0, c5);
            FloatVector a6 = FloatVector.broadcast(SPECIES, a[aAt + 6 * aRow]);
            c6 = a6.fma(b0, c6);
            FloatVector a7 = FloatVector.broadcast(SPECIES, a[aAt + 7 * aRow]);
            c7 = a7.fma(b0, c7);
        }
        c0.intoArray(c, cAt);
        c1.intoArray(c, cAt + cRow);
        c2.intoArray(c, cAt + 2 * cRow);
        c3.intoArray(c, cAt + 3 * cRow);
        c4.intoArray(c, cAt + 4 * cRow);
        c5.intoArray(c, cAt + 5 * cRow);
        c6.intoArray(c, cAt + 6 * cRow);
        c7.intoArray(c, cAt + 7 * cRow);
    }

    /** As {@link #eightByTwo}, with a single row and one vector wide. */
    private static void oneByOne(
            int k,
            float[] a,
            int aAt,
            int aColumn,
            float[] b,
            int bAt,
            int bRow,
            float[] first,
            int j,
            float[] c,
            int cAt) {
        FloatVector c0 = FloatVector.fromArray(SPECIES, first, j);
        for (int l = 0; l < k; l++, aAt += aColumn, bAt += bRow) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[aAt]);
            c0 = a0.fma(b0, c0);
        }
        c0.intoArray(c, cAt);
    }

    @Override
    public void addRows(
            int[] rows, float[] values, int from, int to, int n, float[] b, float[] first, float[] c, int cStart) {
        int j = 0;
        for (; j + 4 * LANES <= n; j += 4 * LANES) {
            FloatVector c0 = FloatVector.fromArray(SPECIES, first, j);
            FloatVector c1 = FloatVector.fromArray(SPECIES, first, j + LANES);
            FloatVector c2 = FloatVector.fromArray(SPECIES, first, j + 2 * LANES);
            FloatVector c3 = FloatVector.fromArray(SPECIES, first, j + 3 * LANES);
            for (int i = from; i < to; i++) {
                FloatVector x = FloatVector.broadcast(SPECIES, values[i]);
                int at = rows[i] * n + j;
                c0 = x.fma(FloatVector.fromArray(SPECIES, b, at), c0);
                c1 = x.fma(FloatVector.fromArray(SPECIES, b, at + LANES), c1);
                c2 = x.fma(FloatVector.fromArray(SPECIES, b, at + 2 * LANES), c2);
                c3 = x.fma(FloatVector.fromArray(SPECIES, b, at + 3 * LANES), c3);
            }
            c0.intoArray(c, cStart + j);
            c1.intoArray(c, cStart + j + LANES);
            c2.intoArray(c, cStart + j + 2 * LANES);
            c3.intoArray(c, cStart + j + 3 * LANES);
        }
        for (; j < n; j += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, first, j);
            for (int i = from; i < to; i++) {
                sum = FloatVector.broadcast(SPECIES, values[i])
                        .fma(FloatVector.fromArray(SPECIES, b, rows[i] * n + j), sum);
            }
            sum.intoArray(c, cStart + j);
        }
    }

    @Override
    public void addMultiple(float x, float[] a, int aStart, int n, float[] c, int cStart) {
        FloatVector factor = FloatVector.broadcast(SPECIES, x);
        for (int j = 0; j < n; j += LANES) {
            factor.fma(FloatVector.fromArray(SPECIES, a, aStart + j), FloatVector.fromArray(SPECIES, c, cStart + j))
                    .intoArray(c, cStart + j);
        }
    }

    @Override
    public void activate(Activation activation, float[] values, int from, int to) {
        switch (activation) {
            case RELU -> relu(values, from, to);
            case TANH -> tanh(values, from, to);
            case ELU -> elu(values, from, to);
            case SIGMOID -> sigmoid(values, from, to);
            case IDENTITY -> {}
        }
    }

    private static void relu(float[] values, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, values, i);
            FloatVector.broadcast(SPECIES, 0)
                    .blend(x, x.compare(VectorOperators.GT, 0))
                    .intoArray(values, i);
        }
    }

    private static void tanh(float[] values, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector e = expm1(FloatVector.fromArray(SPECIES, values, i).mul(2));
            e.div(e.add(2)).intoArray(values, i);
        }
    }

    private static void elu(float[] values, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, values, i);
            expm1(x).blend(x, x.compare(VectorOperators.GT, 0)).intoArray(values, i);
        }
    }

    private static void sigmoid(float[] values, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector.broadcast(SPECIES, 1)
                    .div(expm1(FloatVector.fromArray(SPECIES, values, i).neg()).add(2))
                    .intoArray(values, i);
        }
    }

    @Override
    public void exponentials(float[] x, int from, int count, float less, float[] result, int at) {
        int whole = count - count % LANES;
        for (int i = 0; i < whole; i += LANES) {
            exponential(FloatVector.fromArray(SPECIES, x, from + i).sub(less), 0)
                    .intoArray(result, at + i);
        }
        for (int i = whole; i < count; i++) {
            result[at + i] = Activation.exp(x[from + i] - less);
        }
    }

    /** {@link Activation#expm1} in every lane. */
    private static FloatVector expm1(FloatVector x) {
        return exponential(x, 1);
    }

    /** e<sup>x</sup> less a number, in every lane as {@link Activation} has it. In parts of less than 100 bytes: see the launcher. */
    private static FloatVector exponential(FloatVector x, float less) {
        FloatVector clamped = x.min(Activation.EXP_LIMIT).max(-Activation.EXP_LIMIT);
        FloatVector shifted = clamped.fma(Activation.LOG2_E, Activation.ROUND);
        FloatVector minusN = shifted.sub(Activation.ROUND).neg();
        FloatVector r = minusN.fma(
                FloatVector.broadcast(SPECIES, Activation.LN2_LOW),
                minusN.fma(FloatVector.broadcast(SPECIES, Activation.LN2_HIGH), clamped));
        FloatVector power = power(shifted);
        return power.fma(polynomial(r).mul(r), power.sub(less));
    }

    /** 2<sup>n</sup>, with n in the lowest bits. */
    private static FloatVector power(FloatVector shifted) {
        IntVector bits = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        return bits.add(0x3f800000).reinterpretAsFloats();
    }

    /** (e<sup>r</sup> - 1) / r. */
    private static FloatVector polynomial(FloatVector r) {
        FloatVector p = FloatVector.broadcast(SPECIES, 1 / 5040f);
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1 / 720f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1 / 120f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1 / 24f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1 / 6f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
        return p.fma(r, FloatVector.broadcast(SPECIES, 1f));
    }

    @Override
    public void multiplyBySlope(Activation activation, float[] values, float[] gradients, int from, int to) {
        switch (activation) {
            case RELU -> {
                for (int i = from; i < to; i += LANES) {
                    VectorMask<Float> on =
                            FloatVector.fromArray(SPECIES, values, i).compare(VectorOperators.GT, 0);
                    FloatVector.fromArray(SPECIES, gradients, i)
                            .mul(FloatVector.broadcast(SPECIES, 0).blend(1, on))
                            .intoArray(gradients, i);
                }
            }
            case TANH -> {
                for (int i = from; i < to; i += LANES) {
                    FloatVector y = FloatVector.fromArray(SPECIES, values, i);
                    FloatVector.fromArray(SPECIES, gradients, i)
                            .mul(FloatVector.broadcast(SPECIES, 1).sub(y.mul(y)))
                            .intoArray(gradients, i);
                }
            }
            case ELU -> {
                for (int i = from; i < to; i += LANES) {
                    FloatVector y = FloatVector.fromArray(SPECIES, values, i);
                    FloatVector slope = y.add(1).blend(1, y.compare(VectorOperators.GT, 0));
                    FloatVector.fromArray(SPECIES, gradients, i).mul(slope).intoArray(gradients, i);
                }
            }
            case SIGMOID -> {
                for (int i = from; i < to; i += LANES) {
                    FloatVector y = FloatVector.fromArray(SPECIES, values, i);
                    FloatVector.fromArray(SPECIES, gradients, i)
                            .mul(y.mul(FloatVector.broadcast(SPECIES, 1).sub(y)))
                            .intoArray(gradients, i);
                }
            }
            case IDENTITY -> {}
        }
    }

    /** The second of the two vectors of columns whose sums are made side by side, for a sum waits for its own last step. */
    private static int second(int first, int width) {
        return Math.min(first + LANES, width - LANES);
    }

    @Override
    public void sumRows(int rows, int width, int start, float[] x, float[] sums, float[] rests) {
        for (int j = 0; j < width; j += 2 * LANES) {
            int other = second(j, width);
            FloatVector sum = FloatVector.broadcast(SPECIES, 0);
            FloatVector rest = FloatVector.broadcast(SPECIES, 0);
            FloatVector otherSum = FloatVector.broadcast(SPECIES, 0);
            FloatVector otherRest = FloatVector.broadcast(SPECIES, 0);
            for (int row = 0, at = start; row < rows; row++, at += width) {
                FloatVector value = FloatVector.fromArray(SPECIES, x, at + j);
                FloatVector next = sum.add(value);
                FloatVector added = next.sub(sum);
                rest = rest.add(sum.sub(next.sub(added)).add(value.sub(added)));
                sum = next;
                FloatVector otherValue = FloatVector.fromArray(SPECIES, x, at + other);
                FloatVector otherNext = otherSum.add(otherValue);
                FloatVector otherAdded = otherNext.sub(otherSum);
                otherRest =
                        otherRest.add(otherSum.sub(otherNext.sub(otherAdded)).add(otherValue.sub(otherAdded)));
                otherSum = otherNext;
            }
            sum.intoArray(sums, j);
            rest.intoArray(rests, j);
            otherSum.intoArray(sums, other);
            otherRest.intoArray(rests, other);
        }
    }

    @Override
    public void addCentredProducts(
            int rows, int width, int start, float[] x, float[] xMean, float[] y, float[] yMean, float[] sums) {
        for (int j = 0; j < width; j += 2 * LANES) {
            int other = second(j, width);
            FloatVector xm = FloatVector.fromArray(SPECIES, xMean, j);
            FloatVector ym = FloatVector.fromArray(SPECIES, yMean, j);
            FloatVector sum = FloatVector.fromArray(SPECIES, sums, j);
            FloatVector otherXm = FloatVector.fromArray(SPECIES, xMean, other);
            FloatVector otherYm = FloatVector.fromArray(SPECIES, yMean, other);
            FloatVector otherSum = FloatVector.fromArray(SPECIES, sums, other);
            for (int row = 0, at = start; row < rows; row++, at += width) {
                sum = FloatVector.fromArray(SPECIES, x, at + j)
                        .sub(xm)
                        .fma(FloatVector.fromArray(SPECIES, y, at + j).sub(ym), sum);
                otherSum = FloatVector.fromArray(SPECIES, x, at + other)
                        .sub(otherXm)
                        .fma(FloatVector.fromArray(SPECIES, y, at + other).sub(otherYm), otherSum);
            }
            sum.intoArray(sums, j);
            otherSum.intoArray(sums, other);
        }
    }

    @Override
    public void normalize(
            int rows, int width, int start, float[] x, float[] mean, float[] scale, float[] shift, float[] result) {
        for (int j = 0; j < width; j += LANES) {
            FloatVector m = FloatVector.fromArray(SPECIES, mean, j);
            FloatVector s = FloatVector.fromArray(SPECIES, scale, j);
            FloatVector t = FloatVector.fromArray(SPECIES, shift, j);
            for (int row = 0, at = start + j; row < rows; row++, at += width) {
                FloatVector.fromArray(SPECIES, x, at).sub(m).fma(s, t).intoArray(result, at);
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
        for (int j = 0; j < width; j += LANES) {
            FloatVector m = FloatVector.fromArray(SPECIES, mean, j);
            FloatVector aj = FloatVector.fromArray(SPECIES, a, j);
            FloatVector bj = FloatVector.fromArray(SPECIES, b, j);
            FloatVector s = FloatVector.fromArray(SPECIES, scale, j);
            for (int row = 0, at = start + j; row < rows; row++, at += width) {
                FloatVector deviation = FloatVector.fromArray(SPECIES, x, at).sub(m);
                deviation
                        .neg()
                        .fma(bj, FloatVector.fromArray(SPECIES, gradients, at).sub(aj))
                        .mul(s)
                        .intoArray(gradients, at);
            }
        }
    }
}
