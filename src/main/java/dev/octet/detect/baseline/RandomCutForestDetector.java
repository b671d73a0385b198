package dev.octet.detect.baseline;

import com.amazon.randomcutforest.RandomCutForest;
import com.amazon.randomcutforest.returntypes.DiVector;
import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import java.util.Arrays;
import java.util.Map;

/**
 * A trained random cut forest. The score is the library's anomaly score, about 1 for a common row; contributions are its
 * attribution, both directions of a column added.
 *
 * <p>Thread-safe: the library does not promise that its trees can be walked at once, so one row is scored at a time. The state is
 * the rows that were fed, in their order, and the seed, from which the same forest grows again.
 */
public final class RandomCutForestDetector implements Detector {
    private static final int VERSION = 1;

    private final RowColumns columns;
    private final int trees;
    private final int samples;
    private final long seed;
    private final float[] fed;
    private final RandomCutForest forest;

    RandomCutForestDetector(RowColumns columns, int trees, int samples, long seed, float[] fed) {
        this.columns = columns;
        this.trees = trees;
        this.samples = samples;
        this.seed = seed;
        this.fed = fed;
        int width = columns.width();
        forest = RandomCutForest.builder()
                .dimensions(width)
                .numberOfTrees(trees)
                .sampleSize(samples)
                .randomSeed(seed)
                .timeDecay(0)
                .outputAfter(1)
                .build();
        for (int row = 0; row < fed.length; row += width) {
            forest.update(Arrays.copyOfRange(fed, row, row + width));
        }
    }

    @Override
    public String kind() {
        return RandomCutForestTrainer.KIND;
    }

    @Override
    public int columns() {
        return columns.width();
    }

    @Override
    public void score(float[] rows, int count, double[] scores) {
        columns.checkScoring(rows, count, scores);
        int width = columns.width();
        for (int i = 0; i < count; i++) {
            float[] row = Arrays.copyOfRange(rows, i * width, (i + 1) * width);
            synchronized (forest) {
                scores[i] = forest.getAnomalyScore(row);
            }
        }
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        columns.checkContributions(row, contributions);
        DiVector attribution;
        synchronized (forest) {
            attribution = forest.getAnomalyAttribution(Arrays.copyOf(row, columns.width()));
        }
        for (int j = 0; j < columns.width(); j++) {
            contributions[j] = attribution.getHighLowSum(j);
        }
    }

    @Override
    public DetectorState state() {
        Map<String, Object> settings = StateReader.settings(columns);
        settings.put("trees", (long) trees);
        settings.put("samples", (long) samples);
        settings.put("seed", seed);
        return new DetectorState(kind(), VERSION, settings, Map.of("fed", fed.clone()));
    }

    /**
     * The detector that {@link #state()} was taken of; it takes as long as training.
     *
     * @throws dev.octet.event.InputException if the state is not one of this detector or damaged
     */
    public static RandomCutForestDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, RandomCutForestTrainer.KIND, VERSION);
        RowColumns columns = reader.columns();
        int length = reader.length("fed");
        if (length == 0 || length % columns.width() != 0) {
            throw reader.damaged("array fed of " + length + " values does not hold rows of " + columns.width());
        }
        // the trainer's own checks hold for what a file says too
        RandomCutForestTrainer settings = new RandomCutForestTrainer(
                reader.integer("trees"), reader.integer("samples"), 2, reader.longInteger("seed"));
        return new RandomCutForestDetector(
                columns, settings.trees(), settings.samples(), settings.seed(), reader.floats("fed", length));
    }
}
