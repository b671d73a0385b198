package dev.octet.detect.baseline;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Measures rows against points, block by block. A block is turned on its side: each column is an array of its own, and the
 * loops over it run over rows, which Java's compiler makes vectors of. A row's distances are the same wherever it stands.
 * Not thread-safe.
 */
final class RowBlocks {
    /** Rows of a block; with 32 columns it stays in a core's second-level cache. */
    static final int ROWS = 256;

    /** More shares than cores, so that a core that is held up by others leaves its share of shares to the rest. */
    private static final int SHARES_OF_A_CORE = 4;

    private final float[] rows;
    private final int width;
    private final int size;
    private final Block[] shares; // a block to work in for each

    /** The first {@code size} of some rows. */
    RowBlocks(float[] rows, int size, int width) {
        this.rows = rows;
        this.width = width;
        this.size = size;
        shares = new Block
                [Math.min(count(), SHARES_OF_A_CORE * Runtime.getRuntime().availableProcessors())];
        Arrays.setAll(shares, i -> new Block());
    }

    /** Number of blocks. */
    int count() {
        return (size + ROWS - 1) / ROWS;
    }

    /** Points that the rows are measured against. */
    abstract static class Measurement {
        private final double[][] points;

        Measurement(double[][] points) {
            this.points = points;
        }

        /**
         * What becomes of a block's distances. Called once for each block, by several threads.
         *
         * @param squared the squared distances of the block's rows to each point, by point; may be written to
         */
        abstract void take(Block block, double[][] squared);
    }

    /**
     * Makes several measurements in one pass over the rows, on all cores: turning a block on its side costs about as much as
     * measuring it.
     */
    void measure(List<? extends Measurement> measurements) {
        IntStream.range(0, shares.length).parallel().forEach(share -> {
            Block block = shares[share];
            int end = end(share);
            for (int i = share == 0 ? 0 : end(share - 1); i < end; i++) {
                block.load(i);
                for (Measurement measurement : measurements) {
                    measurement.take(block, block.squared(measurement.points));
                }
            }
        });
    }

    private int end(int share) {
        return (int) ((share + 1L) * count() / shares.length);
    }

    /** Rows {@code first} to {@code first + count}, and room to work in. */
    final class Block {
        private final double[][] columns = new double[width][ROWS];
        private double[][] room = new double[0][];
        private int index;
        private int first;
        private int count;

        private void load(int block) {
            index = block;
            first = block * ROWS;
            count = Math.min(ROWS, size - first);
            for (int j = 0; j < width; j++) {
                double[] column = columns[j];
                for (int i = 0, from = first * width + j; i < count; i++, from += width) {
                    column[i] = rows[from];
                }
            }
        }

        int index() {
            return index;
        }

        int first() {
            return first;
        }

        int count() {
            return count;
        }

        private double[][] squared(double[][] points) {
            if (room.length < points.length) {
                room = new double[points.length][ROWS];
            }
            for (int p = 0; p < points.length; p++) {
                Arrays.fill(room[p], 0);
            }
            int j = 0;
            for (; j + 1 < width; j += 2) {
                for (int p = 0; p < points.length; p++) {
                    add(room[p], columns[j], columns[j + 1], points[p][j], points[p][j + 1], count);
                }
            }
            for (int p = 0; j < width && p < points.length; p++) {
                add(room[p], columns[j], points[p][j], count);
            }
            return room;
        }
    }

    /** Makes {@code values[at ..)} the lesser of each of them and of {@code others}. */
    static void lesser(double[] values, int at, double[] others, int count) {
        for (int i = 0; i < count; i++) {
            values[at + i] = Math.min(values[at + i], others[i]);
        }
    }

    /** Two columns at once, so that the sums are read and written half as often. */
    private static void add(double[] sums, double[] a, double[] b, double atA, double atB, int count) {
        for (int i = 0; i < count; i++) {
            double p = a[i] - atA;
            double q = b[i] - atB;
            sums[i] += p * p + q * q;
        }
    }

    private static void add(double[] sums, double[] a, double atA, int count) {
        for (int i = 0; i < count; i++) {
            double p = a[i] - atA;
            sums[i] += p * p;
        }
    }
}
