package dev.octet.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FloatMatrixTest {
    private static final int COLUMNS = 3;

    @TempDir
    Path folder;

    private FloatMatrix overflowing(long mostBytes) {
        return new FloatMatrix(
                COLUMNS,
                mostBytes,
                () -> FileChannel.open(
                        folder.resolve("matrix"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE));
    }

    private static void fill(FloatMatrix matrix, int rows) {
        for (int row = matrix.rows(); row < rows; row++) {
            matrix.append(new float[] {row, -row, row == 7 ? Float.NaN : 1f / row, 99});
        }
    }

    private static void assertSame(FloatMatrix expected, FloatMatrix actual) {
        assertEquals(expected.rows(), actual.rows());
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 500; i++) {
            int first = random.nextInt(expected.rows());
            int count = random.nextInt(Math.min(20_000, expected.rows() - first) + 1);
            float[] ours = new float[count * COLUMNS + 1];
            float[] theirs = new float[ours.length];
            expected.copyRows(first, count, ours);
            actual.copyRows(first, count, theirs);
            assertArrayEquals(ours, theirs);
            float[] row = new float[COLUMNS + 2];
            float[] other = new float[COLUMNS + 2];
            expected.copyRow(first, row, 1);
            actual.copyRow(first, other, 1);
            assertArrayEquals(row, other);
            assertEquals(expected.get(first, i % COLUMNS), actual.get(first, i % COLUMNS));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> actual.get(expected.rows(), 0));
        assertThrows(IndexOutOfBoundsException.class, () -> actual.copyRow(-1, new float[COLUMNS], 0));
        assertThrows(
                IndexOutOfBoundsException.class, () -> actual.copyRows(expected.rows() - 1, 2, new float[2 * COLUMNS]));
    }

    @Test
    void manyRowsCanBeAppendedAtOnce() {
        int rows = 3 * FloatMatrix.BLOCK_ROWS + 5;
        FloatMatrix oneByOne = new FloatMatrix(COLUMNS);
        fill(oneByOne, rows);
        FloatMatrix atOnce = overflowing(2L * FloatMatrix.BLOCK_ROWS * COLUMNS * Float.BYTES);
        int first = 0;
        for (int count : new int[] {0, 1, FloatMatrix.BLOCK_ROWS, FloatMatrix.BLOCK_ROWS - 1, rows}) {
            int take = Math.min(count, rows - first);
            float[] some = new float[take * COLUMNS + 1];
            oneByOne.copyRows(first, take, some);
            atOnce.append(some, take);
            first += take;
        }
        assertEquals(rows, first);
        assertTrue(atOnce.inFile());
        assertSame(oneByOne, atOnce);
    }

    @Test
    void rowsInAFileAreTheRowsThatWereAppended() {
        int block = FloatMatrix.BLOCK_ROWS;
        FloatMatrix inMemory = new FloatMatrix(COLUMNS);
        FloatMatrix inFile = overflowing(2L * block * COLUMNS * Float.BYTES);
        fill(inMemory, 2 * block);
        fill(inFile, 2 * block);
        assertFalse(inFile.inFile());
        assertSame(inMemory, inFile);
        for (int rows : new int[] {2 * block + 1, 3 * block, 3 * block + 5, 5 * block + 100}) {
            fill(inMemory, rows);
            fill(inFile, rows);
            assertTrue(inFile.inFile());
            assertSame(inMemory, inFile);
        }
    }

    @Test
    void withoutMemoryAllFullBlocksAreInTheFile() {
        FloatMatrix inMemory = new FloatMatrix(COLUMNS);
        FloatMatrix inFile = overflowing(0);
        for (int rows : new int[] {1, FloatMatrix.BLOCK_ROWS, 2 * FloatMatrix.BLOCK_ROWS + 3}) {
            fill(inMemory, rows);
            fill(inFile, rows);
            assertTrue(inFile.inFile());
            assertSame(inMemory, inFile);
        }
    }

    @Test
    void writtenAndReadAgain() throws IOException {
        FloatMatrix matrix = overflowing(0);
        fill(matrix, FloatMatrix.BLOCK_ROWS + 10);
        Path file = folder.resolve("written");
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            matrix.write(out);
        }
        FloatMatrix read = FloatMatrix.of(FileChannel.open(file), COLUMNS, matrix.rows());
        assertSame(matrix, read);
        assertThrows(IllegalStateException.class, () -> {
            for (int i = 0; i < FloatMatrix.BLOCK_ROWS; i++) {
                read.append(new float[COLUMNS]);
            }
        });
        assertEquals(
                "a file of 5 rows of 3 floats has 60 bytes, not " + 12L * matrix.rows(),
                assertThrows(IOException.class, () -> FloatMatrix.of(FileChannel.open(file), COLUMNS, 5))
                        .getMessage());
    }
}
