package dev.octet.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.BitSet;
import java.util.List;

/**
 * Agreement of detectors on the rows that they flag: Cohen's kappa of each pair ("A Coefficient of Agreement for
 * Nominal Scales", 1960). 1 = the same rows, 0 = as by chance, negative = less than by chance; NaN where both flag
 * everything or both nothing, as scikit-learn has it.
 *
 * @param names the detectors
 * @param kappa symmetric, in the order of {@code names}
 */
public record KappaMatrix(@JsonProperty("detectors") List<String> names, List<List<Double>> kappa) {
    public KappaMatrix {
        names = List.copyOf(names);
        kappa = kappa.stream().map(List::copyOf).toList();
    }

    /**
     * Compares what detectors flagged.
     *
     * @param names one a detector
     * @param flagged one a detector, one bit a row
     * @param rows number of rows, the same for all
     */
    public static KappaMatrix of(List<String> names, List<BitSet> flagged, long rows) {
        if (names.size() != flagged.size()) {
            throw new IllegalArgumentException(names.size() + " names for " + flagged.size() + " detectors");
        }
        return new KappaMatrix(
                names,
                flagged.stream()
                        .map(one -> flagged.stream()
                                .map(other -> kappa(one, other, rows))
                                .toList())
                        .toList());
    }

    /** Cohen's kappa of two sets of rows among {@code rows}; O(rows / 64). */
    static double kappa(BitSet one, BitSet other, long rows) {
        BitSet shared = (BitSet) one.clone();
        shared.and(other);
        double both = shared.cardinality();
        double first = one.cardinality();
        double second = other.cardinality();
        double observed = (rows - first - second + 2 * both) / rows;
        double expected = (first * second + (rows - first) * (rows - second)) / ((double) rows * rows);
        return (observed - expected) / (1 - expected);
    }
}
