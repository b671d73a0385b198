package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.event.InputException;
import java.util.Arrays;
import java.util.Map;

/** A count as a score, in what the feature counts; only its column contributes. Immutable and thread-safe. */
public final class CountDetector implements Detector {
    private static final int VERSION = 1;

    private final CountColumn count;

    CountDetector(CountColumn count) {
        this.count = count;
    }

    @Override
    public String kind() {
        return CountTrainer.KIND;
    }

    @Override
    public int columns() {
        return count.columns().width();
    }

    @Override
    public void score(float[] rows, int rowCount, double[] scores) {
        count.columns().checkScoring(rows, rowCount, scores);
        for (int i = 0; i < rowCount; i++) {
            scores[i] = count.of(rows, i * columns());
        }
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        count.columns().checkContributions(row, contributions);
        Arrays.fill(contributions, 0, columns(), 0);
        contributions[count.column()] = count.of(row, 0);
    }

    @Override
    public DetectorState state() {
        Map<String, Object> settings = StateReader.settings(count.columns());
        settings.put("count", (long) count.column());
        return new DetectorState(kind(), VERSION, settings, Map.of());
    }

    /**
     * The detector that {@link #state()} was taken of.
     *
     * @throws InputException if the state is not one of this detector or damaged
     */
    public static CountDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, CountTrainer.KIND, VERSION);
        return new CountDetector(CountColumn.restored(reader, reader.columns()));
    }
}
