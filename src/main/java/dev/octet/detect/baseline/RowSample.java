package dev.octet.detect.baseline;

import dev.octet.detect.Setting;
import dev.octet.detect.TrainingProgress;
import dev.octet.feature.FloatMatrix;
import java.util.Locale;
import java.util.SplittableRandom;

/** The rows that a detector with a row cap is trained on. */
final class RowSample {
    private RowSample() {}

    /**
     * All rows, row-major, or {@code most} of them in their order, every set of rows equally likely (Knuth's algorithm S),
     * and then says so.
     */
    static float[] of(
            RowColumns columns, FloatMatrix matrix, int most, SplittableRandom random, TrainingProgress progress) {
        int total = matrix.rows();
        if (total <= most) {
            return columns.flat(matrix);
        }
        progress.note(String.format(
                Locale.ROOT,
                "%s: trained on %,d of the %,d training rows, drawn at random (max-rows)",
                columns.kind(),
                most,
                total));
        FloatMatrix drawn = new FloatMatrix(columns.width());
        float[] row = new float[columns.width()];
        for (int i = 0; drawn.rows() < most; i++) {
            if (random.nextInt(total - i) < most - drawn.rows()) {
                matrix.copyRow(i, row, 0);
                drawn.append(row);
            }
        }
        return columns.flat(drawn);
    }

    /** The key {@code max-rows}. */
    static Setting<Integer> setting(String byDefault) {
        return Setting.byDefault(
                "max-rows",
                new Setting.Count(2, 1_000_000_000),
                byDefault,
                "more training rows than this are drawn from at random, which the run says");
    }
}
