package dev.octet.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BackgroundTest {
    /** Computes once, however often it is begun and asked for. */
    @Test
    void beginsWhenItIsAskedTo() throws IOException {
        List<Thread> ran = new ArrayList<>();
        Background<String> begun = new Background<>("octet-test", () -> {
            ran.add(Thread.currentThread());
            return "value";
        });
        assertFalse(begun.isDone());
        assertTrue(ran.isEmpty());
        begun.begin();
        begun.begin();
        assertEquals("value", begun.get());
        assertEquals("value", begun.get());
        assertTrue(begun.isDone());
        assertEquals(1, ran.size());
        assertNotSame(Thread.currentThread(), ran.get(0));
        assertEquals("octet-test", ran.get(0).getName());
    }

    @Test
    void whoAsksForTheValueBegins() throws IOException {
        assertEquals(7, new Background<>("octet-test", () -> 7).get());
    }

    @Test
    void aFailureIsThrownAsItWas() {
        IOException lost = new IOException("no such disk");
        Background<Void> failing = new Background<>("octet-test", () -> {
            throw lost;
        });
        assertSame(lost, assertThrows(IOException.class, failing::get));
    }
}
