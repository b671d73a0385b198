package dev.octet.detect.baseline;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * The dual of the one-class support vector machine: the minimum of αᵀKα / 2 with 0 ≤ α ≤ bounds and Σα = nu Σbounds.
 *
 * <p>Sequential minimal optimisation with second-order working sets and shrinking (Fan, Chen and Lin, "Working set selection
 * using second order information", JMLR 6, 2005): LIBSVM's solver operation for operation, so the result has its bits, for one
 * class and for a bound of its own for each variable. LIBSVM's public entry knows no bounds, and computes the kernel one pair
 * at a time, which is nine tenths of its time; here the caller gives rows of the kernel.
 *
 * <p>LIBSVM: Copyright (c) 2000-2023 Chih-Chung Chang and Chih-Jen Lin; its BSD licence, as in {@code src/dist/licences/libsvm.txt},
 * holds for this file.
 */
final class OneClassSolver {
    private static final int SHRINKING_STEPS = 1000;
    private static final int MIN_ITERATIONS = 10_000_000;
    /** Stands for a second derivative that is not above 0. */
    private static final double TAU = 1e-12;

    private final IntFunction<float[]> kernel;
    private final double tolerance;
    private final int size;
    /** The row that each variable stands for, in the order that shrinking gives. */
    private final int[] rows;

    private final int[] bounds;
    private final int[] places;
    private final double[] alphas;
    /** Of the objective. */
    private final double[] gradient;
    /** The gradient's part that comes from variables at their upper bound. */
    private final double[] boundGradient;

    private final float[][] given;
    private int turn;
    private int active;
    private boolean unshrunk;

    /**
     * @param alphas one for each variable
     * @param rho the decision function is Σ α K - rho
     */
    record Solution(double[] alphas, double rho) {}

    private record Pair(int first, int second) {}

    /**
     * Solves.
     *
     * @param kernel gives, for a row, its kernel values with every row; K(x, x) must be 1
     * @param rows the row that each variable stands for
     * @param bounds the greatest value of each variable
     * @param tolerance on the violation of the optimality conditions
     */
    static Solution solve(IntFunction<float[]> kernel, int[] rows, int[] bounds, double nu, double tolerance) {
        OneClassSolver solver = new OneClassSolver(kernel, rows, bounds, nu, tolerance);
        solver.descend();
        double[] alphas = new double[rows.length];
        for (int i = 0; i < alphas.length; i++) {
            alphas[solver.places[i]] = solver.alphas[i];
        }
        return new Solution(alphas, solver.rho());
    }

    private OneClassSolver(IntFunction<float[]> kernel, int[] rows, int[] bounds, double nu, double tolerance) {
        this.kernel = kernel;
        this.tolerance = tolerance;
        this.size = rows.length;
        this.rows = rows.clone();
        this.bounds = bounds.clone();
        this.places = new int[size];
        this.alphas = new double[size];
        this.gradient = new double[size];
        this.boundGradient = new double[size];
        this.given = new float[2][size]; // a step works with two rows at a time
        this.active = size;
        Arrays.setAll(places, i -> i);
        double left = 0;
        for (int bound : bounds) {
            left += nu * bound;
        }
        for (int i = 0; i < size && left > 0; i++) {
            alphas[i] = Math.min(bounds[i], left);
            left -= alphas[i];
        }
        for (int i = 0; i < size; i++) {
            if (!isLower(i)) {
                float[] row = row(i, size);
                for (int j = 0; j < size; j++) {
                    gradient[j] += alphas[i] * row[j];
                }
                if (isUpper(i)) {
                    addToBoundGradient(row, bounds[i]);
                }
            }
        }
    }

    private boolean isUpper(int i) {
        return alphas[i] >= bounds[i];
    }

    private boolean isLower(int i) {
        return !isUpper(i) && alphas[i] <= 0;
    }

    private boolean isFree(int i) {
        return !isUpper(i) && !isLower(i);
    }

    private float[] row(int variable, int length) {
        float[] all = kernel.apply(rows[variable]);
        turn ^= 1;
        float[] values = given[turn];
        for (int i = 0; i < length; i++) {
            values[i] = all[rows[i]];
        }
        return values;
    }

    private void descend() {
        int most = Math.max(MIN_ITERATIONS, size > Integer.MAX_VALUE / 100 ? Integer.MAX_VALUE : 100 * size);
        int untilShrinking = Math.min(size, SHRINKING_STEPS) + 1;
        for (int iteration = 0; iteration < most; iteration++) {
            if (--untilShrinking == 0) {
                untilShrinking = Math.min(size, SHRINKING_STEPS);
                shrink();
            }
            Pair pair = mostViolating();
            if (pair == null) {
                rebuildGradient();
                active = size;
                pair = mostViolating();
                if (pair == null) {
                    return;
                }
                untilShrinking = 1;
            }
            step(pair.first, pair.second);
        }
        rebuildGradient();
        active = size;
    }

    /** The pair of variables that the next step changes; {@code null} at the optimum of the active ones. */
    private Pair mostViolating() {
        double highest = Double.NEGATIVE_INFINITY;
        int first = -1;
        for (int t = 0; t < active; t++) {
            if (!isUpper(t) && -gradient[t] >= highest) {
                highest = -gradient[t];
                first = t;
            }
        }
        float[] row = first < 0 ? null : row(first, active);
        double lowest = Double.NEGATIVE_INFINITY;
        double best = Double.POSITIVE_INFINITY;
        int second = -1;
        for (int j = 0; j < active; j++) {
            if (isLower(j)) {
                continue;
            }
            lowest = gradient[j] >= lowest ? gradient[j] : lowest;
            double difference = highest + gradient[j];
            if (difference > 0) {
                double curvature = 2 - 2.0 * row[j];
                double decrease = -(difference * difference) / (curvature > 0 ? curvature : TAU);
                if (decrease <= best) {
                    second = j;
                    best = decrease;
                }
            }
        }
        return highest + lowest < tolerance || second < 0 ? null : new Pair(first, second);
    }

    private void step(int i, int j) {
        float[] rowI = row(i, active);
        float[] rowJ = row(j, active);
        double oldI = alphas[i];
        double oldJ = alphas[j];
        boolean upperI = isUpper(i);
        boolean upperJ = isUpper(j);
        double curvature = 2 - 2.0 * rowI[j];
        double delta = (gradient[i] - gradient[j]) / (curvature > 0 ? curvature : TAU);
        double sum = alphas[i] + alphas[j];
        alphas[i] -= delta;
        alphas[j] += delta;
        if (sum > bounds[i]) {
            if (alphas[i] > bounds[i]) {
                alphas[i] = bounds[i];
                alphas[j] = sum - bounds[i];
            }
        } else if (alphas[j] < 0) {
            alphas[j] = 0;
            alphas[i] = sum;
        }
        if (sum > bounds[j]) {
            if (alphas[j] > bounds[j]) {
                alphas[j] = bounds[j];
                alphas[i] = sum - bounds[j];
            }
        } else if (alphas[i] < 0) {
            alphas[i] = 0;
            alphas[j] = sum;
        }
        double changeI = alphas[i] - oldI;
        double changeJ = alphas[j] - oldJ;
        for (int k = 0; k < active; k++) {
            gradient[k] += rowI[k] * changeI + rowJ[k] * changeJ;
        }
        if (upperI != isUpper(i)) {
            addToBoundGradient(row(i, size), upperI ? -bounds[i] : bounds[i]);
        }
        if (upperJ != isUpper(j)) {
            addToBoundGradient(row(j, size), upperJ ? -bounds[j] : bounds[j]);
        }
    }

    private void addToBoundGradient(float[] row, double bound) {
        for (int k = 0; k < size; k++) {
            boundGradient[k] += bound * row[k];
        }
    }

    /** Of the variables that were left out of the steps. */
    private void rebuildGradient() {
        if (active == size) {
            return;
        }
        System.arraycopy(boundGradient, active, gradient, active, size - active);
        int free = 0;
        for (int j = 0; j < active; j++) {
            free += isFree(j) ? 1 : 0;
        }
        // LIBSVM compares ints, which may overflow; either way gives the same sums in another order.
        if (free * size > 2 * active * (size - active)) {
            for (int i = active; i < size; i++) {
                float[] row = row(i, active);
                for (int j = 0; j < active; j++) {
                    if (isFree(j)) {
                        gradient[i] += alphas[j] * row[j];
                    }
                }
            }
        } else {
            for (int i = 0; i < active; i++) {
                if (isFree(i)) {
                    float[] row = row(i, size);
                    for (int j = active; j < size; j++) {
                        gradient[j] += alphas[i] * row[j];
                    }
                }
            }
        }
    }

    /** Leaves out variables that will probably stay at their bounds. */
    private void shrink() {
        double up = Double.NEGATIVE_INFINITY;
        double low = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < active; i++) {
            up = !isUpper(i) && -gradient[i] >= up ? -gradient[i] : up;
            low = !isLower(i) && gradient[i] >= low ? gradient[i] : low;
        }
        if (!unshrunk && up + low <= tolerance * 10) {
            unshrunk = true;
            rebuildGradient();
            active = size;
        }
        for (int i = 0; i < active; i++) {
            if (!stays(i, up, low)) {
                continue;
            }
            active--;
            while (active > i) {
                if (!stays(active, up, low)) {
                    swap(i, active);
                    break;
                }
                active--;
            }
        }
    }

    private boolean stays(int i, double up, double low) {
        return isUpper(i) ? -gradient[i] > up : isLower(i) && gradient[i] > low;
    }

    private void swap(int i, int j) {
        swap(rows, i, j);
        swap(bounds, i, j);
        swap(places, i, j);
        swap(alphas, i, j);
        swap(gradient, i, j);
        swap(boundGradient, i, j);
    }

    private static void swap(int[] values, int i, int j) {
        int swap = values[i];
        values[i] = values[j];
        values[j] = swap;
    }

    private static void swap(double[] values, int i, int j) {
        double swap = values[i];
        values[i] = values[j];
        values[j] = swap;
    }

    private double rho() {
        double highest = Double.POSITIVE_INFINITY;
        double lowest = Double.NEGATIVE_INFINITY;
        double sum = 0;
        int free = 0;
        for (int i = 0; i < active; i++) {
            if (isUpper(i)) {
                lowest = Math.max(lowest, gradient[i]);
            } else if (isLower(i)) {
                highest = Math.min(highest, gradient[i]);
            } else {
                free++;
                sum += gradient[i];
            }
        }
        return free > 0 ? sum / free : (highest + lowest) / 2;
    }
}
