package dev.octet.detect.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import libsvm.svm;
import libsvm.svm_model;
import libsvm.svm_node;
import libsvm.svm_parameter;
import libsvm.svm_problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The solver against LIBSVM's own, which is given the same kernel as a matrix. */
class OneClassSolverTest {

    private static float[][] kernel(int size, double gamma, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] points = new double[size][3];
        for (double[] point : points) {
            Arrays.setAll(point, i -> random.nextDouble() + (random.nextInt(20) == 0 ? 3 : 0));
        }
        float[][] kernel = new float[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                double square = 0;
                for (int k = 0; k < 3; k++) {
                    square += (points[i][k] - points[j][k]) * (points[i][k] - points[j][k]);
                }
                kernel[i][j] = (float) StrictMath.exp(-gamma * square);
            }
        }
        return kernel;
    }

    /** Values of nu that are sums of few powers of 2: LIBSVM multiplies it with the rows, the solver adds it up over the bounds. */
    @ParameterizedTest
    @CsvSource({
        "50, 0.5, 0.5, 0.001",
        "300, 0.125, 0.3, 0.001",
        "1200, 0.0625, 2, 1e-6",
        "1500, 0.5, 0.1, 1e-4",
        "700, 0.875, 5, 1e-9"
    })
    void hasTheBitsOfLibsvm(int size, double nu, double gamma, double tolerance) {
        float[][] kernel = kernel(size, gamma, size);
        int[] rows = new int[size];
        Arrays.setAll(rows, i -> i);
        int[] bounds = new int[size];
        Arrays.fill(bounds, 1);
        OneClassSolver.Solution solution = OneClassSolver.solve(i -> kernel[i], rows, bounds, nu, tolerance);

        svm.svm_set_print_string_function(text -> {});
        svm_problem problem = new svm_problem();
        problem.l = size;
        problem.y = new double[size];
        problem.x = new svm_node[size][];
        for (int i = 0; i < size; i++) {
            problem.x[i] = new svm_node[size + 1];
            for (int j = 0; j <= size; j++) {
                problem.x[i][j] = new svm_node();
                problem.x[i][j].index = j;
                problem.x[i][j].value = j == 0 ? i + 1 : kernel[i][j - 1];
            }
        }
        svm_parameter parameter = new svm_parameter();
        parameter.svm_type = svm_parameter.ONE_CLASS;
        parameter.kernel_type = svm_parameter.PRECOMPUTED;
        parameter.nu = nu;
        parameter.eps = tolerance;
        parameter.cache_size = 200;
        parameter.shrinking = 1;
        svm_model model = svm.svm_train(problem, parameter);
        double[] alphas = new double[size];
        for (int i = 0; i < model.l; i++) {
            alphas[model.sv_indices[i] - 1] = model.sv_coef[0][i];
        }
        assertArrayEquals(alphas, solution.alphas());
        assertEquals(model.rho[0], solution.rho());
    }

    /** A variable with a bound of 2 stands for two equal rows. */
    @ParameterizedTest
    @CsvSource({"0.2, 0.5", "0.7, 2"})
    void aBoundIsANumberOfEqualRows(double nu, double gamma) {
        int size = 200;
        float[][] kernel = kernel(size, gamma, 7);
        int[] distinct = new int[size];
        int[] twice = new int[2 * size];
        Arrays.setAll(distinct, i -> i);
        Arrays.setAll(twice, i -> i / 2);
        int[] twos = new int[size];
        int[] ones = new int[2 * size];
        Arrays.fill(twos, 2);
        Arrays.fill(ones, 1);
        OneClassSolver.Solution together = OneClassSolver.solve(i -> kernel[i], distinct, twos, nu, 1e-10);
        OneClassSolver.Solution apart = OneClassSolver.solve(i -> kernel[i], twice, ones, nu, 1e-10);
        assertEquals(apart.rho(), together.rho(), 1e-7 * apart.rho());
        double sum = 0;
        for (int i = 0; i < size; i++) {
            assertEquals(apart.alphas()[2 * i] + apart.alphas()[2 * i + 1], together.alphas()[i], 1e-5);
            sum += together.alphas()[i];
        }
        assertEquals(nu * 2 * size, sum, 1e-9 * size);
        assertTrue(Arrays.stream(together.alphas()).allMatch(a -> a >= 0 && a <= 2));
    }
}
