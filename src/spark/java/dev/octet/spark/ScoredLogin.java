package dev.octet.spark;

import org.apache.spark.sql.Row;

/**
 * What is said of a scored login. Not sent between partitions.
 *
 * @param row with the columns of {@link ScoredLogins#SCHEMA}
 * @param words what {@link FlaggedLogin} reads; empty where the login is not flagged
 */
record ScoredLogin(Row row, byte[] words) {
    private static final byte[] NONE = {};

    /** A login that is not flagged. */
    static ScoredLogin quiet(Row row) {
        return new ScoredLogin(row, NONE);
    }

    boolean flagged() {
        return row.getBoolean(5);
    }
}
