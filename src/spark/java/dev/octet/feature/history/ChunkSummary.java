package dev.octet.feature.history;

import java.io.Serializable;

/** Totals of one chunk of a log, for {@link ChunkStart}. */
public final class ChunkSummary implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int NETWORK = Field.ASN.ordinal();
    private static final int WIDE = Field.WIDE_BLOCK.ordinal();

    long attempts;
    long successes;
    long firstMicros = Long.MAX_VALUE;
    long lastMicros = Long.MIN_VALUE;
    final long[] hours = new long[24];
    final long[] valued = new long[Field.COUNT];
    /** Whether networks are blocks after the chunk, where they were not before it, and where they were. */
    private final boolean[] blocksAfter = {false, true};
    /** Successful logins with a wider block as key, by the same. */
    private final long[] wide = new long[2];

    /** Counts a login of the chunk, in order. */
    public void add(KeyedLogin login) {
        attempts++;
        firstMicros = Math.min(firstMicros, login.keys.timeMicros);
        lastMicros = Math.max(lastMicros, login.keys.timeMicros);
        if (!login.success) {
            return;
        }
        successes++;
        hours[login.keys.hour]++;
        for (int f = 0; f < WIDE; f++) {
            valued[f] += login.keys.has(f) ? 1 : 0;
        }
    }

    /**
     * Finds out how networks are told apart after the chunk: to be asked of each login of the chunk, in order, once the
     * chunks before are summed up.
     *
     * @param before successful logins before the login in the whole log, and of them those with an AS number; counted on
     */
    public void chooseNetwork(KeyedLogin login, long[] before) {
        if (!login.success) {
            return;
        }
        before[0]++;
        before[1] += login.hasAsn() ? 1 : 0;
        for (int start = 0; start < 2; start++) {
            login.useBlocks(blocksAfter[start]);
            wide[start] += login.keys.has(WIDE) ? 1 : 0;
            blocksAfter[start] = LoginHistory.blocks(blocksAfter[start], before[1], before[0]);
        }
        login.useBlocks(false);
    }

    /** Whether every successful login has an AS number, so that networks are never blocks. */
    public boolean hasEveryAsn() {
        return valued[NETWORK] == successes;
    }

    boolean blocksAfter(boolean before) {
        return blocksAfter[before ? 1 : 0];
    }

    long valued(int field, boolean blocks) {
        return field == WIDE ? wide[blocks ? 1 : 0] : valued[field];
    }

    /** Number of attempts. */
    public long attempts() {
        return attempts;
    }

    /** Time of the first attempt, microseconds. */
    public long firstMicros() {
        return firstMicros;
    }
}
