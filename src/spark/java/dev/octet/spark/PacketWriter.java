package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Packs records, many in an array of bytes: what is kept between two steps then costs neither an object nor a serialiser's
 * turn a record. Read by {@link PacketReader}. Not thread-safe.
 */
abstract class PacketWriter implements Iterator<byte[]> {
    private static final int BYTES = 1 << 18;

    private final PackedOutput packet = new PackedOutput();
    private boolean ended;

    /**
     * Adds the next record or records with {@link #add}.
     *
     * @return whether there may be more
     */
    abstract boolean write();

    /** Adds a record to the packet. */
    final void add(PackedOutput record) {
        packet.bytes(record);
    }

    /** Adds a record that another packet has: all that is not read yet. */
    final void add(PackedInput record) {
        packet.bytes(record);
    }

    @Override
    public boolean hasNext() {
        while (!ended && packet.length() < BYTES) {
            ended = !write();
        }
        return packet.length() > 0;
    }

    @Override
    public byte[] next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        byte[] full = packet.toBytes();
        packet.clear();
        return full;
    }
}
