package dev.octet.feature;

import java.util.List;

/**
 * Numeric features that need more than the row itself, e.g. what earlier rows were. Not thread-safe.
 *
 * <p>For every row {@link #extract} comes before {@link #learn}, so that a feature sees strictly earlier rows only.
 */
public interface RowFeatures {

    /** Names of the features, one raw value each; all different from those of {@link Feature}. */
    List<String> names();

    /**
     * Computes the features of a row.
     *
     * @param raw receives {@code names().size()} finite values from {@code offset} on
     */
    void extract(ViewRow row, float[] raw, int offset);

    /**
     * Takes a row into account for the rows after it.
     *
     * @param teach whether the row may teach what is normal (a training normal), beside being counted as seen
     */
    void learn(ViewRow row, boolean teach);
}
