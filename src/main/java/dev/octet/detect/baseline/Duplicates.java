package dev.octet.detect.baseline;

/** What rows that occur more than once mean to a detector; its trainer says so in detail. */
public enum Duplicates {
    /** One place with a weight. */
    DISTINCT,
    /** Each copy a row of its own, as scikit-learn has it. */
    AS_SCIKIT_LEARN
}
