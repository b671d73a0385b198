package dev.octet.detect;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;

/** The posterior of a logistic regression with a Gaussian prior on each parameter. */
public final class LogisticPosterior {
    private static final int NEWTON_STEPS = 25;
    private static final double LARGEST_STEP = 2;
    private static final double CONVERGED = 1e-7;

    private LogisticPosterior() {}

    /**
     * Its mode, by Newton's method with steps of limited length that are halved until the posterior rises; it has one mode. The same arguments give the
     * same bits.
     *
     * @param inputs one a row, a value for each parameter
     * @param constants what is added to each row's log odds
     * @param targets of each row, in [0, 1]
     * @param counts as how many rows each counts
     * @param prior the mean of each parameter
     * @param precision one over its variance, above 0
     * @param from where to begin
     */
    public static double[] mode(
            double[][] inputs,
            double[] constants,
            double[] targets,
            double[] counts,
            double[] prior,
            double[] precision,
            double[] from) {
        int n = prior.length;
        double[] now = from.clone();
        for (int step = 0; step < NEWTON_STEPS; step++) {
            double[] gradient = new double[n];
            double[][] hessian = new double[n][n];
            for (int k = 0; k < n; k++) {
                gradient[k] = precision[k] * (now[k] - prior[k]);
                hessian[k][k] = precision[k];
            }
            for (int i = 0; i < targets.length; i++) {
                double[] x = inputs[i];
                double p = probability(x, constants[i], now);
                double curvature = counts[i] * p * (1 - p);
                double slope = counts[i] * (p - targets[i]);
                for (int k = 0; k < n; k++) {
                    gradient[k] += slope * x[k];
                    double scaled = curvature * x[k];
                    for (int j = 0; j <= k; j++) {
                        hessian[k][j] += scaled * x[j];
                    }
                }
            }
            for (int k = 0; k < n; k++) {
                for (int j = 0; j < k; j++) {
                    hessian[j][k] = hessian[k][j];
                }
            }
            double[] direction = new CholeskyDecomposition(new Array2DRowRealMatrix(hessian, false), 1e-9, 1e-15)
                    .getSolver()
                    .solve(new ArrayRealVector(gradient, false))
                    .toArray();
            double longest = Arrays.stream(direction).map(Math::abs).max().orElse(0);
            double scale = Math.min(1, LARGEST_STEP / Math.max(longest, CONVERGED));
            double before = loss(inputs, constants, targets, counts, prior, precision, now);
            double[] next = moved(now, direction, scale);
            while (longest >= CONVERGED
                    && scale > CONVERGED
                    && loss(inputs, constants, targets, counts, prior, precision, next) > before) {
                scale /= 2;
                next = moved(now, direction, scale);
            }
            now = next;
            if (longest < CONVERGED) {
                break;
            }
        }
        return now;
    }

    private static double[] moved(double[] from, double[] direction, double scale) {
        double[] to = from.clone();
        for (int k = 0; k < to.length; k++) {
            to[k] -= scale * direction[k];
        }
        return to;
    }

    /** -ln of the posterior, up to a constant. */
    private static double loss(
            double[][] inputs,
            double[] constants,
            double[] targets,
            double[] counts,
            double[] prior,
            double[] precision,
            double[] parameters) {
        double loss = 0;
        for (int k = 0; k < prior.length; k++) {
            loss += precision[k] * (parameters[k] - prior[k]) * (parameters[k] - prior[k]) / 2;
        }
        for (int i = 0; i < targets.length; i++) {
            double odds = odds(inputs[i], constants[i], parameters);
            loss += counts[i]
                    * (Math.max(0, odds) + StrictMath.log1p(StrictMath.exp(-Math.abs(odds))) - targets[i] * odds);
        }
        return loss;
    }

    private static double odds(double[] inputs, double constant, double[] parameters) {
        double sum = 0;
        for (int k = 0; k < inputs.length; k++) {
            sum += inputs[k] * parameters[k];
        }
        return constant + sum;
    }

    /** The probability that a row's target is 1. */
    public static double probability(double[] inputs, double constant, double[] parameters) {
        return 1 / (1 + StrictMath.exp(-odds(inputs, constant, parameters)));
    }
}
