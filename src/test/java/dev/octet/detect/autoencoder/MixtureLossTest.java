package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class MixtureLossTest {
    private static final int CELLS = HeadCells.RARITY_CELLS + 2;
    private static final HeadCells FIRST = head(Head.ASN, 0);
    private static final HeadCells SECOND = head(Head.COUNTRY, FIRST.width());
    private static final int COLUMNS = FIRST.width() + SECOND.width() + 3;
    private static final MixtureLoss LOSS = MixtureLoss.of(List.of(FIRST, SECOND));

    private static HeadCells head(Head head, int offset) {
        float[] shares = new float[CELLS];
        Arrays.fill(shares, 1f / CELLS);
        return new HeadCells(head, new long[] {3, 5}, shares, 40, offset);
    }

    /** -ln[(A + alpha (B + C s)) / (n + alpha)], in doubles, straight from the formula. */
    private static double plain(float[] outputs, HeadCells head, int cell, double a, double b, double c, double n) {
        double total = 0;
        for (int j = 0; j < CELLS; j++) {
            total += Math.exp(outputs[head.offset() + j]);
        }
        double s = Math.exp(outputs[head.offset() + cell]) / total;
        double alpha = Math.exp(outputs[head.newFlag()]);
        return -Math.log((a + alpha * (b + c * s)) / (n + alpha));
    }

    @Test
    void gradientIsThatOfTheLossByFiniteDifferences() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
        for (int trial = 0; trial < 20; trial++) {
            float[] outputs = new float[COLUMNS];
            for (int i = 0; i < COLUMNS; i++) {
                outputs[i] = (float) random.nextGaussian();
            }
            HeadCells asked = trial % 2 == 0 ? FIRST : SECOND;
            int cell = random.nextInt(CELLS);
            float a = trial % 3 == 0 ? 0 : random.nextInt(1, 400);
            float b = random.nextFloat();
            float c = 10 * random.nextFloat();
            float n = trial % 3 == 0 ? 0 : random.nextInt(1, 50);
            float[] targets = new float[COLUMNS];
            Arrays.fill(targets, MixtureLoss.NOT_ASKED);
            System.arraycopy(new float[] {cell, a, b, c, n}, 0, targets, asked.offset(), 5);
            float[] gradients = new float[COLUMNS];
            Arrays.fill(gradients, 77);
            double loss = LOSS.gradients(1, COLUMNS, outputs, 0, COLUMNS, targets, 0, gradients);
            assertEquals(plain(outputs, asked, cell, a, b, c, n), loss, 1e-5);
            for (int i = 0; i < COLUMNS; i++) {
                float before = outputs[i];
                double step = 1.0 / 64;
                outputs[i] = (float) (before + step);
                double above = plain(outputs, asked, cell, a, b, c, n);
                outputs[i] = (float) (before - step);
                double below = plain(outputs, asked, cell, a, b, c, n);
                outputs[i] = before;
                assertEquals((above - below) / (2 * step), gradients[i], 2e-4, "output " + i + " of trial " + trial);
            }
        }
    }

    @Test
    void aValueTheUserIsKnownForHardlyTrainsTheNetwork() {
        float[] outputs = new float[COLUMNS];
        float[] targets = new float[COLUMNS];
        Arrays.fill(targets, MixtureLoss.NOT_ASKED);
        System.arraycopy(new float[] {1, 1000, 0.4f, 0.6f * CELLS, 20}, 0, targets, 0, 5);
        float[] gradients = new float[COLUMNS];
        LOSS.gradients(1, COLUMNS, outputs, 0, COLUMNS, targets, 0, gradients);
        assertTrue(Math.abs(gradients[1]) < 1e-3, "by " + gradients[1]);
    }
}
