package dev.octet.feature;

import dev.octet.event.ViewRow;

/**
 * Gathers, on a thread of its own, the part of a memory's features that no decision on a row before changes: what it says
 * depends on which rows came, not on which of them were flagged. The memory asks the gatherer for it from {@link RowFeatures#gatherer}
 * to {@link #close}, row by row as {@link #arrive} tells it; only {@link #gather} may run at the same time as anything else.
 */
public interface Gatherer extends AutoCloseable {

    /** Room for what is gathered of a row; it may take in another row once the next one has arrived. */
    Object room();

    /**
     * Gathers what the rows before say of a row, then counts it as seen. Rows in order, on one thread.
     *
     * @param asked whether the row's features may be asked for
     * @param room from {@link #room}
     */
    void gather(ViewRow row, boolean asked, Object room);

    /** The row of this room is the next one that the memory sees. */
    void arrive(Object room);

    /** The memory gathers by itself again. To be called after the row that was gathered last has been learnt. */
    @Override
    void close();
}
