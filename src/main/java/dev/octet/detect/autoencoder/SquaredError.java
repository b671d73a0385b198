package dev.octet.detect.autoencoder;

import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Rows that are to come out as they are, however they went in; the loss is {@link AutoencoderDetector}'s score. */
final class SquaredError implements Objective {
    private static final int CHUNK = 4096;

    private final NetworkShape shape;
    private final List<FeatureColumns> features;
    private final Corruption corruption;

    SquaredError(NetworkShape shape, List<FeatureColumns> features, Corruption corruption) {
        this.shape = shape;
        this.features = features;
        this.corruption = corruption;
    }

    @Override
    public String recipe() {
        return corruption.share() == 0 ? "" : " " + corruption;
    }

    @Override
    public void batch(
            FloatMatrix rows,
            int[] order,
            int first,
            int count,
            RandomGenerator noise,
            float[] inputs,
            float[] targets) {
        int columns = rows.columns();
        for (int i = 0; i < count; i++) {
            rows.copyRow(order[first + i], targets, i * columns);
        }
        System.arraycopy(targets, 0, inputs, 0, count * columns);
        if (corruption.share() == 0) {
            return;
        }
        for (int i = 0; i < count; i++) {
            for (FeatureColumns feature : features) {
                if (noise.nextDouble() < corruption.share()) {
                    int from = i * columns + feature.first();
                    switch (corruption.how()) {
                        case MASK -> Arrays.fill(inputs, from, from + feature.width(), 0);
                        case SWAP -> {
                            int other = noise.nextInt(rows.rows());
                            for (int c = 0; c < feature.width(); c++) {
                                inputs[from + c] = rows.get(other, feature.first() + c);
                            }
                        }
                    }
                }
            }
        }
    }

    @Override
    public double loss(float[] parameters, FloatMatrix rows, int[] chosen) {
        AutoencoderDetector detector = new AutoencoderDetector(ForwardPass.fold(shape, parameters));
        int columns = shape.columns();
        float[] chunk = new float[Math.min(CHUNK, chosen.length) * columns];
        double[] scores = new double[Math.min(CHUNK, chosen.length)];
        double sum = 0;
        for (int first = 0; first < chosen.length; first += CHUNK) {
            int count = Math.min(CHUNK, chosen.length - first);
            for (int i = 0; i < count; i++) {
                rows.copyRow(chosen[first + i], chunk, i * columns);
            }
            detector.score(chunk, count, scores);
            for (int i = 0; i < count; i++) {
                sum += scores[i];
            }
        }
        return sum / chosen.length;
    }
}
