package dev.octet.detect.autoencoder;

import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains one network on made-up rows by one engine, to compare engines and to time them. The rows lie near a curved
 * surface of three dimensions in [0, 1], so that there is something to learn.
 *
 * @param columns of the rows
 * @param widen what the widths of the ML-SIEM network's layers are multiplied by
 * @param seed of the rows, the initial weights and the order of the rows
 */
public record EngineTrial(int columns, int widen, long seed) {
    /** Enough for a loss, few enough to take no time. */
    private static final int VALIDATION_ROWS = 512;

    /** What was seen of a training; {@code seconds} of each epoch are those of its steps, without the validation. */
    public record Result(double[] trainLosses, double[] validationLosses, double[] seconds) {}

    /** {@code rows} rows to train on, and some for validation. */
    public TrainingData data(int rows) {
        List<FeatureColumns> features = new ArrayList<>();
        for (int column = 0; column < columns; column++) {
            features.add(new FeatureColumns("f" + column, FeatureColumns.Kind.NUMERIC, column, 1));
        }
        SplittableRandom random = new SplittableRandom(seed);
        FloatMatrix train = rows(rows, random);
        return new TrainingData(features, train, new BitSet(), rows(VALIDATION_ROWS, random), new BitSet());
    }

    private FloatMatrix rows(int count, SplittableRandom random) {
        FloatMatrix rows = new FloatMatrix(columns);
        float[] row = new float[columns];
        for (int i = 0; i < count; i++) {
            double a = random.nextDouble();
            double b = random.nextDouble();
            double c = random.nextDouble();
            for (int column = 0; column < columns; column++) {
                double x = Math.sin(a * (column + 1)) + Math.cos(b * (column + 2)) + c * (column % 3);
                row[column] = (float) ((x + 2) / 6 + 0.02 * random.nextDouble());
            }
            rows.append(row);
        }
        return rows;
    }

    /** The hidden layers. */
    public List<Layer> layers() {
        return AutoencoderTrainer.preset("ml-siem").stream()
                .map(layer -> new Layer(layer.width() * widen, layer.activation(), layer.batchNorm()))
                .toList();
    }

    /** Trains all {@code epochs}, {@code workers} as in {@link AutoencoderTrainer}. */
    public Result train(TrainingData data, Engine engine, int workers, int batchSize, int epochs) {
        Clock clock = new Clock(epochs);
        AutoencoderTrainer.withDefaults()
                .withHidden(layers())
                .withBatchSize(batchSize)
                .withEpochs(epochs)
                .withPatience(epochs)
                .withPlateauPatience(epochs)
                .withSeed(seed)
                .withEngine(engine)
                .withWorkers(workers)
                .train(data, clock);
        return new Result(clock.trainLosses, clock.validationLosses, clock.seconds);
    }

    private static final class Clock implements TrainingProgress {
        private final double[] trainLosses;
        private final double[] validationLosses;
        private final double[] seconds;
        private long rows;
        private long started;

        Clock(int epochs) {
            trainLosses = new double[epochs];
            validationLosses = new double[epochs];
            seconds = new double[epochs];
            Arrays.fill(trainLosses, Double.NaN);
        }

        @Override
        public void epochStarted(int epoch, int epochs, long rows) {
            this.rows = rows;
            started = System.nanoTime();
        }

        @Override
        public void batch(int epoch, long rowsDone, double loss) {
            // Told only once the loss is there, so all steps are done.
            if (rowsDone == rows) {
                seconds[epoch - 1] = (System.nanoTime() - started) / 1e9;
            }
        }

        @Override
        public void epochEnded(int epoch, double trainLoss, double validationLoss, double learningRate) {
            trainLosses[epoch - 1] = trainLoss;
            validationLosses[epoch - 1] = validationLoss;
        }
    }
}
