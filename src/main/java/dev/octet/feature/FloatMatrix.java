package dev.octet.feature;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of floats, kept in blocks so that no single array has to hold them all and growing copies nothing. Where they
 * outgrow a limit they move to a file, row-major and little-endian. Single rows of the file are read through a mapping,
 * of which the operating system keeps in memory what it has room for; {@link #copyRows} reads and maps nothing.
 *
 * <p>Append from one thread; reading is thread-safe once nothing is appended any more. Methods throw {@link
 * UncheckedIOException} where the file cannot be read or written.
 */
public final class FloatMatrix {
    /** Rows a block. */
    static final int BLOCK_ROWS = 1 << 14;

    /** Bytes of a file that are mapped in one go, which must be below 2 GB. */
    private static final long MAPPED_BYTES = 1 << 29;

    /** Where the rows go that outgrow the memory. */
    public interface Overflow {
        /** Opens an empty file for reading and writing. */
        FileChannel open() throws IOException;
    }

    private final int columns;
    /** Rows of a part of the mapping. */
    private final int mappedRows;

    private final long mostBytes;
    private final Overflow overflow;
    /** All blocks; once there is a file, only the one that is being filled. */
    private final List<float[]> blocks = new ArrayList<>();

    private FileChannel file;
    /** Rows in the file. */
    private int rowsInFile;

    private volatile FloatBuffer[] mapped;
    private int rows;
    private boolean readOnly;

    /** A matrix that stays in memory. */
    public FloatMatrix(int columns) {
        this(columns, Long.MAX_VALUE, () -> {
            throw new IllegalStateException("a matrix without a limit does not overflow");
        });
    }

    /** @param mostBytes beyond this size the rows move to the file that {@code overflow} opens */
    public FloatMatrix(int columns, long mostBytes, Overflow overflow) {
        if (columns < 1) {
            throw new IllegalArgumentException("columns must be in [1, 2^31), got " + columns);
        }
        this.columns = columns;
        this.mappedRows = (int) Math.max(1, MAPPED_BYTES / bytes(1));
        this.mostBytes = mostBytes;
        this.overflow = overflow;
    }

    /**
     * The rows of a file that {@link #write} wrote, to be read only.
     *
     * @throws IOException if it does not hold that many
     */
    public static FloatMatrix of(FileChannel file, int columns, int rows) throws IOException {
        FloatMatrix matrix = new FloatMatrix(columns);
        if (file.size() != matrix.bytes(rows)) {
            throw new IOException("a file of " + rows + " rows of " + columns + " floats has " + matrix.bytes(rows)
                    + " bytes, not " + file.size());
        }
        matrix.file = file;
        matrix.rowsInFile = rows;
        matrix.rows = rows;
        matrix.readOnly = true;
        return matrix;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** Whether the rows have outgrown the memory. */
    public boolean inFile() {
        return file != null;
    }

    private long bytes(int count) {
        return (long) count * columns * Float.BYTES;
    }

    /** Appends the first {@link #columns()} values of {@code row}. */
    public void append(float[] row) {
        append(row, 1);
    }

    /** Appends the first {@code count} rows of {@code some}, row-major. */
    public void append(float[] some, int count) {
        if (readOnly) {
            throw new IllegalStateException("the rows of a file are to be read only");
        }
        for (int done = 0; done < count; ) {
            int inBlock = rows & (BLOCK_ROWS - 1);
            if (inBlock == 0) {
                addBlock();
            }
            int take = Math.min(count - done, BLOCK_ROWS - inBlock);
            System.arraycopy(some, done * columns, blocks.get(blocks.size() - 1), inBlock * columns, take * columns);
            rows = Math.addExact(rows, take);
            done += take;
        }
    }

    private void addBlock() {
        if (file == null && bytes(rows) < mostBytes) {
            blocks.add(new float[BLOCK_ROWS * columns]);
            return;
        }
        try {
            if (file == null) {
                file = overflow.open();
            }
            for (float[] block : blocks) {
                write(file, block, BLOCK_ROWS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a matrix cannot be written: " + e.getMessage(), e);
        }
        rowsInFile = rows;
        mapped = null;
        float[] free = blocks.isEmpty() ? new float[BLOCK_ROWS * columns] : blocks.get(0);
        blocks.clear();
        blocks.add(free);
    }

    private void write(FileChannel target, float[] block, int count) throws IOException {
        ByteBuffer bytes = buffer(count);
        bytes.asFloatBuffer().put(block, 0, count * columns);
        while (bytes.hasRemaining()) {
            target.write(bytes);
        }
    }

    private ByteBuffer buffer(int count) {
        return ByteBuffer.allocate(Math.toIntExact(bytes(count))).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes all rows at the position of a file. */
    public void write(FileChannel target) throws IOException {
        float[] some = new float[BLOCK_ROWS * columns];
        for (int first = 0; first < rows; first += BLOCK_ROWS) {
            int count = Math.min(BLOCK_ROWS, rows - first);
            copyRows(first, count, some);
            write(target, some, count);
        }
    }

    public float get(int row, int column) {
        if (column < 0 || column >= columns) {
            throw new IndexOutOfBoundsException("column " + column + " is not in [0, " + columns + ")");
        }
        checkRow(row);
        if (row < rowsInFile) {
            FloatBuffer[] parts = mapping();
            return parts[row / mappedRows].get(row % mappedRows * columns + column);
        }
        return block(row)[(row & (BLOCK_ROWS - 1)) * columns + column];
    }

    /** Copies {@code row} to {@code target[offset ..)}. */
    public void copyRow(int row, float[] target, int offset) {
        checkRow(row);
        if (row < rowsInFile) {
            FloatBuffer[] parts = mapping();
            parts[row / mappedRows].get(row % mappedRows * columns, target, offset, columns);
        } else {
            System.arraycopy(block(row), (row & (BLOCK_ROWS - 1)) * columns, target, offset, columns);
        }
    }

    private float[] block(int row) {
        return blocks.get((row - rowsInFile) / BLOCK_ROWS);
    }

    private FloatBuffer[] mapping() {
        FloatBuffer[] parts = mapped;
        if (parts == null) {
            synchronized (this) {
                parts = mapped;
                if (parts == null) {
                    parts = map();
                    mapped = parts;
                }
            }
        }
        return parts;
    }

    private FloatBuffer[] map() {
        int each = mappedRows;
        FloatBuffer[] parts = new FloatBuffer[(rowsInFile + each - 1) / each];
        try {
            for (int i = 0; i < parts.length; i++) {
                int count = Math.min(each, rowsInFile - i * each);
                parts[i] = file.map(FileChannel.MapMode.READ_ONLY, bytes(i * each), bytes(count))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a matrix cannot be read: " + e.getMessage(), e);
        }
        return parts;
    }

    /** Copies {@code count} rows from {@code first} on to {@code target}, row-major. */
    public void copyRows(int first, int count, float[] target) {
        if (count <= 0) {
            return;
        }
        checkRow(first);
        checkRow(first + count - 1);
        int done = Math.max(0, Math.min(count, rowsInFile - first));
        if (done > 0) {
            read(first, done, target);
        }
        while (done < count) {
            int row = first + done;
            int inBlock = row & (BLOCK_ROWS - 1);
            int take = Math.min(count - done, BLOCK_ROWS - inBlock);
            System.arraycopy(block(row), inBlock * columns, target, done * columns, take * columns);
            done += take;
        }
    }

    private void read(int first, int count, float[] target) {
        ByteBuffer bytes = buffer(count);
        try {
            while (bytes.hasRemaining()) {
                if (file.read(bytes, bytes(first) + bytes.position()) < 0) {
                    throw new IOException("the file has become shorter");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a matrix cannot be read: " + e.getMessage(), e);
        }
        bytes.flip().asFloatBuffer().get(target, 0, count * columns);
    }

    private void checkRow(int row) {
        if (row < 0 || row >= rows) {
            throw new IndexOutOfBoundsException("row " + row + " is not in [0, " + rows + ")");
        }
    }
}
