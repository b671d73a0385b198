package dev.octet.detect;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.numbers.rootfinder.BrentSolver;

/**
 * The generalised Pareto distribution of excesses over a high threshold.
 *
 * @param shape γ; positive = heavy tail, 0 = exponential, negative = bounded
 * @param scale σ, positive
 */
record GeneralizedPareto(double shape, double scale) {
    /** The exponential fit stands for every |γ/σ| below this over the mean, where rounding hides the rest. */
    private static final double NEAR_ZERO = 1e-5;

    private static final double STEP = 0.25;

    /**
     * Maximum likelihood after Grimshaw ("Computing Maximum Likelihood Estimates for the Generalized Pareto
     * Distribution", Technometrics 1993): with x = γ/σ the likelihood depends on x alone, and its local maxima are roots
     * of u(x) v(x) - 1. Looks for every root from just above -1/max to Grimshaw's upper bound, and takes the most likely
     * one with γ > -1 (below, the likelihood has no maximum) or the exponential.
     *
     * @param excesses positive and finite, at least two different
     */
    static GeneralizedPareto fit(double[] excesses) {
        double mean = 0;
        double least = Double.POSITIVE_INFINITY;
        double greatest = 0;
        for (double excess : excesses) {
            mean += excess / excesses.length;
            least = Math.min(least, excess);
            greatest = Math.max(greatest, excess);
        }
        GeneralizedPareto best = new GeneralizedPareto(0, mean);
        double bestLikelihood = -(Math.log(mean) + 1);

        double[] grid = grid(mean, least, greatest);
        DoubleUnaryOperator slope = x -> slope(excesses, x);
        BrentSolver brent = new BrentSolver(1e-14, 0, 1e-14);
        double previous = slope.applyAsDouble(grid[0]);
        for (int i = 1; i < grid.length; i++) {
            double next = slope.applyAsDouble(grid[i]);
            boolean acrossZero = grid[i - 1] < 0 && grid[i] > 0;
            if (!acrossZero && previous > 0 && next <= 0) { // rising before, falling after: a maximum
                double x = brent.findRoot(slope, grid[i - 1], grid[i]);
                double shape = shape(excesses, x);
                double likelihood = -(Math.log(shape / x) + shape + 1);
                if (shape > -1 && likelihood > bestLikelihood) {
                    best = new GeneralizedPareto(shape, shape / x);
                    bestLikelihood = likelihood;
                }
            }
            previous = next;
        }
        return best;
    }

    /** The excess that is exceeded with probability {@code probability}, in (0, 1]. */
    double exceededWith(double probability) {
        double log = -Math.log(probability);
        return shape == 0 ? scale * log : scale * Math.expm1(shape * log) / shape;
    }

    /** Points of x, ascending, in steps of a quarter of a power of ten away from -1/max and from 0. */
    private static double[] grid(double mean, double least, double greatest) {
        double upper = Math.min(2 * (mean - least) / (least * least), 1e9 / mean);
        java.util.stream.DoubleStream.Builder points = java.util.stream.DoubleStream.builder();
        for (double power = -9; power < -0.3; power += STEP) {
            points.add(-(1 - Math.pow(10, power)) / greatest);
        }
        for (double power = -0.3; power > Math.log10(NEAR_ZERO * greatest / mean); power -= STEP) {
            points.add(-Math.pow(10, power) / greatest);
        }
        for (double power = Math.log10(NEAR_ZERO); Math.pow(10, power) / mean < upper; power += STEP) {
            points.add(Math.pow(10, power) / mean);
        }
        points.add(upper);
        return points.build().filter(Double::isFinite).toArray();
    }

    private static double shape(double[] excesses, double x) {
        double sum = 0;
        for (double excess : excesses) {
            sum += Math.log1p(x * excess);
        }
        return sum / excesses.length;
    }

    /** u(x) v(x) - 1, which has the sign of the likelihood's slope. */
    private static double slope(double[] excesses, double x) {
        double u = 0;
        double v = 0;
        for (double excess : excesses) {
            u += 1 / (1 + x * excess);
            v += Math.log1p(x * excess);
        }
        return u / excesses.length * (1 + v / excesses.length) - 1;
    }
}
