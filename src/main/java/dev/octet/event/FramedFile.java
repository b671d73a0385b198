package dev.octet.event;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * Binary files of one frame: the bytes that say what the file is, its content, and the CRC-32C of both as a big-endian long.
 * A file is either the old one or the whole new one, on the disk.
 */
public final class FramedFile {
    private static final int BUFFER = 1 << 16;

    private FramedFile() {}

    /** Writes the content of a file; must not close the stream. */
    @FunctionalInterface
    public interface Content {
        void write(DataOutputStream out) throws IOException;
    }

    /** Reads all of the content of a file. */
    @FunctionalInterface
    public interface Parser<T> {
        T read(DataInputStream in) throws IOException;
    }

    /** @param kind what the file is, with its version */
    public static void write(Path target, byte[] kind, Content content) throws IOException {
        TemporaryFile.replace(target, temporary -> {
            try (FileOutputStream stream = new FileOutputStream(temporary.toFile())) {
                CheckedOutputStream checked =
                        new CheckedOutputStream(new BufferedOutputStream(stream, BUFFER), new CRC32C());
                DataOutputStream out = new DataOutputStream(checked);
                out.write(kind);
                content.write(out);
                out.flush();
                out.writeLong(checked.getChecksum().getValue());
                out.flush();
                stream.getFD().sync();
            }
        });
    }

    /** A file that was cut off or changed since it was written. */
    public static final class DamagedException extends InputException {
        private static final long serialVersionUID = 1;

        private DamagedException() {
            super("it is damaged or cut off (its checksum does not match)");
        }
    }

    /** Whether a file begins as one of this kind does. */
    public static boolean isOf(Path file, byte[] kind) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            return Arrays.equals(stream.readNBytes(kind.length), kind);
        }
    }

    /**
     * Reads a file. Nothing of it is parsed before its checksum was found right.
     *
     * @throws DamagedException if it is damaged or cut off
     * @throws InputException if it is of another kind; neither message names the file
     */
    public static <T> T read(Path file, byte[] kind, Parser<T> parser) throws IOException {
        if (!isOf(file, kind)) {
            throw new InputException("it is of another kind, or of another version of Octet");
        }
        long content = Files.size(file) - Long.BYTES;
        if (content < kind.length) {
            throw new DamagedException();
        }
        try (DataInputStream in = open(file)) {
            CRC32C sum = new CRC32C();
            byte[] buffer = new byte[BUFFER];
            for (long left = content; left > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    throw new DamagedException();
                }
                sum.update(buffer, 0, read);
                left -= read;
            }
            if (in.readLong() != sum.getValue()) {
                throw new DamagedException();
            }
        }
        try (DataInputStream in = open(file)) {
            in.skipNBytes(kind.length);
            T parsed = parser.read(in);
            in.readLong();
            if (in.read() >= 0) {
                throw new InputException("it holds more than this version of Octet reads");
            }
            return parsed;
        } catch (EOFException e) {
            throw new InputException("it holds less than this version of Octet reads", e);
        }
    }

    private static DataInputStream open(Path file) throws IOException {
        return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER));
    }
}
