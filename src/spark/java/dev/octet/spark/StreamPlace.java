package dev.octet.spark;

import dev.octet.event.InputException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * How far a stream has come. It is noted with the state, so both change at once. Immutable.
 *
 * @param stream what Spark calls the stream; empty before its first batch
 * @param batch the last batch that is in the state; -1 before the first
 * @param rows rows of the stream so far, used or not
 * @param newestMicros time of the newest login so far, microseconds; {@code Long.MIN_VALUE} where there is none
 * @param ends where the destinations of alerts end, by their names
 * @param alarms what {@link AlertFinder} remembers; empty before the first alert
 */
record StreamPlace(String stream, long batch, long rows, long newestMicros, Map<String, String> ends, byte[] alarms) {
    private static final String STREAM = "stream";
    private static final String BATCH = "batch";
    private static final String ROWS = "rows";
    private static final String NEWEST = "newest";
    private static final String END = "end of ";
    private static final String ALARMS = "alarms";

    StreamPlace {
        ends = Map.copyOf(ends);
    }

    /** Before the first batch. */
    static StreamPlace first(long newestMicros, Map<String, String> ends) {
        return new StreamPlace("", -1, 0, newestMicros, ends, new byte[0]);
    }

    /** Whether notes are those of a stream. */
    static boolean isIn(Map<String, String> notes) {
        return notes.containsKey(STREAM);
    }

    /** Reads what {@link #notes} wrote. */
    static StreamPlace of(Map<String, String> notes) {
        Map<String, String> ends = new HashMap<>();
        notes.forEach((name, value) -> {
            if (name.startsWith(END)) {
                ends.put(name.substring(END.length()), value);
            }
        });
        return new StreamPlace(
                notes.get(STREAM),
                Long.parseLong(notes.get(BATCH)),
                Long.parseLong(notes.get(ROWS)),
                Long.parseLong(notes.get(NEWEST)),
                ends,
                Base64.getDecoder().decode(notes.getOrDefault(ALARMS, "")));
    }

    Map<String, String> notes() {
        Map<String, String> notes = new HashMap<>(Map.of(
                STREAM, stream,
                BATCH, Long.toString(batch),
                ROWS, Long.toString(rows),
                NEWEST, Long.toString(newestMicros),
                ALARMS, Base64.getEncoder().encodeToString(alarms)));
        ends.forEach((name, end) -> notes.put(END + name, end));
        return notes;
    }

    /**
     * Whether a batch that Spark hands out is in the state already: one that Spark could not note as done.
     *
     * @throws InputException if it is neither the last one nor the next one, since the checkpoint is not the state's
     */
    boolean holds(String ofStream, long number) {
        boolean same = batch < 0 || ofStream.equals(stream);
        if (!same || number < batch || number > batch + 1) {
            throw new InputException(
                    "the state and the checkpoint beside it are not of one stream: the state ends with batch " + batch
                            + " of " + (stream.isEmpty() ? "a new stream" : stream) + ", and Spark goes on with batch "
                            + number + " of " + ofStream
                            + "; copy state and checkpoint together, or name a new --state");
        }
        return number == batch;
    }
}
