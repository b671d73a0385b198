package dev.octet.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatestTextsTest {

    @Test
    void aTextIsAskedForOnceUntilAnotherTakesItsPlace() {
        List<String> asked = new ArrayList<>();
        LatestTexts latest = new LatestTexts(text -> {
            asked.add(text);
            return text.length();
        });
        // "Aa" and "BB" have the same hash
        for (String text : List.of("Aa", "Aa", "BB", "Aa", "")) {
            assertEquals(text.length(), latest.of(text));
        }
        assertEquals(List.of("Aa", "BB", "Aa", ""), asked);
    }

    @Test
    void anEqualTextThatIsAnotherStringHasTheSameNumber() {
        LatestTexts latest = new LatestTexts(String::length);
        assertEquals(latest.of("abc"), latest.of(new String("abc")));
    }
}
