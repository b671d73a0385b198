package dev.octet.feature.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * What is known of the log before a chunk of it, a run of logins in the order of time, as totals: sums over the chunks
 * before. What is known by value comes apart, for values of the chunk only.
 */
public final class ChunkStart implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Time of the log's first attempt, microseconds. */
    long firstMicros;
    /** Time of the last attempt before the chunk; {@code Long.MIN_VALUE} where there is none. */
    long previousMicros = Long.MIN_VALUE;

    /** Whether networks are blocks. */
    boolean blocks;

    long successes;
    long failures;
    final long[] hours = new long[24];
    /** Successful logins with a value, by field. */
    final long[] valued = new long[Field.COUNT];
    /** Different values by field, and different users. */
    final long[] distinct = new long[ValueKind.USERS + 1];

    /** The start of a log. */
    public static ChunkStart ofLog(long firstMicros) {
        ChunkStart start = new ChunkStart();
        start.firstMicros = firstMicros;
        return start;
    }

    /** Writes it for {@link #load}. */
    void save(DataOutput out) throws IOException {
        out.writeLong(firstMicros);
        out.writeLong(previousMicros);
        out.writeBoolean(blocks);
        out.writeLong(successes);
        out.writeLong(failures);
        for (long[] each : new long[][] {hours, valued, distinct}) {
            for (long number : each) {
                out.writeLong(number);
            }
        }
    }

    /** Reads what {@link #save} wrote. */
    static ChunkStart load(DataInput in) throws IOException {
        ChunkStart start = new ChunkStart();
        start.firstMicros = in.readLong();
        start.previousMicros = in.readLong();
        start.blocks = in.readBoolean();
        start.successes = in.readLong();
        start.failures = in.readLong();
        for (long[] each : new long[][] {start.hours, start.valued, start.distinct}) {
            for (int i = 0; i < each.length; i++) {
                each[i] = in.readLong();
            }
        }
        return start;
    }

    /** What is known after all logins that a history has seen. */
    static ChunkStart after(LoginHistory history) {
        LoginHistory.Parts parts = history.parts();
        ChunkStart next = new ChunkStart();
        next.firstMicros = parts.failures().since();
        next.previousMicros = history.newestMicros();
        next.blocks = history.networksAreBlocks();
        next.successes = parts.globals().total();
        next.failures = parts.failures().total();
        System.arraycopy(parts.globals().hours(), 0, next.hours, 0, next.hours.length);
        for (int f = 0; f < Field.COUNT; f++) {
            next.valued[f] = parts.globals().known(f);
            next.distinct[f] = parts.globals().distinct(Field.at(f));
        }
        next.distinct[ValueKind.USERS] = parts.globals().users();
        return next;
    }

    /** The start of the next chunk. */
    public ChunkStart after(ChunkSummary chunk) {
        ChunkStart next = new ChunkStart();
        next.firstMicros = firstMicros;
        next.previousMicros = chunk.lastMicros;
        next.blocks = chunk.blocksAfter(blocks);
        next.successes = successes + chunk.successes;
        next.failures = failures + chunk.attempts - chunk.successes;
        for (int h = 0; h < hours.length; h++) {
            next.hours[h] = hours[h] + chunk.hours[h];
        }
        for (int f = 0; f < valued.length; f++) {
            next.valued[f] = valued[f] + chunk.valued(f, blocks);
        }
        return next;
    }

    /** Takes how many values were new in the chunk before. */
    public void countDistinct(ChunkStart before, long[] fresh) {
        for (int kind = 0; kind < distinct.length; kind++) {
            distinct[kind] = before.distinct[kind] + fresh[kind];
        }
    }

    /** Number of kinds of values whose different ones are counted. */
    public static int distinctKinds() {
        return ValueKind.USERS + 1;
    }

    /** Time of the last attempt before the chunk, microseconds; {@code Long.MIN_VALUE} where there is none. */
    public long previousMicros() {
        return previousMicros;
    }

    /** Whether an attempt before the chunk lies in the day before its first login. */
    public boolean remembersDay(long micros) {
        return micros > previousMicros - LoginKeys.MICROS_PER_DAY;
    }

    /** Whether networks are told apart by blocks of addresses, or some logins have no AS number. */
    public boolean hasBlocks() {
        return blocks || valued[Field.ASN.ordinal()] < successes;
    }

    /** Successful logins before the chunk, and of them those with an AS number. */
    public long[] networks() {
        return new long[] {successes, valued[Field.ASN.ordinal()]};
    }

    /** Different values of the field that has most of them. */
    public long mostDistinct() {
        long most = 0;
        for (int f = 0; f < Field.COUNT; f++) {
            most = Math.max(most, distinct[f]);
        }
        return most;
    }

    /** Different users with a successful login. */
    public long distinctUsers() {
        return distinct[ValueKind.USERS];
    }
}
