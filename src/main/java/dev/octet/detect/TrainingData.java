package dev.octet.detect;

import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.UnseenMark;
import java.util.BitSet;
import java.util.List;

/**
 * The rows that a trainer may see: two spans that are both earlier than the test span.
 *
 * @param columns which feature each column belongs to
 * @param train rows to fit; for an unsupervised trainer the rows labelled an attack are already left out
 * @param trainAttacks which of them are labelled an attack
 * @param validation rows for early stopping and model choice
 * @param validationAttacks which of them are labelled an attack
 * @param unseen how a row shows that a category of its is not in the vocabulary
 */
public record TrainingData(
        List<FeatureColumns> columns,
        FloatMatrix train,
        BitSet trainAttacks,
        FloatMatrix validation,
        BitSet validationAttacks,
        List<UnseenMark> unseen) {
    public TrainingData {
        unseen = List.copyOf(unseen);
        columns = List.copyOf(columns);
        if (train.columns() != validation.columns()) {
            throw new IllegalArgumentException(
                    "train has " + train.columns() + " columns, validation has " + validation.columns());
        }
    }

    /** Spans whose categories are all in their vocabularies. */
    public TrainingData(
            List<FeatureColumns> columns,
            FloatMatrix train,
            BitSet trainAttacks,
            FloatMatrix validation,
            BitSet validationAttacks) {
        this(columns, train, trainAttacks, validation, validationAttacks, List.of());
    }
}
