package dev.octet.run.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The rows of a run's log on a cluster. A run calls the methods in this order, from one thread: {@link #read}, {@link #fit},
 * {@link #rows}, {@link #history}, {@link #validationScores}, {@link #walkValidation}, {@link #score}. Each computes exactly what one machine
 * computes that reads the log in order.
 */
public interface ClusterLog {
    /** The spans before the test span. */
    enum Span {
        TRAIN,
        VALIDATION
    }

    /** Receives the scored rows of the test span, in the order of the log. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes one row.
         *
         * @param row its number in the log
         * @param timeMicros microseconds since 1970-01-01T00:00Z
         * @param user as in the log
         * @param success whether the login succeeded
         * @param label ordinal of {@code dev.octet.event.Label}
         * @param columns the row as the detector saw it
         * @param contributions what each column added to the score
         */
        void scored(
                long row,
                long timeMicros,
                String user,
                boolean success,
                int label,
                double score,
                float[] columns,
                double[] contributions)
                throws IOException;
    }

    /**
     * What {@link #read} found.
     *
     * @param rows all rows, rejected ones too
     * @param rejected rows that could not be used, by ordinal of {@code dev.octet.event.RejectedRows.Reason}
     * @param notes what a user should know of what could not be read
     * @param firstMicros time of the first usable row
     * @param lastMicros time of the last
     * @param outcomes numbers of logins by label: of each ordinal of {@code dev.octet.event.Label} the successes, then the failures
     * @param attacks numbers of the rows labelled an attack
     * @param knownVictims of each of these whether its user had a successful login before
     */
    record Findings(
            long rows,
            long[] rejected,
            List<String> notes,
            long firstMicros,
            long lastMicros,
            long[] outcomes,
            long[] attacks,
            boolean[] knownVictims) {}

    /**
     * The rows of a span that may train or are scored, in the order of the log.
     *
     * @param rows their number
     * @param attacks bits of those labelled an attack, where labels are used in training
     * @param scored bits of those that are scored
     * @param days number of the first row of each day
     */
    record SpanRows(int rows, long[] attacks, long[] scored, int[] days) {}

    /**
     * What {@link #fit} found.
     *
     * @param names of each feature that has names, in the order of the numbers that raw values hold
     * @param features the fitted features as JSON
     */
    record Fitted(SpanRows train, SpanRows validation, List<NamesOf> names, String features) {}

    /** Names of a feature in the order of their numbers. */
    record NamesOf(String feature, List<String> names) {}

    /**
     * Raw values of some rows of a span.
     *
     * @param held bits of the rows whose values these are
     * @param draws {@code dev.octet.event.SampleDraw}s of these rows
     * @param values row by row
     */
    record Rows(long[] held, long[] draws, float[] values) {}

    /**
     * Reads the log from end to end.
     *
     * @throws IOException if it cannot be read
     */
    Findings read(LogRequest request) throws IOException;

    /** Computes the features of both spans as they are where no login is flagged, and fits them to the training normals. */
    Fitted fit(SpanEnds ends, String scaling) throws IOException;

    /**
     * Fetches the raw values of some rows.
     *
     * @param wanted bits of rows
     * @param sample number of rows with the least draws to be fetched too, of those that are not labelled an attack; all of them
     *     where there are no more
     */
    Rows rows(Span span, long[] wanted, int sample) throws IOException;

    /** Writes what features that look back remember at the end of the validation span, no login having been flagged. */
    void history(Path file) throws IOException;

    /** Scores the scored rows of the validation span by the features of {@link #fit}; in the order of the log. */
    double[] validationScores(Path bundle) throws IOException;

    /** Scores them as later logins are scored: one above the bundle's threshold does not update its user's history. */
    double[] walkValidation(Path bundle) throws IOException;

    /**
     * Scores the test span, from the end of the validation span on.
     *
     * @param history receives what features that look back remember at its end; not written where none does
     */
    void score(Path bundle, Path history, Sink sink) throws IOException;
}
