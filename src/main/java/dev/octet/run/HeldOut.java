package dev.octet.run;

import dev.octet.detect.ValidationScores;
import dev.octet.feature.FloatMatrix;
import java.util.BitSet;

/**
 * Rows of one span that a detector did not and will not learn from.
 *
 * @param rows as the detector sees them
 * @param attacks which of them are labelled an attack
 * @param days share of the span's length that goes with them
 * @param firstOfDay the first row of each day of the span that rows came in; empty where that is not known
 */
public record HeldOut(FloatMatrix rows, BitSet attacks, double days, int[] firstOfDay) {
    /** Rows whose days are not known. */
    public HeldOut(FloatMatrix rows, BitSet attacks, double days) {
        this(rows, attacks, days, new int[0]);
    }

    /**
     * What a detector gave them.
     *
     * @param scores one a row; kept, and not to be changed
     */
    ValidationScores scored(double[] scores) {
        ValidationScores made = ValidationScores.of(scores, attacks, days);
        return firstOfDay.length == 0 ? made : made.byDay(value -> above(scores, value, (int) days));
    }

    private int[] above(double[] scores, double value, int whole) {
        int[] counts = new int[whole];
        for (int day = 0; day < Math.min(whole, firstOfDay.length); day++) {
            int end = day + 1 < firstOfDay.length ? firstOfDay[day + 1] : scores.length;
            for (int row = firstOfDay[day]; row < end; row++) {
                counts[day] += scores[row] > value ? 1 : 0;
            }
        }
        return counts;
    }
}
