package dev.octet.detect.autoencoder;

import dev.octet.detect.TrainingData;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/** Made-up rows in [0, 1] that lie near a curved surface of three dimensions, so that there is something to learn. */
final class Rows {
    private Rows() {}

    static float[] array(int rows, int columns, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[rows * columns];
        for (int row = 0; row < rows; row++) {
            double a = random.nextDouble();
            double b = random.nextDouble();
            double c = random.nextDouble();
            for (int column = 0; column < columns; column++) {
                double x = Math.sin(a * (column + 1)) + Math.cos(b * (column + 2)) + c * (column % 3);
                values[row * columns + column] = (float) ((x + 2) / 6 + 0.02 * random.nextDouble());
            }
        }
        return values;
    }

    static FloatMatrix matrix(int rows, int columns, long seed) {
        return matrix(array(rows, columns, seed), columns);
    }

    static FloatMatrix matrix(float[] values, int columns) {
        FloatMatrix matrix = new FloatMatrix(columns);
        float[] row = new float[columns];
        for (int at = 0; at < values.length; at += columns) {
            System.arraycopy(values, at, row, 0, columns);
            matrix.append(row);
        }
        return matrix;
    }

    static TrainingData data(FloatMatrix train, FloatMatrix validation) {
        return data(train, validation, new BitSet());
    }

    static TrainingData data(FloatMatrix train, FloatMatrix validation, BitSet validationAttacks) {
        List<FeatureColumns> columns = new ArrayList<>();
        for (int column = 0; column < train.columns(); column++) {
            columns.add(new FeatureColumns("f" + column, FeatureColumns.Kind.NUMERIC, column, 1));
        }
        return new TrainingData(columns, train, new BitSet(), validation, validationAttacks);
    }
}
