package dev.octet.evaluate;

import java.util.List;

/**
 * Recall within one group of attacks, at cuts made on all rows.
 *
 * @param division what divides the attacks
 * @param name the group
 * @param attacks attacks in it
 * @param atThreshold recall at the detector's own threshold; undefined without one
 * @param atBudgets recall at each of the {@link Evaluation#budgets()}
 */
public record StratumResult(
        String division, String name, long attacks, Proportion atThreshold, List<Proportion> atBudgets) {
    public StratumResult {
        atBudgets = List.copyOf(atBudgets);
    }
}
