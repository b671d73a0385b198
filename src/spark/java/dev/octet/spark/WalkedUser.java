package dev.octet.spark;

import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import java.util.Arrays;

/**
 * What a round found of one user: scores, what the user's logins tell others, and what it depends on. As bytes, the events come last:
 * each the distance of its ordinal from the one before, and what {@code UserWalk.learn} wrote. Reused from user to user; not
 * thread-safe.
 */
final class WalkedUser {
    long user;
    /** Whether decisions were made; the first round makes none. */
    boolean scored;
    /** Of all events, so that equal sums over all users mean equal events. */
    long hash;

    int flagged;

    /** Places of the flagged logins. */
    long[] flaggedOrdinals = new long[16];
    /** More flagged logins that may come back. */
    long returning;
    /** Longs of the user's history; 0 where there is none. */
    long historyLength;
    /** Logins whose features depend on the priors of failures. */
    int dependent;

    long[] dependentOrdinals = new long[16];
    /** Of each of them the bits of the priors. */
    int[] dependentFits = new int[16];
    /** What the population answered, as {@link UserAnswers#packed} gives it; once it was read. */
    final PackedInput answers = new PackedInput(new byte[0]);

    /** What is kept of the scored logins, one after the other, as {@link Detail} says; while it is written. */
    final PackedOutput scores = new PackedOutput();
    /** The same once it was read. */
    final PackedInput kept = new PackedInput(new byte[0]);

    private final PackedOutput events = new PackedOutput();
    private long last;

    void begin(long key) {
        user = key;
        scored = false;
        hash = 0;
        flagged = 0;
        returning = 0;
        historyLength = 0;
        dependent = 0;
        last = 0;
        events.clear();
        scores.clear();
    }

    void depends(long ordinal, int fits) {
        if (dependent == dependentOrdinals.length) {
            dependentOrdinals = Arrays.copyOf(dependentOrdinals, 2 * dependent);
            dependentFits = Arrays.copyOf(dependentFits, 2 * dependent);
        }
        dependentFits[dependent] = fits;
        dependentOrdinals[dependent++] = ordinal;
    }

    private void flags(long ordinal) {
        if (flagged == flaggedOrdinals.length) {
            flaggedOrdinals = Arrays.copyOf(flaggedOrdinals, 2 * flagged);
        }
        flaggedOrdinals[flagged++] = ordinal;
    }

    /**
     * Adds a login.
     *
     * @param tells whether it tells others anything
     */
    void add(long ordinal, PackedOutput event, boolean flags, boolean tells) {
        if (flags) {
            flags(ordinal);
        }
        byte[] bytes = event.toBytes();
        hash += hash(ordinal, bytes, flags);
        if (tells) {
            events.number(ordinal - last).bytes(event);
            last = ordinal;
        }
    }

    private static long hash(long ordinal, byte[] event, boolean flagged) {
        long hash = (flagged ? 0x9e3779b97f4a7c15L : 0x94d049bb133111ebL) ^ ordinal * 0xd6e8feb86659fd93L;
        for (byte each : event) {
            hash = (hash ^ each & 0xff) * 0x100000001b3L;
            hash ^= hash >>> 29;
        }
        hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
        return hash ^ hash >>> 31;
    }

    void write(PackedOutput packedAnswers, PackedOutput out) {
        out.fixed(user).number(scored ? 1 : 0).fixed(hash).signed(returning).number(historyLength);
        write(flagged, flaggedOrdinals, out);
        write(dependent, dependentOrdinals, out);
        for (int i = 0; i < dependent; i++) {
            out.number(dependentFits[i]);
        }
        out.bytes(packedAnswers).bytes(scores).plain(events);
    }

    private static void write(int count, long[] ordinals, PackedOutput out) {
        out.number(count);
        long before = 0;
        for (int i = 0; i < count; i++) {
            out.number(ordinals[i] - before);
            before = ordinals[i];
        }
    }

    /** Reads all but the events, which stand next in the input then. */
    void read(PackedInput in) {
        begin(in.fixed());
        scored = in.number() == 1;
        hash = in.fixed();
        returning = in.signed();
        historyLength = in.number();
        long ordinal = 0;
        for (int count = in.integer(); count > 0; count--) {
            ordinal += in.number();
            flags(ordinal);
        }
        ordinal = 0;
        for (int count = in.integer(); count > 0; count--) {
            ordinal += in.number();
            depends(ordinal, 0);
        }
        for (int i = 0; i < dependent; i++) {
            dependentFits[i] = in.integer();
        }
        answers.onBytesOf(in);
        kept.onBytesOf(in);
    }
}
