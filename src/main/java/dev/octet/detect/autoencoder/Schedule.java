package dev.octet.detect.autoencoder;

import dev.octet.event.InputException;

/**
 * Length of a training, and the size of its steps.
 *
 * @param epochs maximum number of passes over the rows, in [1, 1000000]
 * @param epochRows maximum number of rows in an epoch, in [1, 2^31): of a larger log each epoch shows others, drawn anew, and as
 *     many validation rows at most decide when training ends
 * @param batchSize rows a step, in [2, 1048576]; batches of an epoch differ by at most one row, none is larger
 * @param learningRate the optimiser's step size, in (0, 1]
 * @param patience epochs without improvement before training ends, in [1, 1000000]
 * @param minDelta smallest relative fall of the validation loss that is an improvement, in [0, 1)
 * @param plateauPatience epochs without improvement before the learning rate is reduced, in [1, 1000000]
 * @param plateauFactor what the learning rate is multiplied by then, in (0, 1]
 */
public record Schedule(
        int epochs,
        int epochRows,
        int batchSize,
        double learningRate,
        int patience,
        double minDelta,
        int plateauPatience,
        double plateauFactor) {
    private static final int MAX = 1_000_000;

    /**
     * At most 50 epochs of all rows in batches of 256. The learning rate is 0.001, halved after 2 epochs without an improvement of
     * 0.1 %; training ends after 5.
     */
    public static final Schedule DEFAULT = new Schedule(50, Integer.MAX_VALUE, 256, 1e-3, 5, 1e-3, 2, 0.5);

    /** @throws InputException if a value is not in its range */
    public Schedule {
        check("epochs", epochs, 1, MAX);
        check("epoch-rows", epochRows, 1, Integer.MAX_VALUE);
        check("batch-size", batchSize, 2, 1 << 20);
        check("patience", patience, 1, MAX);
        check("plateau-patience", plateauPatience, 1, MAX);
        if (!(learningRate > 0 && learningRate <= 1)) {
            throw new InputException("autoencoder: learning-rate must be in (0, 1], got " + learningRate);
        }
        if (!(minDelta >= 0 && minDelta < 1)) {
            throw new InputException("autoencoder: min-delta must be in [0, 1), got " + minDelta);
        }
        if (!(plateauFactor > 0 && plateauFactor <= 1)) {
            throw new InputException("autoencoder: plateau-factor must be in (0, 1], got " + plateauFactor);
        }
    }

    static void check(String name, int value, int minimum, int maximum) {
        if (value < minimum || value > maximum) {
            throw new InputException(
                    "autoencoder: " + name + " must be in [" + minimum + ", " + maximum + "], got " + value);
        }
    }
}
