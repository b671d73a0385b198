package dev.octet.detect.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CountTest {
    @Test
    void theScoreIsTheCount() {
        CountDetector detector = new CountTrainer("failures").train(Reference.data(), TrainingProgress.SILENT);
        float[] rows = Reference.flat(Reference.data().validation());
        double[] scores = Reference.score(detector, Reference.data().validation());
        int width = detector.columns();
        int column = Reference.data().columns().stream()
                .filter(columns -> columns.feature().equals("failures"))
                .findFirst()
                .orElseThrow()
                .first();
        assertArrayEquals(
                IntStream.range(0, scores.length)
                        .mapToDouble(row -> rows[row * width + column])
                        .toArray(),
                scores);
        double[] contributions = new double[width];
        detector.contributions(rows, contributions);
        assertEquals(scores[0], contributions[column]);
        assertEquals(
                scores[0],
                IntStream.range(0, width).mapToDouble(i -> contributions[i]).sum());
    }

    @Test
    void onlyCountsAreCounted() {
        CountDetector detector = new CountTrainer("failures").train(Reference.data(), TrainingProgress.SILENT);
        float[] row = new float[detector.columns()];
        java.util.Arrays.fill(row, 0.5f);
        String message = assertThrows(InputException.class, () -> detector.score(row, 1, new double[1]))
                .getMessage();
        assertTrue(message.startsWith("count: feature failures (column "), message);
        assertTrue(message.contains(" is 0.5, and a count is a whole number, 0 or more"), message);
        assertEquals(
                "count: feature place has 4 columns; name one that is a single count",
                assertThrows(
                                InputException.class,
                                () -> new CountTrainer("place").train(Reference.data(), TrainingProgress.SILENT))
                        .getMessage());
    }
}
