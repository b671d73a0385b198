package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.util.Arrays;

/**
 * What each column adds to a score, for methods that have no answer of their own: the column is replaced by its median
 * over the training rows, and the drop of the score is its contribution. A one-hot feature is replaced as a whole, since
 * one of its columns alone makes no category, and its drop stands at the column that is set. A score that does not
 * drop counts as 0.
 *
 * <p>Two features that together make a row odd can each hide the other's part. Cost: one score a feature.
 */
record Occlusion(RowColumns columns, float[] medians) {
    /** Medians are taken over at most this many rows, evenly spaced. */
    private static final int ROWS = 100_000;

    static Occlusion of(RowColumns columns, FloatMatrix train) {
        int count = Math.min(train.rows(), ROWS);
        float[] values = new float[count];
        float[] medians = new float[columns.width()];
        for (int j = 0; j < medians.length; j++) {
            for (int i = 0; i < count; i++) {
                values[i] = train.get((int) ((long) i * train.rows() / count), j);
            }
            Arrays.sort(values);
            medians[j] = values[count / 2];
        }
        return new Occlusion(columns, medians);
    }

    void contributions(Detector detector, float[] row, double[] contributions) {
        columns.checkContributions(row, contributions);
        int width = columns.width();
        Arrays.fill(contributions, 0, width, 0);
        float[] rows = new float[(width + 1) * width];
        int[] firsts = new int[width + 1];
        int[] ends = new int[width + 1];
        int count = 1;
        for (int j = 0; j < width; ) {
            int end = j + 1;
            FeatureColumns feature = oneHot(j);
            if (feature != null) {
                end = Math.min(width, feature.first() + feature.width());
            }
            firsts[count] = j;
            ends[count++] = end;
            j = end;
        }
        for (int i = 0; i < count; i++) {
            System.arraycopy(row, 0, rows, i * width, width);
            System.arraycopy(medians, firsts[i], rows, i * width + firsts[i], ends[i] - firsts[i]);
        }
        double[] scores = new double[count];
        detector.score(rows, count, scores);
        for (int i = 1; i < count; i++) {
            int most = firsts[i];
            for (int j = firsts[i]; j < ends[i]; j++) {
                if (row[j] - medians[j] > row[most] - medians[most]) {
                    most = j;
                }
            }
            contributions[most] = Math.max(0, scores[0] - scores[i]);
        }
    }

    private FeatureColumns oneHot(int column) {
        for (FeatureColumns feature : columns.features()) {
            if (feature.kind() == FeatureColumns.Kind.ONE_HOT && feature.first() == column) {
                return feature;
            }
        }
        return null;
    }
}
