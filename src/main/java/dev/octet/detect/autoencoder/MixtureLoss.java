package dev.octet.detect.autoencoder;

import dev.octet.feature.history.NaturalLog;
import java.util.Arrays;
import java.util.List;

/**
 * The negative log-likelihood of one head a row: what the user's own logins say, backed off to the network's softmax s and
 * to what was counted over all users. With z the head's logits, k the value's cell and alpha = e<sup>y</sup> the weight of
 * the back-off, y being the head's last output:
 *
 * <pre>
 * loss = -ln[(A + alpha (B + C s_k)) / (n + alpha)]
 * dloss/dz_j = r (s_j - [j = k]),   r = alpha C s_k / (A + alpha (B + C s_k))
 * dloss/dy   = alpha / (n + alpha) - alpha (B + C s_k) / (A + alpha (B + C s_k))
 * </pre>
 *
 * so r is the share of the login that the network answers for: a value that the user is known for trains the softmax
 * next to nothing. A target row holds k, A, B, C and n in the first five of a head's columns; k = -1 where the head is
 * not asked.
 */
record MixtureLoss(List<Group> groups) implements GroupedLoss {
    static final float NOT_ASKED = -1;

    /** The loss of these heads, whose outputs are one group each. */
    static MixtureLoss of(List<HeadCells> heads) {
        return new MixtureLoss(heads.stream()
                .map(head -> new Group(head.offset(), head.width()))
                .toList());
    }

    private static final Kernel KERNEL = Kernel.best();
    /** Keeps the back-off's weight within 1/55 and 55 logins. */
    static final float MAX_LOG_ALPHA = 4;

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
            int asked = group(targets, target);
            if (asked >= 0) {
                sum += gradients(asked, outputs, out + groups.get(asked).from(), targets, target, gradients);
            }
        }
        return sum;
    }

    @Override
    public int group(float[] targets, int targetStart) {
        for (int h = 0; h < groups.size(); h++) {
            if (targets[targetStart + groups.get(h).from()] != NOT_ASKED) {
                return h;
            }
        }
        return -1;
    }

    @Override
    public double gradients(
            int group, float[] outputs, int outputStart, float[] targets, int targetStart, float[] gradients) {
        Group head = groups.get(group);
        int asked = targetStart + head.from();
        return gradient(
                head,
                (int) targets[asked],
                targets[asked + 1],
                targets[asked + 2],
                targets[asked + 3],
                targets[asked + 4],
                outputs,
                outputStart,
                gradients);
    }

    private static double gradient(
            Group head,
            int cell,
            float own,
            float counted,
            float network,
            float earlier,
            float[] outputs,
            int start,
            float[] gradients) {
        int cells = head.count() - 1;
        float total = softmax(outputs, start, cells, gradients, start);
        float p = gradients[start + cell] / total;
        float y = outputs[start + cells];
        float alpha = alpha(y);
        float backOff = alpha * (counted + network * p);
        float mixed = own + backOff;
        float responsible = alpha * network * p / mixed;
        float scale = responsible / total;
        for (int j = start; j < start + cells; j++) {
            gradients[j] *= scale;
        }
        gradients[start + cell] -= responsible;
        gradients[start + cells] = Math.abs(y) < MAX_LOG_ALPHA ? alpha / (earlier + alpha) - backOff / mixed : 0;
        return NaturalLog.of(earlier + alpha) - NaturalLog.of(mixed);
    }

    /** The weight of the back-off, in earlier logins. */
    static float alpha(float y) {
        return Activation.exp(Math.max(-MAX_LOG_ALPHA, Math.min(MAX_LOG_ALPHA, y)));
    }

    /** Writes e<sup>z - max z</sup> and returns their sum. */
    static float softmax(float[] logits, int start, int cells, float[] result, int resultStart) {
        float most = logits[start];
        for (int j = start + 1; j < start + cells; j++) {
            most = logits[j] > most ? logits[j] : most;
        }
        KERNEL.exponentials(logits, start, cells, most, result, resultStart);
        float total = 0;
        for (int j = resultStart; j < resultStart + cells; j++) {
            total += result[j];
        }
        return total;
    }
}
