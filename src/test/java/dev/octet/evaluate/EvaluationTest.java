package dev.octet.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.AlertRate;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.Threshold;
import dev.octet.detect.ValidationScores;
import dev.octet.event.InputException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    private static final FittedThreshold AT_NINE =
            new Threshold.Fixed(9).fit(ValidationScores.of(new double[] {0}, new BitSet(), 1));

    @Test
    void theOrderOfRowsDoesNotMatter() {
        SplittableRandom random = new SplittableRandom(5);
        int rows = 5000;
        double[] scores = new double[rows];
        double[] reversed = new double[rows];
        BitSet attacks = new BitSet();
        BitSet attacksReversed = new BitSet();
        for (int row = 0; row < rows; row++) {
            boolean attack = random.nextInt(50) == 0;
            scores[row] = random.nextInt(100) + (attack ? 30 : 0);
            reversed[rows - 1 - row] = scores[row];
            attacks.set(row, attack);
            attacksReversed.set(rows - 1 - row, attack);
        }
        assertEquals(
                Evaluation.of("d", ScoredRows.of(scores, attacks, 3), Optional.of(AT_NINE)),
                Evaluation.of("d", ScoredRows.of(reversed, attacksReversed, 3), Optional.of(AT_NINE)));
    }

    @Test
    void theRandomDetectorFindsItsBudget() {
        double[] scores = new double[10_000];
        BitSet attacks = new BitSet();
        attacks.set(17, 57);
        Evaluation random = Evaluation.random(ScoredRows.of(scores, attacks, 4));
        assertEquals(0.5, random.rocAuc());
        assertEquals(0.004, random.averagePrecision(), 1e-15);
        for (BudgetResult budget : random.budgets()) {
            assertEquals(budget.share(), budget.recall().value(), 1e-12);
            assertEquals(1, budget.lift(), 1e-12);
        }
        assertEquals(25, random.budgets().get(2).alertsPerDay());
        assertTrue(random.decision().isEmpty());
    }

    @Test
    void withoutLabelsWhatNeedsThemIsUndefined() {
        double[] scores = {1, 2, 10, 11};
        ScoredRows rows = new ScoredRows(scores, 4, new BitSet(), false, 2, List.of());
        Evaluation evaluation = Evaluation.of("d", rows, Optional.of(AT_NINE));
        Evaluation.Decision decision = evaluation.decision().orElseThrow();
        assertEquals(2, decision.flagged());
        assertEquals(1, decision.alerts().perDay());
        assertEquals(Double.NaN, decision.recall().value());
        assertEquals(Double.NaN, decision.precision().value());
        assertEquals(Double.NaN, decision.precision().low());
        assertEquals(Double.NaN, decision.falsePositiveRate().high());
        assertEquals(Double.NaN, decision.f1());
        assertEquals(Double.NaN, decision.lift());
        assertEquals(Double.NaN, evaluation.rocAuc());
        assertEquals(Double.NaN, evaluation.averagePrecision());
        assertEquals(Double.NaN, evaluation.budgets().get(3).recall().value());
        assertEquals(Double.NaN, evaluation.budgets().get(3).lift());
    }

    /** 100 alerts in 100 days promise 0.74 to 1.30 a day for another 100: {@code scipy.stats.binom} of the sum. */
    @Test
    void alertsOutsideThePromisedIntervalAreSaid() {
        FittedThreshold oneADay = new FittedThreshold(9, "any", AlertRate.expected(100, 100), List.of());
        for (int flagged : new int[] {0, 30, 80, 100, 125, 140, 1500, 2000}) {
            double[] scores = new double[2000];
            Arrays.fill(scores, 0, flagged, 10);
            List<String> said = Evaluation.of("d", ScoredRows.of(scores, new BitSet(), 100), Optional.of(oneADay))
                    .brokenPromises();
            boolean kept = flagged == 80 || flagged == 100 || flagged == 125;
            assertEquals(kept, said.isEmpty(), flagged + ": " + said);
            String all = String.join("\n", said);
            assertEquals(flagged == 0, all.contains("no row of the test span"), all);
            assertEquals(flagged == 2000, all.contains("every row"), all);
            assertEquals(flagged > 1000, all.contains("more than ten times"), all);
            assertEquals(!kept && flagged > 0, all.contains("promised 1, between 0."), all);
        }
    }

    @Test
    void aPromiseIsKeptWhereMoreAlertsADayAreTheSameShareOfMoreRows() {
        double[] scores = new double[6000];
        Arrays.fill(scores, 0, 300, 10);
        ScoredRows threeADay = ScoredRows.of(scores, new BitSet(), 100);
        AlertRate oneADay = AlertRate.expected(100, 100);
        for (int rowsPerDay : new int[] {20, 60}) {
            AlertRate known = oneADay.among(100 * rowsPerDay, 100);
            List<String> said = Evaluation.of(
                            "d", threeADay, Optional.of(new FittedThreshold(9, "any", known, List.of())))
                    .brokenPromises();
            assertEquals(rowsPerDay == 20, said.isEmpty(), said.toString());
        }
    }

    @Test
    void aShortTestSpanIsNotTakenForABrokenPromise() {
        FittedThreshold oneADay = new FittedThreshold(9, "any", AlertRate.expected(100, 100), List.of());
        double[] scores = new double[50];
        Arrays.fill(scores, 0, 3, 10); // 3 in a day where 1 is expected: one day in twelve
        assertEquals(
                List.of(),
                Evaluation.of("d", ScoredRows.of(scores, new BitSet(), 1), Optional.of(oneADay))
                        .brokenPromises());
        Arrays.fill(scores, 0, 9, 10);
        assertEquals(
                1,
                Evaluation.of("d", ScoredRows.of(scores, new BitSet(), 1), Optional.of(oneADay))
                        .brokenPromises()
                        .size());
    }

    @Test
    void noRowsAtAllIsNoError() {
        Evaluation evaluation =
                Evaluation.of("d", ScoredRows.of(new double[0], new BitSet(), Double.NaN), Optional.of(AT_NINE));
        assertEquals(0, evaluation.budgets().get(3).flagged());
        assertEquals(Double.NaN, evaluation.budgets().get(3).alertsPerDay());
        assertEquals(Double.NaN, evaluation.decision().orElseThrow().alerts().high());
    }

    @Test
    void aScoreThatIsNoNumberIsRefusedWithItsRow() {
        double[] scores = {1, Double.NaN};
        ScoredRows rows = ScoredRows.of(scores, new BitSet(), 1);
        String message = assertThrows(InputException.class, () -> Evaluation.of("d", rows, Optional.empty()))
                .getMessage();
        assertTrue(message.contains("score of row 1 is not a number"), message);
    }

    @Test
    void strataShareTheCutOfAllRows() {
        // 200 rows: at 1 % the two highest are flagged, at 5 % the ten highest.
        double[] scores = new double[200];
        BitSet attacks = new BitSet();
        for (int row = 0; row < 200; row++) {
            scores[row] = row;
        }
        for (int row : new int[] {5, 191, 195, 199}) {
            attacks.set(row);
        }
        Strata attacker =
                new Strata("attacker", List.of("naive", "targeted", "none of these"), new byte[] {1, 1, 0, 0});
        Strata history = new Strata("history", List.of("with"), new byte[] {-1, 0, -1, 0});
        ScoredRows rows = new ScoredRows(scores, 200, attacks, true, 1, List.of(attacker, history));
        FittedThreshold at = new Threshold.Fixed(191).fit(ValidationScores.of(scores, attacks, 1));
        List<StratumResult> strata = Evaluation.of("d", rows, Optional.of(at)).strata();
        assertEquals(List.of("naive", "targeted", "none of these", "with"), names(strata));
        assertEquals(new Proportion(1, 2), strata.get(0).atBudgets().get(2));
        assertEquals(new Proportion(2, 2), strata.get(0).atBudgets().get(3));
        assertEquals(new Proportion(2, 2), strata.get(0).atThreshold());
        assertEquals(new Proportion(0, 2), strata.get(1).atBudgets().get(2));
        assertEquals(new Proportion(1, 2), strata.get(1).atBudgets().get(3));
        assertEquals(new Proportion(0, 2), strata.get(1).atThreshold());
        assertEquals(Proportion.UNDEFINED, strata.get(2).atThreshold());
        assertEquals(new Proportion(2, 2), strata.get(3).atBudgets().get(3));
    }

    private static List<String> names(List<StratumResult> strata) {
        return strata.stream().map(StratumResult::name).toList();
    }

    @Test
    void countedRowsKeepTheirLabelsAndStrata() {
        double[] scores = {1, 2, 3, 4, 5, 6};
        BitSet attacks = new BitSet();
        attacks.set(1);
        attacks.set(3);
        attacks.set(5);
        ScoredRows rows = new ScoredRows(
                scores, 6, attacks, true, 1, List.of(new Strata("s", List.of("a", "b", "c"), new byte[] {0, 1, 2})));
        BitSet successful = new BitSet();
        successful.set(2);
        successful.set(3);
        successful.set(5);
        ScoredRows counted = rows.counted(successful);
        assertEquals(3, counted.rows());
        assertEquals(
                List.of(3.0, 4.0, 6.0),
                java.util.Arrays.stream(counted.scores()).boxed().toList());
        assertEquals("{1, 2}", counted.attacks().toString());
        assertEquals(
                List.of((byte) 1, (byte) 2),
                List.of(
                        counted.strata().get(0).ofAttack()[0],
                        counted.strata().get(0).ofAttack()[1]));
        assertEquals(
                "{2}",
                counted.flagged(new Threshold.Fixed(4).fit(ValidationScores.of(scores, attacks, 1)))
                        .toString());
    }

    @Test
    void strataMustFitTheAttacks() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new ScoredRows(
                        new double[3], 3, new BitSet(), true, 1, List.of(new Strata("s", List.of("a"), new byte[1]))));
        assertThrows(IllegalArgumentException.class, () -> new Strata("s", List.of("a"), new byte[] {1}));
    }

    @Test
    void theBestSingleFeatureIsFoundInItsDirection() {
        SplittableRandom random = new SplittableRandom(3);
        SingleFeatures features = new SingleFeatures(List.of("noise", "falls", "constant"), 1);
        double[] negated = new double[4000];
        BitSet attacks = new BitSet();
        for (int row = 0; row < 4000; row++) {
            boolean attack = row % 100 == 0;
            float falls = (float) (random.nextDouble() - (attack ? 0.7 : 0));
            features.add(new float[] {random.nextInt(10), falls, 4}, attack);
            negated[row] = -falls;
            attacks.set(row, attack);
        }
        SingleFeatures.Separation best = features.best().orElseThrow();
        assertEquals("falls", best.name());
        assertEquals(1, best.column());
        assertEquals(false, best.higher());
        assertEquals(-2.5, best.score(new float[] {1, 2.5f, 3}));
        assertEquals(0.5, features.separations().get(2).rocAuc());
        Evaluation ours = features.evaluate(10).orElseThrow();
        Evaluation direct = Evaluation.of("d", ScoredRows.of(negated, attacks, 10), Optional.empty());
        assertEquals("best single feature: falls, low", ours.detector());
        assertEquals(direct.rocAuc(), ours.rocAuc());
        assertEquals(direct.averagePrecision(), ours.averagePrecision());
        assertEquals(direct.budgets(), ours.budgets());
        assertEquals(List.of(), features.leaks());
    }

    @Test
    void aSampleOfTheNormalsEstimatesTheWhole() {
        SplittableRandom random = new SplittableRandom(9);
        SingleFeatures all = new SingleFeatures(List.of("x"), 1);
        SingleFeatures sampled = new SingleFeatures(List.of("x"), 1, 4000);
        SingleFeatures again = new SingleFeatures(List.of("x"), 1, 4000);
        for (int row = 0; row < 100_000; row++) {
            boolean attack = row % 200 == 0;
            float[] values = {(float) (random.nextDouble() + (attack ? random.nextDouble() : 0))};
            all.add(values, attack);
            sampled.add(values, attack);
            again.add(values, attack);
        }
        Evaluation whole = all.evaluate(1).orElseThrow();
        Evaluation estimate = sampled.evaluate(1).orElseThrow();
        assertEquals(estimate, again.evaluate(1).orElseThrow());
        assertNotEquals(whole.rocAuc(), estimate.rocAuc());
        // 4000 normals: the standard error of an AUC of .79 is below .007
        assertEquals(whole.rocAuc(), estimate.rocAuc(), 0.02);
        assertEquals(whole.averagePrecision(), estimate.averagePrecision(), 0.05);
        assertEquals(5000, estimate.budgets().get(3).flagged());
        assertEquals(500, estimate.budgets().get(3).recall().of());
        assertEquals(
                whole.budgets().get(3).recall().value(),
                estimate.budgets().get(3).recall().value(),
                0.05);
        assertTrue(
                estimate.notes().get(1).contains("uniform sample of 500 of 500 attacks and 4000 of 99500 normal rows"),
                estimate.notes().toString());
    }

    @Test
    void aFeatureThatAloneSeparatesIsSpokenOfAloud() {
        SingleFeatures features = new SingleFeatures(List.of("fine", "label in disguise"), 1);
        for (int row = 0; row < 3000; row++) {
            boolean attack = row % 10 == 0;
            // one normal row in 2,700 lies beyond all attacks: ROC-AUC 2699 / 2700
            features.add(new float[] {row % 7, attack ? -1 : row == 1 ? -2 : row % 5}, attack);
        }
        assertEquals(
                List.of("either this problem is that easy, or this is the label in disguise: label in disguise"
                        + " (alone it has ROC-AUC 0.99963 on 300 attacks and 2700 normal rows)"),
                features.leaks());
    }

    @Test
    void singleFeaturesNeedBothClassesAndNumbers() {
        SingleFeatures features = new SingleFeatures(List.of("x"), 1);
        features.add(new float[] {1}, false);
        assertTrue(features.best().isEmpty());
        assertTrue(features.evaluate(1).isEmpty());
        assertEquals(List.of(), features.leaks());
        String message = assertThrows(
                        IllegalArgumentException.class, () -> features.add(new float[] {Float.NaN}, false))
                .getMessage();
        assertEquals("feature x is NaN", message);
        assertThrows(IllegalArgumentException.class, () -> features.add(new float[2], false));
    }

    @Test
    void kappaOfConstantFlagsIsUndefined() {
        BitSet none = new BitSet();
        BitSet all = new BitSet();
        all.set(0, 10);
        assertEquals(Double.NaN, KappaMatrix.kappa(none, none, 10));
        assertEquals(Double.NaN, KappaMatrix.kappa(all, all, 10));
        assertEquals(0, KappaMatrix.kappa(none, all, 10));
    }

    @Test
    void fowlkesMallowsNeedsLabelsOfTheSameRows() {
        assertThrows(IllegalArgumentException.class, () -> FowlkesMallows.index(new int[1], new int[2]));
    }
}
