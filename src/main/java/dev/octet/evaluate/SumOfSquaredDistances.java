package dev.octet.evaluate;

import dev.octet.feature.FloatMatrix;

/** The sum over rows of the squared Euclidean distance to their cluster's centre: k-means' objective (inertia). */
public final class SumOfSquaredDistances {
    private SumOfSquaredDistances() {}

    /**
     * Sums the squared distances.
     *
     * @param rows the clustered rows
     * @param cluster a row's index in {@code centres}
     * @param centres one a cluster, as wide as the rows
     */
    public static double of(FloatMatrix rows, int[] cluster, float[][] centres) {
        if (cluster.length != rows.rows()) {
            throw new IllegalArgumentException(cluster.length + " clusters for " + rows.rows() + " rows");
        }
        float[] row = new float[rows.columns()];
        double sum = 0;
        for (int i = 0; i < cluster.length; i++) {
            rows.copyRow(i, row, 0);
            float[] centre = centres[cluster[i]];
            for (int column = 0; column < row.length; column++) {
                double difference = (double) row[column] - centre[column];
                sum += difference * difference;
            }
        }
        return sum;
    }
}
