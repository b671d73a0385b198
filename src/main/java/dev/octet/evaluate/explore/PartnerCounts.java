package dev.octet.evaluate.explore;

import it.unimi.dsi.fastutil.longs.LongIterator;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * How many different partners each key has, e.g. users each address. Exact up to {@code capacity} pairs; beyond, for a
 * sample of the keys that is chosen by their hashes, half of them at a time, so that the counts of those that stay are
 * exact. Not thread-safe.
 */
final class PartnerCounts<K> {
    private static final int MAX_HALVINGS = 16;
    private static final long KEY_BITS = -1L << 64 - MAX_HALVINGS;
    /** Pairs that came last; a power of two. */
    private static final int RECENT = 1 << 12;

    private final int capacity;
    private final ToLongFunction<K> hash;
    private final LongOpenHashSet pairs = new LongOpenHashSet();
    /** By the pair's last bits: each is in the set, or 0. The set is too large for the processor's caches. */
    private final long[] recent = new long[RECENT];

    private final Object2IntOpenHashMap<K> partners = new Object2IntOpenHashMap<>();
    private int halvings;

    /** @param hash of a key: 64 good bits */
    PartnerCounts(int capacity, ToLongFunction<K> hash) {
        this.capacity = capacity;
        this.hash = hash;
    }

    /** @param partnerHash 64 good bits */
    void add(K key, long partnerHash) {
        long keyHash = hash.applyAsLong(key);
        if (!isSampled(keyHash)) {
            return;
        }
        // the key's first bits stay in front, for the sampling; 48 bits tell the pairs of such a group apart
        long pair = keyHash & KEY_BITS | Hashes.mix(keyHash ^ Long.rotateLeft(partnerHash, 32)) & ~KEY_BITS;
        int slot = (int) pair & RECENT - 1;
        if (recent[slot] == pair && pair != 0) {
            return;
        }
        recent[slot] = pair;
        if (pairs.add(pair)) {
            partners.addTo(key, 1);
            while (pairs.size() > capacity && halvings < MAX_HALVINGS) {
                halvings++;
                for (LongIterator each = pairs.iterator(); each.hasNext(); ) {
                    if (!isSampled(each.nextLong())) {
                        each.remove();
                    }
                }
                partners.keySet().removeIf(kept -> !isSampled(hash.applyAsLong(kept)));
            }
        }
    }

    private boolean isSampled(long hash) {
        return halvings == 0 || hash >>> 64 - halvings == 0;
    }

    /** The share of the keys that is counted: 1 while all are. */
    double share() {
        return 1.0 / (1 << halvings);
    }

    /** How many of the counted keys have at least {@code from} and fewer than {@code to} partners. */
    long keysWith(int from, int to) {
        long keys = 0;
        for (int count : partners.values()) {
            keys += count >= from && count < to ? 1 : 0;
        }
        return keys;
    }

    /** The counted keys with most partners, of equals the first by text. */
    List<FrequentValues.Counted<K>> top(int most) {
        FrequentValues.Top<K> top = new FrequentValues.Top<>(most);
        partners.object2IntEntrySet().fastForEach(entry -> top.add(entry.getKey(), entry.getIntValue()));
        return top.best();
    }
}
