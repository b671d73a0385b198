package dev.octet.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reference values: NumPy and SciPy, from the formulas of the two classes' comments. */
class AlertDispersionTest {
    private static final int[] BURSTS = {
        0, 0, 0, 3, 4, 0, 0, 1, 0, 0, 0, 0, 5, 6, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 3, 0, 0, 0, 0
    };
    private static final int DAYS = 73;

    @Test
    void burstsOfDaysVaryMoreThanIndependentAlerts() {
        assertEquals(7.411839760064686, AlertDispersion.of(BURSTS), 1e-9);
        assertEquals(2.006697919199324, AlertDispersion.of(new int[] {1, 2, 1, 0, 2}), 1e-9);
        int[] even = new int[30];
        Arrays.fill(even, 1);
        assertEquals(2.392283717592858, AlertDispersion.of(even), 1e-9, "few blocks are uncertain, however even");
        assertEquals(1, AlertDispersion.of(new int[] {9, 0, 0}), "three days tell nothing");
        assertEquals(1, AlertDispersion.of(new int[30]));
        assertEquals(1, AlertDispersion.of(new int[0]));
    }

    @Test
    void aWiderIntervalIsExpectedOfBursts() {
        assertEquals(new AlertRate(4.5, 12 / 10.0, 95 / 10.0, 4, Double.NaN), AlertRate.expected(45, 10, 4));
        assertEquals(new AlertRate(0.5, 0, 23 / 10.0, 2.5, Double.NaN), AlertRate.expected(5, 10, 2.5));
        assertEquals(new AlertRate(0, 0, 15 / 10.0, 3, Double.NaN), AlertRate.expected(0, 10, 3));
        assertEquals(new AlertRate(100, 878 / 10.0, 1129 / 10.0, 2, Double.NaN), AlertRate.expected(1000, 10, 2));
        assertThrows(IllegalArgumentException.class, () -> AlertRate.expected(5, 10, 0.5));
    }

    @Test
    void alertsByDayGoIntoTheExpectation() {
        double[] scores = IntStream.range(0, 300).mapToDouble(i -> i % 100).toArray();
        ValidationScores plain = ValidationScores.of(scores, new BitSet(), 30);
        assertEquals(AlertRate.expected(plain.above(95), 30).among(plain.rows(), 30), plain.expected(95));
        AlertRate bursts =
                plain.byDay(value -> value == 95 ? BURSTS : new int[30]).expected(95);
        assertEquals(AlertRate.expected(plain.above(95), 30, 7.411839760064686).high(), bursts.high());
        assertEquals(plain.expected(95).perDay(), bursts.perDay());
    }

    /** Alerts of one span and of the next, from the same source: users whose logins are flagged for some days. */
    private static int[] alerts(SplittableRandom random) {
        int[] days = new int[DAYS];
        for (int start = -7; start < DAYS; start++) {
            if (random.nextDouble() < 0.12) {
                int length = 1 + random.nextInt(6);
                for (int day = Math.max(0, start); day < Math.min(DAYS, start + length); day++) {
                    days[day] += random.nextInt(3);
                }
            }
        }
        return days;
    }

    @Test
    void thePromiseHoldsAsOftenAsItSays() {
        SplittableRandom random = new SplittableRandom(4);
        int logs = 1000;
        int left = 0;
        int leftIfIndependent = 0;
        for (int i = 0; i < logs; i++) {
            int[] days = alerts(random);
            long before = Arrays.stream(days).sum();
            double after = Arrays.stream(alerts(random)).sum() / (double) DAYS;
            AlertRate promised = AlertRate.expected(before, DAYS, AlertDispersion.of(days));
            AlertRate independent = AlertRate.expected(before, DAYS);
            left += after < promised.low() || after > promised.high() ? 1 : 0;
            leftIfIndependent += after < independent.low() || after > independent.high() ? 1 : 0;
        }
        assertTrue(left < 0.08 * logs, left + " of " + logs + " outside a 95 % interval");
        assertTrue(left > 0.005 * logs, left + " of " + logs + ": an interval that nothing leaves tells nothing");
        assertTrue(leftIfIndependent > 0.2 * logs, leftIfIndependent + " of " + logs + ": these alerts are bursts");
    }
}
