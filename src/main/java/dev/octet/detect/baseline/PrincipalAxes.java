package dev.octet.detect.baseline;

import dev.octet.feature.FloatMatrix;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * The axes along which the training rows vary: eigenvectors of their covariance. Costs O(n × d² + d³).
 *
 * @param means of the columns
 * @param axes unit vectors, the one of the largest variance first
 * @param variances along them (population)
 */
record PrincipalAxes(double[] means, double[][] axes, double[] variances) {
    /** A variance below this share of the largest is rounding of the rows' single precision, and not variation. */
    private static final double NEGLIGIBLE = 1e-10;

    static PrincipalAxes of(RowColumns columns, FloatMatrix train) {
        int width = columns.width();
        double[] means = new double[width];
        columns.forEachRow(train, (index, row) -> {
            for (int j = 0; j < width; j++) {
                means[j] += row[j];
            }
        });
        for (int j = 0; j < width; j++) {
            means[j] /= train.rows();
        }
        double[][] covariance = new double[width][width];
        double[] centred = new double[width];
        columns.forEachRow(train, (index, row) -> {
            for (int j = 0; j < width; j++) {
                centred[j] = row[j] - means[j];
            }
            for (int j = 0; j < width; j++) {
                double[] line = covariance[j];
                double value = centred[j];
                for (int k = 0; k <= j; k++) {
                    line[k] += value * centred[k];
                }
            }
        });
        for (int j = 0; j < width; j++) {
            for (int k = 0; k <= j; k++) {
                covariance[j][k] /= train.rows();
                covariance[k][j] = covariance[j][k];
            }
        }
        EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(covariance, false));
        double[][] axes = new double[width][];
        for (int k = 0; k < width; k++) {
            axes[k] = eigen.getEigenvector(k).toArray(); // commons-math sorts them, largest first
        }
        return new PrincipalAxes(means, axes, eigen.getRealEigenvalues());
    }

    /** Number of axes with variance that is more than rounding. */
    int rank() {
        int rank = 0;
        while (rank < variances.length && variances[rank] > NEGLIGIBLE * variances[0]) {
            rank++;
        }
        return rank;
    }
}
