package dev.octet.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The figures of one detector over the seeds that it was trained with.
 *
 * @param detector its name in the table
 * @param seeds number of seeds
 * @param rocAuc area under the ROC curve
 * @param averagePrecision area under the precision-recall curve by steps
 * @param recallAtBudgets one entry for each of the {@link Evaluation#budgets()}
 * @param recallAtThreshold at each seed's own threshold
 * @param precisionAtThreshold likewise
 * @param alertsPerDay likewise
 */
public record SeedSpread(
        String detector,
        int seeds,
        Spread rocAuc,
        Spread averagePrecision,
        List<Spread> recallAtBudgets,
        Spread recallAtThreshold,
        Spread precisionAtThreshold,
        Spread alertsPerDay) {
    public SeedSpread {
        recallAtBudgets = List.copyOf(recallAtBudgets);
    }

    /**
     * A figure over the seeds.
     *
     * @param mean of the values; NaN if one is
     * @param standardDeviation of the sample, with n - 1 in the denominator; NaN of a single value
     * @param values in the order of the seeds
     */
    public record Spread(double mean, double standardDeviation, List<Double> values) {
        /** Mean and standard deviation of some values, at least one. */
        public static Spread of(List<Double> values) {
            double first = values.get(0);
            // by differences from one of them, so that equal values have exactly their mean and no deviation
            double mean =
                    first + values.stream().mapToDouble(each -> each - first).sum() / values.size();
            double squares = values.stream()
                    .mapToDouble(each -> (each - mean) * (each - mean))
                    .sum();
            double deviation = values.size() < 2 ? Double.NaN : Math.sqrt(squares / (values.size() - 1));
            return new Spread(mean, deviation, List.copyOf(values));
        }
    }

    /**
     * The figures of one detector.
     *
     * @param ofSeeds its evaluations at the same budgets, one a seed, each with a decision
     */
    public static SeedSpread of(String detector, List<Evaluation> ofSeeds) {
        List<Spread> budgets = new ArrayList<>();
        for (int i = 0; i < ofSeeds.get(0).budgets().size(); i++) {
            int budget = i;
            budgets.add(
                    spread(ofSeeds, each -> each.budgets().get(budget).recall().value()));
        }
        return new SeedSpread(
                detector,
                ofSeeds.size(),
                spread(ofSeeds, Evaluation::rocAuc),
                spread(ofSeeds, Evaluation::averagePrecision),
                budgets,
                spread(ofSeeds, each -> decision(each).recall().value()),
                spread(ofSeeds, each -> decision(each).precision().value()),
                spread(ofSeeds, each -> decision(each).alerts().perDay()));
    }

    private static Evaluation.Decision decision(Evaluation evaluation) {
        return evaluation.decision().orElseThrow();
    }

    private static Spread spread(List<Evaluation> ofSeeds, ToDoubleFunction<Evaluation> figure) {
        return Spread.of(ofSeeds.stream().map(figure::applyAsDouble).toList());
    }
}
