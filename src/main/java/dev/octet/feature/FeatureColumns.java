package dev.octet.feature;

/**
 * The columns of one feature in a row of the matrix.
 *
 * @param feature the feature's name, as in the config and in the reasons
 * @param kind what its columns mean
 * @param first index of its first column
 * @param width number of its columns
 */
public record FeatureColumns(String feature, Kind kind, int first, int width) {

    /** What the columns of a feature mean. */
    public enum Kind {
        /** Each column is a number of its own. */
        NUMERIC,
        /** One column a category and exactly one of them 1. */
        ONE_HOT,
        /** One column, the category's number, scaled. */
        CODE
    }

    public FeatureColumns {
        if (first < 0 || width < 1) {
            throw new IllegalArgumentException(
                    "feature " + feature + ": first column " + first + ", width " + width + " is no column range");
        }
    }
}
