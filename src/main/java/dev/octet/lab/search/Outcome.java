package dev.octet.lab.search;

/**
 * The outcome of a trial.
 *
 * @param score higher is better; NaN where there is none
 * @param threshold that the candidate chose, NaN where there is none
 * @param message why there is no score, {@code ""} where there is one
 */
public record Outcome(State state, double score, double threshold, String message) {

    /** How a trial ended. */
    public enum State {
        /** It has a score. */
        DONE,
        /** These settings cannot be trained on these rows. */
        FAILED,
        /** The time was up; a search that is given more time goes on with it. */
        OUT_OF_TIME
    }

    public Outcome {
        if ((state == State.DONE) == Double.isNaN(score)) {
            throw new IllegalArgumentException(state + " with the score " + score);
        }
    }

    public static Outcome done(double score, double threshold) {
        return new Outcome(State.DONE, score, threshold, "");
    }

    public static Outcome failed(String message) {
        return new Outcome(State.FAILED, Double.NaN, Double.NaN, message);
    }

    public static Outcome outOfTime() {
        return new Outcome(State.OUT_OF_TIME, Double.NaN, Double.NaN, "the time was up");
    }
}
