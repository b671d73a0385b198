package dev.octet.detect.baseline;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/** Grows one tree. Not thread-safe; one for each tree. */
final class RandomForestGrower {
    /** A column is counted rather than sorted where it has at most this many values a row of the node. */
    private static final int VALUES_A_ROW = 4;

    /**
     * A tree in preorder: the left child follows its parent.
     *
     * @param columns of each node's cut, or {@link TreeEnsemble#LEAF}
     * @param thresholds of the cut (left: {@code <=}), or a leaf's share of attacks
     * @param rights index of the right child
     */
    record Tree(int[] columns, float[] thresholds, int[] rights) {}

    private final ColumnCodes codes;
    private final int tried;
    private final SplittableRandom random;
    private final int[] normals; // weight of each distinct row in the sample
    private final int[] attacks;
    private final int[] order; // distinct rows in the sample, by node
    private final int size;
    private final int[] candidates;
    private final long[] sorted;
    private final int[] normalCounts;
    private final int[] attackCounts;

    private int[] columns = new int[256];
    private float[] thresholds = new float[256];
    private int[] rights = new int[256];
    private int nodes;

    private double bestPurity;
    private int bestColumn;
    private int bestCode;
    private int bestNextCode;

    RandomForestGrower(ColumnCodes codes, DistinctRows rows, BitSet labels, int tried, SplittableRandom random) {
        this.codes = codes;
        this.tried = tried;
        this.random = random;
        normals = new int[rows.size()];
        attacks = new int[rows.size()];
        int count = rows.place().length;
        for (int i = 0; i < count; i++) {
            int row = random.nextInt(count);
            (labels.get(row) ? attacks : normals)[rows.place()[row]]++;
        }
        int[] present = new int[rows.size()];
        int used = 0;
        for (int row = 0; row < present.length; row++) {
            if (normals[row] + attacks[row] > 0) {
                present[used++] = row;
            }
        }
        order = present;
        size = used;
        candidates = new int[codes.codes().length];
        Arrays.setAll(candidates, j -> j);
        sorted = new long[size];
        int most = 0;
        for (float[] values : codes.values()) {
            most = Math.max(most, values.length);
        }
        normalCounts = new int[most];
        attackCounts = new int[most];
    }

    Tree grow() {
        // a stack and not recursion: labels that alternate along a column make a tree as deep as it has rows
        int[] stack = new int[64];
        int top = 0;
        stack[top++] = 0;
        stack[top++] = size;
        stack[top++] = -1;
        while (top > 0) {
            int parent = stack[--top];
            int to = stack[--top];
            int from = stack[--top];
            int node = add();
            if (parent >= 0) {
                rights[parent] = node;
            }
            long normal = 0;
            long attack = 0;
            for (int i = from; i < to; i++) {
                normal += normals[order[i]];
                attack += attacks[order[i]];
            }
            if (normal == 0 || attack == 0 || to - from < 2 || !cut(from, to, normal, attack)) {
                columns[node] = TreeEnsemble.LEAF;
                thresholds[node] = (float) ((double) attack / (normal + attack));
                continue;
            }
            columns[node] = bestColumn;
            thresholds[node] = threshold();
            int middle = partition(from, to);
            if (top + 6 > stack.length) {
                stack = Arrays.copyOf(stack, 2 * stack.length);
            }
            stack[top++] = middle;
            stack[top++] = to;
            stack[top++] = node;
            stack[top++] = from;
            stack[top++] = middle;
            stack[top++] = -1;
        }
        return new Tree(Arrays.copyOf(columns, nodes), Arrays.copyOf(thresholds, nodes), Arrays.copyOf(rights, nodes));
    }

    private int add() {
        if (nodes == columns.length) {
            columns = Arrays.copyOf(columns, 2 * nodes);
            thresholds = Arrays.copyOf(thresholds, 2 * nodes);
            rights = Arrays.copyOf(rights, 2 * nodes);
        }
        return nodes++;
    }

    /** Finds the best cut of the columns drawn; false if every column is constant. */
    private boolean cut(int from, int to, long normal, long attack) {
        bestPurity = Double.NEGATIVE_INFINITY;
        bestColumn = -1;
        int left = candidates.length;
        for (int visited = 0; left > 0 && (visited < tried || bestColumn < 0); visited++) {
            int pick = random.nextInt(left);
            int column = candidates[pick];
            candidates[pick] = candidates[--left];
            candidates[left] = column;
            if (codes.values()[column].length <= (long) VALUES_A_ROW * (to - from)) {
                count(column, from, to, normal, attack);
            } else {
                sort(column, from, to, normal, attack);
            }
        }
        return bestColumn >= 0;
    }

    private void count(int column, int from, int to, long normal, long attack) {
        int[] code = codes.codes()[column];
        int most = codes.values()[column].length;
        Arrays.fill(normalCounts, 0, most, 0);
        Arrays.fill(attackCounts, 0, most, 0);
        for (int i = from; i < to; i++) {
            int row = order[i];
            normalCounts[code[row]] += normals[row];
            attackCounts[code[row]] += attacks[row];
        }
        long leftNormal = 0;
        long leftAttack = 0;
        int last = -1;
        for (int value = 0; value < most; value++) {
            if (normalCounts[value] + attackCounts[value] > 0) {
                if (last >= 0) {
                    consider(column, last, value, leftNormal, leftAttack, normal, attack);
                }
                leftNormal += normalCounts[value];
                leftAttack += attackCounts[value];
                last = value;
            }
        }
    }

    private void sort(int column, int from, int to, long normal, long attack) {
        int[] code = codes.codes()[column];
        for (int i = from; i < to; i++) {
            sorted[i] = (long) code[order[i]] << 32 | order[i];
        }
        Arrays.sort(sorted, from, to);
        long leftNormal = 0;
        long leftAttack = 0;
        int last = (int) (sorted[from] >> 32);
        for (int i = from; i < to; i++) {
            int value = (int) (sorted[i] >> 32);
            if (value != last) {
                consider(column, last, value, leftNormal, leftAttack, normal, attack);
                last = value;
            }
            leftNormal += normals[(int) sorted[i]];
            leftAttack += attacks[(int) sorted[i]];
        }
    }

    /** Minimising the children's Gini impurity, weighted by their rows, is maximising this sum. */
    private void consider(
            int column, int code, int nextCode, long leftNormal, long leftAttack, long normal, long attack) {
        double rightNormal = normal - leftNormal;
        double rightAttack = attack - leftAttack;
        double purity =
                ((double) leftNormal * leftNormal + (double) leftAttack * leftAttack) / (leftNormal + leftAttack)
                        + (rightNormal * rightNormal + rightAttack * rightAttack) / (rightNormal + rightAttack);
        if (purity > bestPurity) {
            bestPurity = purity;
            bestColumn = column;
            bestCode = code;
            bestNextCode = nextCode;
        }
    }

    private float threshold() {
        float low = codes.values()[bestColumn][bestCode];
        float high = codes.values()[bestColumn][bestNextCode];
        float middle = low / 2 + high / 2;
        return middle >= low && middle < high ? middle : low;
    }

    private int partition(int from, int to) {
        int[] code = codes.codes()[bestColumn];
        int left = from;
        int right = to;
        while (left < right) {
            if (code[order[left]] <= bestCode) {
                left++;
            } else {
                int swap = order[left];
                order[left] = order[--right];
                order[right] = swap;
            }
        }
        return left;
    }
}
