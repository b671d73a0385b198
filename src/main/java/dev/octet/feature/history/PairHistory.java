package dev.octet.feature.history;

import dev.octet.event.InputException;
import dev.octet.event.LoginEvent;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * What earlier windows say about one: which addresses and which (IP, user) pairs have ever logged in, and which names have
 * ever been typed.
 *
 * <p>For every window: {@link #add} its attempts, {@link #close} it for its features, then {@link #learn}. What a window
 * holds is known from the next window on. Bounded: of each kind at least half of {@link HistoryOptions#maxValues} keys,
 * at most all of it, the longest unused leave. Not thread-safe.
 */
public final class PairHistory {
    private static final long MAGIC = 0x4f63746550616972L;
    private static final int VERSION = 1;
    /** Distinct names, addresses or pairs of one window whose success or sight is kept until the window is learnt. */
    private static final int MOST_PENDING = 1 << 20;

    private final HistoryOptions options;
    private final LoginKeys keys;
    private final RecentKeys pairs;
    private final RecentKeys addresses;
    private final RecentKeys names;
    private final LongOpenHashSet successfulPairs = new LongOpenHashSet();
    private final LongOpenHashSet successfulAddresses = new LongOpenHashSet();
    private final LongOpenHashSet namesHere = new LongOpenHashSet();
    private final float[] before = new float[WindowHistoryFeature.COUNT / 2];
    private int newPairAttempts;
    private int newAddressAttempts;
    private int firstSeenNames;
    private boolean closed;

    public PairHistory(HistoryOptions options) {
        this.options = options;
        keys = new LoginKeys(options);
        pairs = new RecentKeys(options.maxValues());
        addresses = new RecentKeys(options.maxValues());
        names = new RecentKeys(options.maxValues());
    }

    /** Adds an attempt to the open window. */
    public void add(LoginEvent event) {
        if (closed) {
            throw new IllegalStateException("the window is closed; learn it before the next one's attempts");
        }
        keys.take(event);
        long address = keys.field(Field.IP);
        long pair = LoginKeys.pair(address, keys.user);
        newPairAttempts += pairs.contains(pair) ? 0 : 1;
        newAddressAttempts += addresses.contains(address) ? 0 : 1;
        if (event.success()) {
            remember(successfulPairs, pair);
            remember(successfulAddresses, address);
        }
        if (!namesHere.contains(keys.user)) {
            remember(namesHere, keys.user);
            firstSeenNames += names.contains(keys.user) ? 0 : 1;
        }
    }

    private static void remember(LongOpenHashSet pending, long key) {
        if (pending.size() < MOST_PENDING) {
            pending.add(key);
        }
    }

    /**
     * Ends the window and writes its features, counts as they are.
     *
     * @param out receives {@link WindowHistoryFeature#COUNT} values from {@code offset} on, in the enum's order
     */
    public void close(float[] out, int offset) {
        closed = true;
        out[offset] = newPairAttempts;
        out[offset + 1] = newAddressAttempts;
        out[offset + 2] = firstSeenNames;
        System.arraycopy(before, 0, out, offset + before.length, before.length);
    }

    /**
     * Takes the closed window into account for those after it and opens the next.
     *
     * @param teach whether its successful logins make their pairs and addresses known; names typed are known in any case
     */
    public void learn(boolean teach) {
        if (!closed) {
            throw new IllegalStateException("close the window before it is learnt");
        }
        before[0] = newPairAttempts;
        before[1] = newAddressAttempts;
        before[2] = firstSeenNames;
        if (teach) {
            addAll(successfulPairs, pairs);
            addAll(successfulAddresses, addresses);
        }
        addAll(namesHere, names);
        reset();
    }

    /** Drops the closed window, as if it had never been, and opens the next. */
    void forget() {
        reset();
    }

    private void reset() {
        successfulPairs.clear();
        successfulAddresses.clear();
        namesHere.clear();
        newPairAttempts = 0;
        newAddressAttempts = 0;
        firstSeenNames = 0;
        closed = false;
    }

    /** In order of the keys, so that what is forgotten does not depend on the order in a table. */
    private static void addAll(LongOpenHashSet from, RecentKeys to) {
        long[] sorted = from.toLongArray();
        Arrays.sort(sorted);
        for (long key : sorted) {
            to.add(key);
        }
    }

    /** Known (IP, user) pairs. */
    public int pairs() {
        return pairs.size();
    }

    /**
     * Saves everything, between two windows; the same history always gives the same bytes. Leaves {@code out} open.
     *
     * @throws IllegalStateException inside a window
     */
    public void save(OutputStream out) throws IOException {
        if (closed || !namesHere.isEmpty()) {
            throw new IllegalStateException("a window is open; close and learn it before saving");
        }
        DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out, 1 << 16));
        data.writeLong(MAGIC);
        data.writeInt(VERSION);
        data.writeInt(options.maxValues());
        data.writeInt(options.ipv4PrefixBits());
        data.writeLong(options.hashSeed());
        for (float count : before) {
            data.writeInt((int) count);
        }
        pairs.save(data);
        addresses.save(data);
        names.save(data);
        data.flush();
    }

    /**
     * Loads a saved history, which then goes on as if it had never been saved. Leaves {@code in} open.
     *
     * @throws InputException if the bytes are not such a history, are cut off or damaged
     */
    public static PairHistory load(InputStream in) throws IOException {
        StateInput state = new StateInput(in);
        if (state.readLong() != MAGIC) {
            throw new InputException("this is not a saved window history: it does not start like one");
        }
        int version = state.readInt();
        if (version != VERSION) {
            throw new InputException("the saved window history has format version " + version + "; this Octet reads "
                    + VERSION + ": use the Octet that saved it, or learn the history again");
        }
        PairHistory history = new PairHistory(HistoryOptions.defaults()
                .withMaxValues(state.readInt())
                .withIpv4PrefixBits(state.readInt())
                .withHashSeed(state.readLong()));
        for (int i = 0; i < history.before.length; i++) {
            history.before[i] = state.readInt("count of the window before", 0, Integer.MAX_VALUE);
        }
        history.pairs.load(state, "known pairs");
        history.addresses.load(state, "known addresses");
        history.names.load(state, "known names");
        return history;
    }
}
