package dev.octet.event;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Opens a text file that may be compressed. What it is, its first bytes tell, never its name: gzip, xz and zstd (each
 * with concatenated members) are read as they are, other binary formats are refused by name.
 */
public final class InputFile {
    private static final int BUFFER = 1 << 16;
    private static final int LONGEST_MAGIC = 16;
    /** Far above what {@code xz -9} needs (65 MiB), and a bound for a file that claims a giant dictionary. */
    private static final int XZ_MEMORY_KIB = 256 << 10;

    private record Magic(String bytes, String what, String advice, boolean readable) {
        Magic(String bytes, String what, String advice) {
            this(bytes, what, advice, false);
        }

        boolean opens(byte[] head, int length) {
            if (length < bytes.length()) {
                return false;
            }
            for (int i = 0; i < bytes.length(); i++) {
                if ((head[i] & 0xff) != bytes.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final String GZIP = "\u001f\u008b";
    private static final String XZ = "\u00fd7zXZ\0";
    private static final String ZSTD = "\u0028\u00b5\u002f\u00fd";

    private static final Magic[] REFUSED = {
        new Magic("PK\3\4", "a zip archive", "unpack it first, e.g. with unzip"),
        new Magic("BZh", "bzip2 data", "unpack it first with bunzip2"),
        new Magic("7z\u00bc\u00af", "a 7-Zip archive", "unpack it first"),
        new Magic("PAR1", "a Parquet file", "read it with a format, e.g. --format octet", true),
        new Magic("SQLite format 3\0", "an SQLite database", "export the table as CSV"),
        new Magic("\u00ff\u00fe", "UTF-16 text", "convert it: iconv -f UTF-16 -t UTF-8", true),
        new Magic("\u00fe\u00ff", "UTF-16 text", "convert it: iconv -f UTF-16 -t UTF-8", true),
    };

    private InputFile() {}

    /** The compressed data of a file is damaged or ends early. */
    public static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The unpacked bytes of a file. */
    public static final class Content extends FilterInputStream {
        private final Disk disk;
        private final long size;

        private Content(InputStream unpacked, Disk disk, long size) {
            super(unpacked);
            this.disk = disk;
            this.size = size;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return in.read(buffer, offset, length);
        }

        /** How much of the file has been taken from the disk, in [0, 1]; NaN where its size is not known (a pipe). */
        public double share() {
            return size > 0 ? Math.min(1, (double) disk.taken / size) : Double.NaN;
        }
    }

    /**
     * Opens the file as a stream of its unpacked bytes, which throws {@link DamagedException} where they are damaged.
     *
     * @throws InputException if the file is missing, unreadable or of a known binary format
     */
    public static Content open(Path path) throws IOException {
        return open(path, false);
    }

    /**
     * As {@link #open(Path)}, for a reader that takes text in any encoding, and Parquet.
     *
     * @throws InputException if the file is missing, unreadable or of another binary format
     */
    public static Content openAny(Path path) throws IOException {
        return open(path, true);
    }

    private static Content open(Path path, boolean any) throws IOException {
        if (Files.isDirectory(path)) {
            throw new InputException(path + " is a directory, not a file");
        }
        Disk disk;
        try {
            disk = new Disk(Files.newInputStream(path));
        } catch (NoSuchFileException e) {
            throw new InputException(path + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new InputException(path + " cannot be read: permission denied", e);
        }
        try {
            BufferedInputStream raw = new BufferedInputStream(disk, BUFFER);
            byte[] head = new byte[LONGEST_MAGIC];
            raw.mark(LONGEST_MAGIC);
            int length = raw.readNBytes(head, 0, LONGEST_MAGIC);
            raw.reset();
            refuse(path.toString(), head, length, any);
            String packing = packing(head, length);
            if (packing.isEmpty()) {
                return new Content(raw, disk, Files.size(path));
            }
            BufferedInputStream unpacked = new BufferedInputStream(new Unpacked(disk, raw, packing), BUFFER);
            unpacked.mark(LONGEST_MAGIC);
            Arrays.fill(head, (byte) 0);
            length = unpacked.readNBytes(head, 0, LONGEST_MAGIC);
            unpacked.reset();
            refuse("the " + packing + " content of " + path, head, length, any);
            return new Content(unpacked, disk, Files.size(path));
        } catch (IOException | RuntimeException e) {
            disk.close();
            if (e instanceof DamagedException) {
                throw new InputException(path + ": " + e.getMessage() + "; nothing could be read", e);
            }
            throw e;
        }
    }

    private static void refuse(String what, byte[] head, int length, boolean any) {
        for (Magic magic : REFUSED) {
            if (magic.opens(head, length) && !(any && magic.readable)) {
                throw new InputException(what + " is " + magic.what() + ", not CSV text; " + magic.advice());
            }
        }
    }

    private static String packing(byte[] head, int length) {
        if (new Magic(GZIP, "", "").opens(head, length)) {
            return "gzip";
        }
        if (new Magic(XZ, "", "").opens(head, length)) {
            return "xz";
        }
        return new Magic(ZSTD, "", "").opens(head, length) ? "zstd" : "";
    }

    /** Counts bytes, and remembers whether reading the file itself failed, which is no fault of the data. */
    private static final class Disk extends FilterInputStream {
        private boolean failed;
        private long taken;

        Disk(InputStream in) {
            super(in);
        }

        @Override
        public long skip(long count) throws IOException {
            try {
                long skipped = in.skip(count);
                taken += skipped;
                return skipped;
            } catch (IOException e) {
                failed = true;
                throw e;
            }
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                int count = in.read(buffer, offset, length);
                taken += Math.max(0, count);
                return count;
            } catch (IOException e) {
                failed = true;
                throw e;
            }
        }
    }

    /** Unpacks; created on the first read, since the unpackers read their headers when they are created. */
    private static final class Unpacked extends InputStream {
        private final Disk disk;
        private final InputStream raw;
        private final String packing;
        private InputStream in;

        Unpacked(Disk disk, InputStream raw, String packing) {
            this.disk = disk;
            this.raw = raw;
            this.packing = packing;
        }

        private InputStream unpacker() throws IOException {
            return switch (packing) {
                // not the JDK's, which takes a second member with a cut header for the end of the file
                case "gzip" ->
                    GzipCompressorInputStream.builder()
                            .setInputStream(raw)
                            .setDecompressConcatenated(true)
                            .setBufferSize(BUFFER)
                            .get();
                case "xz" -> new XZInputStream(raw, XZ_MEMORY_KIB);
                default -> new ZstdInputStream(raw);
            };
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                if (in == null) {
                    in = unpacker();
                }
                return in.read(buffer, offset, length);
            } catch (IOException e) {
                if (disk.failed) {
                    throw e;
                }
                throw new DamagedException(
                        "the " + packing + " data is damaged or ends early (" + e.getMessage() + ")", e);
            }
        }

        @Override
        public void close() throws IOException {
            if (in != null) {
                in.close();
            }
            raw.close();
        }
    }
}
