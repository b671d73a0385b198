package dev.octet.feature;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of floats, kept in blocks so that no single array has to hold them all and growing copies nothing.
 *
 * <p>Append from one thread; reading is thread-safe once nothing is appended any more.
 */
public final class FloatMatrix {
    /** Rows a block. */
    static final int BLOCK_ROWS = 1 << 14;

    private final int columns;
    private final List<float[]> blocks = new ArrayList<>();
    private int rows;

    public FloatMatrix(int columns) {
        if (columns < 1) {
            throw new IllegalArgumentException("columns must be in [1, 2^31), got " + columns);
        }
        this.columns = columns;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** Appends the first {@link #columns()} values of {@code row}. */
    public void append(float[] row) {
        int inBlock = rows & (BLOCK_ROWS - 1);
        if (inBlock == 0) {
            blocks.add(new float[BLOCK_ROWS * columns]);
        }
        System.arraycopy(row, 0, blocks.get(blocks.size() - 1), inBlock * columns, columns);
        rows = Math.addExact(rows, 1);
    }

    public float get(int row, int column) {
        if (column < 0 || column >= columns) {
            throw new IndexOutOfBoundsException("column " + column + " is not in [0, " + columns + ")");
        }
        return blocks.get(checkRow(row) / BLOCK_ROWS)[(row & (BLOCK_ROWS - 1)) * columns + column];
    }

    /** Copies {@code row} to {@code target[offset ..)}. */
    public void copyRow(int row, float[] target, int offset) {
        System.arraycopy(
                blocks.get(checkRow(row) / BLOCK_ROWS), (row & (BLOCK_ROWS - 1)) * columns, target, offset, columns);
    }

    /** Copies {@code count} rows from {@code first} on to {@code target}, row-major. */
    public void copyRows(int first, int count, float[] target) {
        for (int done = 0; done < count; ) {
            int row = first + done;
            int inBlock = checkRow(row) & (BLOCK_ROWS - 1);
            int take = Math.min(count - done, BLOCK_ROWS - inBlock);
            checkRow(row + take - 1);
            System.arraycopy(blocks.get(row / BLOCK_ROWS), inBlock * columns, target, done * columns, take * columns);
            done += take;
        }
    }

    private int checkRow(int row) {
        if (row < 0 || row >= rows) {
            throw new IndexOutOfBoundsException("row " + row + " is not in [0, " + rows + ")");
        }
        return row;
    }
}
