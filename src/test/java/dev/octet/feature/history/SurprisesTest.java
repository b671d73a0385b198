package dev.octet.feature.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SurprisesTest {
    @Test
    void remembersNothingButEqualNumbers() {
        SplittableRandom random = new SplittableRandom(1);
        Surprises surprises = new Surprises();
        for (int i = 0; i < 20_000; i++) {
            int failures = random.nextInt(5);
            double expected = random.nextInt(8) * 0.37;
            double shape = random.nextInt(1, 40) * 0.06; // above two all shapes are the same
            assertEquals(Pressure.surprise(failures, expected, shape), surprises.of(failures, expected, shape), 0);
        }
    }
}
