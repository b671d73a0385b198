package dev.octet.detect.autoencoder;

import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The epochs of one training, whatever engine computes the steps. */
final class TrainingRun {
    private static final int CHUNK = 4096;
    private static final int FINGERPRINT_ROWS = 4096;
    private static final long REPORT_NANOS = 50_000_000;

    private final AutoencoderTrainer trainer;
    private final Schedule schedule;
    private final NetworkShape shape;
    private final TrainingData data;
    private final TrainingProgress progress;
    private final Objective objective;
    /** Of the rows that an epoch shows at most, the part whose loss says at most how well it went. */
    private static final int VALIDATION_PART = 4;

    private final int[] validationNormals;

    TrainingRun(
            AutoencoderTrainer trainer,
            NetworkShape shape,
            TrainingData data,
            Objective objective,
            TrainingProgress progress) {
        this.trainer = trainer;
        this.schedule = trainer.schedule();
        this.shape = shape;
        this.data = data;
        this.objective = objective;
        this.progress = progress;
        this.validationNormals = evenlySpread(
                normals(data.validation(), data.validationAttacks()),
                Math.max(1, schedule.epochRows() / VALIDATION_PART));
        if (data.train().rows() == 0) {
            throw new InputException("autoencoder: there are no rows to train on; check split and labels");
        }
        if (validationNormals.length == 0) {
            throw new InputException("autoencoder: there are no normal validation rows, which decide when training ends"
                    + " (" + data.validation().rows() + " validation rows, all labelled an attack); give"
                    + " split.validation a larger share");
        }
        checkFinite("training", data.train());
        checkFinite("validation", data.validation());
    }

    static int[] normals(FloatMatrix rows, BitSet attacks) {
        int[] normals = new int[rows.rows() - attacks.get(0, rows.rows()).cardinality()];
        int count = 0;
        for (int row = attacks.nextClearBit(0); row < rows.rows(); row = attacks.nextClearBit(row + 1)) {
            normals[count++] = row;
        }
        return normals;
    }

    private static int[] evenlySpread(int[] all, int most) {
        if (all.length <= most) {
            return all;
        }
        int[] some = new int[most];
        for (int i = 0; i < most; i++) {
            some[i] = all[(int) ((long) i * all.length / most)];
        }
        return some;
    }

    private void checkFinite(String span, FloatMatrix matrix) {
        int columns = matrix.columns();
        float[] chunk = new float[Math.min(CHUNK, matrix.rows()) * columns];
        for (int first = 0; first < matrix.rows(); first += CHUNK) {
            int count = Math.min(CHUNK, matrix.rows() - first);
            matrix.copyRows(first, count, chunk);
            for (int i = 0; i < count * columns; i++) {
                if (!Float.isFinite(chunk[i])) {
                    throw new InputException(
                            "autoencoder: " + span + " row " + (first + i / columns) + " has the value " + chunk[i]
                                    + " in " + columnName(i % columns) + "; features must be finite");
                }
            }
        }
    }

    private String columnName(int column) {
        for (FeatureColumns feature : data.columns()) {
            if (column >= feature.first() && column < feature.first() + feature.width()) {
                return "column " + column + " (feature " + feature.feature() + ")";
            }
        }
        return "column " + column;
    }

    /** Trains until the end and returns the best parameters. */
    float[] run(TrainingEngine engine) {
        Optional<Checkpoint> checkpoint =
                trainer.checkpoint().map(file -> new Checkpoint(file, fingerprint(engine), shape));
        TrainingState state = checkpoint.flatMap(Checkpoint::read).orElse(null);
        if (state != null) {
            engine.restore(state.parameters(), state.optimizerState(), state.steps());
            progress.note("resuming after epoch " + state.epoch() + " from the checkpoint "
                    + trainer.checkpoint().orElseThrow());
        } else {
            float[] initial = engine.parameters();
            state = new TrainingState(
                    0,
                    schedule.learningRate(),
                    Double.POSITIVE_INFINITY,
                    0,
                    0,
                    false,
                    0,
                    initial,
                    engine.optimizerState(),
                    initial);
        }
        while (state.sinceBest() < schedule.patience() && state.epoch() < schedule.epochs()) {
            state = epoch(engine, state);
            if (checkpoint.isPresent()) {
                checkpoint.get().write(state);
            }
        }
        return state.best();
    }

    private TrainingState epoch(TrainingEngine engine, TrainingState before) {
        int epoch = before.epoch() + 1;
        progress.epochStarted(epoch, schedule.epochs(), Math.min(data.train().rows(), schedule.epochRows()));
        engine.setLearningRate(before.learningRate());
        double trainLoss = trainEpoch(engine, epoch);
        float[] parameters = engine.parameters();
        double loss = checkLoss("validation", epoch, objective.loss(parameters, data.validation(), validationNormals));
        progress.epochEnded(epoch, trainLoss, loss, before.learningRate());

        // The first epoch always improves: the loss before it is infinite.
        boolean improved =
                before.epoch() == 0 || loss < before.bestLoss() - schedule.minDelta() * Math.abs(before.bestLoss());
        int sinceBest = improved ? 0 : before.sinceBest() + 1;
        int sinceReduced = improved ? 0 : before.sinceReduced() + 1;
        double learningRate = before.learningRate();
        if (sinceReduced >= schedule.plateauPatience()) {
            learningRate *= schedule.plateauFactor();
            sinceReduced = 0;
        }
        return new TrainingState(
                epoch,
                learningRate,
                improved ? loss : before.bestLoss(),
                sinceBest,
                sinceReduced,
                sinceBest >= schedule.patience() || epoch >= schedule.epochs(),
                engine.steps(),
                parameters,
                engine.optimizerState(),
                improved ? parameters : before.best());
    }

    private double trainEpoch(TrainingEngine engine, int epoch) {
        FloatMatrix rows = data.train();
        int[] order = order(rows.rows(), schedule.epochRows(), trainer.seed(), epoch);
        RandomGenerator noise = generator(trainer.seed(), ~epoch);
        double lossSum = 0;
        int done = 0;
        long reported = System.nanoTime();
        try (EpochBatches batches = new EpochBatches(
                objective, rows, order, noise, schedule.batchSize(), shape.columns(), engine.onDevice())) {
            while (batches.hasNext()) {
                EpochBatches.Batch batch = batches.next();
                engine.step(batch.inputs(), batch.targets(), batch.count());
                done += batch.count();
                long now = System.nanoTime();
                if (now - reported >= REPORT_NANOS || done == order.length) {
                    lossSum += checkLoss("training", epoch, engine.takeLossSum());
                    progress.batch(epoch, done, lossSum / done);
                    reported = now;
                }
            }
        }
        return lossSum / order.length;
    }

    /** A random order that follows from the seed and the epoch alone (Fisher &amp; Yates); 4 bytes a row. */
    static int[] order(int rows, long seed, int epoch) {
        RandomGenerator random = generator(seed, epoch);
        int[] order = new int[rows];
        for (int i = 0; i < rows; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /**
     * The first of a random order, which follows from the seed and the epoch alone. Of many rows a few are drawn until they are different ones:
     * an order of all would take longer than the epoch.
     */
    static int[] order(int rows, int most, long seed, int epoch) {
        if (most > rows / 2) {
            int[] all = order(rows, seed, epoch);
            return most >= rows ? all : Arrays.copyOf(all, most);
        }
        // not generator(): its first numbers are alike where seeds differ by one
        SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + epoch);
        BitSet drawn = new BitSet(rows);
        int[] order = new int[most];
        for (int i = 0; i < most; ) {
            int row = random.nextInt(rows);
            if (!drawn.get(row)) {
                drawn.set(row);
                order[i++] = row;
            }
        }
        return order;
    }

    private static RandomGenerator generator(long seed, int epoch) {
        return RandomGeneratorFactory.of("L64X128MixRandom")
                .create(ByteBuffer.allocate(12).putLong(seed).putInt(epoch).array());
    }

    private double checkLoss(String which, int epoch, double loss) {
        if (!Double.isFinite(loss)) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "autoencoder: the %s loss became %s in epoch %d; lower autoencoder.learning-rate (now %s), and check"
                            + " that the features are scaled",
                    which,
                    loss,
                    epoch,
                    schedule.learningRate()));
        }
        return loss;
    }

    /** Tells trainings apart: engine, recipe, numbers of rows, and some rows spread over both spans. */
    private String fingerprint(TrainingEngine engine) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        digest.update((engine.kind() + ' ' + trainer.recipe() + objective.recipe()).getBytes(StandardCharsets.UTF_8));
        for (FloatMatrix matrix : List.of(data.train(), data.validation())) {
            update(digest, matrix);
        }
        digest.update(data.validationAttacks().toByteArray());
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, FloatMatrix matrix) {
        digest.update(ByteBuffer.allocate(8)
                .putInt(matrix.rows())
                .putInt(matrix.columns())
                .flip());
        float[] row = new float[matrix.columns()];
        ByteBuffer bytes = ByteBuffer.allocate(matrix.columns() * Float.BYTES);
        int take = Math.min(FINGERPRINT_ROWS, matrix.rows());
        for (int i = 0; i < take; i++) {
            matrix.copyRow((int) ((long) i * matrix.rows() / take), row, 0);
            bytes.clear();
            bytes.asFloatBuffer().put(row);
            digest.update(bytes);
        }
    }
}
