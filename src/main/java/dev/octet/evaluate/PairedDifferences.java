package dev.octet.evaluate;

import dev.octet.detect.SignificantDigits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Differences in recall between the detectors of a table at each budget, on the same attacks, with 95 % intervals by
 * {@link PairedBootstrap}. A recall is the mean over the detector's seeds.
 *
 * @param groupedBy what joins attacks that are drawn together
 * @param groups number of groups
 * @param resamples number of bootstrap samples
 * @param main the detector that the others are measured against, beside the best
 * @param budgets one entry for each budget, ascending
 */
public record PairedDifferences(String groupedBy, int groups, int resamples, String main, List<AtBudget> budgets) {
    public PairedDifferences {
        budgets = List.copyOf(budgets);
    }

    /**
     * One sentence for each detector that finds more than the main one at some budget, by more than chance. The random
     * detector is left out: it is known in expectation only, so that its interval is too narrow.
     */
    public List<String> beaten() {
        List<String> sentences = new ArrayList<>();
        for (OfDetector candidate : budgets.isEmpty() ? List.<OfDetector>of() : budgets.get(0).detectors) {
            List<String> places = new ArrayList<>();
            if (candidate.detector.equals(AttackRanks.RANDOM)) {
                continue;
            }
            for (AtBudget budget : budgets) {
                OfDetector other = budget.of(candidate.detector).orElseThrow();
                if (other.toMain.low > 0) {
                    places.add(digits(other.recall) + " against "
                            + digits(budget.of(main).orElseThrow().recall) + " at a budget of "
                            + SignificantDigits.of(100 * budget.share, 3) + " % (95 % interval of the difference: "
                            + digits(other.toMain.low) + " to " + digits(other.toMain.high) + ")");
                }
            }
            if (!places.isEmpty()) {
                sentences.add(
                        candidate.detector + " finds more than " + main + ": recall " + String.join(", ", places));
            }
        }
        return sentences;
    }

    private static String digits(double value) {
        return SignificantDigits.of(value, 2);
    }

    /**
     * All detectors at one budget.
     *
     * @param share of the rows that may be flagged
     * @param best the detector with the highest recall, the first of equals
     * @param detectors in the order of the table
     */
    public record AtBudget(double share, String best, List<OfDetector> detectors) {
        public AtBudget {
            detectors = List.copyOf(detectors);
        }

        /** The entry of a detector. */
        public Optional<OfDetector> of(String detector) {
            return detectors.stream()
                    .filter(each -> each.detector().equals(detector))
                    .findFirst();
        }
    }

    /**
     * One detector at one budget.
     *
     * @param recall mean over its seeds
     * @param toBest its recall less the best one's
     * @param toMain its recall less the main detector's
     */
    public record OfDetector(String detector, double recall, Difference toBest, Difference toMain) {}

    /**
     * A difference of two recalls with its 95 % interval; NaN ends where there are fewer than two groups of attacks.
     *
     * @param value recall less recall, in [-1, 1]
     */
    public record Difference(double value, double low, double high) {
        /** Whether the interval leaves out 0: the two can be told apart. */
        public boolean isDecided() {
            return low > 0 || high < 0;
        }
    }
}
