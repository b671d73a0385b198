package dev.octet.detect.baseline;

import dev.octet.feature.FloatMatrix;
import java.util.Arrays;

/**
 * Rows without their repetitions, sorted column by column unless asked for otherwise, so that what is computed of them does
 * not depend on the order that they came in. Login data repeat themselves: a month of minutes has 44,557 rows, of which a few hundred differ.
 *
 * @param values distinct rows, row-major; -0 is 0
 * @param counts how often each occurs
 * @param place for each row given, which of the distinct rows it is
 */
record DistinctRows(float[] values, int[] counts, int[] place) {

    static DistinctRows of(float[] rows, int width) {
        Gathering gathering = new Gathering(rows.length, width);
        for (int i = 0; i < rows.length / width; i++) {
            gathering.add(i, rows, i * width);
        }
        return gathering.rows().sorted(width);
    }

    /** The rows of a matrix in the order in which they come first, checked to be finite. */
    static DistinctRows inOrder(RowColumns columns, FloatMatrix matrix) {
        Gathering gathering = new Gathering(columns.values(matrix), columns.width());
        columns.forEachRow(matrix, (index, row) -> gathering.add(index, row, 0));
        return gathering.rows();
    }

    /** Distinct rows so far. */
    private static final class Gathering {
        private final int width;
        private final float[] values;
        private final int[] counts;
        private final int[] place;
        private final int[] table; // 1 + which of the distinct rows, or 0
        private int distinct;

        Gathering(int size, int width) {
            this.width = width;
            values = new float[size];
            counts = new int[size / width];
            place = new int[counts.length];
            table = new int[Integer.highestOneBit(Math.max(counts.length, 4)) * 4];
        }

        void add(int index, float[] rows, int offset) {
            int slot = hash(rows, offset, width) & (table.length - 1);
            while (table[slot] > 0 && !equal(rows, offset, values, (table[slot] - 1) * width, width)) {
                slot = (slot + 1) & (table.length - 1);
            }
            if (table[slot] == 0) {
                copy(rows, offset, values, distinct * width, width);
                table[slot] = ++distinct;
            }
            place[index] = table[slot] - 1;
            counts[place[index]]++;
        }

        DistinctRows rows() {
            return distinct == counts.length
                    ? new DistinctRows(values, counts, place)
                    : new DistinctRows(Arrays.copyOf(values, distinct * width), Arrays.copyOf(counts, distinct), place);
        }
    }

    private DistinctRows sorted(int width) {
        Integer[] order = new Integer[size()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> compare(values, a * width, b * width, width));
        float[] sortedValues = new float[values.length];
        int[] sortedCounts = new int[order.length];
        int[] rank = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            rank[order[i]] = i;
            sortedCounts[i] = counts[order[i]];
            System.arraycopy(values, order[i] * width, sortedValues, i * width, width);
        }
        int[] sortedPlace = new int[place.length];
        Arrays.setAll(sortedPlace, i -> rank[place[i]]);
        return new DistinctRows(sortedValues, sortedCounts, sortedPlace);
    }

    private static void copy(float[] from, int at, float[] to, int offset, int width) {
        for (int j = 0; j < width; j++) {
            to[offset + j] = from[at + j] + 0f; // -0 becomes 0
        }
    }

    int size() {
        return counts.length;
    }

    private static int hash(float[] rows, int offset, int width) {
        int hash = 1;
        for (int j = 0; j < width; j++) {
            hash = hash * 0x9E3779B1 + Float.floatToRawIntBits(rows[offset + j] + 0f);
            hash ^= hash >>> 15;
        }
        return hash ^ (hash >>> 13);
    }

    private static boolean equal(float[] rows, int a, float[] others, int b, int width) {
        for (int j = 0; j < width; j++) {
            if (rows[a + j] != others[b + j]) {
                return false;
            }
        }
        return true;
    }

    private static int compare(float[] rows, int a, int b, int width) {
        for (int j = 0; j < width; j++) {
            if (rows[a + j] != rows[b + j]) {
                return rows[a + j] < rows[b + j] ? -1 : 1;
            }
        }
        return 0;
    }
}
