package dev.octet.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class LatestAnswersTest {
    private static Answer answer(String id, long sequence) {
        return new Answer(id, sequence, 0, true, 1, 2, false, Answer.History.KNOWN_USER, false, "b", "[]", 3);
    }

    @Test
    void theOldestIsForgotten() {
        LatestAnswers answers = new LatestAnswers();
        assertEquals(List.of(), answers.all());
        int most = StateDirectory.MAX_ANSWERS;
        for (int i = 0; i < most; i++) {
            answers.add(answer("a" + i, i));
        }
        assertEquals(0, answers.get("a0").sequence());
        List<Answer> before = answers.all();
        answers.add(answer("next", most));
        assertNull(answers.get("a0"));
        assertEquals(1, answers.get("a1").sequence());
        assertEquals(most, answers.get("next").sequence());
        assertEquals(most, answers.all().size());
        assertEquals("a1", answers.all().get(0).id());
        assertEquals("next", answers.all().get(most - 1).id());
        assertEquals("a0", before.get(0).id(), "a copy");
        assertEquals(most, before.size());
    }

    /** A client may choose an id that the service makes later. */
    @Test
    void theLaterOfTwoUnderOneIdStays() {
        LatestAnswers answers = new LatestAnswers();
        answers.add(answer("same", 0));
        answers.add(answer("same", 1));
        for (int i = 2; i < StateDirectory.MAX_ANSWERS + 1; i++) {
            answers.add(answer("a" + i, i));
        }
        assertEquals(1, answers.get("same").sequence());
        answers.add(answer("last", 0));
        assertNull(answers.get("same"));
    }
}
