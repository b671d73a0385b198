package dev.octet.evaluate.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.event.Label;
import dev.octet.event.Labelled;
import dev.octet.event.LoginEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A thread that takes batches sees all of them, in order, and says what went wrong. */
class BatchThreadTest {
    private static List<Labelled<LoginEvent>> batch(int number) {
        return List.of(
                new Labelled<>(LoginEvent.at(number, "user", true).row(number).build(), Label.UNKNOWN));
    }

    @Test
    void batchesComeInOrderOnOneOtherThread() {
        List<Long> rows = new ArrayList<>();
        Set<Thread> threads = new HashSet<>();
        BatchThread thread = new BatchThread("octet-test", batch -> {
            threads.add(Thread.currentThread());
            batch.forEach(login -> rows.add(login.row().row()));
        });
        for (int i = 0; i < 1000; i++) {
            thread.add(batch(i));
        }
        thread.finish();
        assertEquals(IntStream.range(0, 1000).mapToObj(i -> (long) i).toList(), rows);
        assertEquals(1, threads.size());
        Thread own = threads.iterator().next();
        assertNotEquals(Thread.currentThread(), own);
        assertEquals("octet-test", own.getName());
        assertTrue(own.isDaemon());
    }

    @Test
    void aFailureReachesTheCallerAsItWas() {
        IllegalStateException fault = new IllegalStateException("row 3");
        BatchThread thread = new BatchThread("octet-test", batch -> {
            if (batch.get(0).row().row() == 3) {
                throw fault;
            }
        });
        for (int i = 0; i < 5; i++) {
            thread.add(batch(i));
        }
        assertSame(fault, assertThrows(IllegalStateException.class, thread::finish));
    }
}
