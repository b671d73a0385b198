package dev.octet.feature.history;

import it.unimi.dsi.fastutil.longs.Long2IntMap;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2LongMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Counts the values of one chunk of a log, and turns the counts of a value in all chunks into those before each chunk. So a
 * value has one record a chunk, however many logins have it. Not thread-safe.
 */
public final class ChunkValues {
    /** Number of the chunk of what is known before the log begins. */
    private static final int BEFORE_THE_LOG = -1;

    private final int chunk;
    private final boolean failedScored;
    private final Long2IntOpenHashMap[] counts = new Long2IntOpenHashMap[ValueKind.USERS + 1];
    private final Long2LongOpenHashMap firstSeen = new Long2LongOpenHashMap();
    private final boolean kept;
    private final List<Long2ObjectOpenHashMap<Runs>> failures = new ArrayList<>();
    private boolean blocks;
    private long known;
    private long total;

    /** Failures of a key: runs in which none is a day or more behind the one before, until the key is remembered for good. */
    private static final class Runs {
        /** Of a key without failures. */
        static final Runs NONE = new Runs();

        long[] first = new long[1];
        long[] last = new long[1];
        int[] count = new int[1];
        int size;

        void add(long micros) {
            if (size > 0
                    && (micros - last[size - 1] < LoginKeys.MICROS_PER_DAY
                            || count[size - 1] >= RecentFailures.REMEMBERED)) {
                last[size - 1] = micros;
                count[size - 1]++;
                return;
            }
            if (size == first.length) {
                first = Arrays.copyOf(first, 2 * size);
                last = Arrays.copyOf(last, 2 * size);
                count = Arrays.copyOf(count, 2 * size);
            }
            first[size] = micros;
            last[size] = micros;
            count[size++] = 1;
        }
    }

    /**
     * Values of a chunk.
     *
     * @param chunk its number
     * @param start what is known of the log before it
     * @param failedScored whether failed logins are scored too
     * @param kept whether what is known after the log is wanted
     */
    public ChunkValues(int chunk, ChunkStart start, boolean failedScored, boolean kept) {
        this.chunk = chunk;
        this.kept = kept;
        this.failedScored = failedScored;
        blocks = start.blocks;
        total = start.successes;
        known = start.valued[Field.ASN.ordinal()];
        for (int kind = 0; kind < counts.length; kind++) {
            counts[kind] = new Long2IntOpenHashMap();
        }
        for (int k = 0; k < PressureKey.COUNT; k++) {
            failures.add(new Long2ObjectOpenHashMap<>());
        }
    }

    /** Counts a login of the chunk, in order. */
    public void add(KeyedLogin login) {
        login.useBlocks(blocks);
        for (int k = 0; k < PressureKey.COUNT; k++) {
            PressureKey key = PressureKey.at(k);
            if (!key.has(login.keys)) {
                continue;
            }
            Long2ObjectOpenHashMap<Runs> ofKey = failures.get(k);
            if (login.success) {
                ofKey.putIfAbsent(key.of(login.keys), Runs.NONE);
            } else {
                long value = key.of(login.keys);
                Runs runs = ofKey.get(value);
                if (runs == null || runs == Runs.NONE) {
                    runs = new Runs();
                    ofKey.put(value, runs);
                }
                runs.add(login.keys.timeMicros);
            }
        }
        for (int f = 0; f < Field.COUNT && (login.success || failedScored); f++) {
            if (f < Field.ALWAYS || login.keys.has(f)) {
                counts[f].addTo(login.keys.field[f], login.success ? 1 : 0);
            }
        }
        if (!login.success) {
            return;
        }
        if (login.keys.userKnown) {
            counts[ValueKind.USERS].addTo(login.keys.user, 1);
        }
        if (kept && login.keys.hasNetwork()) {
            firstSeen.putIfAbsent(login.keys.networkKey(), login.keys.timeMicros);
        }
        total++;
        known += login.hasAsn() ? 1 : 0;
        blocks = LoginHistory.blocks(blocks, known, total);
    }

    /** Hands out a record for each value: the value, and what {@link #before} needs of it. */
    public void records(ValuePackets packets) {
        PackedOutput out = new PackedOutput();
        for (int kind = 0; kind < counts.length; kind++) {
            for (Long2IntMap.Entry entry : counts[kind].long2IntEntrySet()) {
                out.clear().number(kind).number(chunk).number(entry.getIntValue());
                packets.add(entry.getLongKey(), out);
            }
        }
        for (Long2LongMap.Entry entry : firstSeen.long2LongEntrySet()) {
            out.clear().number(ValueKind.FIRST_SEEN).number(chunk).fixed(entry.getLongValue());
            packets.add(entry.getLongKey(), out);
        }
        for (int k = 0; k < PressureKey.COUNT; k++) {
            for (Long2ObjectMap.Entry<Runs> entry : failures.get(k).long2ObjectEntrySet()) {
                Runs runs = entry.getValue();
                out.clear()
                        .number(ValueKind.failures(PressureKey.at(k)))
                        .number(chunk)
                        .number(runs.size);
                for (int i = 0; i < runs.size; i++) {
                    out.fixed(runs.first[i])
                            .number(runs.last[i] - runs.first[i])
                            .number(runs.count[i]);
                }
                packets.add(entry.getLongKey(), out);
            }
        }
        packets.flush();
    }

    /** When a network had its first successful login, before the log begins. */
    static byte[] firstSeen(PackedOutput out, long micros) {
        return out.clear()
                .number(ValueKind.FIRST_SEEN)
                .number(BEFORE_THE_LOG)
                .fixed(micros)
                .toBytes();
    }

    /** The record of a value that is known before the log begins. */
    static byte[] known(PackedOutput out, int kind, int count) {
        return out.clear().number(kind).number(BEFORE_THE_LOG).number(count).toBytes();
    }

    /** The same of a key with failures. */
    static byte[] knownFailures(PackedOutput out, int kind, int all, int firstSeconds, long lastMicros) {
        out.clear().number(kind).number(BEFORE_THE_LOG).number(all).number(firstSeconds);
        return out.fixed(lastMicros).toBytes();
    }

    /** Receives what is known of a value before a chunk. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes one value.
         *
         * @param chunk number of the chunk
         * @param record for {@link ChunkWalk}, until the next call; {@code null} where nothing is known before the chunk
         * @param freshKind the kind of the value if it comes for the first time, -1 else
         */
        void take(int chunk, PackedOutput record, int freshKind);
    }

    /** Receives what is known of a value after the log. */
    @FunctionalInterface
    public interface After {
        /**
         * Takes one value.
         *
         * @param record for a log that goes on from the end of this one
         * @param changed whether it is another one than before the log
         */
        void take(long value, byte[] record, boolean changed);
    }

    /**
     * What is known of a value before each chunk that has it.
     *
     * @param value the value
     * @param records its records of all chunks and kinds, in any order
     * @param starts what is known of the log before each chunk, and behind them what is known after it
     * @param after receives the value's records for a log that goes on from the end of this one; {@code null} where nobody asks
     */
    public static void before(long value, Iterable<byte[]> records, ChunkStart[] starts, Sink sink, After after) {
        List<List<byte[]>> byKind = new ArrayList<>();
        for (int kind = 0; kind < ValueKind.COUNT; kind++) {
            byKind.add(null);
        }
        for (byte[] each : records) {
            int kind = new PackedInput(each).integer();
            if (byKind.get(kind) == null) {
                byKind.set(kind, new ArrayList<>());
            }
            byKind.get(kind).add(each);
        }
        for (int kind = 0; kind < ValueKind.COUNT; kind++) {
            List<byte[]> ofKind = byKind.get(kind);
            if (ofKind == null) {
                continue;
            }
            ofKind.sort(Comparator.comparingInt(ChunkValues::chunkOf));
            if (ValueKind.isFailures(kind)) {
                failuresBefore(kind, value, ofKind, starts, sink, after);
            } else if (kind == ValueKind.FIRST_SEEN) {
                if (after != null) {
                    PackedInput first = new PackedInput(ofKind.get(0));
                    first.integer();
                    first.integer();
                    int chunk = chunkOf(ofKind.get(0));
                    after.take(value, firstSeen(new PackedOutput(), first.fixed()), chunk != BEFORE_THE_LOG);
                }
            } else {
                countsBefore(kind, value, ofKind, sink, after);
            }
        }
    }

    /** Whether a value is in the log, by its sorted records. */
    private static boolean isIn(List<byte[]> records) {
        return chunkOf(records.get(records.size() - 1)) != BEFORE_THE_LOG;
    }

    /** The kind of a record, which tells it from other records of the same value. */
    public static int kind(byte[] record) {
        return new PackedInput(record).integer();
    }

    private static int chunkOf(byte[] record) {
        PackedInput in = new PackedInput(record);
        in.integer();
        return in.integer();
    }

    private static void countsBefore(int kind, long value, List<byte[]> records, Sink sink, After after) {
        PackedOutput out = new PackedOutput();
        long sum = 0;
        for (byte[] each : records) {
            PackedInput in = new PackedInput(each);
            in.integer();
            int chunk = in.integer();
            int count = in.integer();
            if (chunk == BEFORE_THE_LOG) {
                sum = count;
                continue;
            }
            PackedOutput before =
                    sum == 0 ? null : out.clear().number(kind).fixed(value).number(sum);
            sink.take(chunk, before, sum == 0 && count > 0 ? kind : -1);
            sum = Math.min(Integer.MAX_VALUE, sum + count);
        }
        if (after != null && sum > 0) {
            after.take(value, known(out, kind, kind == ValueKind.USERS ? 1 : (int) sum), isIn(records));
        }
    }

    private static boolean isOfLastDay(long micros, ChunkStart[] starts) {
        return starts[starts.length - 1].remembersDay(micros);
    }

    /**
     * Of a record for a log that goes on: what {@link ChunkWalk#value} takes of a key with failures within the last day.
     *
     * @return {@code null} where the record is of something else
     */
    public static byte[] ofLastDay(long value, byte[] record, ChunkStart end) {
        PackedInput in = new PackedInput(record);
        int kind = in.integer();
        in.integer();
        if (!ValueKind.isFailures(kind)) {
            return null;
        }
        int all = in.integer();
        int since = in.integer();
        return end.remembersDay(in.fixed())
                ? new PackedOutput()
                        .number(kind)
                        .fixed(value)
                        .number(all)
                        .number(since)
                        .toBytes()
                : null;
    }

    /** A key with few failures is forgotten a day after its last one, as {@link RecentFailures} does. */
    private static void failuresBefore(
            int kind, long value, List<byte[]> records, ChunkStart[] starts, Sink sink, After after) {
        PackedOutput out = new PackedOutput();
        long all = 0;
        long since = 0;
        long last = 0;
        for (byte[] each : records) {
            PackedInput in = new PackedInput(each);
            in.integer();
            int chunk = in.integer();
            if (chunk == BEFORE_THE_LOG) {
                all = in.integer();
                since = in.integer();
                last = in.fixed();
                continue;
            }
            boolean known = all >= RecentFailures.REMEMBERED || all > 0 && starts[chunk].remembersDay(last);
            sink.take(
                    chunk,
                    known ? out.clear().number(kind).fixed(value).number(all).number(since) : null,
                    -1);
            for (int runs = in.integer(); runs > 0; runs--) {
                long first = in.fixed();
                if (all == 0 || all < RecentFailures.REMEMBERED && first - last >= LoginKeys.MICROS_PER_DAY) {
                    all = 0;
                    since = Math.min(
                            Integer.MAX_VALUE, (first - starts[chunk].firstMicros) / LoginKeys.MICROS_PER_SECOND);
                }
                last = first + in.number();
                all = Math.min(Integer.MAX_VALUE, all + in.integer());
            }
        }
        if (after != null && (all >= RecentFailures.REMEMBERED || all > 0 && isOfLastDay(last, starts))) {
            after.take(value, knownFailures(out, kind, (int) all, (int) since, last), isIn(records));
        }
    }
}
