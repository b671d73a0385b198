package dev.octet.serve.http;

import java.time.Clock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts wrong tokens by the address that they come from, so that nobody can try many: {@link #MAX} a minute. Knows at most
 * {@link #MAX_ADDRESSES} addresses, and forgets the one that it has known for longest. Thread-safe.
 */
final class WrongTokens {
    static final int MAX = 10;
    static final int MAX_ADDRESSES = 10_000;
    private static final long MINUTE = 60_000;

    private final Clock clock;
    private final Map<String, Count> counts = new LinkedHashMap<>();

    private record Count(long minute, int wrong) {}

    WrongTokens(Clock clock) {
        this.clock = clock;
    }

    /** Whether an address may not try again in this minute. */
    synchronized boolean tooMany(String address) {
        Count count = counts.get(address);
        return count != null && count.minute == minute() && count.wrong >= MAX;
    }

    synchronized void add(String address) {
        Count before = counts.remove(address);
        int wrong = before != null && before.minute == minute() ? before.wrong : 0;
        counts.put(address, new Count(minute(), wrong + 1));
        if (counts.size() > MAX_ADDRESSES) {
            Iterator<String> oldest = counts.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    private long minute() {
        return clock.millis() / MINUTE;
    }
}
