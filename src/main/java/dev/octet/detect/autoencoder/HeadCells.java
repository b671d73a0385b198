package dev.octet.detect.autoencoder;

import java.util.Arrays;

/**
 * The cells that the values of one head's field fall into: the most frequent values of the training rows one each, in
 * the order of their keys, and the others by their rarity, a nat a cell. Immutable.
 *
 * @param head what the field is
 * @param keys of the values with a cell of their own, ascending
 * @param shares of each cell among the training rows, smoothed so that none is 0; they sum to 1
 * @param values different values among the training rows
 * @param offset where the head's cells begin in a row of the network; the flag for "new to the user" follows them
 */
record HeadCells(Head head, long[] keys, float[] shares, int values, int offset) {
    /** Cells by rarity: 0 to 1 nat, 1 to 2, ..., 15 and more. */
    static final int RARITY_CELLS = 16;

    /** The same cells elsewhere in the row of a network. */
    HeadCells at(int column) {
        return new HeadCells(head, keys, shares, values, column);
    }

    int cells() {
        return shares.length;
    }

    /** Columns of the head in a row of the network. */
    int width() {
        return shares.length + 1;
    }

    int newFlag() {
        return offset + shares.length;
    }

    /** @param rarity -ln share of the value among all logins so far */
    int cell(long key, float rarity) {
        int place = Arrays.binarySearch(keys, key);
        return place >= 0 ? place : keys.length + Math.max(0, Math.min(RARITY_CELLS - 1, (int) rarity));
    }
}
