package dev.octet.feature;

import dev.octet.event.ViewRow;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;

/**
 * Numeric features that need more than the row itself: what earlier rows were. Not thread-safe.
 *
 * <p>Each row is {@link #extract}ed, then {@link #observe}d, then {@link #learn}t, rows in order, so that a feature sees
 * strictly earlier rows only. Learning may wait until a row has been scored, so that one that was flagged need not update the history;
 * it may wait no longer than until the next row of the same {@link #memory}.
 */
public interface RowFeatures {

    /** Names of the features, one raw value each; all different from those of {@link Feature}. */
    List<String> names();

    /**
     * Says which features a caller uses, beside those of earlier calls: the others need not be computed any more. Without a call
     * all are.
     */
    default void ask(Collection<String> features) {}

    /**
     * Computes the features of a row.
     *
     * @param raw receives {@code names().size()} finite values from {@code offset} on; those not asked for mean nothing
     */
    void extract(ViewRow row, float[] raw, int offset);

    /**
     * The words for the features of the row that was {@link #extract}ed last; to be asked before it is {@link #observe}d.
     * They hold a copy of what they need, so that they can be kept until the row has been scored.
     */
    RowWords words(ViewRow row);

    /** Whether another thread can gather a part of the features. */
    default boolean gathers() {
        return false;
    }

    /**
     * Lets another thread gather a part of the features from now on until the gatherer is closed. Until then each row is gathered
     * first, and is {@link #learn}t before the next one arrives.
     *
     * @throws UnsupportedOperationException if {@link #gathers} says that there is no such part
     */
    default Gatherer gatherer() {
        throw new UnsupportedOperationException("no part of these features is gathered");
    }

    /** Counts a row as seen, whatever is thought of it. */
    void observe(ViewRow row);

    /**
     * Takes in what a row tells of what is normal.
     *
     * @param updates false for a row that was flagged, or is known to be an attack
     */
    void learn(ViewRow row, boolean updates);

    /**
     * Takes what somebody said of a row that was learnt without updating the history; may come any time later, and once a row. Nothing
     * happens where that changes nothing.
     *
     * @param benign whether the row is normal, so that it updates the history after all; else it is an attack
     */
    default void judge(ViewRow row, boolean benign) {}

    /** Which part of the memory {@link #extract} reads and {@link #learn} changes for this row; equal for the same part. */
    Object memory(ViewRow row);

    /** Whether learning this row changes its part of the memory at all. */
    boolean updates(ViewRow row);

    /** What a reader should know of how the features are computed on this log, in whole sentences. */
    default List<String> notes() {
        return List.of();
    }

    /** Rows that came too late to be learnt, because they were older than the newest. */
    long olderRows();

    /** Writes the memory as plain data, between two rows. Leaves {@code out} open. */
    void save(OutputStream out) throws IOException;
}
