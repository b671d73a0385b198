package dev.octet.detect.autoencoder;

import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Trains an autoencoder on normal rows: a network of dense layers that learns to give back the row it gets, by
 * Adam (Kingma &amp; Ba 2015) or another {@link Optimization} on the mean squared error over mini-batches in a new random order each epoch.
 *
 * <p>After each epoch the loss on the validation rows that are not labelled an attack decides: where it has not fallen
 * for {@code plateauPatience} epochs the learning rate is multiplied by {@code plateauFactor}; where it has not for
 * {@code patience} epochs training ends. The weights of the epoch with the lowest loss are kept. A fall counts where it
 * is above {@code minDelta} times the lowest loss so far.
 *
 * <p>On the CPU the same trainer on the same rows gives the same weights bit for bit, interrupted and resumed from its
 * checkpoint or not; with dropout and {@link Engine#DL4J}, which draws from a generator of ND4J's, only without an
 * interruption.
 *
 * @param hidden the layers between input and output, 1 to 64
 * @param output activation of the output layer: sigmoid for columns scaled to [0, 1], or identity
 * @param initialWeights how the weights are drawn
 * @param schedule how long it is trained, and in what steps
 * @param seed of the initial weights and the order of the rows
 * @param engine what computes the steps
 * @param workers replicas that are trained side by side, in [0, 64]; by {@link Engine#DL4J} each on its share of a batch, 0: one
 *     for each card, on the CPU one; by {@link Engine#DL4J_SPARK} each on batches of its own, 0: one for each core of the cluster
 * @param corruption input corruption for denoising training
 * @param optimization the optimiser and what keeps the network from fitting too closely
 * @param checkpoint file for the training's state after each epoch, from which a killed run goes on
 */
public record AutoencoderTrainer(
        List<Layer> hidden,
        Activation output,
        InitialWeights initialWeights,
        Schedule schedule,
        long seed,
        Engine engine,
        int workers,
        Corruption corruption,
        Optimization optimization,
        Optional<Path> checkpoint)
        implements Trainer {
    private static final int MAX_LAYERS = 64;
    private static final int MAX_WORKERS = 64;
    /** Batch normalisation needs two. */
    private static final int ROWS_A_WORKER = 2;
    /** Of steps on a small network; the JVM has compiled all loops by then. */
    private static final int PREPARING_STEPS = 500;

    private static final int PREPARING_ROWS = 128;

    public AutoencoderTrainer {
        hidden = List.copyOf(hidden);
        Objects.requireNonNull(initialWeights, "initialWeights");
        Objects.requireNonNull(schedule, "schedule");
        Objects.requireNonNull(engine, "engine");
        Objects.requireNonNull(corruption, "corruption");
        Objects.requireNonNull(optimization, "optimization");
        Objects.requireNonNull(checkpoint, "checkpoint");
        if (hidden.isEmpty() || hidden.size() > MAX_LAYERS) {
            throw new InputException("autoencoder: hidden needs [1, " + MAX_LAYERS + "] layers, got " + hidden.size());
        }
        if (output != Activation.SIGMOID && output != Activation.IDENTITY) {
            throw new InputException("autoencoder: output must be sigmoid or identity, got " + output.configName());
        }
        Schedule.check("workers", workers, 0, MAX_WORKERS);
        if (workers > 1 && !engine.hasReplicas()) {
            throw new InputException("autoencoder: " + workers + " workers need engine dl4j or dl4j-spark, got engine "
                    + engine.configName() + "; fused uses all cores by itself");
        }
        if (engine == Engine.DL4J && schedule.batchSize() < ROWS_A_WORKER * workers) {
            throw new InputException("autoencoder: batch-size must be at least " + ROWS_A_WORKER * workers + " for "
                    + workers + " workers, got " + schedule.batchSize());
        }
    }

    /**
     * The ML-SIEM network with a sigmoid output and weights as He's, the default schedule, seed 1, no checkpoint.
     */
    public static AutoencoderTrainer withDefaults() {
        return new AutoencoderTrainer(
                preset("ml-siem"),
                Activation.SIGMOID,
                InitialWeights.HE,
                Schedule.DEFAULT,
                1,
                Engine.AUTO,
                0,
                Corruption.NONE,
                Optimization.DEFAULT,
                Optional.empty());
    }

    /**
     * The hidden layers of a published network. {@code ml-siem}: 128-64-32-16-32-64-128, ReLU, batch normalisation
     * after the first two.
     *
     * @throws InputException if there is no preset of that name
     */
    public static List<Layer> preset(String name) {
        if (!name.equals("ml-siem")) {
            throw new InputException("autoencoder: unknown preset '" + name + "'; allowed is ml-siem");
        }
        return List.of(
                new Layer(128, Activation.RELU, true),
                new Layer(64, Activation.RELU, true),
                new Layer(32, Activation.RELU, false),
                new Layer(16, Activation.RELU, false),
                new Layer(32, Activation.RELU, false),
                new Layer(64, Activation.RELU, false),
                new Layer(128, Activation.RELU, false));
    }

    @Override
    public String kind() {
        return AutoencoderDetector.KIND;
    }

    /**
     * Trains on all rows of {@code data.train()}.
     *
     * @throws InputException if there are no training rows, no validation normals, a value that is not finite, a loss
     *     that stops being finite, or a checkpoint of another training
     */
    @Override
    public AutoencoderTrainer resumingFrom(Path file) {
        return withCheckpoint(file);
    }

    @Override
    public Optional<Trainer> reseeded(int more) {
        return Optional.of(withSeed(seed + more));
    }

    @Override
    public boolean needsSpark() {
        return engine == Engine.DL4J_SPARK;
    }

    @Override
    public boolean usesAllCores() {
        return true;
    }

    @Override
    public void prepare(BooleanSupplier enough) {
        Backend.onDevice(); // loads ND4J
        if (engine == Engine.DL4J_SPARK || isDl4j(Loss.MEAN_SQUARED_ERROR)) {
            return; // an array here would give the first of several cards to this thread
        }
        Layer first = hidden.get(0);
        List<Layer> small = List.of(
                new Layer(2 * Kernel.LANES, first.activation(), first.batchNorm()),
                new Layer(Kernel.LANES, first.activation(), false));
        NetworkShape shape = new NetworkShape(Kernel.LANES, small, output, initialWeights);
        float[] initial = new Dl4jEngine(shape, Loss.MEAN_SQUARED_ERROR, seed, schedule.learningRate()).parameters();
        float[] rows = new float[PREPARING_ROWS * shape.columns()];
        Random random = new Random(seed);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = random.nextFloat();
        }
        try (FusedEngine steps = new FusedEngine(shape, initial, Loss.MEAN_SQUARED_ERROR, schedule.learningRate(), 1)) {
            for (int step = 0; step < PREPARING_STEPS && !enough.getAsBoolean(); step++) {
                steps.step(rows, rows, PREPARING_ROWS);
            }
        }
    }

    @Override
    public AutoencoderDetector train(TrainingData data, TrainingProgress progress) {
        NetworkShape shape = new NetworkShape(data.train().columns(), hidden, output, initialWeights);
        Objective objective = new SquaredError(shape, data.columns(), corruption);
        float[] best = parameters(shape, data, objective, Loss.MEAN_SQUARED_ERROR, progress);
        return new AutoencoderDetector(ForwardPass.fold(shape, best));
    }

    /** The best parameters of a training for the given objective, whose gradient the loss must be. */
    float[] parameters(
            NetworkShape shape, TrainingData data, Objective objective, Loss loss, TrainingProgress progress) {
        TrainingRun run = new TrainingRun(this, shape, data, objective, progress);
        try (TrainingEngine steps = newEngine(
                shape, loss, Math.min(schedule.epochRows(), data.train().rows()), progress)) {
            return run.run(steps);
        }
    }

    private TrainingEngine newEngine(NetworkShape shape, Loss loss, int rows, TrainingProgress progress) {
        if (engine == Engine.DL4J_SPARK) {
            return SparkTraining.engine(this, shape, loss, rows, progress);
        }
        boolean vectors = Kernel.best().lanes() > 1;
        if (engine != Engine.DL4J && !vectors) {
            progress.note(
                    "autoencoder: this JVM has no vectors of 256 bits or more, training is about ten times slower;"
                            + " start Java with --add-modules jdk.incubator.vector, or use a newer processor");
        }
        boolean dl4j = isDl4j(loss);
        if (dl4j && engine == Engine.AUTO && vectors && processorIsFaster(shape, loss, rows, progress)) {
            dl4j = false;
        }
        int replicas = dl4j ? replicas(rows) : 1;
        if (replicas > 1) {
            progress.note("autoencoder: training " + replicas + " copies of the network side by side"
                    + (Backend.onDevice() ? ", cards: " + Math.min(replicas, Backend.devices()) : "")
                    + "; each has its share of a batch");
            return new ParallelEngine(shape, loss, seed, schedule.learningRate(), optimization, replicas);
        }
        Dl4jEngine reference = new Dl4jEngine(shape, loss, seed, schedule.learningRate(), optimization);
        if (dl4j) {
            return reference;
        }
        int threads = Runtime.getRuntime().availableProcessors();
        return new FusedEngine(
                shape, reference.parameters(), loss, schedule.learningRate(), optimization, seed, threads);
    }

    /** Times the processor and the card on this network and batch size, and says which is taken. */
    private boolean processorIsFaster(NetworkShape shape, Loss loss, int rows, TrainingProgress progress) {
        int batch = Math.min(schedule.batchSize(), rows);
        int threads = Runtime.getRuntime().availableProcessors();
        EngineRace.Result seconds;
        try (Dl4jEngine card = new Dl4jEngine(shape, loss, seed, schedule.learningRate(), optimization);
                FusedEngine processor = new FusedEngine(
                        shape, card.parameters(), loss, schedule.learningRate(), optimization, seed, threads)) {
            seconds = new EngineRace(System::nanoTime).time(processor, card, shape.columns(), batch);
        }
        boolean processor = !seconds.secondIsFaster();
        progress.note(String.format(
                Locale.ROOT,
                "autoencoder: engine auto trains on the %s: a batch of %,d rows takes %.2f ms on the processor, %.2f ms on the"
                        + " card; engine: %s always takes the %s",
                processor ? "processor" : "card",
                batch,
                1e3 * seconds.first(),
                1e3 * seconds.second(),
                processor ? "dl4j" : "fused",
                processor ? "card" : "processor"));
        return processor;
    }

    private boolean isDl4j(Loss loss) {
        return switch (engine) {
            case DL4J -> true;
            // Other losses are computed on the host, so that a device would wait for it at each step.
            case AUTO -> loss == Loss.MEAN_SQUARED_ERROR && (Kernel.best().lanes() == 1 || Backend.onDevice());
            case FUSED, DL4J_SPARK -> false;
        };
    }

    /** As many as asked for, and as the smallest batch has rows for. */
    private int replicas(int rows) {
        int wanted = workers > 0 ? workers : Backend.devices();
        long batches = ((long) rows + schedule.batchSize() - 1) / schedule.batchSize();
        return (int) Math.min(wanted, Math.max(1, rows / batches / ROWS_A_WORKER));
    }

    /** All that decides the result of a training of given rows; the number of epochs only decides when it ends. */
    String recipe() {
        String part = schedule.epochRows() == Integer.MAX_VALUE ? "" : " " + schedule.epochRows() + " rows an epoch";
        return String.format(
                        Locale.ROOT,
                        "%s %s %s %d %s %d %d %s %d %s",
                        hidden,
                        output,
                        initialWeights,
                        schedule.batchSize(),
                        schedule.learningRate(),
                        seed,
                        schedule.patience(),
                        schedule.minDelta(),
                        schedule.plateauPatience(),
                        schedule.plateauFactor())
                + part
                + optimization.recipe();
    }

    public AutoencoderTrainer withHidden(List<Layer> value) {
        return new AutoencoderTrainer(
                value, output, initialWeights, schedule, seed, engine, workers, corruption, optimization, checkpoint);
    }

    public AutoencoderTrainer withSchedule(Schedule value) {
        return new AutoencoderTrainer(
                hidden, output, initialWeights, value, seed, engine, workers, corruption, optimization, checkpoint);
    }

    public AutoencoderTrainer withEpochs(int value) {
        return with(value, schedule.batchSize(), schedule.patience(), schedule.plateauPatience());
    }

    public AutoencoderTrainer withBatchSize(int value) {
        return with(schedule.epochs(), value, schedule.patience(), schedule.plateauPatience());
    }

    public AutoencoderTrainer withPatience(int value) {
        return with(schedule.epochs(), schedule.batchSize(), value, schedule.plateauPatience());
    }

    public AutoencoderTrainer withPlateauPatience(int value) {
        return with(schedule.epochs(), schedule.batchSize(), schedule.patience(), value);
    }

    private AutoencoderTrainer with(int epochs, int batchSize, int patience, int plateauPatience) {
        return withSchedule(new Schedule(
                epochs,
                schedule.epochRows(),
                batchSize,
                schedule.learningRate(),
                patience,
                schedule.minDelta(),
                plateauPatience,
                schedule.plateauFactor()));
    }

    public AutoencoderTrainer withSeed(long value) {
        return new AutoencoderTrainer(
                hidden, output, initialWeights, schedule, value, engine, workers, corruption, optimization, checkpoint);
    }

    public AutoencoderTrainer withEngine(Engine value) {
        return new AutoencoderTrainer(
                hidden, output, initialWeights, schedule, seed, value, workers, corruption, optimization, checkpoint);
    }

    public AutoencoderTrainer withWorkers(int value) {
        return new AutoencoderTrainer(
                hidden, output, initialWeights, schedule, seed, engine, value, corruption, optimization, checkpoint);
    }

    public AutoencoderTrainer withCheckpoint(Path value) {
        return new AutoencoderTrainer(
                hidden,
                output,
                initialWeights,
                schedule,
                seed,
                engine,
                workers,
                corruption,
                optimization,
                Optional.of(value));
    }
}
