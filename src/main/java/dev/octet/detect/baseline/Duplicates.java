package dev.octet.detect.baseline;

/** The weight of rows that occur more than once; its trainer says so in detail. */
public enum Duplicates {
    /** One place with a weight. */
    DISTINCT,
    /** Each copy a row of its own, as scikit-learn has it. */
    AS_SCIKIT_LEARN
}
