package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is left out because it is 0 changes no bit. */
class SparseTrainingTest {
    private static final Kernel KERNEL = Kernel.best();
    private final SplittableRandom random = new SplittableRandom(3);

    private float[] numbers(int length) {
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = (float) random.nextDouble(-2, 2);
        }
        return numbers;
    }

    /** Rows of which few elements are not 0; some rows have none. */
    private float[] oneHot(int rows, int width) {
        float[] x = new float[rows * width];
        for (int row = 0; row < rows; row++) {
            for (int i = random.nextInt(0, 4); i > 0; i--) {
                x[row * width + random.nextInt(width)] = random.nextInt(2) == 0 ? 1 : (float) random.nextDouble(-1, 1);
            }
        }
        return x;
    }

    @Test
    void productsOfSparseRowsAreThoseOfWholeRows() {
        for (int round = 0; round < 200; round++) {
            int rows = random.nextInt(1, 60);
            int width = random.nextInt(16, 90);
            int out = Kernel.LANES * random.nextInt(1, 9);
            int stride = Kernel.padded(width);
            float[] x = oneHot(rows + 2, width);
            SparseRows sparse = new SparseRows();
            assertTrue(sparse.take(x, 2 * width, width, rows));
            float[] b = numbers(width * out);
            float[] first = numbers(out);
            float[] whole = new float[rows * out + 5];
            KERNEL.multiply(rows, out, width, x, 2 * width, width, 1, b, 0, out, first, whole, 5, out);
            float[] some = new float[rows * out + 5];
            sparse.multiply(KERNEL, rows, out, b, first, some, 5);
            assertArrayEquals(whole, some);

            int outputs = out - random.nextInt(0, 5);
            float[] g = numbers(rows * out);
            float[] padded = new float[rows * stride];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(x, (row + 2) * width, padded, row * stride, width);
            }
            float[] wholeBack = new float[outputs * stride];
            KERNEL.multiply(
                    outputs, stride, rows, g, 0, 1, out, padded, 0, stride, new float[stride], wholeBack, 0, stride);
            float[] someBack = numbers(outputs * stride);
            float[] transposed = new float[width * out];
            sparse.multiplyTransposed(KERNEL, rows, g, 0, out, outputs, someBack, stride, transposed);
            assertArrayEquals(wholeBack, someBack);
            assertArrayEquals(new float[width * out], transposed);
        }
    }

    @Test
    void denseRowsAreNotTaken() {
        assertFalse(new SparseRows().take(numbers(40 * 20), 0, 20, 40));
    }

    @Test
    void gradientsOfAskedHeadsAreThoseOfAllOutputs() {
        int cells = HeadCells.RARITY_CELLS + 2;
        float[] shares = new float[cells];
        Arrays.fill(shares, 1f / cells);
        HeadCells one = new HeadCells(Head.ASN, new long[] {3, 5}, shares, 40, 0);
        HeadCells other = new HeadCells(Head.COUNTRY, new long[] {3, 5}, shares, 40, one.width());
        MixtureLoss loss = MixtureLoss.of(List.of(one, other));
        Loss whole = loss::gradients;
        int columns = 2 * one.width() + 3;
        for (int hidden = 1; hidden < 3; hidden++) {
            NetworkShape shape = new NetworkShape(
                    columns,
                    List.of(new Layer(20, Activation.RELU, hidden == 2), new Layer(7, Activation.TANH, hidden == 2))
                            .subList(0, hidden),
                    Activation.IDENTITY,
                    InitialWeights.HE);
            float[] initial = new Dl4jEngine(shape, Loss.MEAN_SQUARED_ERROR, 1, 0.001).parameters();
            int rows = 300;
            float[] targets = new float[rows * columns];
            Arrays.fill(targets, MixtureLoss.NOT_ASKED);
            for (int row = 0; row < rows; row++) {
                int asked = random.nextInt(3);
                if (asked < 2) {
                    float[] target = {random.nextInt(cells), random.nextInt(3), 0.3f, 2, random.nextInt(3, 9)};
                    System.arraycopy(target, 0, targets, row * columns + asked * one.width(), 5);
                }
            }
            for (float[] inputs : List.of(oneHot(rows, columns), numbers(rows * columns))) {
                try (FusedEngine grouped = new FusedEngine(shape, initial, loss, 0.01, 2);
                        FusedEngine all = new FusedEngine(shape, initial, whole, 0.01, 1)) {
                    for (int step = 0; step < 4; step++) {
                        assertEquals(
                                all.computeGradient(inputs, targets, rows),
                                grouped.computeGradient(inputs, targets, rows),
                                1e-9);
                        assertArrayEquals(all.gradient(), grouped.gradient());
                        all.step(inputs, targets, rows);
                        grouped.step(inputs, targets, rows);
                        assertArrayEquals(all.parameters(), grouped.parameters());
                    }
                }
            }
        }
    }
}
