package dev.octet.detect.autoencoder;

import java.io.Serializable;

/** What a training makes small, and its gradient. Thread-safe; it travels to the replicas of a training on Spark. */
interface Loss extends Serializable {
    /**
     * Writes the derivative of each row's loss by each of its outputs and returns the sum of the rows' losses.
     *
     * @param outputs what the network gave, {@code stride} floats a row from {@code outputStart} on
     * @param targets what it should give, {@code columns} floats a row from {@code targetStart} on
     * @param gradients receives the derivatives where the outputs lie; beyond {@code columns} nothing is written
     */
    double gradients(
            int rows,
            int columns,
            float[] outputs,
            int outputStart,
            int stride,
            float[] targets,
            int targetStart,
            float[] gradients);

    /** (1/columns) sum (output - target)<sup>2</sup>, the score of {@link AutoencoderDetector}. */
    Loss MEAN_SQUARED_ERROR = (rows, columns, outputs, outputStart, stride, targets, targetStart, gradients) -> {
        double sum = 0;
        float scale = 2f / columns;
        for (int row = 0; row < rows; row++) {
            int out = outputStart + row * stride;
            int target = targetStart + row * columns;
            float squares = 0;
            for (int column = 0; column < columns; column++) {
                float error = outputs[out + column] - targets[target + column];
                squares = Math.fma(error, error, squares);
                gradients[out + column] = scale * error;
            }
            sum += squares;
        }
        return sum / columns;
    };
}
