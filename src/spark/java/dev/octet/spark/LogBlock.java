package dev.octet.spark;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A part of a file of a log: all lines that begin between two places. Immutable. */
final class LogBlock implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int BUFFER = 1 << 16;

    final String path;
    private final long modifiedMillis;
    private final long from;
    private final long until;
    private final boolean whole;
    /** What stands before the first line of every block: the line that names the columns. */
    private final byte[] header;

    /** What copying a block found: its lines without the header, and whether none of them ends within quotation marks. */
    record Copied(long lines, boolean even) {}

    /**
     * A part of a file.
     *
     * @param whole whether it is all of the file, whatever it holds
     * @param header the file's first line with its end, where each block needs it; it is not part of any block
     */
    LogBlock(LogPlan.LogFile file, long from, long until, boolean whole, byte[] header) {
        path = file.path();
        modifiedMillis = file.modifiedMillis();
        this.from = from;
        this.until = until;
        this.whole = whole;
        this.header = header;
    }

    boolean isWhole() {
        return whole;
    }

    /**
     * Copies the block to a file of this machine, where Octet's readers read it.
     *
     * @return of a whole file 0 lines, as nobody counts on behind it, and that lines can be told apart
     */
    Copied copy(Configuration configuration, java.nio.file.Path target) throws IOException {
        return copy(configuration, target, UnaryOperator.identity());
    }

    /**
     * Copies some lines of the block, which must not be a whole file.
     *
     * @param wanted their numbers, counted from the block's first line, ascending
     */
    void copyLines(Configuration configuration, java.nio.file.Path target, long[] wanted) throws IOException {
        copy(configuration, target, out -> new SomeLines(out, wanted));
    }

    /** @param through what the block's lines, but for the header, pass through */
    private Copied copy(Configuration configuration, java.nio.file.Path target, UnaryOperator<OutputStream> through)
            throws IOException {
        Path file = new Path(path);
        FileSystem files = file.getFileSystem(configuration);
        try (FSDataInputStream in = files.open(file);
                OutputStream out = Files.newOutputStream(target)) {
            if (whole) {
                in.transferTo(out);
                Files.setLastModifiedTime(target, FileTime.fromMillis(modifiedMillis)); // the year of lines without one
                return new Copied(0, true);
            }
            out.write(header);
            return copyLines(in, through.apply(out));
        }
    }

    private Copied copyLines(FSDataInputStream file, OutputStream out) throws IOException {
        boolean mine = from <= header.length; // else a line that begins before the block is the block's before
        long at = mine ? from : from - 1;
        file.seek(at);
        boolean begins = true;
        boolean evenInLine = true;
        boolean even = true;
        long lines = 0;
        byte[] buffer = new byte[BUFFER];
        for (int read = file.read(buffer); read >= 0; read = file.read(buffer)) {
            int first = 0;
            for (int i = 0; i < read; i++) {
                if (begins && mine) {
                    if (at + i >= until) {
                        out.write(buffer, first, i - first);
                        return new Copied(lines, even);
                    }
                    lines++; // the line that begins here belongs to the block, wherever it ends
                    evenInLine = true;
                }
                begins = buffer[i] == '\n';
                evenInLine ^= buffer[i] == '"';
                if (begins && mine) {
                    even &= evenInLine;
                } else if (begins) {
                    mine = true;
                    first = i + 1;
                }
            }
            if (mine) {
                out.write(buffer, first, read - first);
            }
            at += read;
        }
        return new Copied(lines, even && (begins || !mine || evenInLine));
    }

    /** Passes on some lines. */
    private static final class SomeLines extends OutputStream {
        private final OutputStream out;
        private final long[] wanted;
        private int next;
        private long line;

        /** @param wanted their numbers, ascending */
        SomeLines(OutputStream out, long[] wanted) {
            this.out = out;
            this.wanted = wanted;
        }

        @Override
        public void write(int each) throws IOException {
            write(new byte[] {(byte) each}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int end = offset + length;
            for (int from = offset; from < end && next < wanted.length; ) {
                int to = from;
                while (to < end && bytes[to] != '\n') {
                    to++;
                }
                boolean ends = to < end;
                to += ends ? 1 : 0;
                if (line == wanted[next]) {
                    out.write(bytes, from, to - from);
                    next += ends ? 1 : 0;
                }
                line += ends ? 1 : 0;
                from = to;
            }
        }
    }

    /**
     * The first line of a file with its end.
     *
     * @return {@code null} where there is no end within a megabyte
     */
    static byte[] firstLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && line.size() < 1 << 20; next = in.read()) {
            line.write(next);
            if (next == '\n') {
                return line.toByteArray();
            }
        }
        return null;
    }

    /** The first bytes of a file, fewer where it is shorter. */
    static byte[] head(FSDataInputStream in, int count) throws IOException {
        byte[] head = new byte[count];
        int read = 0;
        try {
            while (read < count) {
                int next = in.read(head, read, count - read);
                if (next < 0) {
                    break;
                }
                read += next;
            }
        } catch (EOFException e) {
            return Arrays.copyOf(head, read); // some file systems say the end like this
        }
        return Arrays.copyOf(head, read);
    }
}
