package dev.octet.detect.baseline;

import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import java.util.BitSet;

/** The steps of {@link SgdTrainer}. Not thread-safe. */
final class SgdDescent {
    private static final int PATIENCE = 5;
    private static final double SLOWEST = 1e-6;
    private static final double RATE_DIVISOR = 5;

    /** Weights, the intercept after them, and their averages. */
    record Weights(double[] current, double[] average) {
        Weights(int width) {
            this(new double[width + 1], new double[width + 1]);
        }

        /** A copy whose last weights have another intercept. */
        Weights resumedFrom(double intercept) {
            double[] start = current.clone();
            start[start.length - 1] = intercept;
            return new Weights(start, average.clone());
        }
    }

    private final SgdTrainer settings;
    private final double[] current;
    private final double[] average;
    private final int width;
    private long step;
    private double rate;

    /** Goes on from weights, which it changes, and from the number of the next step. */
    SgdDescent(SgdTrainer settings, Weights weights, long step) {
        this.settings = settings;
        current = weights.current();
        average = weights.average();
        width = current.length - 1;
        this.step = step;
        rate = settings.rate();
    }

    void run(RowColumns columns, TrainingData data, int passes, TrainingProgress progress) {
        float[] rows = columns.flat(data.train());
        int count = data.train().rows();
        BitSet attacks = data.trainAttacks();
        RowShuffle shuffle = new RowShuffle(count, settings.seed());
        double best = Double.POSITIVE_INFINITY;
        int waited = 0;
        for (int pass = 1; pass <= passes; pass++) {
            progress.epochStarted(pass, passes, count);
            double loss = 0;
            for (int row : shuffle.next()) {
                loss += step(rows, row * width, attacks.get(row) ? 1 : -1);
            }
            for (double weight : current) {
                if (!Double.isFinite(weight)) {
                    throw new InputException(SgdTrainer.KIND + " diverged in pass " + pass + " at rate " + rate
                            + "; lower the rate or scale the columns");
                }
            }
            progress.epochEnded(pass, loss / count, Double.NaN, rate);
            waited = loss > best - settings.tolerance() * count ? waited + 1 : 0;
            best = Math.min(best, loss);
            if (waited >= PATIENCE) {
                if (!(rate > SLOWEST)) {
                    return;
                }
                rate /= RATE_DIVISOR;
                waited = 0;
            }
        }
    }

    private double step(float[] rows, int row, double label) {
        double score = current[width];
        double dot = 0;
        for (int j = 0; j < width; j++) {
            dot += current[j] * rows[row + j];
        }
        score += dot;
        double margin = score * label;
        double update = rate * label / (1 + StrictMath.exp(margin));
        double shrink = Math.max(0, 1 - rate * settings.penalty());
        for (int j = 0; j < width; j++) {
            current[j] = current[j] * shrink + update * rows[row + j];
        }
        current[width] += update;
        if (settings.averageFrom() > 0 && settings.averageFrom() <= step) {
            double share = 1.0 / (step - settings.averageFrom() + 1);
            for (int j = 0; j <= width; j++) {
                average[j] += (current[j] - average[j]) * share;
            }
        }
        step++;
        return margin > 0
                ? StrictMath.log1p(StrictMath.exp(-margin))
                : StrictMath.log1p(StrictMath.exp(margin)) - margin;
    }

    Weights weights() {
        return new Weights(current, average);
    }

    /** Number of the next step; the first is 1. */
    long step() {
        return step;
    }
}
