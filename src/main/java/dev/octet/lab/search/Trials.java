package dev.octet.lab.search;

import java.io.IOException;
import java.util.List;

/** Makes candidates from values and tries them; what a search is a search of. */
public interface Trials {

    /** Names of the {@link #cells}. */
    List<String> columns();

    /**
     * What the candidate is, in words that it could be written down with; equal for equal candidates.
     *
     * @param values a text for each dimension, none for candidate 0
     */
    List<String> cells(List<String> values);

    /** The seed that a candidate is trained with. */
    long seed(List<String> values);

    /** Trains and scores a candidate; the same trial gives the same outcome, interrupted or not. */
    Outcome run(Trial trial) throws IOException;

    /** The candidate will not be tried again; what it keeps to go on from may go. */
    void forget(int candidate) throws IOException;
}
