package dev.octet.spark;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Times and rows of some of a block's logins, one in so many, to cut the log into equal parts. Not thread-safe. */
final class KeySample {
    /** Logins at most; beyond it every second one goes. */
    private static final int MAX = 256;

    private final long[] micros = new long[MAX];
    private final long[] rows = new long[MAX];
    private int size;
    private long stride = 1;
    private long seen;

    void add(long time, long row) {
        if (seen++ % stride != 0) {
            return;
        }
        if (size == MAX) {
            for (int i = 0; i < MAX / 2; i++) {
                micros[i] = micros[2 * i];
                rows[i] = rows[2 * i];
            }
            size = MAX / 2;
            stride *= 2;
            if ((seen - 1) % stride != 0) {
                return;
            }
        }
        micros[size] = time;
        rows[size++] = row;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(seen);
        out.writeLong(stride);
        out.writeInt(size);
        for (int i = 0; i < size; i++) {
            out.writeLong(micros[i]);
            out.writeLong(rows[i]);
        }
    }

    /** Reads what {@link #write} wrote. */
    static KeySample read(DataInput in) throws IOException {
        KeySample sample = new KeySample();
        sample.seen = in.readLong();
        sample.stride = in.readLong();
        sample.size = in.readInt();
        for (int i = 0; i < sample.size; i++) {
            sample.micros[i] = in.readLong();
            sample.rows[i] = in.readLong();
        }
        return sample;
    }

    /** Samples of the parts of a log. Not thread-safe. */
    static final class Merged {
        private final List<Weighed> keys = new ArrayList<>();
        private long count;

        /** A login and how many it stands for. */
        private record Weighed(OrderKey key, double weight) {}

        /**
         * Adds that of a block.
         *
         * @param before rows of the log before it
         * @param falls whether of logins of one moment the last one comes first
         */
        void add(KeySample block, long before, boolean falls) {
            for (int i = 0; i < block.size; i++) {
                long row = before + block.rows[i];
                keys.add(new Weighed(new OrderKey(block.micros[i], falls ? -row : row), block.stride));
            }
            count += block.seen;
        }

        /** Adds keys that were drawn at random from so many. */
        void add(List<OrderKey> drawn, long of) {
            drawn.forEach(key -> keys.add(new Weighed(key, of / (double) drawn.size())));
            count += of;
        }

        /** Logins that all of them stand for. */
        long count() {
            return count;
        }

        /** The first keys of all parts but the first, if the log is cut into so many of equal size; fewer for few logins. */
        OrderKey[] bounds(int parts) {
            keys.sort(Comparator.comparing(Weighed::key));
            double all = keys.stream().mapToDouble(Weighed::weight).sum();
            List<OrderKey> bounds = new ArrayList<>();
            double passed = 0;
            for (Weighed each : keys) {
                boolean isNew =
                        bounds.isEmpty() || bounds.get(bounds.size() - 1).compareTo(each.key) != 0;
                if (passed > 0 && isNew && passed >= all * (bounds.size() + 1) / parts && bounds.size() < parts - 1) {
                    bounds.add(each.key);
                }
                passed += each.weight;
            }
            return bounds.toArray(new OrderKey[0]);
        }
    }
}
