package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Random guesses. The score is random in (-1, 1] and exceeds 0 with the probability of an attack. Since a row's score
 * depends on the row alone, the guess is drawn from the row's own bits and the seed: equal rows get equal guesses, so that
 * among many equal rows the number of alarms spreads more than a binomial. No column contributes. Immutable and
 * thread-safe.
 */
public final class StratifiedDummyDetector implements Detector {
    private static final int VERSION = 1;

    private final RowColumns columns;
    private final long seed;
    private final double share;

    StratifiedDummyDetector(RowColumns columns, long seed, double share) {
        this.columns = columns;
        this.seed = seed;
        this.share = share;
    }

    @Override
    public String kind() {
        return StratifiedDummyTrainer.KIND;
    }

    @Override
    public int columns() {
        return columns.width();
    }

    @Override
    public void score(float[] rows, int count, double[] scores) {
        columns.checkScoring(rows, count, scores);
        for (int i = 0; i < count; i++) {
            long bits = seed;
            for (int j = 0; j < columns.width(); j++) {
                bits = new SplittableRandom(bits + Float.floatToIntBits(rows[i * columns.width() + j] + 0f)).nextLong();
            }
            double uniform = new SplittableRandom(bits).nextDouble(); // in [0, 1)
            scores[i] = share - uniform > 0 ? (share - uniform) / share : (share - uniform) / (1 - share);
        }
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        columns.checkContributions(row, contributions);
        Arrays.fill(contributions, 0, columns.width(), 0);
    }

    @Override
    public DetectorState state() {
        Map<String, Object> settings = StateReader.settings(columns);
        settings.put("seed", seed);
        settings.put("share", share);
        return new DetectorState(kind(), VERSION, settings, Map.of());
    }

    /**
     * The detector that {@link #state()} was taken of.
     *
     * @throws dev.octet.event.InputException if the state is not one of this detector or damaged
     */
    public static StratifiedDummyDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, StratifiedDummyTrainer.KIND, VERSION);
        return new StratifiedDummyDetector(reader.columns(), reader.longInteger("seed"), reader.number("share"));
    }
}
