package dev.octet.detect.baseline;

import dev.octet.event.InputException;
import java.util.BitSet;

/**
 * Splits rows into folds of contiguous rows with the same share of attacks in each, without shuffling: the folds of
 * scikit-learn's {@code StratifiedKFold(folds)}.
 */
final class StratifiedFolds {
    private StratifiedFolds() {}

    /** The fold of each row. */
    static int[] of(String kind, BitSet attacks, int rows, int folds) {
        int positives = attacks.get(0, rows).cardinality();
        if (Math.min(positives, rows - positives) < folds) {
            throw new InputException(kind + ": cross-validation in " + folds
                    + " folds needs as many rows of both kinds, got " + positives + " attacks among " + rows
                    + " rows; lower folds or widen the training span");
        }
        // scikit-learn deals the sorted labels to the folds in turn, the class of the first row first
        boolean first = attacks.get(0);
        int ofFirst = first ? positives : rows - positives;
        int[] sizesFirst = new int[folds];
        int[] sizesSecond = new int[folds];
        for (int i = 0; i < rows; i++) {
            (i < ofFirst ? sizesFirst : sizesSecond)[i % folds]++;
        }
        int[] fold = new int[rows];
        int foldFirst = 0;
        int foldSecond = 0;
        for (int i = 0; i < rows; i++) {
            if (attacks.get(i) == first) {
                while (sizesFirst[foldFirst] == 0) {
                    foldFirst++;
                }
                sizesFirst[foldFirst]--;
                fold[i] = foldFirst;
            } else {
                while (sizesSecond[foldSecond] == 0) {
                    foldSecond++;
                }
                sizesSecond[foldSecond]--;
                fold[i] = foldSecond;
            }
        }
        return fold;
    }
}
