package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import dev.octet.onnx.OnnxScore;
import java.util.Map;
import java.util.Optional;

/**
 * Mahalanobis distance. The score is the distance (not squared), in standard deviations. The contribution of a column is its
 * term of the squared distance; a term that lessens it counts as 0. Immutable and thread-safe.
 */
public final class MahalanobisDetector implements Detector {
    private static final int VERSION = 1;

    private final RowColumns columns;
    private final double[] means;
    private final double[] whitening; // axes over their standard deviations, row-major
    private final int rank;

    MahalanobisDetector(RowColumns columns, double[] means, double[] whitening) {
        this.columns = columns;
        this.means = means;
        this.whitening = whitening;
        rank = whitening.length / columns.width();
    }

    @Override
    public String kind() {
        return MahalanobisTrainer.KIND;
    }

    @Override
    public int columns() {
        return columns.width();
    }

    @Override
    public void score(float[] rows, int count, double[] scores) {
        columns.checkScoring(rows, count, scores);
        for (int i = 0; i < count; i++) {
            double sum = 0;
            for (int k = 0; k < rank; k++) {
                double along = along(k, rows, i * columns.width());
                sum += along * along;
            }
            scores[i] = Math.sqrt(sum);
        }
    }

    private double along(int axis, float[] rows, int row) {
        double sum = 0;
        for (int j = 0, at = axis * columns.width(); j < columns.width(); j++, at++) {
            sum += whitening[at] * (rows[row + j] - means[j]);
        }
        return sum;
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        columns.checkContributions(row, contributions);
        int width = columns.width();
        double[] pulls = new double[width];
        for (int k = 0; k < rank; k++) {
            double along = along(k, row, 0);
            for (int j = 0; j < width; j++) {
                pulls[j] += along * whitening[k * width + j];
            }
        }
        for (int j = 0; j < width; j++) {
            contributions[j] = Math.max(0, pulls[j] * (row[j] - means[j]));
        }
    }

    @Override
    public Optional<OnnxScore> addTo(OnnxGraph graph, String features) {
        int width = columns.width();
        String off = graph.add("Sub", graph.cast(features, Type.DOUBLE), graph.doubles(means, width));
        String axes = graph.doubles(whitening, rank, width);
        String along = graph.node("Gemm").with("transB", 1).of(off, axes);
        String score = graph.add("Sqrt", graph.rowSums(graph.add("Mul", along, along)));
        String terms = graph.add("Max", graph.add("Mul", graph.add("MatMul", along, axes), off), graph.scalar(0.0));
        return Optional.of(new OnnxScore(graph.cast(score, Type.FLOAT), graph.cast(terms, Type.FLOAT)));
    }

    @Override
    public DetectorState state() {
        return new DetectorState(
                kind(),
                VERSION,
                StateReader.settings(columns),
                Map.of("means", means.clone(), "whitening", whitening.clone()));
    }

    /**
     * The detector that {@link #state()} was taken of.
     *
     * @throws dev.octet.event.InputException if the state is not one of this detector or damaged
     */
    public static MahalanobisDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, MahalanobisTrainer.KIND, VERSION);
        RowColumns columns = reader.columns();
        return new MahalanobisDetector(
                columns, reader.doubles("means", columns.width()), reader.table("whitening", columns.width()));
    }
}
