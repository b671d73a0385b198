package dev.octet.detect.baseline;

import java.util.Arrays;

/**
 * L2-regularised logistic regression over weighted rows, minimised by L-BFGS (Nocedal and Wright, "Numerical Optimization",
 * algorithm 7.5): |weights|² / 2 + C Σ log(1 + exp(-y · score)), the intercept not penalised, as scikit-learn's
 * {@code LogisticRegression(penalty="l2", solver="lbfgs")}. Not thread-safe.
 */
final class LogisticLoss {
    private static final int MEMORY = 10;
    private static final double SUFFICIENT_DECREASE = 1e-4;

    private final double[] rows; // row-major
    private final double[] attacks; // weight of each row as an attack
    private final double[] normals; // and as a normal row
    private final int width;
    private final double strength;

    LogisticLoss(double[] rows, double[] attacks, double[] normals, double strength) {
        this.rows = rows;
        this.attacks = attacks;
        this.normals = normals;
        width = rows.length / attacks.length;
        this.strength = strength;
    }

    /**
     * The weights, and the intercept after them.
     *
     * @param tolerance ends where no partial derivative is larger than this times C and the total weight, or where rounding
     *     lets nothing decrease any more
     */
    double[] minimise(int iterations, double tolerance) {
        int size = width + 1;
        double[] point = new double[size];
        double[] gradient = new double[size];
        double value = evaluate(point, gradient);
        double small = tolerance * strength * (sum(attacks) + sum(normals));
        double[][] steps = new double[MEMORY][];
        double[][] changes = new double[MEMORY][];
        double[] curvatures = new double[MEMORY];
        int kept = 0;
        for (int iteration = 0; iteration < iterations && largest(gradient) > small; iteration++) {
            double[] direction = direction(gradient, steps, changes, curvatures, kept);
            double slope = dot(direction, gradient);
            double length = kept == 0 ? 1 / Math.max(1, Math.sqrt(dot(gradient, gradient))) : 1;
            double[] next = new double[size];
            double[] nextGradient = new double[size];
            double nextValue = Double.POSITIVE_INFINITY;
            for (int halving = 0; halving < 60; halving++, length /= 2) {
                for (int j = 0; j < size; j++) {
                    next[j] = point[j] + length * direction[j];
                }
                nextValue = evaluate(next, nextGradient);
                if (nextValue <= value + SUFFICIENT_DECREASE * length * slope) {
                    break;
                }
            }
            if (!(nextValue < value)) {
                break; // as low as rounding allows
            }
            double[] step = new double[size];
            double[] change = new double[size];
            for (int j = 0; j < size; j++) {
                step[j] = next[j] - point[j];
                change[j] = nextGradient[j] - gradient[j];
            }
            double curvature = dot(step, change);
            if (curvature > 0) {
                steps[kept % MEMORY] = step;
                changes[kept % MEMORY] = change;
                curvatures[kept++ % MEMORY] = curvature;
            }
            point = next;
            gradient = nextGradient;
            value = nextValue;
        }
        return point;
    }

    private double[] direction(double[] gradient, double[][] steps, double[][] changes, double[] curvatures, int kept) {
        double[] direction = gradient.clone();
        int oldest = Math.max(0, kept - MEMORY);
        double[] factors = new double[MEMORY];
        for (int i = kept - 1; i >= oldest; i--) {
            int at = i % MEMORY;
            factors[at] = dot(steps[at], direction) / curvatures[at];
            add(direction, -factors[at], changes[at]);
        }
        if (kept > 0) {
            int last = (kept - 1) % MEMORY;
            double scale = curvatures[last] / dot(changes[last], changes[last]);
            for (int j = 0; j < direction.length; j++) {
                direction[j] *= scale;
            }
        }
        for (int i = oldest; i < kept; i++) {
            int at = i % MEMORY;
            add(direction, factors[at] - dot(changes[at], direction) / curvatures[at], steps[at]);
        }
        for (int j = 0; j < direction.length; j++) {
            direction[j] = -direction[j];
        }
        return direction;
    }

    private double evaluate(double[] point, double[] gradient) {
        Arrays.fill(gradient, 0);
        double loss = 0;
        for (int i = 0, at = 0; i < attacks.length; i++, at += width) {
            double score = point[width];
            for (int j = 0; j < width; j++) {
                score += point[j] * rows[at + j];
            }
            double probability = 1 / (1 + StrictMath.exp(-score));
            double tail = StrictMath.log1p(StrictMath.exp(-Math.abs(score)));
            loss += attacks[i] * (tail + Math.max(0, -score)) + normals[i] * (tail + Math.max(0, score));
            double pull = strength * ((attacks[i] + normals[i]) * probability - attacks[i]);
            for (int j = 0; j < width; j++) {
                gradient[j] += pull * rows[at + j];
            }
            gradient[width] += pull;
        }
        double penalty = 0;
        for (int j = 0; j < width; j++) {
            penalty += point[j] * point[j];
            gradient[j] += point[j];
        }
        return penalty / 2 + strength * loss;
    }

    private static void add(double[] to, double factor, double[] what) {
        for (int j = 0; j < to.length; j++) {
            to[j] += factor * what[j];
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
