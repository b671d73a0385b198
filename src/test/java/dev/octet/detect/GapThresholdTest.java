package dev.octet.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.InputException;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class GapThresholdTest {
    /** 990 ordinary scores from 0.001 to 0.99, then the others. */
    private static ValidationScores scores(double... others) {
        double[] scores = new double[990 + others.length];
        for (int i = 0; i < 990; i++) {
            scores[i] = (i + 1) / 1000.0;
        }
        System.arraycopy(others, 0, scores, 990, others.length);
        return ValidationScores.of(scores, new BitSet(), 10);
    }

    @Test
    void liesAMarginAboveTheHighestOrdinaryScore() {
        FittedThreshold fitted = new Threshold.Gap(4, 0.01).fit(scores(50, 60, 70));
        assertEquals(4 * 0.99, fitted.value());
        assertEquals(0.3, fitted.alerts().perDay());
        assertEquals(
                "gap between 0.99 and 50, with 3 of 993 validation rows above it",
                fitted.notes().get(0));
        assertEquals("4 times the highest validation score below the gap in the top 1 %", fitted.policy());
    }

    @Test
    void aGapNarrowerThanTheMarginSquaredIsNone() {
        FittedThreshold just = new Threshold.Gap(4, 0.01).fit(scores(0.99 * 16));
        assertEquals(4 * 0.99, just.value());
        FittedThreshold none = new Threshold.Gap(4, 0.01).fit(scores(0.99 * 15.9));
        assertEquals(4 * 0.99 * 15.9, none.value());
        assertTrue(
                none.notes().get(0).startsWith("no gap among the validation scores"),
                none.notes().get(0));
    }

    @Test
    void aGapBelowTheTailIsNotSeen() {
        // ten attacks in 1,000 rows are the top 1 %, eleven in 1,001 are more
        double[] ten = new double[10];
        double[] eleven = new double[11];
        java.util.Arrays.fill(ten, 100);
        java.util.Arrays.fill(eleven, 100);
        assertEquals(4 * 0.99, new Threshold.Gap(4, 0.01).fit(scores(ten)).value());
        assertEquals(400, new Threshold.Gap(4, 0.01).fit(scores(eleven)).value());
    }

    @Test
    void aScoreAtTheThresholdIsNotFlagged() {
        FittedThreshold fitted = new Threshold.Gap(4, 0.01).fit(scores(50));
        assertFalse(fitted.flags(4 * 0.99));
        assertTrue(fitted.flags(Math.nextUp(4 * 0.99)));
    }

    @Test
    void negativeScoresAndImpossibleValuesAreRefused() {
        ValidationScores negative = ValidationScores.of(new double[] {-1, 2}, new BitSet(), 1);
        String message = assertThrows(InputException.class, () -> new Threshold.Gap(4, 0.01).fit(negative))
                .getMessage();
        assertTrue(message.contains("not negative, the lowest is -1"), message);
        assertThrows(InputException.class, () -> new Threshold.Gap(0.5, 0.01));
        assertThrows(InputException.class, () -> new Threshold.Gap(Double.NaN, 0.01));
        assertThrows(InputException.class, () -> new Threshold.Gap(4, 0));
    }
}
