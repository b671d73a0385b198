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

    /**
     * How far two trainings of the same rows are apart. A loss of the first epoch tells best what is computed wrongly: rounding
     * alone moves later ones by some tenths of a percent, for it grows as the training goes on.
     *
     * @param first the larger of the relative differences of the first epoch's two losses
     * @param most the largest of all epochs
     * @param learnt whether the training loss has halved
     */
    public record Comparison(double first, double most, boolean learnt) {
        /** {@code NaN} passes nowhere. */
        public boolean passes(double firstTolerance, double tolerance) {
            return first <= firstTolerance && most <= tolerance && learnt;
        }
    }

    /** Both of as many epochs; {@code learnt} is said of the first. */
    public static Comparison compare(Result tried, Result reference) {
        int epochs = tried.trainLosses.length;
        double first = 0;
        double most = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            most = Math.max(most, apart(tried.trainLosses[epoch], reference.trainLosses[epoch]));
            most = Math.max(most, apart(tried.validationLosses[epoch], reference.validationLosses[epoch]));
            if (epoch == 0) {
                first = most;
            }
        }
        return new Comparison(first, most, tried.trainLosses[epochs - 1] < 0.5 * tried.trainLosses[0]);
    }

    /** Relative to {@code reference}. */
    public static double apart(double loss, double reference) {
        return Math.abs(loss - reference) / Math.abs(reference);
    }

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
        trainer(batchSize, epochs).withEngine(engine).withWorkers(workers).train(data, clock);
        return clock.result();
    }

    /** Trains all {@code epochs} by an engine for {@link #shape}. */
    Result train(TrainingData data, TrainingEngine engine, int batchSize, int epochs) {
        Clock clock = new Clock(epochs);
        Objective objective = new SquaredError(shape(), data.columns(), Corruption.NONE);
        new TrainingRun(trainer(batchSize, epochs), shape(), data, objective, clock).run(engine);
        return clock.result();
    }

    private AutoencoderTrainer trainer(int batchSize, int epochs) {
        return AutoencoderTrainer.withDefaults()
                .withHidden(layers())
                .withBatchSize(batchSize)
                .withEpochs(epochs)
                .withPatience(epochs)
                .withPlateauPatience(epochs)
                .withSeed(seed);
    }

    NetworkShape shape() {
        return new NetworkShape(columns, layers(), Activation.SIGMOID);
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

        Result result() {
            return new Result(trainLosses, validationLosses, seconds);
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
