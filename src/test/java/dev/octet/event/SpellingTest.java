package dev.octet.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {

    // by hand: optimal string alignment; CA -> ABC is 3 there, 2 in the unrestricted Damerau distance
    @ParameterizedTest
    @CsvSource({"kitten, sitting, 3", "epochs, epoch, 1", "seed, sede, 1", "ca, abc, 3", "a, a, 0", "'', abc, 3"})
    void distance(String from, String to, int expected) {
        assertEquals(expected, Spelling.distance(from, to));
        assertEquals(expected, Spelling.distance(to, from));
    }

    @Test
    void nearestIsSilentWhereNothingIsNear() {
        assertEquals(Optional.of("epochs"), Spelling.nearest("epocs", List.of("seed", "epochs")));
        assertEquals(Optional.of("split"), Spelling.nearest("SPLIT", List.of("split")));
        assertEquals(Optional.empty(), Spelling.nearest("threads", List.of("seed", "epochs")));
        assertEquals(Optional.empty(), Spelling.nearest("x", List.of()));
    }
}
