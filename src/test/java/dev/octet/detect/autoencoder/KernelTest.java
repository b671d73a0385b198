package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The plain loops against sums in double precision, and the vectors against the plain loops, bit for bit. */
class KernelTest {
    private final Kernel plain = new PlainKernel();
    private final Kernel best = Kernel.best();
    private final SplittableRandom random = new SplittableRandom(1);

    @BeforeEach
    void vectors() {
        assumeTrue(
                best.lanes() > 1, "this machine or JVM has no vectors of 256 bits; only the plain loops can be tested");
    }

    private float[] numbers(int length) {
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = (float) random.nextDouble(-2, 2);
        }
        return numbers;
    }

    @Test
    void aWidthIsPaddedToTheNextMultipleOfSixteen() {
        assertEquals(16, Kernel.padded(1));
        assertEquals(16, Kernel.padded(16));
        assertEquals(32, Kernel.padded(17));
    }

    @Test
    void productsAreThoseOfTheFormulaAndHaveTheSameBits() {
        for (int round = 0; round < 300; round++) {
            int m = random.nextInt(1, 40);
            int n = Kernel.LANES * random.nextInt(1, 9);
            int k = random.nextInt(1, 50);
            boolean transposed = random.nextInt(2) == 0;
            int aRow = transposed ? 1 : k + 3;
            int aColumn = transposed ? m + 2 : 1;
            int start = random.nextInt(20);
            float[] a = numbers(start + m * aRow + k * aColumn);
            float[] b = numbers(start + k * (n + 5));
            float[] first = numbers(n);
            float[] before = numbers(start + m * (n + 1));
            float[] expected = before.clone();
            plain.multiply(m, n, k, a, start, aRow, aColumn, b, start, n + 5, first, expected, start, n + 1);
            float[] actual = before.clone();
            best.multiply(m, n, k, a, start, aRow, aColumn, b, start, n + 5, first, actual, start, n + 1);
            assertArrayEquals(expected, actual);
            int i = random.nextInt(m);
            int j = random.nextInt(n);
            double exact = first[j];
            for (int l = 0; l < k; l++) {
                exact += (double) a[start + i * aRow + l * aColumn] * b[start + l * (n + 5) + j];
            }
            assertEquals(exact, expected[start + i * (n + 1) + j], 1e-4);
            assertArrayEquals(Arrays.copyOf(before, start), Arrays.copyOf(actual, start));
            assertEquals(before[start + n], actual[start + n], "what lies between the rows of C is not touched");
        }
    }

    @Test
    void exponentialsAndMultiplesHaveTheSameBits() {
        for (int count = 1; count < 70; count++) {
            float[] x = numbers(count + 3);
            float[] expected = numbers(count + 9);
            float[] actual = expected.clone();
            plain.exponentials(x, 3, count, 40, expected, 4);
            best.exponentials(x, 3, count, 40, actual, 4);
            assertArrayEquals(expected, actual);
            assertEquals(Math.exp(x[3] - 40.0), expected[4], 1e-5 * expected[4]);
            int n = Kernel.padded(count);
            float[] sums = numbers(n + 2);
            float[] sumsOfBest = sums.clone();
            float[] added = numbers(n + 1);
            plain.addMultiple(0.7f, added, 1, n, sums, 2);
            best.addMultiple(0.7f, added, 1, n, sumsOfBest, 2);
            assertArrayEquals(sums, sumsOfBest);
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void activationsAndSlopesHaveTheSameBits(Activation activation) {
        float[] x = numbers(32 * 100);
        for (int i = 0; i < x.length; i += 3) {
            x[i] *= 60;
        }
        x[40] = 0;
        x[41] = -0f;
        x[42] = Float.POSITIVE_INFINITY;
        x[43] = Float.NEGATIVE_INFINITY;
        x[44] = Float.NaN;
        float[] expected = x.clone();
        float[] actual = x.clone();
        plain.activate(activation, expected, 32, 32 * 99);
        best.activate(activation, actual, 32, 32 * 99);
        assertArrayEquals(expected, actual);
        float[] expectedGradients = numbers(x.length);
        float[] actualGradients = expectedGradients.clone();
        plain.multiplyBySlope(activation, expected, expectedGradients, 32, 32 * 99);
        best.multiplyBySlope(activation, actual, actualGradients, 32, 32 * 99);
        assertArrayEquals(expectedGradients, actualGradients);
    }

    @Test
    void sumsOfRowsAreExactToTwiceThePrecisionAndHaveTheSameBits() {
        for (int width : new int[] {16, 48, 64}) {
            float[] x = numbers(10 + 200 * width);
            for (int i = 0; i < x.length; i++) {
                x[i] += 1000;
            }
            float[][] expected = new float[2][width];
            float[][] actual = new float[2][width];
            plain.sumRows(200, width, 10, x, expected[0], expected[1]);
            best.sumRows(200, width, 10, x, actual[0], actual[1]);
            assertArrayEquals(expected[0], actual[0]);
            assertArrayEquals(expected[1], actual[1]);
            for (int j = 0; j < width; j++) {
                double exact = 0;
                for (int row = 0; row < 200; row++) {
                    exact += x[10 + row * width + j];
                }
                assertEquals(exact, (double) actual[0][j] + actual[1][j], 1e-12 * exact);
            }
        }
    }

    @Test
    void centredProductsAndNormalizationHaveTheSameBits() {
        for (int width : new int[] {16, 48, 64}) {
            int start = width;
            float[] x = numbers(width * 40);
            float[] y = numbers(width * 40);
            float[] a = numbers(width);
            float[] b = numbers(width);
            float[] c = numbers(width);
            float[] d = numbers(width);
            float[] expected = c.clone();
            float[] actual = c.clone();
            plain.addCentredProducts(39, width, start, x, a, y, b, expected);
            best.addCentredProducts(39, width, start, x, a, y, b, actual);
            assertArrayEquals(expected, actual);
            double exact = c[5];
            for (int row = 0; row < 39; row++) {
                int at = start + row * width + 5;
                exact += ((double) x[at] - a[5]) * ((double) y[at] - b[5]);
            }
            assertEquals(exact, actual[5], 1e-4);

            expected = new float[x.length];
            actual = new float[x.length];
            plain.normalize(39, width, start, x, a, b, c, expected);
            best.normalize(39, width, start, x, a, b, c, actual);
            assertArrayEquals(expected, actual);
            assertEquals(((double) x[start + 5] - a[5]) * b[5] + c[5], actual[start + 5], 1e-5);
            assertEquals(0, actual[start - 1]);

            expected = y.clone();
            actual = y.clone();
            plain.normalizeBack(39, width, start, x, a, b, c, d, expected);
            best.normalizeBack(39, width, start, x, a, b, c, d, actual);
            assertArrayEquals(expected, actual);
            double back = ((double) y[start + 5] - b[5] - ((double) x[start + 5] - a[5]) * c[5]) * d[5];
            assertEquals(back, actual[start + 5], 1e-5);
        }
    }

    @Test
    void lanesDivideThePaddedWidth() {
        assertTrue(Kernel.LANES % best.lanes() == 0);
    }
}
