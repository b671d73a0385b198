package dev.octet.evaluate;

import dev.octet.detect.SortedScores;
import java.util.Arrays;
import java.util.List;

/**
 * Rank of each attack of a test span for one detector: all that recall at any alert budget depends on. Immutable but
 * for its arrays, which must not be changed; then thread-safe.
 *
 * @param detector its name in the table
 * @param rows rows of the test span
 * @param seeds one entry for each seed that the detector was trained with, at least one; the first is the bundle's
 */
public record AttackRanks(String detector, long rows, List<OfSeed> seeds) {
    /** Name of the random detector. */
    public static final String RANDOM = "random";

    public AttackRanks {
        seeds = List.copyOf(seeds);
        if (seeds.isEmpty()) {
            throw new IllegalArgumentException(detector + " has no ranks");
        }
    }

    /**
     * The ranks of one seed, one entry for each attack in the order of the rows.
     *
     * @param above rows with a higher score; not whole where rows were sampled
     * @param tied rows with the same score, the attack itself among them
     */
    public record OfSeed(double[] above, double[] tied) {
        /**
         * Whether an attack is among the highest rows; a share where the cut falls into its tie, of which the rows share
         * what is left of the budget evenly, as in {@link BudgetResult}.
         *
         * @param flagged how many rows may be flagged
         */
        double found(int attack, double flagged) {
            return Math.max(0, Math.min(1, (flagged - above[attack]) / tied[attack]));
        }
    }

    /** The ranks that one seed's scores give. Sorts a copy of the scores. */
    public static OfSeed of(ScoredRows rows) {
        SortedScores positives = rows.positives();
        SortedScores negatives = rows.negatives();
        int attacks = positives.count();
        double[] above = new double[attacks];
        double[] tied = new double[attacks];
        int attack = 0;
        for (int row = rows.attacks().nextSetBit(0);
                row >= 0;
                row = rows.attacks().nextSetBit(row + 1)) {
            double score = rows.scores()[row];
            above[attack] = (double) positives.above(score) + negatives.above(score);
            tied[attack] = (double) positives.equalTo(score) + negatives.equalTo(score);
            attack++;
        }
        return new OfSeed(above, tied);
    }

    /** The ranks of the random detector, in expectation: all rows are one tie. */
    public static AttackRanks random(int attacks, long rows) {
        double[] tied = new double[attacks];
        Arrays.fill(tied, rows);
        return new AttackRanks(RANDOM, rows, List.of(new OfSeed(new double[attacks], tied)));
    }

    int attacks() {
        return seeds.get(0).above().length;
    }

    /** Rows that a budget lets be flagged, as {@link Evaluation} counts them. */
    double flagged(double share) {
        // the factor lets 0.29 of 100 be 29: the product in floating point is 28.999999999999996
        return Math.floor(share * rows * (1 + 1e-12));
    }
}
