package dev.octet.detect.baseline;

import java.util.Arrays;

/**
 * Columns as ranks: a tree's cuts look at the order of a column's values only, and ranks are counted where values would have to be
 * sorted.
 *
 * @param values the different values of each column, ascending
 * @param codes for each column, the rank of each row's value
 */
record ColumnCodes(float[][] values, int[][] codes) {

    static ColumnCodes of(float[] rows, int width) {
        int count = rows.length / width;
        float[][] values = new float[width][];
        int[][] codes = new int[width][count];
        for (int j = 0; j < width; j++) {
            float[] sorted = new float[count];
            for (int i = 0; i < count; i++) {
                sorted[i] = rows[i * width + j];
            }
            Arrays.sort(sorted);
            int distinct = 0;
            for (float value : sorted) {
                if (distinct == 0 || value != sorted[distinct - 1]) {
                    sorted[distinct++] = value;
                }
            }
            values[j] = Arrays.copyOf(sorted, distinct);
            for (int i = 0; i < count; i++) {
                codes[j][i] = Arrays.binarySearch(values[j], rows[i * width + j]);
            }
        }
        return new ColumnCodes(values, codes);
    }
}
