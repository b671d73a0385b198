package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import dev.octet.onnx.OnnxScore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trained k-means. The score is the Euclidean distance to the nearest centre, in units of the scaled columns; a column's
 * contribution is its part of the squared distance. Immutable and thread-safe.
 */
public final class KMeansDetector implements Detector {
    private static final int VERSION = 1;

    private final RowColumns columns;
    private final double[][] centres;
    private final long[] sizes;
    private final double inertia;

    KMeansDetector(RowColumns columns, double[][] centres, long[] sizes, double inertia) {
        this.columns = columns;
        this.centres = centres;
        this.sizes = sizes;
        this.inertia = inertia;
    }

    @Override
    public String kind() {
        return KMeansTrainer.KIND;
    }

    @Override
    public int columns() {
        return columns.width();
    }

    @Override
    public void score(float[] rows, int count, double[] scores) {
        columns.checkScoring(rows, count, scores);
        if (count > RowBlocks.ROWS) {
            new RowBlocks(rows, count, columns.width()).measure(List.of(scores(scores)));
            return;
        }
        for (int i = 0; i < count; i++) {
            int row = i * columns.width();
            scores[i] = Math.sqrt(squared(rows, row, centres[nearest(rows, row)]));
        }
    }

    private RowBlocks.Measurement scores(double[] scores) {
        return new RowBlocks.Measurement(centres) {
            @Override
            void take(RowBlocks.Block block, double[][] squared) {
                for (int c = 1; c < centres.length; c++) {
                    RowBlocks.lesser(squared[0], 0, squared[c], block.count());
                }
                for (int i = 0; i < block.count(); i++) {
                    scores[block.first() + i] = Math.sqrt(squared[0][i]);
                }
            }
        };
    }

    /**
     * The cluster of each row, for comparing clusterings.
     *
     * @param rows row-major, at least {@code count * columns()} values
     * @return {@code count} indices in [0, number of clusters)
     */
    public int[] clusters(float[] rows, int count) {
        columns.checkScoring(rows, count, new double[count]);
        int[] clusters = new int[count];
        Arrays.setAll(clusters, i -> nearest(rows, i * columns.width()));
        return clusters;
    }

    /** Training rows in each cluster. */
    public long[] sizes() {
        return sizes.clone();
    }

    /** Sum of the training rows' squared distances to their centres. */
    public double inertia() {
        return inertia;
    }

    private int nearest(float[] rows, int row) {
        int nearest = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int c = 0; c < centres.length; c++) {
            double distance = squared(rows, row, centres[c]);
            if (distance < least) {
                least = distance;
                nearest = c;
            }
        }
        return nearest;
    }

    /** The very squared distance, to the last bit, that {@link RowBlocks.Block#squared} finds. */
    private static double squared(float[] rows, int row, double[] point) {
        double sum = 0;
        int j = 0;
        for (; j + 1 < point.length; j += 2) {
            double p = rows[row + j] - point[j];
            double q = rows[row + j + 1] - point[j + 1];
            sum += p * p + q * q;
        }
        if (j < point.length) {
            double p = rows[row + j] - point[j];
            sum += p * p;
        }
        return sum;
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        columns.checkContributions(row, contributions);
        double[] centre = centres[nearest(row, 0)];
        for (int j = 0; j < centre.length; j++) {
            double difference = row[j] - centre[j];
            contributions[j] = difference * difference;
        }
    }

    @Override
    public Optional<OnnxScore> addTo(OnnxGraph graph, String features) {
        int width = columns.width();
        String axis = graph.longs(new long[] {1}, 1);
        String rows = graph.cast(features, Type.DOUBLE);
        String all = graph.doubles(flat(), sizes.length, width);
        String apart = graph.add("Sub", graph.add("Unsqueeze", rows, axis), all); // [N, clusters, columns]
        String squared = graph.node("ReduceSum")
                .with("keepdims", 0)
                .of(graph.add("Mul", apart, apart), graph.longs(new long[] {2}, 1));
        String score =
                graph.add("Sqrt", graph.node("ReduceMin").with("keepdims", 0).of(squared, axis));
        String nearest =
                graph.node("ArgMin").with("axis", 1).with("keepdims", 0).of(squared);
        String difference = graph.add("Sub", rows, graph.add("Gather", all, nearest));
        return Optional.of(new OnnxScore(
                graph.cast(score, Type.FLOAT), graph.cast(graph.add("Mul", difference, difference), Type.FLOAT)));
    }

    @Override
    public DetectorState state() {
        Map<String, Object> settings = StateReader.settings(columns);
        settings.put("inertia", inertia);
        return new DetectorState(kind(), VERSION, settings, Map.of("centres", flat(), "sizes", sizes.clone()));
    }

    private double[] flat() {
        return Arrays.stream(centres).flatMapToDouble(Arrays::stream).toArray();
    }

    /**
     * The detector that {@link #state()} was taken of.
     *
     * @throws dev.octet.event.InputException if the state is not one of this detector or damaged
     */
    public static KMeansDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, KMeansTrainer.KIND, VERSION);
        RowColumns columns = reader.columns();
        int clusters = reader.length("sizes");
        if (clusters == 0) {
            throw reader.damaged("array sizes is empty");
        }
        double[] flat = reader.doubles("centres", Math.multiplyExact(clusters, columns.width()));
        double[][] centres = new double[clusters][];
        Arrays.setAll(centres, c -> Arrays.copyOfRange(flat, c * columns.width(), (c + 1) * columns.width()));
        return new KMeansDetector(columns, centres, reader.longs("sizes", clusters), reader.number("inertia"));
    }
}
