package dev.octet.feature.history;

import it.unimi.dsi.fastutil.longs.LongArrays;
import java.util.Arrays;

/**
 * Puts records of values into packets, by partition and in order of the values, so that what travels between partitions costs
 * neither an object nor a serialiser's turn a record. Read by {@link MergedValues}. Not thread-safe.
 */
public final class ValuePackets {
    /** Bytes that are held before they are handed out. */
    private static final int BYTES = 64 << 20;

    private final int partitions;
    private final Sink sink;
    private final PackedOutput records = new PackedOutput();
    private long[] values = new long[1024];
    private int[] from = new int[1025];
    private int size;

    /** Receives a packet. */
    @FunctionalInterface
    public interface Sink {
        /** Takes a packet of a partition. */
        void take(int partition, byte[] packet);
    }

    /** Packets for so many partitions. */
    public ValuePackets(int partitions, Sink sink) {
        this.partitions = partitions;
        this.sink = sink;
    }

    /** Adds a record of a value. */
    public void add(long value, byte[] record) {
        records.plain(record, 0, record.length);
        end(value);
    }

    void add(long value, PackedOutput record) {
        records.plain(record);
        end(value);
    }

    private void end(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
            from = Arrays.copyOf(from, 2 * size + 1);
        }
        values[size++] = value;
        from[size] = records.length();
        if (records.length() >= BYTES) {
            flush();
        }
    }

    /** Hands out what is left. */
    public void flush() {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        LongArrays.quickSortIndirect(order, values, 0, size);
        PackedOutput[] packets = new PackedOutput[partitions];
        byte[] all = records.toBytes();
        for (int each : order) {
            int partition = (int) Long.remainderUnsigned(values[each], partitions);
            if (packets[partition] == null) {
                packets[partition] = new PackedOutput();
            }
            packets[partition]
                    .fixed(values[each])
                    .number(from[each + 1] - (long) from[each])
                    .plain(all, from[each], from[each + 1]);
        }
        size = 0;
        records.clear();
        for (int partition = 0; partition < partitions; partition++) {
            if (packets[partition] != null) {
                sink.take(partition, packets[partition].toBytes());
            }
        }
    }
}
