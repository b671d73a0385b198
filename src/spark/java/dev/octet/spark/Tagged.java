package dev.octet.spark;

import dev.octet.feature.history.PackedInput;

/** Records of two kinds for a chunk: what is known of a value, and what came shortly before the chunk. */
final class Tagged {
    static final byte VALUE = 0;
    static final byte RECALL = 1;

    private Tagged() {}

    static byte[] of(byte tag, byte[] record) {
        byte[] tagged = new byte[record.length + 1];
        tagged[0] = tag;
        System.arraycopy(record, 0, tagged, 1, record.length);
        return tagged;
    }

    /** The place in the log of a login that came before. */
    static long ordinal(byte[] record) {
        PackedInput in = new PackedInput(record);
        in.number();
        return in.fixed();
    }
}
