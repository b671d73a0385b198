package dev.octet.feature;

/**
 * The column that marks a category which is not in the vocabulary of the training normals.
 *
 * @param feature its name
 * @param column that tells
 * @param value that the column then has
 */
public record UnseenMark(String feature, int column, float value) {

    /** Whether a row's category is not in the vocabulary. */
    public boolean isOn(float[] columns) {
        return columns[column] == value;
    }
}
