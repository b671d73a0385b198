package dev.octet.feature.history;

import dev.octet.event.InputException;
import dev.octet.feature.RowFeatures;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.function.ObjLongConsumer;

/**
 * The memory at the beginning of a log: nothing, or what a bundle has seen. The parts that every worker needs travel
 * with it; values and users, which may be many, are handed out one by one. Immutable and thread-safe.
 */
public final class StartingHistory implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final byte[] NOTHING = {};

    private final int maxUsers;
    private final long maxUserBytes;
    private final int valuesPerUser;
    private final int maxValues;
    private final int maxRecentAttempts;
    private final double campaignCap;
    private final int familiarDays;
    private final long newest;
    private final long olderEvents;
    private final long forgottenUsers;
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
        maxUsers = options.maxUsers();
        maxUserBytes = options.maxUserBytes();
        valuesPerUser = options.valuesPerUser();
        maxValues = options.maxValues();
        maxRecentAttempts = options.maxRecentAttempts();
        campaignCap = options.campaignCap();
        familiarDays = options.familiarDays();
        boolean any = history != null && history.newestMicros() != Long.MIN_VALUE;
        newest = any ? history.newestMicros() : Long.MIN_VALUE;
        olderEvents = any ? history.olderEvents() : 0;
        forgottenUsers = any ? history.evictedUsers() : 0;
        start = any ? ChunkStart.after(history) : null;
        recent = any ? saved(history.parts().recent().image()::save) : NOTHING;
        failures = any ? saved(history.parts().failures().image()::save) : NOTHING;
        contacts = any ? saved(history.parts().contacts().image()::save) : NOTHING;
        returning = any ? saved(history.parts().returning().image()::save) : NOTHING;
        travel = any ? saved(history.parts().travel()::save) : NOTHING;
        priors = any ? saved(out -> save(history.parts().priors(), out)) : NOTHING;
        contactTimes = any ? history.parts().contacts().pairTimes() : new long[0];
    }

    /** What is remembered after a log that went on from another history. */
    private StartingHistory(
            StartingHistory before,
            ChunkStart start,
            byte[] recent,
            byte[] failures,
            FirstContacts contacts,
            ReturningLogins returning,
            TravelHabits travel,
            PressurePrior[] priors)
            throws IOException {
        maxUsers = before.maxUsers;
        maxUserBytes = before.maxUserBytes;
        valuesPerUser = before.valuesPerUser;
        maxValues = before.maxValues;
        maxRecentAttempts = before.maxRecentAttempts;
        campaignCap = before.campaignCap;
        familiarDays = before.familiarDays;
        newest = start.previousMicros;
        olderEvents = before.olderEvents;
        forgottenUsers = before.forgottenUsers;
        this.start = start;
        this.recent = recent;
        this.failures = failures;
        this.contacts = saved(contacts.image()::save);
        this.returning = saved(returning.image()::save);
        this.travel = saved(travel::save);
        this.priors = saved(out -> save(priors, out));
        contactTimes = contacts.pairTimes();
    }

    private StartingHistory(DataInputStream in) throws IOException {
        maxUsers = in.readInt();
        maxUserBytes = in.readLong();
        valuesPerUser = in.readInt();
        maxValues = in.readInt();
        maxRecentAttempts = in.readInt();
        campaignCap = in.readDouble();
        familiarDays = in.readInt();
        newest = in.readLong();
        olderEvents = in.readLong();
        forgottenUsers = in.readLong();
        start = in.readBoolean() ? ChunkStart.load(in) : null;
        recent = readBytes(in);
        failures = readBytes(in);
        contacts = readBytes(in);
        returning = readBytes(in);
        travel = readBytes(in);
        priors = readBytes(in);
        FirstContacts ofWeek = new FirstContacts(options());
        load(ofWeek);
        contactTimes = ofWeek.pairTimes();
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("a part ends after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private static void save(PressurePrior[] priors, DataOutputStream out) throws IOException {
        for (PressurePrior prior : priors) {
            prior.save(out);
        }
    }

    /** All of it as bytes for {@link #load(byte[])}. */
    public byte[] toBytes() throws IOException {
        return saved(out -> {
            out.writeInt(maxUsers);
            out.writeLong(maxUserBytes);
            out.writeInt(valuesPerUser);
            out.writeInt(maxValues);
            out.writeInt(maxRecentAttempts);
            out.writeDouble(campaignCap);
            out.writeInt(familiarDays);
            out.writeLong(newest);
            out.writeLong(olderEvents);
            out.writeLong(forgottenUsers);
            out.writeBoolean(start != null);
            if (start != null) {
                start.save(out);
            }
            for (byte[] part : List.of(recent, failures, contacts, returning, travel, priors)) {
                out.writeInt(part.length);
                out.write(part);
            }
        });
    }

    /**
     * Reads {@link #toBytes}.
     *
     * @throws IOException if the bytes end too early
     * @throws InputException if a part is damaged
     */
    public static StartingHistory load(byte[] bytes) throws IOException {
        return new StartingHistory(new DataInputStream(new ByteArrayInputStream(bytes)));
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
        if (!history.extraFields().isEmpty()) {
            throw new InputException("the bundle's memory counts fields beyond the table of fields: "
                    + history.extraNames() + "; on Spark only those of the table have a history: use octet score");
        }
        if (history.isOfEarlierRelease()) {
            throw new InputException(
                    "the bundle's memory is of an earlier release, whose evidence of failures it keeps; on Spark"
                            + " only that of this release works: use octet score, or train anew");
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
        for (long user : parts.withoutHistory()) {
            sink.accept(ChunkValues.known(out, ValueKind.USERS, 1), user);
        }
        parts.firstSeen().forEach((network, time) -> sink.accept(ChunkValues.firstSeen(out, time), network));
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

    /**
     * What is remembered after a log that went on from this.
     *
     * @param lastDay a walk through the chunk behind the log's end, which took all that is known before it and no login
     * @param told what the log's chunks tell, in order
     * @param networks first contacts by network: its key, their number, their weights
     * @param week first contacts of the week before the last one, in any order
     * @param fits the priors after the log
     * @param ways what {@link UserWalk#takeWays} wrote, one in each; in any order
     */
    public StartingHistory after(
            ChunkStart end,
            ChunkWalk lastDay,
            List<PopulationWalk.Told> told,
            List<long[]> networks,
            List<PopulationWalk.Contact> week,
            PriorFits.Builder fits,
            List<byte[]> ways)
            throws IOException {
        TravelHabits habits = new TravelHabits();
        load(habits);
        FirstContacts first = new FirstContacts(options());
        load(first);
        long lastContact = Long.MIN_VALUE;
        for (PopulationWalk.Told each : told) {
            each.update(habits);
            first.begin(each.contacts(), each.weights());
            lastContact = Math.max(lastContact, each.lastContact());
        }
        for (long[] each : networks) {
            if (each[1] > 0) {
                first.begin(each[0], (int) Math.min(Integer.MAX_VALUE, each[1]), (int)
                        Math.min(Integer.MAX_VALUE, each[2]));
            }
        }
        week.sort(Comparator.comparingLong(PopulationWalk.Contact::ordinal));
        for (PopulationWalk.Contact each : week) {
            first.recall(each.micros(), each.network(), each.user(), each.weight());
        }
        if (lastContact != Long.MIN_VALUE) {
            first.expire(lastContact); // one machine forgets when a first contact comes, whether it counts or not
        }
        ReturningLogins back = new ReturningLogins();
        load(back);
        ways.sort(Comparator.comparingLong(each -> new PackedInput(each).fixed()));
        for (byte[] way : ways) {
            UserWalk.putWays(new PackedInput(way), familiarDays, back);
        }
        return new StartingHistory(
                this,
                end,
                saved(lastDay.attempts().image()::save),
                saved(lastDay.failures().image()::save),
                first,
                back,
                habits,
                fits.priors());
    }

    /**
     * The memory that one machine would have.
     *
     * @param values all values with their records, as {@link #values} gives them
     * @param users all users with their records, as {@link #users} gives them
     */
    public LoginHistory memory(Records values, Records users) throws IOException {
        LoginHistory history = new LoginHistory(bounds());
        if (start == null) {
            return history;
        }
        LoginHistory.Parts parts = history.parts();
        parts.globals().begin(start.successes, start.distinct[ValueKind.USERS], start.hours, start.valued);
        parts.recent().load(input(recent));
        parts.failures().load(input(failures));
        LongOpenHashSet withoutHistory = new LongOpenHashSet();
        values.forEach((record, value) -> {
            PackedInput in = new PackedInput(record);
            int kind = in.integer();
            in.integer(); // before the log
            if (ValueKind.isFailures(kind)) {
                parts.failures().begin(ValueKind.pressureKey(kind), value, in.integer(), in.integer());
            } else if (kind == ValueKind.FIRST_SEEN) {
                parts.firstSeen().add(value, in.fixed());
            } else if (kind == ValueKind.USERS) {
                withoutHistory.add(value);
            } else {
                parts.globals().add(kind, value, in.integer());
            }
        });
        parts.failures().begin(start.firstMicros, start.failures);
        parts.users().begin(forgottenUsers);
        users.forEach((record, user) -> {
            parts.users().restore(user, UserWalk.history(record));
            withoutHistory.remove(user);
        });
        load(parts.contacts());
        load(parts.returning());
        load(parts.priors());
        load(parts.travel());
        history.begin(start.blocks, newest, olderEvents, withoutHistory);
        return history;
    }

    /** Hands out records with their keys. */
    @FunctionalInterface
    public interface Records {
        /** Hands out all of them. */
        void forEach(ObjLongConsumer<byte[]> sink);
    }

    /** What the memory's own machine remembers at most. */
    public HistoryOptions bounds() {
        return options().withMaxUsers(maxUsers).withMaxUserBytes(maxUserBytes);
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

    /** Flagged logins that may come back. */
    public long returning() {
        ReturningLogins remembered = new ReturningLogins();
        load(remembered);
        return remembered.size();
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
