package dev.octet.feature.history;

import it.unimi.dsi.fastutil.HashCommon;
import it.unimi.dsi.fastutil.longs.Long2ObjectMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What is remembered of each user: one {@code long[]} a user.
 *
 * <pre>
 * [0]      time of the last successful login, microseconds
 * [1]      number of successful logins, and above it 32 bits: changes of country between two of them
 * [2..4]   successful logins by hour of the day, a byte an hour; all halved when one would pass 255
 * [5]      latitude and longitude of the last one, two floats (NaN: unknown)
 * [6]      the step into the country of the last one, where it was new to the user ({@link TravelHabits#step}, ten bits), and
 *          above it the time of the login before it in seconds; -1 where there is none
 * [7..]    values: 32 bits of its key, 4 bits field, 28 bits count; the values of the last login come last
 * </pre>
 */
final class UserHistories {
    private static final int HEADER = 7;
    private static final int HOURS = 2;
    private static final int PLACE = 5;
    private static final int ARRIVAL = 6;
    private static final int STEP_BITS = 10;
    private static final long NO_ARRIVAL = -1;
    private static final int FIELD_SHIFT = 28;
    private static final long MAX_COUNT = (1L << FIELD_SHIFT) - 1;
    private static final long NOWHERE = place(Float.NaN, Float.NaN);
    /** What a user takes in the table: a key and a reference a slot. */
    private static final int SLOT_BYTES = 12;

    private static final int ARRAY_BYTES = 16;
    /** A saved user begins with the key and the number of values. */
    private static final int RECORD_HEADER = Long.BYTES + Integer.BYTES;

    private static final float LOAD = 0.75f;
    private static final int EVICTED_SHARE = 16;

    /** What is checked when a history is loaded, by field. */
    private static final String[] NUMBERS = IntStream.range(0, Field.COUNT)
            .mapToObj(f -> "number of a user's values of " + Field.at(f).noun())
            .toArray(String[]::new);

    private final int maxUsers;
    private final long maxBytes;
    private final int valuesPerUser;
    private final long[] scratch;
    private final int[] held = new int[Field.COUNT];
    private final int[] rarest = new int[Field.COUNT];
    private final long[] countOf = new long[Field.COUNT];
    private Long2ObjectOpenHashMap<long[]> users = new Long2ObjectOpenHashMap<>(16, LOAD);
    /** Whether an image may still be read, so that no history is written over. */
    private boolean shared;

    private long recordBytes;
    private long evicted;

    UserHistories(HistoryOptions options) {
        maxUsers = options.maxUsers();
        maxBytes = options.maxUserBytes();
        valuesPerUser = options.valuesPerUser();
        scratch = new long[HEADER + Field.COUNT * (valuesPerUser + 1)];
    }

    int size() {
        return users.size();
    }

    /** Users forgotten to stay within the bounds. */
    long evicted() {
        return evicted;
    }

    /** Bytes of all histories and of their table. */
    long bytes() {
        return recordBytes + tableBytes(users.size());
    }

    private static long tableBytes(int users) {
        return (long) SLOT_BYTES * HashCommon.arraySize(Math.max(16, users), LOAD);
    }

    /** Bytes of the histories of so many users, all of them together of so many longs, with their table. */
    static long bytes(long users, long longs) {
        return users * ARRAY_BYTES + 8 * longs + tableBytes((int) Math.min(1 << 29, users));
    }

    /** The user's history, or {@code null}. */
    long[] find(long user) {
        return users.get(user);
    }

    /** Brings back a user's history. */
    void restore(long user, long[] history) {
        recordBytes += ARRAY_BYTES + 8L * history.length;
        users.put(user, history);
    }

    /** Goes on after so many users were forgotten. */
    void begin(long forgotten) {
        evicted = forgotten;
    }

    /** Hands out each user's history. */
    void forEach(Each each) {
        for (Long2ObjectMap.Entry<long[]> entry : users.long2ObjectEntrySet()) {
            each.take(entry.getLongKey(), entry.getValue());
        }
    }

    /** Receives a user with the user's history. */
    @FunctionalInterface
    interface Each {
        void take(long user, long[] history);
    }

    static int successes(long[] history) {
        return (int) history[1];
    }

    /** How often the country changed between two successful logins that follow each other. */
    static int changes(long[] history) {
        return (int) (history[1] >>> 32);
    }

    static long lastSuccess(long[] history) {
        return history[0];
    }

    static float latitude(long[] history) {
        return Float.intBitsToFloat((int) (history[PLACE] >>> 32));
    }

    static float longitude(long[] history) {
        return Float.intBitsToFloat((int) history[PLACE]);
    }

    /** The step into the country of the last login, where the country was new to the user; {@link TravelHabits#NOWHERE} else. */
    static int arrival(long[] history) {
        return history[ARRIVAL] == NO_ARRIVAL ? TravelHabits.NOWHERE : (int) history[ARRIVAL] & (1 << STEP_BITS) - 1;
    }

    /** Time of the login before the {@link #arrival}, in microseconds, to the second. */
    static long departure(long[] history) {
        return (history[ARRIVAL] >> STEP_BITS) * LoginKeys.MICROS_PER_SECOND;
    }

    /** From now on the user's country is no arrival. */
    void settle(long user) {
        long[] history = users.get(user);
        if (history != null) {
            long[] changed = shared ? history.clone() : history;
            changed[ARRIVAL] = NO_ARRIVAL;
            users.put(user, changed);
        }
    }

    /** Successful logins at that hour. */
    static int atHour(long[] history, int hour) {
        return (int) (history[HOURS + (hour >>> 3)] >>> 8 * (hour & 7)) & 0xff;
    }

    /**
     * Counts of the login's values among the user's successful logins.
     *
     * @param known receives how many of those logins have a value, by field
     */
    static void counts(long[] history, LoginKeys keys, int[] counts, int[] known) {
        Arrays.fill(counts, 0);
        Arrays.fill(known, successes(history));
        for (int i = HEADER; i < history.length; i++) {
            long value = history[i];
            int f = field(value);
            int id = (int) (value >>> 32);
            if (id == LoginKeys.id(keys.field[f])) {
                counts[f] = (int) (value & MAX_COUNT);
            }
            if (id == LoginKeys.id(keys.missing(f))) {
                known[f] = Math.max(0, known[f] - (int) (value & MAX_COUNT));
            }
        }
    }

    /** Whether the login and the user's last successful one have a value, and the same. */
    static boolean sameAsLast(long[] history, LoginKeys keys, Field which) {
        return keys.has(which) && last(history, which) == LoginKeys.id(keys.field(which));
    }

    /** Whether the login and the user's last successful one have a value, and not the same. */
    static boolean otherThanLast(long[] history, LoginKeys keys, Field which) {
        int last = last(history, which);
        return keys.has(which)
                && last != LoginKeys.id(keys.missing(which.ordinal()))
                && last != LoginKeys.id(keys.field(which));
    }

    private static int last(long[] history, Field which) {
        int f = which.ordinal();
        for (int i = history.length - 1; i >= HEADER; i--) {
            if (field(history[i]) == f) {
                return (int) (history[i] >>> 32);
            }
        }
        throw new IllegalStateException("a history without " + which);
    }

    private static int field(long value) {
        return (int) (value >>> FIELD_SHIFT) & 0xf;
    }

    private static long place(float latitude, float longitude) {
        return (long) Float.floatToIntBits(latitude) << 32 | Float.floatToIntBits(longitude) & 0xffffffffL;
    }

    /**
     * Adds a successful login; whether the user was not remembered before. It may be older than the last one: then its
     * values count, and the last one stays the last.
     */
    boolean learn(LoginKeys keys) {
        long[] history = users.get(keys.user);
        boolean isNew = history == null;
        boolean late = !isNew && keys.timeMicros < history[0];
        if (isNew) {
            makeRoom();
            history = new long[HEADER];
            history[PLACE] = NOWHERE;
            history[ARRIVAL] = NO_ARRIVAL;
        }
        int changed = isNew || !otherThanLast(history, keys, Field.COUNTRY) ? 0 : 1;
        int length = relearnValues(history, keys);
        scratch[0] = late ? history[0] : keys.timeMicros;
        scratch[ARRIVAL] = late ? history[ARRIVAL] : arrival(history, keys, isNew);
        scratch[1] = Math.min(changes(history) + changed, MAX_COUNT) << 32
                | Math.min(successes(history) + 1L, Integer.MAX_VALUE);
        System.arraycopy(history, HOURS, scratch, HOURS, 3);
        countHour(keys.hour);
        if (late) {
            keepLast(history, length);
        }
        scratch[PLACE] = late
                ? history[PLACE]
                : Float.isNaN(keys.latitude) || Float.isNaN(keys.longitude)
                        ? NOWHERE
                        : place(keys.latitude, keys.longitude);
        if (isNew || length != history.length) {
            recordBytes += ARRAY_BYTES + 8L * length - (isNew ? 0 : ARRAY_BYTES + 8L * history.length);
            users.put(keys.user, Arrays.copyOf(scratch, length));
        } else if (shared) {
            users.put(keys.user, Arrays.copyOf(scratch, length));
        } else {
            System.arraycopy(scratch, 0, history, 0, length);
        }
        return isNew;
    }

    /** What is known of the arrival after a login whose value counts are taken. */
    private long arrival(long[] history, LoginKeys keys, boolean isNew) {
        if (isNew) {
            return NO_ARRIVAL;
        }
        if (otherThanLast(history, keys, Field.COUNTRY) && countOf[Field.COUNTRY.ordinal()] == 0) {
            return Math.floorDiv(history[0], LoginKeys.MICROS_PER_SECOND) << STEP_BITS
                    | TravelHabits.step(history, keys, false);
        }
        return sameAsLast(history, keys, Field.COUNTRY) ? history[ARRIVAL] : NO_ARRIVAL;
    }

    /** Writes the values with this login counted to {@link #scratch}; the length of the history then. */
    private int relearnValues(long[] history, LoginKeys keys) {
        Arrays.fill(held, 0);
        Arrays.fill(countOf, 0);
        int length = HEADER;
        for (int i = HEADER; i < history.length; i++) {
            long value = history[i];
            int f = field(value);
            if ((int) (value >>> 32) == LoginKeys.id(keys.field[f])) {
                countOf[f] = value & MAX_COUNT;
                continue;
            }
            if (held[f]++ == 0 || (value & MAX_COUNT) < (scratch[rarest[f]] & MAX_COUNT)) {
                rarest[f] = length;
            }
            scratch[length++] = value;
        }
        boolean full = false;
        for (int f = 0; f < Field.COUNT; f++) {
            if (held[f] == valuesPerUser && (f < Field.ALWAYS || keys.has(f))) {
                scratch[rarest[f]] = 0;
                full = true;
            }
        }
        if (full) {
            int kept = HEADER;
            for (int i = HEADER; i < length; i++) {
                if (scratch[i] != 0) {
                    scratch[kept++] = scratch[i];
                }
            }
            length = kept;
        }
        for (int f = 0; f < Field.COUNT; f++) {
            if (f >= Field.ALWAYS && !keys.has(f)) {
                continue;
            }
            long id = LoginKeys.id(keys.field[f]) & 0xffffffffL;
            scratch[length++] = id << 32 | (long) f << FIELD_SHIFT | Math.min(countOf[f] + 1, MAX_COUNT);
        }
        return length;
    }

    /** Puts the values that came last in a history last in {@link #scratch}, too. */
    private void keepLast(long[] history, int length) {
        for (int f = 0; f < Field.COUNT; f++) {
            int last = history.length - 1;
            while (last >= HEADER && field(history[last]) != f) {
                last--;
            }
            int at = length - 1;
            while (last >= HEADER
                    && at >= HEADER
                    && (field(scratch[at]) != f || scratch[at] >>> 32 != history[last] >>> 32)) {
                at--;
            }
            if (last >= HEADER && at >= HEADER) {
                long value = scratch[at];
                System.arraycopy(scratch, at + 1, scratch, at, length - 1 - at);
                scratch[length - 1] = value;
            }
        }
    }

    private void countHour(int hour) {
        int word = HOURS + (hour >>> 3);
        int shift = 8 * (hour & 7);
        if ((scratch[word] >>> shift & 0xff) == 0xff) {
            for (int w = HOURS; w < PLACE; w++) {
                scratch[w] = scratch[w] >>> 1 & 0x7f7f7f7f7f7f7f7fL;
            }
        }
        scratch[word] += 1L << shift;
    }

    private void makeRoom() {
        while (!users.isEmpty() && (users.size() >= maxUsers || bytes() >= maxBytes)) {
            evict(Math.max(1, users.size() / EVICTED_SHARE));
        }
    }

    /** Forgets the least recently successful users, the lower key first among equals. */
    private void evict(int count) {
        long[] times = new long[users.size()];
        int i = 0;
        for (long[] history : users.values()) {
            times[i++] = history[0];
        }
        Arrays.sort(times);
        long newest = times[count - 1];
        int atNewest = 0;
        while (atNewest < count && times[count - 1 - atNewest] == newest) {
            atNewest++;
        }
        LongArrayList equals = new LongArrayList();
        for (Long2ObjectMap.Entry<long[]> entry : users.long2ObjectEntrySet()) {
            if (entry.getValue()[0] == newest) {
                equals.add(entry.getLongKey());
            }
        }
        equals.sort(null);
        long lastEqual = equals.getLong(atNewest - 1);
        Long2ObjectOpenHashMap<long[]> kept = new Long2ObjectOpenHashMap<>(users.size(), LOAD);
        long bytes = 0;
        for (Long2ObjectMap.Entry<long[]> entry : users.long2ObjectEntrySet()) {
            long[] history = entry.getValue();
            if (history[0] > newest || history[0] == newest && entry.getLongKey() > lastEqual) {
                kept.put(entry.getLongKey(), history);
                bytes += ARRAY_BYTES + 8L * history.length;
            }
        }
        users = kept;
        recordBytes = bytes;
        evicted += count;
    }

    /** The histories as they are now. They are not copied: until {@link #release} is called, one that changes is replaced. */
    Image image() {
        shared = true;
        long forgotten = evicted;
        Long2ObjectOpenHashMap<long[]> image = users.clone();
        int longest = scratch.length;
        return out -> {
            out.writeLong(forgotten);
            long[] keys = image.keySet().toLongArray();
            Arrays.sort(keys);
            out.writeInt(keys.length);
            ByteBuffer record = ByteBuffer.allocate(RECORD_HEADER + Long.BYTES * longest);
            for (long key : keys) {
                long[] history = image.get(key);
                record.clear();
                record.putLong(key);
                record.putInt(history.length - HEADER);
                record.asLongBuffer().put(history);
                out.write(record.array(), 0, RECORD_HEADER + Long.BYTES * history.length);
            }
        };
    }

    /** No image is read any more. */
    void release() {
        shared = false;
    }

    /** @param arrivals whether users were saved with their arrivals */
    void load(StateInput in, boolean arrivals) throws IOException {
        evicted = in.readLong("number of forgotten users", 0, Long.MAX_VALUE);
        int size = in.readInt("number of users", 0, maxUsers);
        long[] keys = new long[0];
        long[][] histories = new long[0][];
        int header = arrivals ? HEADER : ARRIVAL;
        for (int i = 0; i < size; i++) {
            long key = in.readLong();
            StateInput.checkAscending("user", i == 0, i == 0 ? 0 : keys[i - 1], key);
            int values = in.readInt("number of a user's values", Field.ALWAYS, Field.COUNT * valuesPerUser);
            long[] history = new long[HEADER + values];
            LongBuffer words = in.readBlock(Long.BYTES * (header + values)).asLongBuffer();
            words.get(history, 0, ARRIVAL);
            history[ARRIVAL] = arrivals ? words.get() : NO_ARRIVAL;
            words.get(history, HEADER, values);
            StateInput.check("number of a user's successful logins", history[1] & 0xffffffffL, 1, Integer.MAX_VALUE);
            StateInput.check(
                    "changes of a user's country", history[1] >>> 32, 0, Math.min(MAX_COUNT, successes(history)));
            TravelHabits.checkStep(arrival(history));
            checkValues(history);
            if (i == keys.length) {
                int room = Math.min(size, Math.max(16, 2 * i));
                keys = Arrays.copyOf(keys, room);
                histories = Arrays.copyOf(histories, room);
            }
            keys[i] = key;
            histories[i] = history;
            recordBytes += ARRAY_BYTES + 8L * history.length;
        }
        // one after the other they would be moved each time the table grows
        users = new Long2ObjectOpenHashMap<>(Math.max(16, size), LOAD);
        for (int i = 0; i < size; i++) {
            users.put(keys[i], histories[i]);
        }
    }

    private void checkValues(long[] history) {
        Arrays.fill(held, 0);
        for (int v = HEADER; v < history.length; v++) {
            StateInput.check("count of a user's value", history[v] & MAX_COUNT, 1, MAX_COUNT);
            int f = field(history[v]);
            StateInput.check("field of a user's value", f, 0, Field.COUNT - 1);
            held[f]++;
        }
        for (int f = 0; f < Field.COUNT; f++) {
            StateInput.check(NUMBERS[f], held[f], f < Field.ALWAYS ? 1 : 0, valuesPerUser);
        }
    }
}
