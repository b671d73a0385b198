package dev.octet.feature.history;

import it.unimi.dsi.fastutil.HashCommon;
import it.unimi.dsi.fastutil.longs.Long2LongMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.BiConsumer;

/** When each network had its first successful login. Beyond the bound the older half is forgotten. */
final class FirstSeen {
    static final long NEVER = Long.MIN_VALUE;

    private final int most;
    private Long2LongOpenHashMap times = table();

    FirstSeen(HistoryOptions options) {
        most = options.maxValues();
    }

    private static Long2LongOpenHashMap table() {
        Long2LongOpenHashMap table = new Long2LongOpenHashMap();
        table.defaultReturnValue(NEVER);
        return table;
    }

    /** Microseconds, or {@link #NEVER}. */
    long get(long key) {
        return times.get(key);
    }

    void add(long key, long time) {
        if (times.putIfAbsent(key, time) == NEVER && times.size() > most) {
            long[] sorted = times.values().toLongArray();
            Arrays.sort(sorted);
            long cut = sorted[sorted.length / 2];
            Long2LongOpenHashMap kept = table();
            for (Long2LongMap.Entry entry : times.long2LongEntrySet()) {
                if (entry.getLongValue() > cut) {
                    kept.put(entry.getLongKey(), entry.getLongValue());
                }
            }
            times = kept;
        }
    }

    /** Hands out each network with its time, microseconds. */
    void forEach(BiConsumer<Long, Long> each) {
        times.forEach(each);
    }

    long bytes() {
        return 16L * HashCommon.arraySize(Math.max(16, times.size()), 0.75f);
    }

    Image image() {
        Long2LongOpenHashMap image = times.clone();
        return out -> {
            long[] keys = image.keySet().toLongArray();
            Arrays.sort(keys);
            out.writeInt(keys.length);
            for (long key : keys) {
                out.writeLong(key);
                out.writeLong(image.get(key));
            }
        };
    }

    void load(StateInput in) throws IOException {
        int size = in.readInt("number of networks seen", 0, most);
        long before = 0;
        for (int i = 0; i < size; i++) {
            long key = in.readLong();
            StateInput.checkAscending("network", i == 0, before, key);
            times.put(key, in.readLong("time of a network", NEVER + 1, Long.MAX_VALUE));
            before = key;
        }
    }
}
