package dev.octet.feature.history;

import it.unimi.dsi.fastutil.HashCommon;
import it.unimi.dsi.fastutil.longs.Long2IntMap;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** How often each value was counted. Beyond the bound the rarest values are forgotten, a quarter at least. */
final class ValueCounts {
    /** A saved value with its count. */
    private static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES;

    private final int most;
    private Long2IntOpenHashMap counts = new Long2IntOpenHashMap();

    ValueCounts(int most) {
        this.most = most;
    }

    int get(long key) {
        return counts.get(key);
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
        int count = counts.get(key);
        if (count == 0 && counts.size() >= most) {
            forgetRarest();
        }
        counts.put(key, count > Integer.MAX_VALUE - amount ? Integer.MAX_VALUE : count + amount);
    }

    /** Receives a value with its count. */
    @FunctionalInterface
    interface Each {
        void take(long value, int count);
    }

    void forEach(Each each) {
        for (Long2IntMap.Entry entry : counts.long2IntEntrySet()) {
            each.take(entry.getLongKey(), entry.getIntValue());
        }
    }

    /** By count alone, so that what is forgotten does not depend on the order in the table. */
    private void forgetRarest() {
        int[] sorted = counts.values().toIntArray();
        Arrays.sort(sorted);
        int cut = sorted[sorted.length / 4];
        Long2IntOpenHashMap kept = new Long2IntOpenHashMap();
        for (Long2IntMap.Entry entry : counts.long2IntEntrySet()) {
            if (entry.getIntValue() > cut) {
                kept.put(entry.getLongKey(), entry.getIntValue());
            }
        }
        counts = kept;
    }

    /** Bytes of the table: a key and a count a slot. */
    long bytes() {
        return 12L * HashCommon.arraySize(Math.max(16, counts.size()), 0.75f);
    }

    Image image() {
        Long2IntOpenHashMap image = counts.clone();
        return out -> save(image, out);
    }

    private static void save(Long2IntOpenHashMap counts, DataOutputStream out) throws IOException {
        long[] keys = counts.keySet().toLongArray();
        Arrays.sort(keys);
        out.writeInt(keys.length);
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
        for (long key : keys) {
            entry.putLong(0, key).putInt(Long.BYTES, counts.get(key));
            out.write(entry.array());
        }
    }

    void load(StateInput in, String what) throws IOException {
        int size = in.readInt("number of " + what, 0, most);
        long before = 0;
        for (int i = 0; i < size; i++) {
            ByteBuffer entry = in.readBlock(ENTRY_BYTES);
            long key = entry.getLong();
            StateInput.checkAscending("key of " + what, i == 0, before, key);
            int count = entry.getInt();
            StateInput.check("count of " + what, count, 1, Integer.MAX_VALUE);
            counts.put(key, count);
            before = key;
        }
    }
}
