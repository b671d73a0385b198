package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import dev.octet.onnx.OnnxScore;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * A trained one-class support vector machine. The score is rho - Σ α K(x, support vector): above 0 outside the surface, below
 * inside; the negative of scikit-learn's {@code decision_function}. With masses of equal rows many scores are 0 up to the
 * solver's tolerance, so 0 is no useful threshold there, while the order above it is.
 *
 * <p>The contribution of a column is its share, over the support vectors, of the squared distance, each weighted by α K: what
 * moving that column toward the rows that matter would take. Immutable and thread-safe.
 */
public final class OneClassSvmDetector implements Detector {
    private static final int VERSION = 1;

    private final RowColumns columns;
    private final Standardiser standardiser;
    private final double gamma;
    private final double rho;
    private final double[] vectors; // standardised, row-major
    private final double[] coefficients;
    private final GaussianKernel kernel;

    OneClassSvmDetector(
            RowColumns columns,
            Standardiser standardiser,
            double gamma,
            double rho,
            double[] vectors,
            double[] coefficients) {
        this.columns = columns;
        this.standardiser = standardiser;
        this.gamma = gamma;
        this.rho = rho;
        this.vectors = vectors;
        this.coefficients = coefficients;
        kernel = new GaussianKernel(vectors, columns.width(), gamma);
    }

    @Override
    public String kind() {
        return OneClassSvmTrainer.KIND;
    }

    @Override
    public int columns() {
        return columns.width();
    }

    @Override
    public void score(float[] rows, int count, double[] scores) {
        columns.checkScoring(rows, count, scores);
        double[] point = new double[columns.width()];
        double[] values = new double[coefficients.length];
        for (int i = 0; i < count; i++) {
            standardiser.apply(rows, i * columns.width(), point, 0);
            kernel.row(point, values);
            double sum = 0;
            for (int k = 0; k < values.length; k++) {
                sum += coefficients[k] * values[k];
            }
            scores[i] = rho - sum;
        }
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        columns.checkContributions(row, contributions);
        int width = columns.width();
        double[] point = new double[width];
        standardiser.apply(row, 0, point, 0);
        double nearest = Double.POSITIVE_INFINITY;
        double[] distances = new double[coefficients.length];
        for (int k = 0; k < distances.length; k++) {
            for (int j = 0; j < width; j++) {
                double difference = point[j] - vectors[k * width + j];
                distances[k] += difference * difference;
            }
            nearest = Math.min(nearest, distances[k]);
        }
        Arrays.fill(contributions, 0, width, 0);
        for (int k = 0; k < distances.length; k++) {
            // relative to the nearest, so that a row far from everything has reasons too
            double weight = coefficients[k] * GaussianKernel.exp(-gamma * (distances[k] - nearest));
            for (int j = 0; j < width; j++) {
                double difference = point[j] - vectors[k * width + j];
                contributions[j] += weight * difference * difference;
            }
        }
    }

    /** Squared distances as |x|&sup2; - 2 x v + |v|&sup2;; no contributions. */
    @Override
    public Optional<OnnxScore> addTo(OnnxGraph graph, String features) {
        int width = columns.width();
        int count = coefficients.length;
        String point = graph.add(
                "Div",
                graph.add("Sub", graph.cast(features, Type.DOUBLE), graph.doubles(standardiser.means(), width)),
                graph.doubles(standardiser.deviations(), width));
        double[] lengths = new double[count];
        for (int k = 0; k < count; k++) {
            for (int j = 0; j < width; j++) {
                lengths[k] += vectors[k * width + j] * vectors[k * width + j];
            }
        }
        String products = graph.node("Gemm").with("transB", 1).of(point, graph.doubles(vectors, count, width));
        String distances = graph.add(
                "Max",
                graph.add(
                        "Sub",
                        graph.add(
                                "Add",
                                graph.column(graph.rowSums(graph.add("Mul", point, point))),
                                graph.doubles(lengths, count)),
                        graph.add("Mul", products, graph.scalar(2.0))),
                graph.scalar(0.0));
        String kernels = graph.add("Exp", graph.add("Mul", distances, graph.scalar(-gamma)));
        String sum = graph.add("MatMul", kernels, graph.doubles(coefficients, count));
        return Optional.of(
                new OnnxScore(graph.cast(graph.add("Sub", graph.scalar(rho), sum), Type.FLOAT), Optional.empty()));
    }

    @Override
    public DetectorState state() {
        Map<String, Object> settings = StateReader.settings(columns);
        settings.put("gamma", gamma);
        settings.put("rho", rho);
        return new DetectorState(
                kind(),
                VERSION,
                settings,
                Map.of(
                        "means", standardiser.means().clone(),
                        "deviations", standardiser.deviations().clone(),
                        "vectors", vectors.clone(),
                        "coefficients", coefficients.clone()));
    }

    /**
     * The detector that {@link #state()} was taken of.
     *
     * @throws dev.octet.event.InputException if the state is not one of this detector or damaged
     */
    public static OneClassSvmDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, OneClassSvmTrainer.KIND, VERSION);
        RowColumns columns = reader.columns();
        int vectors = reader.length("coefficients");
        return new OneClassSvmDetector(
                columns,
                new Standardiser(
                        reader.doubles("means", columns.width()), reader.doubles("deviations", columns.width())),
                reader.number("gamma"),
                reader.number("rho"),
                reader.doubles("vectors", Math.multiplyExact(vectors, columns.width())),
                reader.doubles("coefficients", vectors));
    }
}
