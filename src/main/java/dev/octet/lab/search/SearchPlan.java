package dev.octet.lab.search;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The length of a search, and how it spends its time.
 *
 * @param gridValues how many values a range has in a grid, at least 2
 * @param seed of the candidates
 * @param candidates how many are drawn at most, beside the one that the search begins with
 * @param minutes of training after which no further training begins or goes on, over all starts of one search
 * @param patience candidates in a row without a better score before no further one is drawn
 * @param rungs epochs of each rung of successive halving, ascending; one rung, whatever it says, where there is none
 * @param factor how many candidates of a rung compete for one place on the next, at least 2
 */
public record SearchPlan(
        Generator generator,
        int gridValues,
        long seed,
        int candidates,
        OptionalDouble minutes,
        OptionalInt patience,
        List<Integer> rungs,
        int factor) {
    public SearchPlan {
        rungs = List.copyOf(rungs);
        if (rungs.isEmpty() || gridValues < 2 || factor < 2 || candidates < 1) {
            throw new IllegalArgumentException("not a plan: " + rungs + " rungs, " + gridValues
                    + " grid values, factor " + factor + ", " + candidates + " candidates");
        }
    }
}
