package dev.octet.feature.history;

import dev.octet.event.InputException;
import dev.octet.feature.RowFeatures;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.ObjLongConsumer;

/**
 * What is remembered before a log begins: nothing, or what a bundle has seen. The parts that every worker needs travel with
 * it; values and users, which may be many, are handed out one by one. Immutable and thread-safe.
 */
public final class StartingHistory implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final byte[] NOTHING = {};

    private final int valuesPerUser;
    private final int maxValues;
    private final int maxRecentAttempts;
    private final double campaignCap;
    private final int familiarDays;
    private final long newest;
    private final ChunkStart start;
    private final byte[] recent;
    private final byte[] failures;
    private final byte[] contacts;
    private final byte[] returning;
    private final byte[] travel;
    private final byte[] priors;
    /** First contacts of the last week that count: the pair of network and user, then the time. */
    private final long[] contactTimes;

    private transient Long2LongOpenHashMap contactTimeOf;

    /** A part of a history that can be saved. */
    private interface Part {
        void save(DataOutputStream out) throws IOException;
    }

    private StartingHistory(HistoryOptions options, LoginHistory history) throws IOException {
        valuesPerUser = options.valuesPerUser();
        maxValues = options.maxValues();
        maxRecentAttempts = options.maxRecentAttempts();
        campaignCap = options.campaignCap();
        familiarDays = options.familiarDays();
        boolean any = history != null && history.newestMicros() != Long.MIN_VALUE;
        newest = any ? history.newestMicros() : Long.MIN_VALUE;
        start = any ? ChunkStart.after(history) : null;
        recent = any ? saved(history.parts().recent()::save) : NOTHING;
        failures = any ? saved(history.parts().failures()::save) : NOTHING;
        contacts = any ? saved(history.parts().contacts()::save) : NOTHING;
        returning = any ? saved(history.parts().returning()::save) : NOTHING;
        travel = any ? saved(history.parts().travel()::save) : NOTHING;
        priors = any
                ? saved(out -> {
                    for (PressurePrior prior : history.parts().priors()) {
                        prior.save(out);
                    }
                })
                : NOTHING;
        contactTimes = any ? history.parts().contacts().pairTimes() : new long[0];
    }

    private static byte[] saved(Part part) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        part.save(out);
        out.flush();
        return bytes.toByteArray();
    }

    private static StateInput input(byte[] bytes) {
        return new StateInput(new ByteArrayInputStream(bytes));
    }

    /** Nothing is remembered. */
    public static StartingHistory cold() {
        try {
            return new StartingHistory(HistoryOptions.defaults(), null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What a memory has seen.
     *
     * @throws InputException if it is of a kind that Spark cannot go on from
     */
    public static StartingHistory of(LoginHistory history) throws IOException {
        HistoryOptions options = history.options();
        HistoryOptions usual = HistoryOptions.defaults();
        if (options.hashSeed() != usual.hashSeed() || options.ipv4PrefixBits() != usual.ipv4PrefixBits()) {
            throw new InputException(
                    "the bundle's memory has a hash seed or an address block of its own; on Spark only the"
                            + " usual ones work: use octet score");
        }
        if (history.parts().globals().frozen()) {
            throw new InputException("the bundle's memory has shares that stand still; use octet score");
        }
        return new StartingHistory(options, history);
    }

    /** The memory of a model's features, where it is of logins. */
    public static LoginHistory memory(List<RowFeatures> memories) {
        return memories.stream()
                .filter(AttemptHistory.class::isInstance)
                .map(each -> ((AttemptHistory) each).history())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the model has no memory of logins"));
    }

    /** Hands out each value that is remembered, with a record for {@link ChunkValues#before}. */
    public static void values(LoginHistory history, ObjLongConsumer<byte[]> sink) {
        LoginHistory.Parts parts = history.parts();
        PackedOutput out = new PackedOutput();
        for (int f = 0; f < Field.COUNT; f++) {
            int kind = f;
            parts.globals().forEach(f, (value, count) -> sink.accept(ChunkValues.known(out, kind, count), value));
        }
        parts.users().forEach((user, words) -> sink.accept(ChunkValues.known(out, ValueKind.USERS, 1), user));
        for (long user : parts.untaught()) {
            sink.accept(ChunkValues.known(out, ValueKind.USERS, 1), user);
        }
        for (int k = 0; k < PressureKey.COUNT; k++) {
            int kind = ValueKind.failures(PressureKey.at(k));
            parts.failures()
                    .forEach(
                            PressureKey.at(k),
                            (key, all, since, last) ->
                                    sink.accept(ChunkValues.knownFailures(out, kind, all, since, last), key));
        }
    }

    /** Hands out each user that is remembered, with the user's history for {@link UserWalk#restore}. */
    public static void users(LoginHistory history, ObjLongConsumer<byte[]> sink) {
        PackedOutput out = new PackedOutput();
        history.parts().users().forEach((user, words) -> {
            out.clear();
            for (long word : words) {
                out.fixed(word);
            }
            sink.accept(out.toBytes(), user);
        });
    }

    /** Options as the memory has them; users are never forgotten. */
    public HistoryOptions options() {
        HistoryOptions usual = HistoryOptions.defaults();
        return new HistoryOptions(
                usual.maxUsers(),
                usual.maxUserBytes(),
                valuesPerUser,
                maxValues,
                maxRecentAttempts,
                usual.ipv4PrefixBits(),
                campaignCap,
                usual.hashSeed(),
                familiarDays);
    }

    /** Time of the newest login that is remembered, microseconds; {@code Long.MIN_VALUE} where there is none. */
    public long newestMicros() {
        return newest;
    }

    /** What is known before the log's first chunk. */
    public ChunkStart start(long firstMicros) {
        return start == null ? ChunkStart.ofLog(firstMicros) : start;
    }

    /** Fills in the attempts and failures of the day before a chunk that the memory has seen. */
    void load(ChunkStart chunk, RecentAttempts attempts, RecentFailures failed) {
        if (start == null || !chunk.remembersDay(newest)) {
            return;
        }
        try {
            attempts.load(input(recent));
            failed.load(input(failures));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void load(FirstContacts of) {
        load(contacts, in -> of.load(in, true));
    }

    void load(ReturningLogins of) {
        load(returning, of::load);
    }

    void load(TravelHabits of) {
        load(travel, of::load);
    }

    void load(PressurePrior[] of) {
        load(priors, in -> {
            for (PressurePrior prior : of) {
                prior.load(in);
            }
        });
    }

    /** Reads a part. */
    private interface Reading {
        void read(StateInput in) throws IOException;
    }

    private static void load(byte[] bytes, Reading reading) {
        if (bytes.length == 0) {
            return;
        }
        try {
            reading.read(input(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** When a user last counted as first contact of a network; {@code Long.MIN_VALUE} where that is longer ago than a week. */
    synchronized long contactTime(long network, long user) {
        if (contactTimeOf == null) {
            contactTimeOf = new Long2LongOpenHashMap();
            contactTimeOf.defaultReturnValue(Long.MIN_VALUE);
            for (int i = 0; i < contactTimes.length; i += 2) {
                contactTimeOf.put(contactTimes[i], contactTimes[i + 1]);
            }
        }
        return contactTimeOf.get(LoginKeys.pair(network, user));
    }
}
