package dev.octet.evaluate.explore;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import it.unimi.dsi.fastutil.objects.Object2LongOpenHashMap;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;

/**
 * How often each value occurs, and how many different ones there are. Exact up to {@code capacity} different values;
 * beyond, the frequent ones by the algorithm of Misra and Gries ("Finding repeated elements", 1982) with a purge at the
 * median count as in Anderson et al. ("A high-performance algorithm for identifying frequent items in data streams", IMC
 * 2017), and the number of different ones by UltraLogLog (Ertl, VLDB 2024; standard error 0.6 %). Same values in the same
 * order, same result. Not thread-safe.
 */
final class FrequentValues<T> {
    private static final int PRECISION = 14;
    /** Values that came last, whose next occurrences are counted beside the table; a power of two. */
    private static final int RECENT = 1 << 10;

    private final int capacity;
    private final ToLongFunction<T> hash;
    private Object2LongOpenHashMap<T> counts = new Object2LongOpenHashMap<>();
    /** By the value's hash; each is in the table. Most values of most columns are among them, and cost no look into it. */
    private final Object[] recent = new Object[RECENT];
    /** Occurrences of each of them that the table does not have yet. */
    private final int[] again = new int[RECENT];

    private UltraLogLog distinct;
    private long undercount;

    /** @param hash 64 bits, all of them good */
    FrequentValues(int capacity, ToLongFunction<T> hash) {
        this.capacity = capacity;
        this.hash = hash;
    }

    /** A value with its count, which is at most {@link #undercount()} too low. */
    record Counted<T>(T value, long count) {}

    void add(T value) {
        int hashCode = value.hashCode();
        int slot = (hashCode ^ hashCode >>> 16) & RECENT - 1;
        Object known = recent[slot];
        if (known == value || value.equals(known)) {
            again[slot]++;
            return;
        }
        settle(slot);
        recent[slot] = value;
        if (counts.addTo(value, 1) != 0) {
            return;
        }
        if (distinct != null) {
            distinct.add(hash.applyAsLong(value));
        }
        if (counts.size() > capacity) {
            purge();
        }
    }

    /** Brings what was counted beside the table into it. */
    @SuppressWarnings("unchecked") // only values of this type come there
    private void settle(int slot) {
        if (again[slot] > 0) {
            counts.addTo((T) recent[slot], again[slot]);
            again[slot] = 0;
        }
    }

    private void settle() {
        for (int slot = 0; slot < RECENT; slot++) {
            settle(slot);
        }
    }

    private void purge() {
        settle();
        Arrays.fill(recent, null); // some of them may leave the table
        if (distinct == null) {
            distinct = UltraLogLog.create(PRECISION);
            counts.keySet().forEach(value -> distinct.add(hash.applyAsLong(value)));
        }
        long[] sorted = counts.values().toLongArray();
        Arrays.sort(sorted);
        long median = sorted[sorted.length / 2];
        // a new table: taking the others out of this one moves those that stay, again and again
        Object2LongOpenHashMap<T> kept = new Object2LongOpenHashMap<>(capacity);
        counts.object2LongEntrySet().fastForEach(entry -> {
            if (entry.getLongValue() > median) {
                kept.put(entry.getKey(), entry.getLongValue() - median);
            }
        });
        counts = kept;
        undercount += median;
    }

    /** How many different values there were. */
    long distinct() {
        return distinct == null ? counts.size() : Math.round(distinct.getDistinctCountEstimate());
    }

    /** Whether {@link #distinct()} is an estimate. */
    boolean estimated() {
        return distinct != null;
    }

    /** How much too low a count is at most; 0 as long as all is exact. */
    long undercount() {
        return undercount;
    }

    /** The most frequent values, of equals the first by text. */
    List<Counted<T>> top(int most) {
        settle();
        Top<T> top = new Top<>(most);
        counts.object2LongEntrySet().fastForEach(entry -> top.add(entry.getKey(), entry.getLongValue()));
        return top.best();
    }

    /** Keeps the highest counts; texts are made and compared only where counts are equal. */
    static final class Top<T> {
        private final int most;
        private final PriorityQueue<Counted<T>> worstFirst =
                new PriorityQueue<>(Top.<T>bestFirst().reversed());

        Top(int most) {
            this.most = most;
        }

        private static <T> Comparator<Counted<T>> bestFirst() {
            return Comparator.<Counted<T>>comparingLong(Counted::count)
                    .reversed()
                    .thenComparing(each -> each.value().toString());
        }

        void add(T value, long count) {
            if (worstFirst.size() == most && count < worstFirst.peek().count()) {
                return;
            }
            worstFirst.add(new Counted<>(value, count));
            if (worstFirst.size() > most) {
                worstFirst.remove();
            }
        }

        List<Counted<T>> best() {
            return worstFirst.stream().sorted(bestFirst()).toList();
        }
    }
}
