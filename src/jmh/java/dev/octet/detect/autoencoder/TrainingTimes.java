package dev.octet.detect.autoencoder;

import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Octet's side of {@code bench/run.sh}'s training and convergence parts, with the arguments and the output of {@code
 * bench/peers/pipeline.py}: {@code training F32 THREADS BATCHES SECONDS} and {@code convergence F32 F32 THREADS BATCH
 * EPOCHS SEED}, in which the number of threads is that of the cores that the process may use.
 */
public final class TrainingTimes {
    private static final int COLUMNS = 11;
    private static final double WARM_UP_SECONDS = 2;

    private TrainingTimes() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("training")) {
            float[] rows = rows(Path.of(arguments[1]));
            for (String batch : arguments[3].split(",")) {
                training(
                        rows,
                        Integer.parseInt(arguments[2]),
                        Integer.parseInt(batch),
                        Double.parseDouble(arguments[4]));
            }
        } else {
            convergence(
                    rows(Path.of(arguments[1])),
                    rows(Path.of(arguments[2])),
                    Integer.parseInt(arguments[4]),
                    Integer.parseInt(arguments[5]),
                    Long.parseLong(arguments[6]));
        }
    }

    /** Deeplearning4j's initial parameters. */
    static float[] initial(NetworkShape shape) {
        return new Dl4jEngine(shape, Loss.MEAN_SQUARED_ERROR, 1, 1e-3).parameters();
    }

    private static float[] rows(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            float[] rows = new float[(int) (channel.size() / Float.BYTES)];
            bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(rows);
            return rows;
        }
    }

    private static void training(float[] data, int threads, int batch, double seconds) {
        NetworkShape shape = new NetworkShape(COLUMNS, AutoencoderTrainer.preset("ml-siem"), Activation.SIGMOID);
        float[] rows = new float[batch * COLUMNS];
        try (FusedEngine engine = new FusedEngine(shape, initial(shape), Loss.MEAN_SQUARED_ERROR, 1e-3, threads)) {
            int first = 0;
            long done = 0;
            long begun = System.nanoTime();
            long started = 0;
            while (started == 0 || System.nanoTime() - started < seconds * 1e9) {
                if (started == 0 && System.nanoTime() - begun > WARM_UP_SECONDS * 1e9) {
                    started = System.nanoTime();
                    done = 0;
                }
                if (first + rows.length > data.length) {
                    first = 0;
                }
                System.arraycopy(data, first, rows, 0, rows.length);
                engine.step(rows, rows, batch);
                first += rows.length;
                done += batch;
            }
            System.out.printf(Locale.ROOT, "batch=%d rate=%.0f%n", batch, done / ((System.nanoTime() - started) / 1e9));
        }
    }

    private static FloatMatrix matrix(float[] rows) {
        FloatMatrix matrix = new FloatMatrix(COLUMNS);
        float[] row = new float[COLUMNS];
        for (int at = 0; at < rows.length; at += COLUMNS) {
            System.arraycopy(rows, at, row, 0, COLUMNS);
            matrix.append(row);
        }
        return matrix;
    }

    private static void convergence(float[] train, float[] validation, int batch, int epochs, long seed) {
        List<FeatureColumns> columns = new ArrayList<>();
        for (int i = 0; i < COLUMNS; i++) {
            columns.add(new FeatureColumns("column" + i, FeatureColumns.Kind.NUMERIC, i, 1));
        }
        TrainingData data = new TrainingData(columns, matrix(train), new BitSet(), matrix(validation), new BitSet());
        // Loads ND4J before the clock starts, as Python has its modules by then.
        initial(new NetworkShape(COLUMNS, AutoencoderTrainer.preset("ml-siem"), Activation.SIGMOID));
        long start = System.nanoTime();
        new AutoencoderTrainer(
                        AutoencoderTrainer.preset("ml-siem"),
                        Activation.SIGMOID,
                        InitialWeights.GLOROT, // as the peer's
                        new Schedule(epochs, Integer.MAX_VALUE, batch, 1e-3, epochs, 1e-3, epochs, 0.5),
                        seed,
                        Engine.AUTO,
                        0,
                        Corruption.NONE,
                        Optimization.DEFAULT,
                        Optional.empty())
                .train(data, new TrainingProgress() {
                    @Override
                    public void epochEnded(int epoch, double trainLoss, double validationLoss, double learningRate) {
                        System.out.printf(
                                Locale.ROOT,
                                "epoch=%d loss=%.8f seconds=%.3f%n",
                                epoch,
                                validationLoss,
                                (System.nanoTime() - start) / 1e9);
                    }
                });
    }
}
