package dev.octet.feature.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A queue of rows against one of the JDK. */
class RowQueueTest {
    private static List<long[]> rows(RowQueue queue) {
        List<long[]> rows = new ArrayList<>();
        for (long row = queue.first(); row < queue.next(); row++) {
            rows.add(new long[] {queue.get(row, 0), queue.get(row, 1), queue.get(row, 2)});
        }
        return rows;
    }

    private static void assertRows(Deque<long[]> expected, RowQueue queue) {
        assertEquals(expected.size(), queue.size());
        assertArrayEquals(expected.toArray(long[][]::new), rows(queue).toArray(long[][]::new));
    }

    /** Grows over several chunks, shrinks to nothing at whatever place, and grows again. */
    @Test
    void rowsLeaveInTheOrderInWhichTheyCame() {
        SplittableRandom random = new SplittableRandom(1);
        RowQueue queue = new RowQueue(3);
        Deque<long[]> expected = new ArrayDeque<>();
        for (int size : new int[] {5000, 0, 4096, 1, 60_000, 8192, 0, 12_288, 4095}) {
            for (int turns = 0; turns < 3; turns++) {
                while (expected.size() < size || expected.size() == size && random.nextInt(4) > 0) {
                    long[] row = {random.nextLong(), random.nextLong(), expected.size()};
                    queue.add(row);
                    expected.add(row.clone());
                    row[0] = 0; // it was copied
                }
                while (expected.size() > size) {
                    queue.removeFirst();
                    expected.removeFirst();
                }
            }
            assertRows(expected, queue);
        }
    }

    @Test
    void anImageStaysAsItWas() {
        RowQueue queue = new RowQueue(3);
        Deque<long[]> expected = new ArrayDeque<>();
        for (long i = 0; i < 10_000; i++) {
            queue.add(new long[] {i, -i, 7});
            expected.add(new long[] {i, -i, 7});
        }
        RowQueue image = queue.image();
        for (long i = 0; i < 50_000; i++) {
            queue.removeFirst();
            queue.add(new long[] {1, 2, 3});
        }
        assertRows(expected, image);
        queue.release();
    }

    /** Without an image the chunks go round. */
    @Test
    void aQueueThatStaysAsLongTakesNoMoreMemory() {
        RowQueue queue = new RowQueue(3);
        for (int i = 0; i < 10_000; i++) {
            queue.add(new long[3]);
        }
        for (int i = 0; i < 100_000; i++) {
            queue.removeFirst();
            queue.add(new long[3]);
        }
        // four chunks hold 10,000 rows wherever they begin, and one may be spare
        assertEquals(5 * 4096 * 3 * 8, queue.bytes(), 2 * 4096 * 3 * 8);
    }
}
