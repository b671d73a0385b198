package dev.octet.evaluate;

/**
 * A detector that may flag a fixed share of the rows, its highest scores. Where the cut falls into a tie, the tied rows
 * share what is left of the budget evenly, so {@code recall.hits()} need not be whole.
 *
 * @param share of the rows, in (0, 1)
 * @param flagged rows flagged: {@code share} of all, rounded down
 * @param score the score at the cut
 * @param recall share of the attacks found
 * @param precision share of the flagged that are attacks
 * @param falsePositiveRate share of the normals flagged
 * @param lift precision over the share of attacks among all rows, i.e. how many times better than chance; NaN if undefined
 * @param alertsPerDay {@code flagged} over the days of the span; NaN if unknown
 */
public record BudgetResult(
        double share,
        long flagged,
        double score,
        Proportion recall,
        Proportion precision,
        Proportion falsePositiveRate,
        double lift,
        double alertsPerDay) {}
