package dev.octet.detect.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.octet.Records;
import dev.octet.event.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumpyRandomTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 10})
    void firstDrawIsNumpys(long seed) {
        assertEquals(Reference.values("randint_seed_" + seed)[0], new NumpyRandom(seed).randint(Integer.MAX_VALUE));
    }

    /** r = np.random.RandomState(3); [r.randint(10) for _ in range(6)] + [r.uniform(), r.uniform(), r.randint(44557)] */
    @Test
    void laterDrawsAreNumpys() {
        NumpyRandom random = new NumpyRandom(3);
        for (int expected : new int[] {8, 9, 3, 8, 8, 0}) {
            assertEquals(expected, random.randint(10));
        }
        assertEquals(0.5693113274346809, random.uniform());
        assertEquals(0.43706194234112716, random.uniform());
        assertEquals(43883, random.randint(44557));
        assertEquals(0, random.randint(1));
    }

    @Test
    void refusesOtherSeeds() {
        assertEquals(
                "k-means: seed must be in [0, 2147483647], got -1",
                assertThrows(InputException.class, () -> Records.with(KMeansTrainer.withDefaults(), "seed", -1))
                        .getMessage());
    }
}
