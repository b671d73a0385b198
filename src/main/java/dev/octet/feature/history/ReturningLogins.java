package dev.octet.feature.history;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Flagged logins that nobody judged: on how many days a user came back in the same way (network and device). A way of
 * which somebody said that it was a takeover stays refused. Bounded: of more than {@link #MAX} ways the one that was
 * seen longest ago is forgotten. Not thread-safe.
 */
final class ReturningLogins {
    static final int MAX = 1 << 17;
    /** What is remembered of a way that was a takeover. */
    static final long REFUSED = -1;

    private static final int DAY_SHIFT = 16;

    /** By hash of user, network and device: number of the last day, and number of days; or {@link #REFUSED}. */
    private final Map<Long, Long> days;

    ReturningLogins() {
        this(MAX);
    }

    ReturningLogins(int most) {
        days = new SeenLast(most);
    }

    /** The way that was seen longest ago comes first. */
    private static final class SeenLast extends LinkedHashMap<Long, Long> {
        private static final long serialVersionUID = 1L;

        private final int most;

        SeenLast(int most) {
            super(16, 0.75f, true);
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > most;
        }
    }

    /** What the way of a login is remembered by. */
    static long key(LoginKeys keys) {
        return key(keys.user, keys);
    }

    /** As above, of a login that counts as another user's. */
    static long key(long user, LoginKeys keys) {
        long key = user;
        key = 31 * key + keys.field(Field.ASN);
        return 31 * key + keys.field(Field.DEVICE);
    }

    /**
     * Counts the day of a flagged login.
     *
     * @param quiet whether nothing else speaks against it; a day counts only then
     * @return days counted so far; 0 for a way that was refused
     */
    int returned(LoginKeys keys, long micros, boolean quiet) {
        return returned(key(keys), micros, quiet);
    }

    /** As above, by {@link #key}. */
    int returned(long key, long micros, boolean quiet) {
        Long known = days.get(key);
        long before = known == null ? 0 : known;
        if (before == REFUSED) {
            return 0;
        }
        long day = Math.floorDiv(micros, LoginKeys.MICROS_PER_DAY);
        long count = before & ((1 << DAY_SHIFT) - 1);
        if (quiet && (count == 0 || day > before >> DAY_SHIFT)) {
            count = Math.min(count + 1, (1 << DAY_SHIFT) - 1);
            days.put(key, day << DAY_SHIFT | count);
        }
        return (int) count;
    }

    /** Never lets this way become familiar. */
    void refuse(LoginKeys keys) {
        days.put(key(keys), REFUSED);
    }

    /** Forgets a way: it is familiar now, or somebody said that it is the user's. */
    void forget(LoginKeys keys) {
        forget(key(keys));
    }

    /** As above, by {@link #key}. */
    void forget(long key) {
        days.remove(key);
    }

    /** What is remembered of a way, {@code null} where it is nothing; the way counts as seen now. */
    Long get(long key) {
        return days.get(key);
    }

    /** Brings back a way, as the one that was seen last. */
    void restore(long key, long value) {
        days.remove(key);
        days.put(key, value);
    }

    /** Ways that are remembered. */
    int size() {
        return days.size();
    }

    long bytes() {
        return 96L * days.size();
    }

    Image image() {
        long[] ways = new long[2 * days.size()];
        int at = 0;
        for (Map.Entry<Long, Long> entry : days.entrySet()) {
            ways[at++] = entry.getKey();
            ways[at++] = entry.getValue();
        }
        return out -> {
            out.writeInt(ways.length / 2);
            for (long value : ways) {
                out.writeLong(value);
            }
        };
    }

    void load(StateInput in) throws IOException {
        int count = in.readInt("flagged logins that may come back", 0, MAX);
        for (int i = 0; i < count; i++) {
            days.put(in.readLong(), in.readLong());
        }
    }
}
