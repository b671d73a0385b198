package dev.octet.feature.history;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/** The records of {@link ValuePackets} of one partition, value by value. Not thread-safe. */
public final class MergedValues {
    private final PriorityQueue<Cursor> cursors = new PriorityQueue<>();
    private final List<byte[]> records = new ArrayList<>();
    private long value;

    /** One packet, at its next record. */
    private static final class Cursor implements Comparable<Cursor> {
        private final PackedInput in;
        private long value;

        Cursor(byte[] packet) {
            in = new PackedInput(packet);
        }

        boolean next() {
            if (in.atEnd()) {
                return false;
            }
            value = in.fixed();
            return true;
        }

        @Override
        public int compareTo(Cursor other) {
            return Long.compare(value, other.value);
        }
    }

    /** All packets of a partition, in any order. */
    public MergedValues(Iterable<byte[]> packets) {
        packets.forEach(packet -> advance(new Cursor(packet)));
    }

    private void advance(Cursor cursor) {
        if (cursor.next()) {
            cursors.add(cursor);
        }
    }

    /**
     * Goes to the next value.
     *
     * @return whether there is one
     */
    public boolean next() {
        if (cursors.isEmpty()) {
            return false;
        }
        records.clear();
        value = cursors.peek().value;
        while (!cursors.isEmpty() && cursors.peek().value == value) {
            Cursor cursor = cursors.remove();
            do {
                records.add(cursor.in.bytes());
            } while (cursor.next() && cursor.value == value);
            if (cursor.value != value) {
                cursors.add(cursor);
            }
        }
        return true;
    }

    /** The value. */
    public long value() {
        return value;
    }

    /** Its records, valid until the next value. */
    public List<byte[]> records() {
        return records;
    }
}
