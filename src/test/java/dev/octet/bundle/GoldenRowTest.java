package dev.octet.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.event.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoldenRowTest {
    private static final Path FILE = Path.of("golden.json");

    /** The first column is the score. */
    private static final Detector FIRST = new Detector() {
        @Override
        public String kind() {
            return "first";
        }

        @Override
        public int columns() {
            return 1;
        }

        @Override
        public void score(float[] rows, int count, double[] scores) {
            for (int i = 0; i < count; i++) {
                scores[i] = rows[i];
            }
        }

        @Override
        public void contributions(float[] row, double[] contributions) {
            contributions[0] = row[0];
        }

        @Override
        public DetectorState state() {
            return new DetectorState(kind(), 1, Map.of(), Map.of());
        }
    };

    private static List<GoldenRow> rows(double nearZero) {
        return List.of(row(-5, -5), row(0, nearZero), row(8, 8));
    }

    private static GoldenRow row(float column, double score) {
        return new GoldenRow(List.of(column), score);
    }

    @Test
    void whatIsLeftOfACancelledSumIsHeldToTheUsualScore() {
        GoldenRow.verify(rows(4e-6), FIRST, 1e-6, FILE);
        assertEquals(
                "golden.json: golden row 1 scores 0.0 here, 6.0E-6 when the bundle was made; do not use it, make it again",
                assertThrows(InputException.class, () -> GoldenRow.verify(rows(6e-6), FIRST, 1e-6, FILE))
                        .getMessage());
    }

    @Test
    void aLargeScoreIsHeldToItself() {
        GoldenRow.verify(List.of(row(1, 1), row(1, 1), row(1_000, 1_000.0009)), FIRST, 1e-6, FILE);
        assertThrows(
                InputException.class,
                () -> GoldenRow.verify(List.of(row(1, 1), row(1, 1), row(1_000, 1_000.0011)), FIRST, 1e-6, FILE));
    }
}
