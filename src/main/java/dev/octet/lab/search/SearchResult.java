package dev.octet.lab.search;

import java.util.List;

/**
 * The result of a search.
 *
 * @param best the candidate with the highest score on the highest rung that was reached; candidate 0 where none is better
 * @param base candidate 0
 * @param standings every candidate, in the order in which they were drawn
 * @param end why it ended
 */
public record SearchResult(Standing best, Standing base, List<Standing> standings, End end) {

    /** Why a search ended. */
    public enum End {
        /** All candidates were tried. */
        COMPLETE,
        /** No better one came for as long as patience allows. */
        PATIENCE,
        /** The space has no further candidate. */
        EXHAUSTED,
        /** The time was up. */
        TIME
    }

    public SearchResult {
        standings = List.copyOf(standings);
    }
}
