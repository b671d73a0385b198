package dev.octet.event.record;

import java.io.IOException;

/** A stream of records in the order of a file. Not thread-safe. */
public interface RecordReader extends AutoCloseable {

    /** What {@link #next} found. */
    enum Next {
        /** A record, which the values now hold. */
        RECORD,
        /** Something that cannot be of interest, which has not been looked into. */
        PASSED,
        /** Something that is no record; {@link #problem()} says why. Reading can go on. */
        UNREADABLE,
        /** The end of the file. */
        END
    }

    /**
     * Reads the next record.
     *
     * @param values is cleared and filled
     * @throws dev.octet.event.InputException if a packed file is damaged
     */
    Next next(Values values) throws IOException;

    /** 1-based line where the last record begins. */
    long line();

    /** What was wrong with the last thing that was no record. */
    String problem();

    /** The beginning of the last record, or of what was no record, for a message; at most 200 characters. */
    String excerpt();

    @Override
    void close() throws IOException;
}
