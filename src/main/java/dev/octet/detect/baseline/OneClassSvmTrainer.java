package dev.octet.detect.baseline;

import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.Setting;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.feature.Scaling;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * One-class support vector machine with a Gaussian kernel: a smooth surface that leaves a share nu of the rows outside.
 *
 * <p>Schölkopf, Platt, Shawe-Taylor, Smola and Williamson, "Estimating the support of a high-dimensional distribution",
 * Neural Computation 13, 2001; solved by LIBSVM (Chang and Lin 2011). The rows are standardised here, in double precision,
 * so they should come unscaled: with many equal rows the optimum has masses of ties at the surface, and single precision alone
 * moves them across.
 *
 * <p>Training costs O(m²) to O(m³) kernel values of d columns for m distinct rows, and up to 400 MB for the kernel's rows; a
 * score costs O(support vectors × d).
 *
 * @param nu share of the rows outside, at most, and of support vectors, at least; in (0, 1]
 * @param gamma of the kernel exp(-gamma |x - y|²); 0: scikit-learn's "scale", 1 / (d × variance of all values)
 * @param tolerance on the violation of the optimality conditions
 * @param duplicates {@link Duplicates#DISTINCT}: one variable for equal rows, with their number as its bound, which is the
 *     same optimum and far faster; {@link Duplicates#AS_SCIKIT_LEARN}: one variable a row, and the very steps that LIBSVM
 *     and scikit-learn take
 * @param maxRows more training rows than this are drawn from, which is said through {@link TrainingProgress#note}
 * @param seed of that draw
 */
public record OneClassSvmTrainer(
        double nu, double gamma, double tolerance, Duplicates duplicates, int maxRows, long seed) implements Trainer {
    static final String KIND = "one-class-svm";
    private static final long CACHE_BYTES = 400L << 20;

    public OneClassSvmTrainer {
        Settings.fraction(KIND, "nu", nu);
        Settings.notNegative(KIND, "gamma", gamma);
        Settings.positive(KIND, "tolerance", tolerance);
        Objects.requireNonNull(duplicates, "duplicates must not be null");
        Settings.atLeast(KIND, "max-rows", maxRows, 2);
    }

    /** nu 0.5, gamma "scale", tolerance 1e-3, distinct, at most 50,000 rows, seed 0. */
    public static OneClassSvmTrainer withDefaults() {
        return new OneClassSvmTrainer(0.5, 0, 1e-3, Duplicates.DISTINCT, 50_000, 0);
    }

    public OneClassSvmTrainer withDuplicates(Duplicates value) {
        return new OneClassSvmTrainer(nu, gamma, tolerance, value, maxRows, seed);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<Trainer> reseeded(int more) {
        return Optional.of(new OneClassSvmTrainer(nu, gamma, tolerance, duplicates, maxRows, seed + more));
    }

    @Override
    public Scaling scaling() {
        return Scaling.NONE;
    }

    @Override
    public OneClassSvmDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 2);
        int width = columns.width();
        DistinctRows rows = DistinctRows.of(
                RowSample.of(columns, data.train(), maxRows, new SplittableRandom(seed), progress), width);
        int size = rows.size();
        Standardiser standardiser = Standardiser.of(rows, width);
        double[] points = new double[size * width];
        for (int i = 0; i < size; i++) {
            standardiser.apply(rows.values(), i * width, points, i * width);
        }
        double used = gamma > 0 ? gamma : scale(points, rows, width);
        GaussianKernel kernel = new GaussianKernel(points, width, used);
        int[] variables = rows.place();
        int[] bounds = new int[variables.length];
        Arrays.fill(bounds, 1);
        if (duplicates == Duplicates.DISTINCT) {
            variables = new int[size];
            Arrays.setAll(variables, i -> i);
            bounds = rows.counts();
        }
        OneClassSolver.Solution solution =
                OneClassSolver.solve(kernelRows(kernel, points, width), variables, bounds, nu, tolerance);
        double[] coefficients = new double[size];
        for (int i = 0; i < variables.length; i++) {
            coefficients[variables[i]] += solution.alphas()[i];
        }
        int vectors = 0;
        for (int i = 0; i < size; i++) {
            if (coefficients[i] > 0) {
                System.arraycopy(points, i * width, points, vectors * width, width);
                coefficients[vectors++] = coefficients[i];
            }
        }
        return new OneClassSvmDetector(
                columns,
                standardiser,
                used,
                solution.rho(),
                Arrays.copyOf(points, vectors * width),
                Arrays.copyOf(coefficients, vectors));
    }

    private static double scale(double[] points, DistinctRows rows, int width) {
        double values = (double) rows.place().length * width;
        double sum = 0;
        for (int i = 0; i < points.length; i++) {
            sum += rows.counts()[i / width] * points[i];
        }
        double squares = 0;
        for (int i = 0; i < points.length; i++) {
            squares += rows.counts()[i / width] * (points[i] - sum / values) * (points[i] - sum / values);
        }
        double variance = squares / values;
        return variance == 0 ? 1 : 1 / (width * variance);
    }

    /** The kernel's rows, the least recently used forgotten when there are too many. */
    private static IntFunction<float[]> kernelRows(GaussianKernel kernel, double[] points, int width) {
        int size = kernel.count();
        long most = Math.max(2, CACHE_BYTES / (4L * size));
        Map<Integer, float[]> rows = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, float[]> eldest) {
                return size() > most;
            }
        };
        double[] point = new double[width];
        double[] values = new double[size];
        return index -> {
            float[] row = rows.get(index);
            if (row == null) {
                System.arraycopy(points, index * width, point, 0, width);
                kernel.row(point, values);
                row = new float[size];
                for (int i = 0; i < size; i++) {
                    row[i] = (float) values[i];
                }
                rows.put(index, row);
            }
            return row;
        };
    }

    static DetectorDefinition definition() {
        Setting<Double> nu = OneClassSvmTrainer.nuSetting();
        Setting<Double> gamma = Setting.byDefault(
                "gamma",
                new Setting.Real("[0, inf)"),
                "0",
                "of the kernel; 0: 1 / (columns × variance), scikit-learn's \"scale\"");
        Setting<Double> tolerance =
                Setting.byDefault("tolerance", new Setting.Real("(0, 1)"), "0.001", "on the optimality conditions");
        Setting<Duplicates> duplicates = Setting.byDefault(
                "duplicates",
                new Setting.OneOf<>(Duplicates.class),
                "distinct",
                "`distinct`: one variable for equal rows, the same optimum sooner; `as-scikit-learn`: the very steps of"
                        + " LIBSVM");
        Setting<Integer> maxRows = RowSample.setting("50000");
        Setting<Long> seed = Setting.seed("of the draw of `max-rows`");
        return new DetectorDefinition(
                KIND,
                "A smooth surface that leaves a share of the training rows outside, Gaussian kernel (Schölkopf et al., Neural"
                        + " Computation 2001), by LIBSVM",
                List.of(nu, gamma, tolerance, duplicates, maxRows, seed),
                values -> new OneClassSvmTrainer(
                        values.get(nu),
                        values.get(gamma),
                        values.get(tolerance),
                        values.get(duplicates),
                        values.get(maxRows),
                        values.get(seed)),
                OneClassSvmDetector::restore);
    }

    static Setting<Double> nuSetting() {
        return Setting.byDefault(
                "nu",
                new Setting.Real("(0, 1]"),
                "0.5",
                "largest share of the training rows outside; a `threshold` decides anyway");
    }
}
