package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import dev.octet.onnx.OnnxScore;
import java.util.Map;
import java.util.Optional;

/**
 * Trained principal components. The score is the squared error of a row's reconstruction from them, summed over the columns, in
 * squared units of the scaled columns; a column's contribution is its own squared error. Immutable and thread-safe.
 */
public final class PcaDetector implements Detector {
    private static final int VERSION = 1;

    private final RowColumns columns;
    private final double[] means;
    private final double[] basis; // orthonormal, row-major
    private final int components;

    PcaDetector(RowColumns columns, double[] means, double[] basis) {
        this.columns = columns;
        this.means = means;
        this.basis = basis;
        components = basis.length / columns.width();
    }

    /** Number of components that were kept. */
    public int components() {
        return components;
    }

    @Override
    public String kind() {
        return PcaTrainer.KIND;
    }

    @Override
    public int columns() {
        return columns.width();
    }

    @Override
    public void score(float[] rows, int count, double[] scores) {
        columns.checkScoring(rows, count, scores);
        double[] left = new double[columns.width()];
        for (int i = 0; i < count; i++) {
            unexplained(rows, i * columns.width(), left);
            double sum = 0;
            for (double error : left) {
                sum += error * error;
            }
            scores[i] = sum;
        }
    }

    private void unexplained(float[] rows, int row, double[] left) {
        int width = columns.width();
        for (int j = 0; j < width; j++) {
            left[j] = rows[row + j] - means[j];
        }
        for (int k = 0; k < components; k++) {
            double along = 0;
            for (int j = 0, at = k * width; j < width; j++, at++) {
                along += basis[at] * (rows[row + j] - means[j]);
            }
            for (int j = 0, at = k * width; j < width; j++, at++) {
                left[j] -= along * basis[at];
            }
        }
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        columns.checkContributions(row, contributions);
        double[] left = new double[columns.width()];
        unexplained(row, 0, left);
        for (int j = 0; j < left.length; j++) {
            contributions[j] = left[j] * left[j];
        }
    }

    @Override
    public Optional<OnnxScore> addTo(OnnxGraph graph, String features) {
        int width = columns.width();
        String off = graph.add("Sub", graph.cast(features, Type.DOUBLE), graph.doubles(means, width));
        String axes = graph.doubles(basis, components, width);
        String along = graph.node("Gemm").with("transB", 1).of(off, axes);
        String left = graph.add("Sub", off, graph.add("MatMul", along, axes));
        String squared = graph.add("Mul", left, left);
        return Optional.of(
                new OnnxScore(graph.cast(graph.rowSums(squared), Type.FLOAT), graph.cast(squared, Type.FLOAT)));
    }

    @Override
    public DetectorState state() {
        return new DetectorState(
                kind(), VERSION, StateReader.settings(columns), Map.of("means", means.clone(), "basis", basis.clone()));
    }

    /**
     * The detector that {@link #state()} was taken of.
     *
     * @throws dev.octet.event.InputException if the state is not one of this detector or damaged
     */
    public static PcaDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, PcaTrainer.KIND, VERSION);
        RowColumns columns = reader.columns();
        return new PcaDetector(
                columns, reader.doubles("means", columns.width()), reader.table("basis", columns.width()));
    }
}
