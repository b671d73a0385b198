package dev.octet.detect.baseline;

import java.util.Arrays;

/**
 * Rows without their repetitions, sorted column by column, so that what is computed of them does not depend on the order
 * that they came in. Login data repeat themselves: a month of minutes has 44,557 rows, of which a few hundred differ.
 *
 * @param values distinct rows, row-major; -0 is 0
 * @param counts how often each occurs
 * @param place for each row given, which of the distinct rows it is
 */
record DistinctRows(float[] values, int[] counts, int[] place) {

    static DistinctRows of(float[] rows, int width) {
        int count = rows.length / width;
        int[] table = new int[Integer.highestOneBit(Math.max(count, 4)) * 4];
        Arrays.fill(table, -1);
        int[] place = new int[count];
        int[] firsts = new int[count];
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            int slot = hash(rows, i * width, width) & (table.length - 1);
            while (table[slot] >= 0 && !equal(rows, firsts[table[slot]] * width, i * width, width)) {
                slot = (slot + 1) & (table.length - 1);
            }
            if (table[slot] < 0) {
                firsts[distinct] = i;
                table[slot] = distinct++;
            }
            place[i] = table[slot];
        }
        Integer[] order = new Integer[distinct];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> compare(rows, firsts[a] * width, firsts[b] * width, width));
        float[] values = new float[distinct * width];
        int[] rank = new int[distinct];
        for (int i = 0; i < distinct; i++) {
            rank[order[i]] = i;
            for (int j = 0; j < width; j++) {
                values[i * width + j] = rows[firsts[order[i]] * width + j] + 0f;
            }
        }
        int[] counts = new int[distinct];
        for (int i = 0; i < count; i++) {
            place[i] = rank[place[i]];
            counts[place[i]]++;
        }
        return new DistinctRows(values, counts, place);
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

    private static boolean equal(float[] rows, int a, int b, int width) {
        for (int j = 0; j < width; j++) {
            if (rows[a + j] != rows[b + j]) {
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
