package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.AlertRate;
import dev.octet.feature.FloatMatrix;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class HeldOutTest {
    /** Sixteen days of ten rows, with all high scores on two days that follow each other. */
    @Test
    void alertsOfDaysThatFollowEachOtherWidenThePromise() {
        int rows = 160;
        FloatMatrix matrix = new FloatMatrix(1);
        double[] bursts = new double[rows];
        double[] even = new double[rows];
        int[] firstOfDay = new int[16];
        for (int row = 0; row < rows; row++) {
            matrix.append(new float[] {row});
            bursts[row] = row / 10 == 5 || row / 10 == 6 ? 1 : 0;
            even[row] = row % 8 == 0 ? 1 : 0;
            firstOfDay[row / 10] = Math.min(firstOfDay[row / 10] == 0 ? row : firstOfDay[row / 10], row);
        }
        HeldOut held = new HeldOut(matrix, new BitSet(), 16.4, firstOfDay);
        AlertRate burst = held.scored(bursts).expected(0.5);
        AlertRate spread = held.scored(even).expected(0.5);
        assertEquals(burst.perDay(), spread.perDay());
        assertTrue(burst.dispersion() > 5 * spread.dispersion(), burst + ", " + spread);
        assertTrue(burst.high() > spread.high(), burst + ", " + spread);
        AlertRate unknown =
                new HeldOut(matrix, new BitSet(), 16.4).scored(bursts).expected(0.5);
        assertEquals(1, unknown.dispersion(), "days that are not known tell nothing");
    }
}
