package dev.octet.detect.baseline;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.Setting;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.feature.Scaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * One-class support vector machine with a linear kernel, for more rows than {@link OneClassSvmTrainer} can take: a plane that
 * leaves a share nu of the rows on the origin's side.
 *
 * <p>Schölkopf et al. 2001, solved by LIBLINEAR's coordinate descent (Chou, Lin and Lin, "Dual coordinate descent methods for
 * large-scale linear one-class SVM", SDM 2020). The origin means something only where columns are not centred, so the default
 * scaling is to [0, 1]. Training costs O(n × d) a pass; a score costs O(d).
 *
 * @param nu share of the rows outside, at most; in (0, 1)
 * @param tolerance on the violation of the optimality conditions
 * @param iterations passes over the rows, at most
 * @param seed of the order of the descent
 */
public record LinearOneClassSvmTrainer(double nu, double tolerance, int iterations, long seed) implements Trainer {
    static final String KIND = "one-class-svm-linear";

    public LinearOneClassSvmTrainer {
        Settings.fraction(KIND, "nu", nu);
        Settings.positive(KIND, "tolerance", tolerance);
        Settings.atLeast(KIND, "iterations", iterations, 1);
    }

    /** nu 0.5, tolerance 0.01, 1000 passes, seed 0. */
    public static LinearOneClassSvmTrainer withDefaults() {
        return new LinearOneClassSvmTrainer(0.5, 0.01, 1000, 0);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<Trainer> reseeded(int more) {
        return Optional.of(new LinearOneClassSvmTrainer(nu, tolerance, iterations, seed + more));
    }

    @Override
    public Scaling scaling() {
        return Scaling.MIN_MAX;
    }

    @Override
    public LinearDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 2);
        int width = columns.width();
        Problem problem = new Problem();
        problem.l = data.train().rows();
        problem.n = width;
        problem.y = new double[problem.l];
        problem.x = new Feature[problem.l][];
        double[] means = new double[width];
        columns.forEachRow(data.train(), (index, row) -> {
            List<Feature> nodes = new ArrayList<>();
            for (int j = 0; j < width; j++) {
                means[j] += row[j] / data.train().rows();
                if (row[j] != 0) {
                    nodes.add(new FeatureNode(j + 1, row[j]));
                }
            }
            problem.x[index] = nodes.toArray(Feature[]::new);
            problem.y[index] = 1;
        });
        Parameter parameter = new Parameter(SolverType.ONECLASS_SVM, 1, tolerance, iterations, 0.1);
        parameter.setNu(nu);
        parameter.setRandom(new Random(seed));
        Linear.disableDebugOutput();
        Model model = Linear.train(problem, parameter);
        double[] weights = new double[width];
        for (int j = 0; j < width; j++) {
            weights[j] = -model.getFeatureWeights()[j];
        }
        return new LinearDetector(new LinearModel(columns, weights, model.getDecfunRho(), means), Map.of());
    }

    static DetectorDefinition definition() {
        Setting<Double> nu = OneClassSvmTrainer.nuSetting();
        Setting<Double> tolerance =
                Setting.byDefault("tolerance", new Setting.Real("(0, 1)"), "0.01", "on the optimality conditions");
        Setting<Integer> iterations = Setting.byDefault(
                "iterations", new Setting.Count(1, 1_000_000_000), "1000", "most passes over the rows");
        Setting<Long> seed = Setting.seed("of the order of the descent");
        return new DetectorDefinition(
                KIND,
                "As one-class-svm with a plane, for millions of rows (Chou, Lin, Lin, SDM 2020), by LIBLINEAR",
                List.of(nu, tolerance, iterations, seed),
                values -> new LinearOneClassSvmTrainer(
                        values.get(nu), values.get(tolerance), values.get(iterations), values.get(seed)),
                state -> LinearDetector.restore(state, KIND));
    }
}
