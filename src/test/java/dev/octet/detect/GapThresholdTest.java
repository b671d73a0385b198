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
        FittedThreshold fitted = new Threshold.Gap(4, 0.01, 0).fit(scores(50, 60, 70));
        assertEquals(4 * 0.99, fitted.value());
        assertEquals(0.3, fitted.alerts().perDay());
        assertEquals(
                "gap between 0.99 and 50, with 3 of 993 validation rows above it",
                fitted.notes().get(0));
        assertEquals(
                "4 times the highest ordinary score, below the gap in the top 1 % of the validation scores",
                fitted.policy());
    }

    @Test
    void liesNoHigherThanTheMiddleOfTheGap() {
        assertEquals(
                4 * 0.99, new Threshold.Gap(4, 0.01, 0).fit(scores(0.99 * 16)).value(), 1e-12);
        assertEquals(
                3 * 0.99, new Threshold.Gap(4, 0.01, 0).fit(scores(0.99 * 9)).value(), 1e-12);
    }

    @Test
    void aGapNarrowerThanTheMarginIsNone() {
        assertEquals(
                2 * 0.99,
                new Threshold.Gap(4, 0.01, 0).fit(scores(0.99 * 4.0001)).value(),
                1e-4);
        FittedThreshold none = new Threshold.Gap(4, 0.01, 0).fit(scores(0.99 * 3.9));
        assertEquals(4 * 0.99 * 3.9, none.value(), 1e-12);
        assertTrue(
                none.notes().get(0).startsWith("no gap among the validation scores, the widest is a factor of 3.9"),
                none.notes().get(0));
    }

    @Test
    void aGapBelowTheFloorIsNone() {
        double[] scores = new double[1000];
        java.util.Arrays.fill(scores, 1e-6);
        scores[990] = 0.2; // 200,000 times the next
        scores[991] = 0.3;
        scores[992] = 6;
        ValidationScores span = ValidationScores.of(scores, new BitSet(), 10);
        assertEquals(4e-6, new Threshold.Gap(4, 0.01, 0).fit(span).value(), 1e-12);
        FittedThreshold above = new Threshold.Gap(4, 0.01, 0.1).fit(span);
        assertEquals(4 * 0.3, above.value(), 1e-12);
        assertEquals(
                "gap between 0.3 and 6, with 1 of 1000 validation rows above it",
                above.notes().get(0));
        assertEquals(
                Math.sqrt(1.4 * 6), new Threshold.Gap(4, 0.01, 1.4).fit(span).value(), 1e-12);
        assertEquals(4 * 7, new Threshold.Gap(4, 0.01, 7).fit(span).value(), "all of it is ordinary");
    }

    @Test
    void aGapBelowTheTailIsNotSeen() {
        // ten attacks in 1,000 rows are the top 1 %, eleven in 1,001 are more
        double[] ten = new double[10];
        double[] eleven = new double[11];
        java.util.Arrays.fill(ten, 100);
        java.util.Arrays.fill(eleven, 100);
        assertEquals(4 * 0.99, new Threshold.Gap(4, 0.01, 0).fit(scores(ten)).value());
        assertEquals(400, new Threshold.Gap(4, 0.01, 0).fit(scores(eleven)).value());
    }

    @Test
    void aScoreAtTheThresholdIsNotFlagged() {
        FittedThreshold fitted = new Threshold.Gap(4, 0.01, 0).fit(scores(50));
        assertFalse(fitted.flags(4 * 0.99));
        assertTrue(fitted.flags(Math.nextUp(4 * 0.99)));
    }

    /** Nats: the logarithms of the scores above. */
    @Test
    void negativeScoresAreLogarithms() {
        double[] nats = new double[993];
        for (int i = 0; i < 990; i++) {
            nats[i] = Math.log((i + 1) / 1000.0);
        }
        nats[990] = Math.log(50);
        nats[991] = Math.log(60);
        nats[992] = Math.log(70);
        ValidationScores span = ValidationScores.of(nats, new BitSet(), 10);
        FittedThreshold fitted = new Threshold.Gap(4, 0.01, 0).fit(span);
        assertEquals(Math.log(4 * 0.99), fitted.value(), 1e-12);
        assertTrue(fitted.notes().get(0).contains("3 of 993"), fitted.notes().get(0));
        assertEquals(
                Math.log(4 * 70.0), new Threshold.Gap(4, 0.01, 55).fit(span).value(), 1e-12, "no gap above 55");
    }

    @Test
    void impossibleValuesAreRefused() {
        assertThrows(InputException.class, () -> new Threshold.Gap(0.5, 0.01, 0));
        assertThrows(InputException.class, () -> new Threshold.Gap(Double.NaN, 0.01, 0));
        assertThrows(InputException.class, () -> new Threshold.Gap(4, 0, 0));
        assertThrows(InputException.class, () -> new Threshold.Gap(4, 0.01, -1));
    }
}
