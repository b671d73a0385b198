package dev.octet.feature.history;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** How often each value was counted. Beyond the bound the rarest values are forgotten, a quarter at least. */
final class ValueCounts {
    /** A saved value with its count. */
    private static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES;

    private final int most;
    private KeyTable counts = new KeyTable(1);

    ValueCounts(int most) {
        this.most = most;
    }

    int get(long key) {
        return (int) counts.get(key);
    }

    /** Values remembered. */
    int distinct() {
        return counts.size();
    }

    void add(long key) {
        add(key, 1);
    }

    /** @param amount positive */
    void add(long key, int amount) {
        if (counts.size() >= most && counts.get(key) == 0) {
            forgetRarest();
        }
        int place = counts.make(key);
        counts.words[place] = Math.min(counts.words[place] + amount, Integer.MAX_VALUE);
    }

    /** Receives a value with its count. */
    @FunctionalInterface
    interface Each {
        void take(long value, int count);
    }

    void forEach(Each each) {
        counts.forEach((key, place) -> each.take(key, (int) counts.words[place]));
    }

    /** By count alone, so that what is forgotten does not depend on the order in the table. */
    private void forgetRarest() {
        int[] sorted = new int[counts.size()];
        int[] next = {0};
        forEach((key, count) -> sorted[next[0]++] = count);
        Arrays.sort(sorted);
        int cut = sorted[sorted.length / 4];
        KeyTable kept = new KeyTable(1);
        forEach((key, count) -> {
            if (count > cut) {
                kept.put(key, count);
            }
        });
        counts = kept;
    }

    long bytes() {
        return counts.bytes();
    }

    Image image() {
        KeyTable image = counts.image();
        return out -> save(image, out);
    }

    private static void save(KeyTable counts, DataOutputStream out) throws IOException {
        long[] keys = counts.sortedKeys();
        out.writeInt(keys.length);
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
        for (long key : keys) {
            entry.putLong(0, key).putInt(Long.BYTES, (int) counts.get(key));
            out.write(entry.array());
        }
    }

    void load(StateInput in, String what) throws IOException {
        int size = in.readInt("number of " + what, 0, most);
        String ofKey = "key of " + what;
        String ofCount = "count of " + what;
        long before = 0;
        for (int i = 0; i < size; i++) {
            ByteBuffer entry = in.readBlock(ENTRY_BYTES);
            long key = entry.getLong();
            StateInput.checkAscending(ofKey, i == 0, before, key);
            int count = entry.getInt();
            StateInput.check(ofCount, count, 1, Integer.MAX_VALUE);
            counts.put(key, count);
            before = key;
        }
    }
}
