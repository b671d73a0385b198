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
import java.util.function.Consumer;

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
 * @param epochs most passes over the rows, in [1, 1000000]
 * @param epochRows rows that an epoch shows at most, in [1, 2^31): of a larger log each epoch shows others, drawn anew, and as
 *     many validation rows at most decide when training ends
 * @param batchSize rows a step, in [2, 1048576]; batches of an epoch differ by at most one row, none is larger
 * @param learningRate the optimiser's step size, in (0, 1]
 * @param seed of the initial weights and the order of the rows
 * @param patience epochs without improvement before training ends, in [1, 1000000]
 * @param minDelta smallest relative fall of the validation loss that is an improvement, in [0, 1)
 * @param plateauPatience epochs without improvement before the learning rate is reduced, in [1, 1000000]
 * @param plateauFactor what the learning rate is multiplied by then, in (0, 1]
 * @param engine what computes the steps
 * @param workers replicas that are trained side by side by {@link Engine#DL4J}, each on its share of a batch, in [0, 64]; 0:
 *     one for each card, on the CPU one
 * @param corruption how inputs are spoilt in training
 * @param optimization the optimiser and what keeps the network from fitting too closely
 * @param checkpoint file for the training's state after each epoch, from which a killed run goes on
 */
public record AutoencoderTrainer(
        List<Layer> hidden,
        Activation output,
        InitialWeights initialWeights,
        int epochs,
        int epochRows,
        int batchSize,
        double learningRate,
        long seed,
        int patience,
        double minDelta,
        int plateauPatience,
        double plateauFactor,
        Engine engine,
        int workers,
        Corruption corruption,
        Optimization optimization,
        Optional<Path> checkpoint)
        implements Trainer {
    private static final int MOST = 1_000_000;
    private static final int MOST_LAYERS = 64;
    private static final int MOST_WORKERS = 64;
    /** Batch normalisation needs two. */
    private static final int ROWS_A_WORKER = 2;
    /** Of steps on a small network; the JVM has compiled all loops by then. */
    private static final int PREPARING_STEPS = 500;

    private static final int PREPARING_ROWS = 128;

    public AutoencoderTrainer {
        hidden = List.copyOf(hidden);
        Objects.requireNonNull(initialWeights, "initialWeights");
        Objects.requireNonNull(engine, "engine");
        Objects.requireNonNull(corruption, "corruption");
        Objects.requireNonNull(optimization, "optimization");
        Objects.requireNonNull(checkpoint, "checkpoint");
        if (hidden.isEmpty() || hidden.size() > MOST_LAYERS) {
            throw new InputException("autoencoder: hidden needs [1, " + MOST_LAYERS + "] layers, got " + hidden.size());
        }
        if (output != Activation.SIGMOID && output != Activation.IDENTITY) {
            throw new InputException("autoencoder: output must be sigmoid or identity, got " + output.configName());
        }
        check("epochs", epochs, 1, MOST);
        check("epoch-rows", epochRows, 1, Integer.MAX_VALUE);
        check("batch-size", batchSize, 2, 1 << 20);
        check("patience", patience, 1, MOST);
        check("plateau-patience", plateauPatience, 1, MOST);
        check("workers", workers, 0, MOST_WORKERS);
        if (workers > 1 && engine != Engine.DL4J) {
            throw new InputException("autoencoder: " + workers + " workers need engine dl4j, got engine "
                    + engine.configName() + "; fused uses all cores by itself");
        }
        if (batchSize < ROWS_A_WORKER * workers) {
            throw new InputException("autoencoder: batch-size must be at least " + ROWS_A_WORKER * workers + " for "
                    + workers + " workers, got " + batchSize);
        }
        if (!(learningRate > 0 && learningRate <= 1)) {
            throw new InputException("autoencoder: learning-rate must be in (0, 1], got " + learningRate);
        }
        if (!(minDelta >= 0 && minDelta < 1)) {
            throw new InputException("autoencoder: min-delta must be in [0, 1), got " + minDelta);
        }
        if (!(plateauFactor > 0 && plateauFactor <= 1)) {
            throw new InputException("autoencoder: plateau-factor must be in (0, 1], got " + plateauFactor);
        }
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InputException(
                    "autoencoder: " + name + " must be in [" + least + ", " + most + "], got " + value);
        }
    }

    /**
     * The ML-SIEM network with a sigmoid output and weights as He's, at most 50 epochs in batches of 256, learning rate 0.001 halved after
     * 2 epochs without an improvement of 0.1 %, end after 5, seed 1, no checkpoint.
     */
    public static AutoencoderTrainer withDefaults() {
        return new AutoencoderTrainer(
                preset("ml-siem"),
                Activation.SIGMOID,
                InitialWeights.HE,
                50,
                Integer.MAX_VALUE,
                256,
                1e-3,
                1,
                5,
                1e-3,
                2,
                0.5,
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
    public boolean usesAllCores() {
        return true;
    }

    @Override
    public void prepare(BooleanSupplier enough) {
        Backend.onDevice(); // loads ND4J
        if (isDl4j(Loss.MEAN_SQUARED_ERROR)) {
            return; // an array here would give the first of several cards to this thread
        }
        Layer first = hidden.get(0);
        List<Layer> small = List.of(
                new Layer(2 * Kernel.LANES, first.activation(), first.batchNorm()),
                new Layer(Kernel.LANES, first.activation(), false));
        NetworkShape shape = new NetworkShape(Kernel.LANES, small, output, initialWeights);
        float[] initial = new Dl4jEngine(shape, Loss.MEAN_SQUARED_ERROR, seed, learningRate).parameters();
        float[] rows = new float[PREPARING_ROWS * shape.columns()];
        Random random = new Random(seed);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = random.nextFloat();
        }
        try (FusedEngine steps = new FusedEngine(shape, initial, Loss.MEAN_SQUARED_ERROR, learningRate, 1)) {
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
        try (TrainingEngine steps =
                newEngine(shape, loss, Math.min(epochRows, data.train().rows()), progress)) {
            return run.run(steps);
        }
    }

    private TrainingEngine newEngine(NetworkShape shape, Loss loss, int rows, TrainingProgress progress) {
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
            return new ParallelEngine(shape, loss, seed, learningRate, optimization, replicas);
        }
        Dl4jEngine reference = new Dl4jEngine(shape, loss, seed, learningRate, optimization);
        if (dl4j) {
            return reference;
        }
        int threads = Runtime.getRuntime().availableProcessors();
        return new FusedEngine(shape, reference.parameters(), loss, learningRate, optimization, seed, threads);
    }

    /** Times the processor and the card on this network and batch size, and says which is taken. */
    private boolean processorIsFaster(NetworkShape shape, Loss loss, int rows, TrainingProgress progress) {
        int batch = Math.min(batchSize, rows);
        int threads = Runtime.getRuntime().availableProcessors();
        EngineRace.Result seconds;
        try (Dl4jEngine card = new Dl4jEngine(shape, loss, seed, learningRate, optimization);
                FusedEngine processor =
                        new FusedEngine(shape, card.parameters(), loss, learningRate, optimization, seed, threads)) {
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
            case FUSED -> false;
        };
    }

    /** As many as asked for, and as the smallest batch has rows for. */
    private int replicas(int rows) {
        int wanted = workers > 0 ? workers : Backend.devices();
        long batches = ((long) rows + batchSize - 1) / batchSize;
        return (int) Math.min(wanted, Math.max(1, rows / batches / ROWS_A_WORKER));
    }

    /** All that decides the result of a training of given rows; {@code epochs} only decides when it ends. */
    String recipe() {
        String part = epochRows == Integer.MAX_VALUE ? "" : " " + epochRows + " rows an epoch";
        return String.format(
                        Locale.ROOT,
                        "%s %s %s %d %s %d %d %s %d %s",
                        hidden,
                        output,
                        initialWeights,
                        batchSize,
                        learningRate,
                        seed,
                        patience,
                        minDelta,
                        plateauPatience,
                        plateauFactor)
                + part
                + optimization.recipe();
    }

    public AutoencoderTrainer withHidden(List<Layer> hidden) {
        return with(draft -> draft.hidden = hidden);
    }

    public AutoencoderTrainer withOutput(Activation output) {
        return with(draft -> draft.output = output);
    }

    public AutoencoderTrainer withInitialWeights(InitialWeights initialWeights) {
        return with(draft -> draft.initialWeights = initialWeights);
    }

    public AutoencoderTrainer withEpochs(int epochs) {
        return with(draft -> draft.epochs = epochs);
    }

    public AutoencoderTrainer withEpochRows(int epochRows) {
        return with(draft -> draft.epochRows = epochRows);
    }

    public AutoencoderTrainer withBatchSize(int batchSize) {
        return with(draft -> draft.batchSize = batchSize);
    }

    public AutoencoderTrainer withLearningRate(double learningRate) {
        return with(draft -> draft.learningRate = learningRate);
    }

    public AutoencoderTrainer withSeed(long seed) {
        return with(draft -> draft.seed = seed);
    }

    public AutoencoderTrainer withPatience(int patience) {
        return with(draft -> draft.patience = patience);
    }

    public AutoencoderTrainer withMinDelta(double minDelta) {
        return with(draft -> draft.minDelta = minDelta);
    }

    public AutoencoderTrainer withPlateauPatience(int plateauPatience) {
        return with(draft -> draft.plateauPatience = plateauPatience);
    }

    public AutoencoderTrainer withPlateauFactor(double plateauFactor) {
        return with(draft -> draft.plateauFactor = plateauFactor);
    }

    public AutoencoderTrainer withEngine(Engine engine) {
        return with(draft -> draft.engine = engine);
    }

    public AutoencoderTrainer withWorkers(int workers) {
        return with(draft -> draft.workers = workers);
    }

    public AutoencoderTrainer withCorruption(Corruption corruption) {
        return with(draft -> draft.corruption = corruption);
    }

    public AutoencoderTrainer withOptimization(Optimization optimization) {
        return with(draft -> draft.optimization = optimization);
    }

    public AutoencoderTrainer withCheckpoint(Path checkpoint) {
        return with(draft -> draft.checkpoint = Optional.of(checkpoint));
    }

    private AutoencoderTrainer with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.trainer();
    }

    /** The settings of a trainer, on their way to those of another. */
    private static final class Draft {
        private List<Layer> hidden;
        private Activation output;
        private InitialWeights initialWeights;
        private int epochs;
        private int epochRows;
        private int batchSize;
        private double learningRate;
        private long seed;
        private int patience;
        private double minDelta;
        private int plateauPatience;
        private double plateauFactor;
        private Engine engine;
        private int workers;
        private Corruption corruption;
        private Optimization optimization;
        private Optional<Path> checkpoint;

        Draft(AutoencoderTrainer trainer) {
            hidden = trainer.hidden;
            output = trainer.output;
            initialWeights = trainer.initialWeights;
            epochs = trainer.epochs;
            epochRows = trainer.epochRows;
            batchSize = trainer.batchSize;
            learningRate = trainer.learningRate;
            seed = trainer.seed;
            patience = trainer.patience;
            minDelta = trainer.minDelta;
            plateauPatience = trainer.plateauPatience;
            plateauFactor = trainer.plateauFactor;
            engine = trainer.engine;
            workers = trainer.workers;
            corruption = trainer.corruption;
            optimization = trainer.optimization;
            checkpoint = trainer.checkpoint;
        }

        AutoencoderTrainer trainer() {
            return new AutoencoderTrainer(
                    hidden,
                    output,
                    initialWeights,
                    epochs,
                    epochRows,
                    batchSize,
                    learningRate,
                    seed,
                    patience,
                    minDelta,
                    plateauPatience,
                    plateauFactor,
                    engine,
                    workers,
                    corruption,
                    optimization,
                    checkpoint);
        }
    }
}
