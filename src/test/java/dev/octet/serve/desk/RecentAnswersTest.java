package dev.octet.serve.desk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentAnswersTest {
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong(-5);
    private final AtomicInteger made = new AtomicInteger();
    private final RecentAnswers answers = new RecentAnswers(changes::get, nanos::get);

    private String ask(String question) {
        return answers.of(question, () -> question + made.incrementAndGet());
    }

    @Test
    void oneReadingAnswersAllUntilSomethingComes() {
        assertEquals("a1", ask("a"));
        assertEquals("a1", ask("a"));
        assertEquals("b2", ask("b"), "another question");
        assertEquals("a1", ask("a"));
        changes.incrementAndGet();
        assertEquals("a3", ask("a"), "an alert has come");
        nanos.addAndGet(RecentAnswers.HOLDS.toNanos());
        assertEquals("a3", ask("a"));
        nanos.incrementAndGet();
        assertEquals("a4", ask("a"), "what it tells of other logins is too old");
    }

    @Test
    void manyQuestionsAreAnsweredButNotAllAreKept() {
        for (int i = 0; i < 1000; i++) {
            assertEquals(i + "?" + (i + 1), ask(i + "?"));
        }
        assertEquals("0?1", ask("0?"));
        assertEquals("999?1001", ask("999?"));
    }
}
