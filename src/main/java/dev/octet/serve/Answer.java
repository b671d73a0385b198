package dev.octet.serve;

/**
 * What the service says of one login. Immutable.
 *
 * @param id the event's name, for feedback
 * @param sequence its number in the order in which logins were taken, from 1
 * @param timeMicros when the login was, microseconds since 1970; where it came a little late, when it counted
 * @param scored whether the model scores logins like it; else score and threshold are NaN and there are no reasons
 * @param score higher = more anomalous
 * @param threshold above it, the login is flagged
 * @param history whether the user had history
 * @param late whether it came too late to update the history
 * @param bundle id of the bundle that scored it
 * @param reasons a JSON array
 * @param fingerprint tells two logins under one name apart
 */
record Answer(
        String id,
        long sequence,
        long timeMicros,
        boolean scored,
        double score,
        double threshold,
        boolean flagged,
        History history,
        boolean late,
        String bundle,
        String reasons,
        int fingerprint) {

    /** Whether earlier logins of the user were known. */
    enum History {
        /** The model remembers none of any user. */
        NONE_KEPT,
        /** None of this user. */
        NEW_USER,
        /** Some of this user. */
        KNOWN_USER
    }
}
