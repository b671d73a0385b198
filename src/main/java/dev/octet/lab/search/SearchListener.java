package dev.octet.lab.search;

/** Told how a search goes, by the thread that searches. */
public interface SearchListener {

    /**
     * A trial ended.
     *
     * @param standing the candidate's
     * @param before whether an earlier start of this search had tried it already
     * @param progress where the search stands
     */
    void tried(Standing standing, boolean before, Progress progress);

    /**
     * Where a search stands.
     *
     * @param rung from 0
     * @param done trials of this rung that have ended, candidate 0 not counted
     * @param of how many it has at most
     * @param best on this rung so far
     * @param base candidate 0
     */
    record Progress(int rung, int done, int of, Standing best, Standing base) {}
}
