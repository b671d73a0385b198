package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import scala.Tuple2;

/**
 * Packets for chunks, of two kinds: what is known of values, and what came shortly before the chunk. A packet begins with its
 * kind. Not thread-safe.
 */
final class Tagged {
    static final byte VALUE = 0;
    static final byte RECALL = 1;

    /** Bytes of a packet that is handed out; there may be one for each chunk at a time. */
    private static final int BYTES = 1 << 16;

    private final byte kind;
    private final PackedOutput[] open;

    /** Packets of one kind for so many chunks. */
    Tagged(byte kind, int chunks) {
        this.kind = kind;
        open = new PackedOutput[chunks];
    }

    /** Adds a record for a chunk, and hands out the chunk's packet once it is full. */
    void add(int chunk, PackedOutput record, Consumer<Tuple2<Integer, byte[]>> sink) {
        if (open[chunk] == null) {
            open[chunk] = new PackedOutput().number(kind);
        }
        open[chunk].bytes(record);
        if (open[chunk].length() >= BYTES) {
            end(chunk, sink);
        }
    }

    private void end(int chunk, Consumer<Tuple2<Integer, byte[]>> sink) {
        sink.accept(new Tuple2<>(chunk, open[chunk].toBytes()));
        open[chunk] = null;
    }

    /** Hands out all packets that are not full. */
    void end(Consumer<Tuple2<Integer, byte[]>> sink) {
        for (int chunk = 0; chunk < open.length; chunk++) {
            if (open[chunk] != null) {
                end(chunk, sink);
            }
        }
    }

    /** Whether a packet is of a kind. */
    static boolean is(byte kind, byte[] packet) {
        return packet[0] == kind;
    }

    /** Goes through the records of a packet, each valid until the next. */
    static void forEach(byte[] packet, Consumer<PackedInput> sink) {
        PackedInput in = new PackedInput(packet);
        in.number();
        PackedInput record = new PackedInput(packet);
        while (!in.atEnd()) {
            sink.accept(record.onBytesOf(in));
        }
    }

    /** Puts packets in order whose records begin with a place in the log, and do not overlap. */
    static void sort(List<byte[]> packets) {
        packets.sort(Comparator.comparingLong(packet -> {
            PackedInput in = new PackedInput(packet);
            in.number();
            in.number(); // length of the first record
            return in.fixed();
        }));
    }
}
