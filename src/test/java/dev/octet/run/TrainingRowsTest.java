package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.AlertRate;
import dev.octet.detect.ValidationScores;
import dev.octet.feature.FloatMatrix;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class TrainingRowsTest {
    /** Sixteen days of twenty rows, of which every other one is scored; all high scores are on two days that follow each other. */
    @Test
    void alertsOfDaysThatFollowEachOtherWidenThePromise() {
        FloatMatrix matrix = new FloatMatrix(1);
        BitSet scored = new BitSet();
        double[] bursts = new double[160];
        double[] even = new double[160];
        int[] firstOfDay = new int[16];
        for (int row = 0; row < 320; row++) {
            matrix.append(new float[] {row});
            scored.set(row, row % 2 == 1);
        }
        for (int row = 0; row < 160; row++) {
            bursts[row] = row / 10 == 5 || row / 10 == 6 ? 1 : 0;
            even[row] = row % 8 == 0 ? 1 : 0;
        }
        for (int day = 0; day < 16; day++) {
            firstOfDay[day] = 20 * day;
        }
        TrainingRows.Part span = new TrainingRows.Part(matrix, new BitSet(), scored, firstOfDay);
        AlertRate burst = span.scores(bursts, 16.4).expected(0.5);
        AlertRate spread = span.scores(even, 16.4).expected(0.5);
        assertEquals(burst.perDay(), spread.perDay());
        assertTrue(burst.dispersion() > 5 * spread.dispersion(), burst + ", " + spread);
        assertTrue(burst.high() > spread.high(), burst + ", " + spread);
        AlertRate unknown = ValidationScores.of(bursts, new BitSet(), 16.4).expected(0.5);
        assertEquals(1, unknown.dispersion(), "days that are not known tell nothing");
    }

    /** Rows with the draws 9, 8, …, 0, 5, of which some may train. */
    private static TrainingRows.Part drawn(BitSet held) {
        long[] draws = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 5};
        FloatMatrix raw = new FloatMatrix(1);
        held.stream().forEach(row -> raw.append(new float[] {row}));
        return TrainingRows.Part.elsewhere(
                draws.length,
                new BitSet(),
                new BitSet(),
                new int[0],
                raw,
                held,
                held.stream().mapToLong(row -> draws[row]).toArray());
    }

    private static BitSet rows(int... rows) {
        BitSet set = new BitSet();
        for (int row : rows) {
            set.set(row);
        }
        return set;
    }

    @Test
    void aSampleHasTheLeastDrawsAndTheEarlierOfEqualOnes() {
        BitSet all = new BitSet();
        all.set(0, 11);
        TrainingRows.Part span = drawn(all);
        assertEquals(rows(7, 8, 9), span.sampled(all, 3));
        assertEquals(rows(4, 5, 6, 7, 8, 9), span.sampled(all, 6), "rows 4 and 10 have the same draw");
        assertEquals(rows(4, 5, 6, 7, 8, 9, 10), span.sampled(all, 7));
        assertEquals(rows(0, 2, 4), span.sampled(rows(0, 2, 4), 3));
        assertEquals(rows(2, 4), span.sampled(rows(0, 2, 4), 2));
    }

    @Test
    void theSampleIsTheSameWhereMostRowsLieElsewhere() {
        BitSet all = new BitSet();
        all.set(0, 11);
        TrainingRows.Part span = drawn(rows(0, 4, 5, 6, 7, 8, 9));
        assertEquals(11, span.rows());
        assertEquals(drawn(all).sampled(all, 6), span.sampled(all, 6));
    }
}
