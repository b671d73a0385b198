package dev.octet.spark;

/** What the rounds keep of each login that they score, so that it need not be scored again. */
enum Detail {
    /** Nothing but whether it is flagged. */
    DECISION,
    /** The score. */
    SCORE,
    /** What {@link ScoredLogins#write} writes. */
    REASONS
}
