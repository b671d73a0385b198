package dev.octet.event.enrich;

import dev.octet.event.InputException;
import dev.octet.event.IpAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/**
 * A file that says where addresses belong. Thread-safe; open for the life of the process, as a file mapped into memory or
 * as arrays.
 */
sealed interface AddressDatabase permits MaxMindDatabase, RangeDatabase {
    /** Blocks of this size are remembered together: one answer mostly holds for all their addresses. */
    static int blockBits(IpAddress address) {
        return address.version() == 4 ? 24 : 48;
    }

    /**
     * What is known of an address.
     *
     * @param facts {@link AddressFacts#NONE} where the database does not hold it
     * @param wholeBlock whether the same holds for all addresses of its block of {@link #blockBits}
     */
    record Answer(AddressFacts facts, boolean wholeBlock) {}

    /**
     * Looks an address up.
     *
     * @param address IPv4 or IPv6, not missing
     * @throws InputException if the database is damaged
     */
    Answer find(IpAddress address);

    /**
     * As {@link #find}, for an address that is not public: only what the file says of such addresses in particular, by a
     * network that lies within the same special block. What it says of a larger one is not about them.
     *
     * @param blockBits prefix length of the address's special block, see {@link AddressSpace#blockBits}
     */
    Answer findInternal(IpAddress address, int blockBits);

    /** What the file is. */
    DatabaseInfo info();

    /** The facts that the file holds. */
    Set<AddressFact> facts();

    /** Whether it holds addresses of a version, 4 or 6. */
    boolean covers(int version);

    /**
     * Opens a MaxMind DB file or a file of ranges, told apart by content.
     *
     * @throws InputException if it is missing, damaged or neither
     */
    static AddressDatabase open(Path file) throws IOException {
        return isMaxMind(file) ? MaxMindDatabase.open(file) : RangeDatabase.open(file);
    }

    /** A MaxMind DB names itself within its last 128 KiB. */
    private static boolean isMaxMind(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new InputException(file + (Files.exists(file) ? " is no file" : " does not exist")
                    + "; name an address database, a MaxMind DB file or CSV ranges (docs/addresses.md says where to get"
                    + " one)");
        }
        byte[] marker = "\u00ab\u00cd\u00efMaxMind.com".getBytes(StandardCharsets.ISO_8859_1);
        try (var channel = Files.newByteChannel(file)) {
            long size = channel.size();
            int length = (int) Math.min(size, 128 << 10);
            var buffer = ByteBuffer.allocate(length);
            channel.position(size - length);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                continue;
            }
            return lastIndexOf(buffer.array(), marker) >= 0;
        }
    }

    private static int lastIndexOf(byte[] bytes, byte[] marker) {
        for (int i = bytes.length - marker.length; i >= 0; i--) {
            if (Arrays.equals(bytes, i, i + marker.length, marker, 0, marker.length)) {
                return i;
            }
        }
        return -1;
    }
}
