package dev.octet.lab.search;

import java.util.ArrayList;
import java.util.List;

/** The results of a candidate in a search so far: its outcome on each rung it was tried on. Not thread-safe. */
public final class Standing {
    private final int candidate;
    private final List<String> values;
    private final List<String> cells;
    private final long seed;
    private final List<Outcome> outcomes = new ArrayList<>();
    private double seconds;
    private boolean dropped;
    private boolean best;

    Standing(int candidate, List<String> values, List<String> cells, long seed) {
        this.candidate = candidate;
        this.values = values;
        this.cells = cells;
        this.seed = seed;
    }

    /** Its number; 0 is the one that the search began with. */
    public int candidate() {
        return candidate;
    }

    /** A text for each dimension; none for candidate 0. */
    public List<String> values() {
        return values;
    }

    /** What it is, see {@link Trials#cells}. */
    public List<String> cells() {
        return cells;
    }

    public long seed() {
        return seed;
    }

    /** Its latest outcome. */
    public Outcome outcome() {
        return outcomes.get(outcomes.size() - 1);
    }

    /** The highest rung that it has a score on, -1 where it has none. */
    public int rung() {
        int rung = outcomes.size() - 1;
        while (rung >= 0 && outcomes.get(rung).state() != Outcome.State.DONE) {
            rung--;
        }
        return rung;
    }

    /** Its score on the highest rung that it has one on, NaN where it has none. */
    public double score() {
        return rung() < 0 ? Double.NaN : outcomes.get(rung()).score();
    }

    /** The threshold that goes with {@link #score}. */
    public double threshold() {
        return rung() < 0 ? Double.NaN : outcomes.get(rung()).threshold();
    }

    /** Its score on a rung, NaN where it has none. */
    double score(int rung) {
        return rung < outcomes.size() ? outcomes.get(rung).score() : Double.NaN;
    }

    /** Seconds of all its trainings, those of earlier starts of the search too. */
    public double seconds() {
        return seconds;
    }

    void add(Outcome outcome, double took) {
        outcomes.add(outcome);
        seconds += took;
    }

    void drop() {
        dropped = true;
    }

    void markBest() {
        best = true;
    }

    /** One word for the table. */
    String state() {
        if (best) {
            return "best";
        }
        return switch (outcome().state()) {
            case FAILED -> "failed";
            case OUT_OF_TIME -> "out-of-time";
            case DONE -> dropped ? "dropped" : "done";
        };
    }
}
