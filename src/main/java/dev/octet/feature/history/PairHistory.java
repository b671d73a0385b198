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
 * The memory of earlier windows: which addresses and which (IP, user) pairs have ever logged in, and which names have
 * ever been typed.
 *
 * <p>For every window: {@link #add} its attempts, {@link #close} it for its features, then {@link #learn}. What a window
 * holds is known from the next window on. Bounded: of each kind at least half of {@link HistoryOptions#maxValues} keys,
 * at most all of it, the longest unused leave. Not thread-safe.
 */
public final class PairHistory {
    private static final long MAGIC = 0x4f63746550616972L;
    private static final int VERSION = 2;
    /** How long a window counts for what is usual of late: its weight falls to 1 / e in a month. */
    private static final double MEMORY_MICROS = 30.0 * LoginKeys.MICROS_PER_DAY;
    /** Distinct names, addresses or pairs of one window whose success or sight is kept until the window is learnt. */
    private static final int MAX_PENDING = 1 << 20;

    private final HistoryOptions options;
    private final LoginKeys keys;
    private final RecentKeys pairs;
    private final RecentKeys addresses;
    private final RecentKeys names;
    private final LongOpenHashSet successfulPairs = new LongOpenHashSet();
    private final LongOpenHashSet successfulAddresses = new LongOpenHashSet();
    private final LongOpenHashSet namesHere = new LongOpenHashSet();
    private final float[] before = new float[3];
    /** Sums of weights that decay with time: windows with attempts, and those of them with a new pair, a new address. */
    private double windows;

    private double newPairWindows;
    private double newAddressWindows;
    /** When the sums were as they are. */
    private long sumsMicros = Long.MIN_VALUE;

    private long latestMicros = Long.MIN_VALUE;
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
        latestMicros = Math.max(latestMicros, event.timeMicros());
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
        if (pending.size() < MAX_PENDING) {
            pending.add(key);
        }
    }

    /**
     * Ends the window and writes its features, counts as they are. What is usual of late is counted over windows and not
     * over attempts, so that one burst weighs no more than the minutes it took; a window's weight decays with time, because
     * at the start of a log everything is new.
     *
     * @param out receives {@link WindowHistoryFeature#COUNT} values from {@code offset} on, in the enum's order
     */
    public void close(float[] out, int offset) {
        closed = true;
        out[offset] = newPairAttempts;
        out[offset + 1] = newAddressAttempts;
        out[offset + 2] = firstSeenNames;
        System.arraycopy(before, 0, out, offset + before.length, before.length);
        out[offset + 2 * before.length] = surprise(newPairAttempts, newPairWindows);
        out[offset + 2 * before.length + 1] = surprise(newAddressAttempts, newAddressWindows);
    }

    private float surprise(int attempts, double windowsWithSome) {
        if (attempts == 0) {
            return 0;
        }
        double decay = decay();
        return (float) -StrictMath.log((windowsWithSome * decay + 0.5) / (windows * decay + 1));
    }

    /** What the sums have become by the window's last attempt. */
    private double decay() {
        return windows == 0 ? 1 : StrictMath.exp(-(latestMicros - sumsMicros) / MEMORY_MICROS);
    }

    /**
     * Takes the closed window into account for those after it and opens the next.
     *
     * @param updates whether its successful logins make their pairs and addresses known; names typed are known in any case
     */
    public void learn(boolean updates) {
        if (!closed) {
            throw new IllegalStateException("close the window before it is learnt");
        }
        before[0] = newPairAttempts;
        before[1] = newAddressAttempts;
        before[2] = firstSeenNames;
        if (updates) {
            addAll(successfulPairs, pairs);
            addAll(successfulAddresses, addresses);
            countWindow();
        }
        addAll(namesHere, names);
        reset();
    }

    private void countWindow() {
        if (namesHere.isEmpty()) {
            return;
        }
        double decay = decay();
        windows = windows * decay + 1;
        newPairWindows = newPairWindows * decay + (newPairAttempts > 0 ? 1 : 0);
        newAddressWindows = newAddressWindows * decay + (newAddressAttempts > 0 ? 1 : 0);
        sumsMicros = latestMicros;
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
        data.writeDouble(windows);
        data.writeDouble(newPairWindows);
        data.writeDouble(newAddressWindows);
        data.writeLong(sumsMicros);
        data.writeLong(latestMicros);
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
        history.windows = state.readWeight("windows with attempts", Long.MAX_VALUE);
        history.newPairWindows = state.readWeight("windows with a new pair", history.windows);
        history.newAddressWindows = state.readWeight("windows with a new address", history.windows);
        history.sumsMicros = state.readLong();
        history.latestMicros = state.readLong("time of the newest attempt", history.sumsMicros, Long.MAX_VALUE);
        history.pairs.load(state, "known pairs");
        history.addresses.load(state, "known addresses");
        history.names.load(state, "known names");
        return history;
    }
}
