package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import java.util.Iterator;

/** Reads the records of {@link PacketWriter}s, one after the other. Not thread-safe. */
final class PacketReader {
    private final Iterator<byte[]> packets;
    private final PackedInput packet = new PackedInput(new byte[0]);
    private final PackedInput record = new PackedInput(new byte[0]);

    PacketReader(Iterator<byte[]> packets) {
        this.packets = packets;
    }

    /** The next record, valid until the next call; {@code null} after the last one. */
    PackedInput next() {
        while (packet.atEnd()) {
            if (!packets.hasNext()) {
                return null;
            }
            packet.on(packets.next());
        }
        return record.onBytesOf(packet);
    }
}
