package dev.octet.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Intervals of differences between detectors, against NumPy, and what must not change them. */
class PairedBootstrapTest {
    private static final int[] GROUPS = {0, 0, 0, 1, 1, 2, 3, 4, 4, 4, 5, 5};
    private static final AttackGroups ATTACKS = new AttackGroups("user", GROUPS, 6);

    /** Ranks of attacks that are found at a budget of 10 % of 1,000 rows, or not. */
    private static AttackRanks ranks(String name, int[]... found) {
        List<AttackRanks.OfSeed> seeds = new ArrayList<>();
        for (int[] ofSeed : found) {
            double[] above = new double[ofSeed.length];
            double[] tied = new double[ofSeed.length];
            for (int i = 0; i < above.length; i++) {
                above[i] = ofSeed[i] == 1 ? 10 : 500;
                tied[i] = 1;
            }
            seeds.add(new AttackRanks.OfSeed(above, tied));
        }
        return new AttackRanks(name, 1000, seeds);
    }

    private static final int[] FIRST = {1, 1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1};
    private static final int[] SECOND = {1, 0, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1};
    private static final int[] OTHER = {0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0};

    private static PairedDifferences.OfDetector toMain(AttackRanks one, AttackRanks main, AttackGroups attacks) {
        return PairedBootstrap.of(main.detector(), List.of(main, one), attacks, List.of(0.1))
                .orElseThrow()
                .budgets()
                .get(0)
                .of(one.detector())
                .orElseThrow();
    }

    /**
     * Expected from NumPy with 400,000 samples of another generator:
     *
     * <pre>
     * w = rng.multinomial(6, [1/6]*6, size=n); tot = w @ numpy.bincount(g)
     * r = w @ found_by_group.T / tot[:, None]; r = take_along_axis(r, rng.integers(0, S, r.shape), 1).mean(1)
     * numpy.percentile(r_a - r_b, [2.5, 97.5])   # [0.2143, 0.5556], with one seed [0.1818, 0.6364]
     * </pre>
     */
    @Test
    void intervalsAreThoseOfNumpy() {
        PairedDifferences.OfDetector two = toMain(ranks("a", FIRST, SECOND), ranks("b", OTHER), ATTACKS);
        assertEquals(0.375, two.toMain().value(), 1e-12);
        assertEquals(0.2143, two.toMain().low(), 0.02);
        assertEquals(0.5556, two.toMain().high(), 0.02);
        PairedDifferences.OfDetector one = toMain(ranks("a", FIRST), ranks("b", OTHER), ATTACKS);
        assertEquals(5 / 12.0, one.toMain().value(), 1e-12);
        assertEquals(0.1818, one.toMain().low(), 0.02);
        assertEquals(0.6364, one.toMain().high(), 0.02);
        assertTrue(one.toMain().isDecided());
    }

    @Test
    void theOrderOfDetectorsAndOfSeedsChangesNoInterval() {
        PairedDifferences.Difference forth =
                toMain(ranks("a", FIRST), ranks("b", OTHER), ATTACKS).toMain();
        PairedDifferences.Difference back =
                toMain(ranks("b", OTHER), ranks("a", FIRST), ATTACKS).toMain();
        assertEquals(-forth.value(), back.value(), 1e-12);
        assertEquals(-forth.low(), back.high(), 1e-12);
        assertEquals(-forth.high(), back.low(), 1e-12);
    }

    @Test
    void equalDetectorsAndASingleGroupCannotBeToldApart() {
        PairedDifferences.Difference equal =
                toMain(ranks("a", FIRST), ranks("b", FIRST), ATTACKS).toMain();
        assertEquals(new PairedDifferences.Difference(0, 0, 0), equal);
        assertFalse(equal.isDecided());
        PairedDifferences.Difference alone = toMain(
                        ranks("a", FIRST), ranks("b", OTHER), new AttackGroups("campaign", new int[12], 1))
                .toMain();
        assertEquals(5 / 12.0, alone.value(), 1e-12);
        assertTrue(Double.isNaN(alone.low()));
        assertFalse(alone.isDecided());
    }

    @Test
    void attacksOfOneGroupSayLessThanAsManyIndependentOnes() {
        AttackGroups apart = AttackGroups.of("user", java.util.Collections.nCopies(12, ""));
        assertEquals(12, apart.count());
        PairedDifferences.Difference grouped = toMain(
                        ranks("a", new int[] {1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0}),
                        ranks("b", new int[12]),
                        AttackGroups.of("user", List.of("x", "x", "x", "x", "y", "y", "y", "y", "z", "z", "z", "z")))
                .toMain();
        PairedDifferences.Difference single = toMain(
                        ranks("a", new int[] {1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0}), ranks("b", new int[12]), apart)
                .toMain();
        assertEquals(grouped.value(), single.value(), 1e-12);
        assertTrue(grouped.high() - grouped.low() > 1.3 * (single.high() - single.low()), grouped + " " + single);
    }

    @Test
    void anIntervalHoldsTheTrueDifferenceAsOftenAsItSays() {
        SplittableRandom random = new SplittableRandom(4);
        int held = 0;
        int tries = 200;
        for (int i = 0; i < tries; i++) {
            int[] one = new int[80];
            int[] other = new int[80];
            for (int attack = 0; attack < 80; attack++) {
                one[attack] = random.nextDouble() < 0.6 ? 1 : 0;
                other[attack] = one[attack] == 1 && random.nextDouble() < 0.5 ? 1 : 0; // true recall 0.3
            }
            PairedDifferences.Difference difference = toMain(
                            ranks("a", one),
                            ranks("b", other),
                            AttackGroups.of("user", java.util.Collections.nCopies(80, "")))
                    .toMain();
            held += difference.low() <= 0.3 && 0.3 <= difference.high() ? 1 : 0;
        }
        // 95 % of 200 is 190; below 179 a true 95 % interval comes out with a chance of 1 in 1,000
        assertTrue(held >= 179, held + " of " + tries);
    }

    @Test
    void ranksGiveTheRecallOfTheTable() {
        SplittableRandom random = new SplittableRandom(9);
        double[] scores = new double[2000];
        BitSet attacks = new BitSet();
        for (int row = 0; row < scores.length; row++) {
            attacks.set(row, row % 40 == 7);
            scores[row] = Math.floor(random.nextDouble() * 30) + (attacks.get(row) ? 12 : 0); // full of ties
        }
        ScoredRows rows = ScoredRows.of(scores, attacks, 1);
        Evaluation table = Evaluation.of("a", rows, java.util.Optional.empty());
        AttackRanks ranks = new AttackRanks("a", 2000, List.of(AttackRanks.of(rows)));
        AttackGroups each = AttackGroups.of("user", java.util.Collections.nCopies(50, ""));
        PairedDifferences differences = PairedBootstrap.of(
                        "a", List.of(ranks, AttackRanks.random(50, 2000)), each, Evaluation.BUDGETS)
                .orElseThrow();
        Evaluation guessed = Evaluation.random(rows);
        for (int i = 0; i < Evaluation.BUDGETS.size(); i++) {
            assertEquals(
                    table.budgets().get(i).recall().value(),
                    differences.budgets().get(i).detectors().get(0).recall(),
                    1e-12);
            assertEquals(
                    guessed.budgets().get(i).recall().value(),
                    differences.budgets().get(i).detectors().get(1).recall(),
                    1e-12);
        }
    }

    @Test
    void whoBeatsTheMainDetectorIsSaid() {
        AttackRanks good = ranks("rule", FIRST);
        AttackRanks main = ranks("network", new int[12]);
        PairedDifferences differences = PairedBootstrap.of(
                        "network", List.of(main, good, AttackRanks.random(12, 1000)), ATTACKS, List.of(0.1))
                .orElseThrow();
        assertEquals(1, differences.beaten().size());
        assertTrue(differences.beaten().get(0).startsWith("rule finds more than network: recall 0.75 against 0"));
        assertEquals("rule", differences.budgets().get(0).best());
        assertEquals(
                List.of(),
                PairedBootstrap.of("rule", List.of(main, good), ATTACKS, List.of(0.1))
                        .orElseThrow()
                        .beaten());
    }

    @Test
    void ranksOfOtherRowsAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> PairedBootstrap.of(
                        "a",
                        List.of(
                                ranks("a", FIRST),
                                new AttackRanks("b", 999, ranks("b", FIRST).seeds())),
                        ATTACKS,
                        List.of(0.1)));
        assertTrue(PairedBootstrap.of("a", List.of(ranks("a", FIRST)), ATTACKS, List.of(0.1))
                .isEmpty());
    }

    /** {@code statistics.stdev([.28, .41, .33])} is 0.06557438524302. */
    @Test
    void aSpreadHasTheSampleDeviation() {
        SeedSpread.Spread spread = SeedSpread.Spread.of(List.of(.28, .41, .33));
        assertEquals(.34, spread.mean(), 1e-12);
        assertEquals(0.06557438524302, spread.standardDeviation(), 1e-12);
        assertEquals(0, SeedSpread.Spread.of(List.of(.1, .1, .1)).standardDeviation());
        assertTrue(Double.isNaN(SeedSpread.Spread.of(List.of(.1)).standardDeviation()));
    }
}
