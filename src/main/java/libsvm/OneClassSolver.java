package libsvm;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * LIBSVM's solver for the one-class dual, with the kernel computed by the caller and a bound for each variable.
 *
 * <p>LIBSVM's public entry computes the kernel over lists of nodes, one pair at a time, which is nine tenths of its time, and
 * knows no weights. Its solver needs neither: it asks for rows of the kernel matrix and for the bound of a variable. Both
 * are package-private, which is why this class stands in LIBSVM's package.
 *
 * <p>Thread-safe; keeps nothing between calls.
 */
public final class OneClassSolver {
    private OneClassSolver() {}

    static {
        svm.svm_set_print_string_function(text -> {});
    }

    /**
     * The minimum of αᵀKα / 2 with 0 ≤ α ≤ bounds and Σα = nu Σbounds.
     *
     * @param alphas one for each variable
     * @param rho the decision function is Σ α K - rho
     */
    public record Solution(double[] alphas, double rho) {}

    /**
     * Solves.
     *
     * @param kernel gives, for a row, its kernel values with every row; K(x, x) must be 1
     * @param rows the row that each variable stands for
     * @param bounds the greatest value of each variable
     * @param tolerance on the violation of the optimality conditions
     */
    public static Solution solve(IntFunction<float[]> kernel, int[] rows, int[] bounds, double nu, double tolerance) {
        int size = rows.length;
        double[] alphas = new double[size];
        double left = 0;
        for (int bound : bounds) {
            left += nu * bound;
        }
        for (int i = 0; i < size && left > 0; i++) {
            alphas[i] = Math.min(bounds[i], left);
            left -= alphas[i];
        }
        byte[] signs = new byte[size];
        Arrays.fill(signs, (byte) 1);
        Solver.SolutionInfo info = new Solver.SolutionInfo();
        QMatrix matrix = matrix(kernel, rows.clone());
        solver(bounds.clone()).Solve(size, matrix, new double[size], signs, alphas, 1, 1, tolerance, info, 1);
        return new Solution(alphas, info.rho);
    }

    private static Solver solver(int[] bounds) {
        return new Solver() {
            @Override
            double get_C(int i) {
                return bounds[i];
            }

            @Override
            void swap_index(int i, int j) {
                super.swap_index(i, j);
                swap(bounds, i, j);
            }
        };
    }

    private static QMatrix matrix(IntFunction<float[]> kernel, int[] rows) {
        double[] diagonal = new double[rows.length];
        Arrays.fill(diagonal, 1);
        float[][] given = new float[2][rows.length]; // the solver works with two rows at a time
        return new QMatrix() {
            private int turn;

            @Override
            float[] get_Q(int column, int length) {
                float[] row = kernel.apply(rows[column]);
                turn ^= 1;
                float[] values = given[turn];
                for (int i = 0; i < length; i++) {
                    values[i] = row[rows[i]];
                }
                return values;
            }

            @Override
            double[] get_QD() {
                return diagonal;
            }

            @Override
            void swap_index(int i, int j) {
                swap(rows, i, j);
            }
        };
    }

    private static void swap(int[] values, int i, int j) {
        int swap = values[i];
        values[i] = values[j];
        values[j] = swap;
    }
}
