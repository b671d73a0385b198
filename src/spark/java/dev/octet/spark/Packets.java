package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import java.util.ArrayList;
import java.util.List;
import scala.Tuple2;

/** Records by a key, many in an array of bytes, so that they travel from the driver as few objects. Not thread-safe. */
final class Packets {
    private static final int BYTES = 1 << 20;

    private final List<byte[]> full = new ArrayList<>();
    private final PackedOutput open = new PackedOutput();

    void add(byte[] record, long key) {
        open.fixed(key).bytes(record);
        if (open.length() >= BYTES) {
            full.add(open.toBytes());
            open.clear();
        }
    }

    /** All packets; no record may be added then. */
    List<byte[]> all() {
        if (open.length() > 0) {
            full.add(open.toBytes());
            open.clear();
        }
        return full;
    }

    static List<Tuple2<Long, byte[]>> open(byte[] packet) {
        PackedInput in = new PackedInput(packet);
        List<Tuple2<Long, byte[]>> records = new ArrayList<>();
        while (!in.atEnd()) {
            records.add(new Tuple2<>(in.fixed(), in.bytes()));
        }
        return records;
    }
}
