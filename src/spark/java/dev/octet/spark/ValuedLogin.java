package dev.octet.spark;

import dev.octet.feature.HistoryPlaces;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;

/** A login with all its raw values, as bytes. Reused; not thread-safe. */
final class ValuedLogin {
    private final HistoryPlaces places;
    private final PackedOutput out = new PackedOutput();
    private final PackedInput in = new PackedInput(new byte[0]);
    final float[] raw;
    long micros;
    boolean success;
    int label;

    ValuedLogin(HistoryPlaces places) {
        this.places = places;
        raw = new float[places.extractor().width()];
    }

    /**
     * Writes a login.
     *
     * @param values where its values stand that do not look back
     * @param history its history features; {@code null} where none is asked for
     */
    byte[] write(long timeMicros, boolean succeeded, int ofLabel, PackedInput values, float[] history) {
        places.read(values, raw);
        if (history != null) {
            places.put(history, raw);
        }
        out.clear().fixed(timeMicros).number(ofLabel << 1 | (succeeded ? 1 : 0));
        for (float value : raw) {
            out.fixedInt(Float.floatToRawIntBits(value));
        }
        return out.toBytes();
    }

    /** Reads what {@link #write} wrote. */
    void read(byte[] record) {
        in.on(record);
        micros = in.fixed();
        int flags = in.integer();
        success = (flags & 1) != 0;
        label = flags >> 1;
        for (int i = 0; i < raw.length; i++) {
            raw[i] = Float.intBitsToFloat(in.fixedInt());
        }
    }
}
