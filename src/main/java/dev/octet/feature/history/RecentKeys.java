package dev.octet.feature.history;

import it.unimi.dsi.fastutil.longs.LongIterator;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * A bounded set of keys that forgets what was not added for long: two generations, each half of the bound; a full younger
 * one becomes the older one, and the older one is dropped.
 */
final class RecentKeys {
    private final int halfOfMost;
    private LongOpenHashSet younger = new LongOpenHashSet();
    private LongOpenHashSet older = new LongOpenHashSet();

    RecentKeys(int most) {
        halfOfMost = Math.max(1, most / 2);
    }

    boolean contains(long key) {
        return younger.contains(key) || older.contains(key);
    }

    void add(long key) {
        if (younger.size() >= halfOfMost && !younger.contains(key)) {
            older = younger;
            younger = new LongOpenHashSet();
        }
        younger.add(key);
    }

    int size() {
        int size = younger.size();
        for (LongIterator keys = older.iterator(); keys.hasNext(); ) {
            size += younger.contains(keys.nextLong()) ? 0 : 1;
        }
        return size;
    }

    void save(DataOutputStream out) throws IOException {
        save(younger, out);
        save(older, out);
    }

    private static void save(LongOpenHashSet keys, DataOutputStream out) throws IOException {
        long[] sorted = keys.toLongArray();
        Arrays.sort(sorted);
        out.writeInt(sorted.length);
        for (long key : sorted) {
            out.writeLong(key);
        }
    }

    void load(StateInput in, String what) throws IOException {
        load(younger, in, what);
        load(older, in, what);
    }

    private void load(LongOpenHashSet keys, StateInput in, String what) throws IOException {
        int size = in.readInt("number of " + what, 0, halfOfMost);
        String ofKey = "key of " + what;
        long before = 0;
        for (int i = 0; i < size; i++) {
            long key = in.readLong();
            StateInput.checkAscending(ofKey, i == 0, before, key);
            keys.add(key);
            before = key;
        }
    }
}
