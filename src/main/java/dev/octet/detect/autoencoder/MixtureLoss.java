package dev.octet.detect.autoencoder;

import java.util.Arrays;
import java.util.List;

/**
 * The negative log-likelihood of one head a row, the network's softmax p mixed with what was counted:
 *
 * <pre>
 * loss = -ln(a + b p_k),   dloss/dz_j = r (p_j - [j = k]),   r = b p_k / (a + b p_k)
 * </pre>
 *
 * where k is the value's cell, a what the counts say without the network, b the weight of the network, and r the share
 * of the login that the network answers for: a value that the user is known for teaches it next to nothing. A target row
 * holds k, a and b in the first three of a head's columns; k = -1 where the head is not asked.
 */
record MixtureLoss(List<HeadCells> heads) implements Loss {
    static final float NOT_ASKED = -1;

    @Override
    public double gradients(
            int rows,
            int columns,
            float[] outputs,
            int outputStart,
            int stride,
            float[] targets,
            int targetStart,
            float[] gradients) {
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            int out = outputStart + row * stride;
            int target = targetStart + row * columns;
            Arrays.fill(gradients, out, out + columns, 0);
            for (HeadCells head : heads) {
                int asked = target + head.offset();
                if (targets[asked] != NOT_ASKED) {
                    sum += gradient(
                            head,
                            (int) targets[asked],
                            targets[asked + 1],
                            targets[asked + 2],
                            outputs,
                            out + head.offset(),
                            gradients);
                }
            }
        }
        return sum;
    }

    private static double gradient(
            HeadCells head, int cell, float a, float b, float[] logits, int start, float[] gradients) {
        int cells = head.cells();
        float total = softmax(logits, start, cells, gradients, start);
        float p = gradients[start + cell] / total;
        float mixed = a + b * p;
        float responsible = b * p / mixed;
        float scale = responsible / total;
        for (int j = start; j < start + cells; j++) {
            gradients[j] *= scale;
        }
        gradients[start + cell] -= responsible;
        return -StrictMath.log(mixed);
    }

    /** Writes e<sup>z - max z</sup> and returns their sum. */
    static float softmax(float[] logits, int start, int cells, float[] result, int resultStart) {
        float most = logits[start];
        for (int j = 1; j < cells; j++) {
            most = Math.max(most, logits[start + j]);
        }
        float total = 0;
        for (int j = 0; j < cells; j++) {
            float e = Math.max(0, Activation.expm1(logits[start + j] - most) + 1);
            result[resultStart + j] = e;
            total += e;
        }
        return total;
    }
}
