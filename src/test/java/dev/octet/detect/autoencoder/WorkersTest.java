package dev.octet.detect.autoencoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
    private static void assertEachOnce(Workers workers, int tasks) {
        AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
        workers.run(tasks, runs::incrementAndGet);
        for (int i = 0; i < tasks; i++) {
            assertEquals(1, runs.get(i), "task " + i + " of " + tasks);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 16})
    void everyTaskRunsOnceAndIsDoneOnReturn(int threads) {
        try (Workers workers = new Workers(threads)) {
            for (int round = 0; round < 2000; round++) {
                assertEachOnce(workers, round % 40);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void aFailureIsTheCallersAndTheNextRoundRuns(int threads) {
        IllegalArgumentException fault = new IllegalArgumentException("of task 3");
        try (Workers workers = new Workers(threads)) {
            for (int round = 0; round < 50; round++) {
                IllegalStateException failure = assertThrows(
                        IllegalStateException.class,
                        () -> workers.run(8, i -> {
                            if (i == 3) {
                                throw fault;
                            }
                        }));
                assertSame(fault, failure.getCause());
                assertEachOnce(workers, 8);
            }
        }
    }

    /** A round after a pause that is longer than threads wait awake. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void sleepersAreWoken(int threads) throws InterruptedException {
        try (Workers workers = new Workers(threads)) {
            for (int round = 0; round < 20; round++) {
                Thread.sleep(5);
                assertEachOnce(workers, 2 * threads);
            }
        }
    }
}
