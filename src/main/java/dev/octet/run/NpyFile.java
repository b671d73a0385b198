package dev.octet.run;

import dev.octet.event.TemporaryFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * An array in NumPy's format (NEP 1, version 1.0), written row by row without knowing how many there will be. It has a
 * temporary name until it is closed after {@link #complete}. Not thread-safe.
 */
final class NpyFile implements AutoCloseable {
    /** Bytes before the data, a multiple of 64. */
    private static final int HEADER = 128;

    private final Path target;
    private final Path temporary;
    private final String type;
    private final int columns;
    private final FileChannel file;
    private final ByteBuffer buffer;
    private long rows;
    private boolean complete;

    private NpyFile(Path target, String type, int bytes, int columns) throws IOException {
        this.target = target.toAbsolutePath();
        this.type = type;
        this.columns = columns;
        temporary = TemporaryFile.beside(this.target);
        file = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        buffer = ByteBuffer.allocate(Math.max(1 << 16, bytes * Math.max(1, columns)))
                .order(ByteOrder.LITTLE_ENDIAN);
        file.write(ByteBuffer.allocate(HEADER));
    }

    /** A matrix of 32-bit floats. */
    static NpyFile floats(Path target, int columns) throws IOException {
        return new NpyFile(target, "<f4", Float.BYTES, columns);
    }

    /** A vector of signed bytes. */
    static NpyFile bytes(Path target) throws IOException {
        return new NpyFile(target, "|i1", 1, 0);
    }

    /** A vector of 64-bit integers. */
    static NpyFile longs(Path target) throws IOException {
        return new NpyFile(target, "<i8", Long.BYTES, 0);
    }

    void add(float[] row) throws IOException {
        room(Float.BYTES * columns);
        for (float value : row) {
            buffer.putFloat(value);
        }
        rows++;
    }

    void add(byte value) throws IOException {
        room(1);
        buffer.put(value);
        rows++;
    }

    void add(long value) throws IOException {
        room(Long.BYTES);
        buffer.putLong(value);
        rows++;
    }

    private void room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        buffer.clear();
    }

    long rows() {
        return rows;
    }

    /** Says that every row was written, so that {@link #close} may put the file in its place. */
    void complete() throws IOException {
        flush();
        String shape = columns == 0 ? "(" + rows + ",)" : "(" + rows + ", " + columns + ")";
        String text = String.format(Locale.ROOT, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", type, shape);
        ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
        header.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0);
        header.putShort((short) (HEADER - 10));
        header.put(text.getBytes(StandardCharsets.US_ASCII));
        while (header.position() < HEADER - 1) {
            header.put((byte) ' ');
        }
        header.put((byte) '\n').flip();
        file.write(header, 0);
        complete = true;
    }

    @Override
    public void close() throws IOException {
        file.close();
        if (complete) {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.deleteIfExists(temporary);
    }
}
