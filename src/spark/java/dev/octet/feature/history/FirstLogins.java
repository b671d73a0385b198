package dev.octet.feature.history;

import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.function.BiConsumer;

/** The first successful login from each of some networks, in one chunk of a log. Not thread-safe. */
public final class FirstLogins {
    /** Where there is no login from a network. */
    public static final long NEVER = FirstSeen.NEVER;

    private final Networks networks;
    private final LongOpenHashSet wanted;
    private final Long2ObjectOpenHashMap<long[]> first = new Long2ObjectOpenHashMap<>();

    /**
     * A chunk.
     *
     * @param wanted keys of the networks
     */
    public FirstLogins(ChunkStart start, long[] wanted) {
        networks = new Networks(start);
        this.wanted = new LongOpenHashSet(wanted);
    }

    /** Goes on by a login, in order. */
    public void add(KeyedLogin login, long ordinal) {
        login.useBlocks(networks.blocks());
        LoginKeys keys = login.keys;
        if (login.success && keys.hasNetwork() && wanted.contains(keys.networkKey())) {
            first.putIfAbsent(keys.networkKey(), new long[] {ordinal, keys.timeMicros});
        }
        networks.pass(login);
    }

    /** Hands out the network, and the ordinal and time of its first login. */
    public void forEach(BiConsumer<Long, long[]> sink) {
        first.forEach(sink);
    }

    /**
     * Reads what is remembered of a value before the log.
     *
     * @return when the network had its first successful login; {@link #NEVER} where the record is of something else
     */
    public static long before(byte[] record) {
        PackedInput in = new PackedInput(record);
        if (in.integer() != ValueKind.FIRST_SEEN) {
            return NEVER;
        }
        in.integer(); // no chunk
        return in.fixed();
    }
}
