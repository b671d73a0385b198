package dev.octet.config;

import static dev.octet.config.ConfigTypes.anySeed;
import static dev.octet.config.ConfigTypes.count;
import static dev.octet.config.ConfigTypes.number;
import static dev.octet.config.ConfigTypes.oneOf;
import static dev.octet.config.ConfigTypes.someOf;

import dev.octet.detect.Trainer;
import dev.octet.detect.autoencoder.Activation;
import dev.octet.detect.autoencoder.AutoencoderTrainer;
import dev.octet.detect.autoencoder.Corruption;
import dev.octet.detect.autoencoder.Engine;
import dev.octet.detect.autoencoder.InitialWeights;
import dev.octet.detect.autoencoder.Layer;
import dev.octet.detect.autoencoder.LikelihoodTrainer;
import dev.octet.detect.autoencoder.Optimization;
import dev.octet.detect.autoencoder.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The keys of the autoencoder. */
final class AutoencoderKeys {
    private static final String BATCH_NORM = "batch-norm";
    private static final List<Activation> ACTIVATIONS = List.of(Activation.values());
    private static final List<String> WORDS = words();

    private static final ConfigType<Layer> LAYER = new ConfigType<>() {
        @Override
        public Layer read(ConfigNode node) {
            return layer(node, node.text(describe()));
        }

        @Override
        public String describe() {
            return "a layer like `64` or `128 relu batch-norm` (width, activation, batch normalisation)";
        }
    };

    private static final Key<Optional<String>> PRESET = Key.optional(
            "preset",
            oneOf(List.of("ml-siem"), Function.identity()),
            "a published network instead of `layers`; `ml-siem` (128-64-32-16-32-64-128, ReLU, batch normalisation"
                    + " after the first two) where neither is given");
    private static final Key<Optional<List<Layer>>> LAYERS = Key.optional(
            "layers",
            someOf(LAYER),
            "the layers between input and output, e.g. `[32 batch-norm, 8, 32]`; ReLU unless said");
    private static final Key<Activation> OUTPUT = Key.byDefault(
            "output",
            oneOf(List.of(Activation.SIGMOID, Activation.IDENTITY), Activation::configName),
            "sigmoid",
            "activation of the output layer; sigmoid is for columns scaled to [0, 1]");
    private static final Key<InitialWeights> INITIAL_WEIGHTS = Key.byDefault(
            "initial-weights",
            oneOf(List.of(InitialWeights.values()), InitialWeights::configName),
            "he",
            "variance of the initial weights: `he`, 2 / inputs of a layer of ReLU or ELU; `glorot`, 2 / (inputs + outputs)"
                    + " everywhere, as Keras does it");
    private static final Key<Integer> EPOCHS =
            Key.byDefault("epochs", count(1, 1_000_000), "50", "maximum number of passes over the training rows");
    private static final Key<Optional<Integer>> EPOCH_ROWS = Key.optional(
            "epoch-rows",
            count(1, Integer.MAX_VALUE),
            "maximum number of rows in an epoch; each epoch draws other rows of a larger log; all rows where not given, with"
                    + " `likelihood` " + LikelihoodTrainer.EPOCH_ROWS);
    private static final Key<Integer> BATCH_SIZE = Key.byDefault("batch-size", count(2, 1 << 20), "256", "rows a step");
    private static final Key<Double> LEARNING_RATE = Key.byDefault(
            "learning-rate", number("(0, 1]"), "0.001", "step size of the optimiser; SGD needs a larger one than Adam");
    private static final Key<Long> SEED =
            Key.byDefault("seed", anySeed(), "1", "of the initial weights and the order of the rows");
    private static final Key<Integer> PATIENCE = Key.byDefault(
            "patience",
            count(1, 1_000_000),
            "5",
            "epochs without improvement of the validation loss before training ends; the best weights are kept");
    private static final Key<Double> MIN_DELTA = Key.byDefault(
            "min-delta",
            number("[0, 1)"),
            "0.001",
            "smallest relative fall of the validation loss that is an improvement");
    private static final Key<Integer> PLATEAU_PATIENCE = Key.byDefault(
            "plateau-patience",
            count(1, 1_000_000),
            "2",
            "epochs without improvement before the learning rate is reduced");
    private static final Key<Double> PLATEAU_FACTOR = Key.byDefault(
            "plateau-factor", number("(0, 1]"), "0.5", "factor by which the learning rate is then multiplied");
    private static final Key<Engine> ENGINE = Key.byDefault(
            "engine",
            oneOf(List.of(Engine.values()), Engine::configName),
            "auto",
            "what computes the steps: `fused` (fast, on all cores), `dl4j`, or `auto`: fused where the machine has"
                    + " vectors of 256 bits; in a build with CUDA, the faster of both for this network and `batch-size`,"
                    + " which the run times and names; `dl4j-spark`: replicas on Apache Spark, slower than one machine and not"
                    + " the same twice ([spark.md](spark.md#engine-dl4j-spark))");
    private static final Key<Optional<Integer>> WORKERS = Key.optional(
            "workers",
            count(1, 64),
            "with `dl4j`, data-parallel replicas, each on its share of a batch, averaged after each step; one for each card"
                    + " where not given, on the CPU one (gpu/README.md); with `dl4j-spark`, replicas that are averaged every 50"
                    + " batches, one for each core of the cluster where not given");

    private static final Key<Corruption.How> CORRUPTION_HOW = Key.byDefault(
            "how",
            oneOf(Corruption.How.class),
            "mask",
            "`mask`: zeros take the place of a feature; `swap`: the same feature of another training row");
    private static final Key<Double> CORRUPTION_SHARE = Key.required(
            "share",
            number("[0, 1)"),
            "share of the features of each training row that are corrupted, each drawn independently");
    private static final Section<Corruption> CORRUPTION_SECTION = new Section<>(
            "detector.autoencoder.corruption",
            "Input corruption for denoising training.",
            List.of(CORRUPTION_HOW, CORRUPTION_SHARE),
            settings -> new Corruption(settings.get(CORRUPTION_HOW), settings.get(CORRUPTION_SHARE)));
    private static final Key<Optional<Corruption>> CORRUPTION = Key.optional(
            "corruption", CORRUPTION_SECTION, "denoising, e.g. `{how: swap, share: 0.1}`; none where not given");

    private static final Key<Optimization.Optimizer> OPTIMIZER = Key.byDefault(
            "optimizer",
            oneOf(List.of(Optimization.Optimizer.values()), Optimization.Optimizer::configName),
            "adam",
            "`adam`; `adamw`, whose weight decay does not go through the moments; `sgd`, with Nesterov's momentum");
    private static final Key<Double> MOMENTUM =
            Key.byDefault("momentum", number("[0, 1)"), "0.9", "of `optimizer: sgd`; 0 is plain gradient descent");
    private static final Key<Double> WEIGHT_DECAY = Key.byDefault(
            "weight-decay",
            number("[0, 1)"),
            "0",
            "times the weights (not biases, not batch normalisation): added to the gradient, with `adamw` taken from the"
                    + " weights times the learning rate");
    private static final Key<Double> DROPOUT = Key.byDefault(
            "dropout",
            number("[0, 1)"),
            "0",
            "share of each hidden layer's outputs that is set to 0 in a training step; scoring drops nothing");
    private static final Key<Double> BATCH_NORM_MOMENTUM = Key.byDefault(
            "batch-norm-momentum",
            number("[0, 1)"),
            "0.9",
            "what batch normalisation keeps of its running mean and variance at each step, as in Keras; PyTorch's is 1 minus"
                    + " this");

    private enum Reconstruction {
        MSE,
        LIKELIHOOD
    }

    private static final Key<Reconstruction> RECONSTRUCTION = Key.byDefault(
            "reconstruction",
            oneOf(Reconstruction.class),
            "mse",
            "`mse`: the mean squared error of the columns; `likelihood`: nats of the login's country, network, device and"
                    + " user agent, predicted from the user's history and from each other; brings its own features"
                    + " (docs/takeover-detectors.md)");
    private static final Key<Double> NETWORK_SHARE = Key.byDefault(
            "network-share",
            number("(0, 1)"),
            Double.toString(LikelihoodTrainer.NETWORK_SHARE),
            "with `likelihood`, maximum weight of the network in a field's probability, the rest comes from counts; the weight"
                    + " of each field is chosen on the validation rows");
    private static final Key<Double> COUNTED_SHARE = Key.byDefault(
            "counted-share",
            number("[0, 1]"),
            Double.toString(LikelihoodTrainer.COUNTED_SHARE),
            "with `likelihood`, the part of the score that is user surprise as counted");
    private static final Key<Double> POPULATION_SHARE = Key.byDefault(
            "population-share",
            number("(0, 1)"),
            Double.toString(LikelihoodTrainer.POPULATION_SHARE),
            "with `likelihood`, the prior probability that an attacker comes from networks as common as everybody's"
                    + " rather than from anywhere");

    static final DetectorKind KIND = DetectorKind.of(
            "autoencoder",
            "Network that learns to give back normal rows; the score is a row's reconstruction error:"
                    + " mean squared, or a likelihood in nats",
            List.of(
                    PRESET,
                    LAYERS,
                    OUTPUT,
                    INITIAL_WEIGHTS,
                    EPOCHS,
                    EPOCH_ROWS,
                    BATCH_SIZE,
                    LEARNING_RATE,
                    SEED,
                    PATIENCE,
                    MIN_DELTA,
                    PLATEAU_PATIENCE,
                    PLATEAU_FACTOR,
                    ENGINE,
                    WORKERS,
                    CORRUPTION,
                    OPTIMIZER,
                    MOMENTUM,
                    WEIGHT_DECAY,
                    DROPOUT,
                    BATCH_NORM_MOMENTUM,
                    RECONSTRUCTION,
                    NETWORK_SHARE,
                    COUNTED_SHARE,
                    POPULATION_SHARE),
            AutoencoderKeys::trainer);

    private AutoencoderKeys() {}

    private static Trainer trainer(Settings settings) {
        AutoencoderTrainer network = network(settings);
        return switch (settings.get(RECONSTRUCTION)) {
            case MSE -> {
                for (Key<?> key : List.of(NETWORK_SHARE, COUNTED_SHARE, POPULATION_SHARE)) {
                    if (settings.isGiven(key)) {
                        throw settings.error(key, "belongs to reconstruction: likelihood; remove it");
                    }
                }
                yield network;
            }
            case LIKELIHOOD -> {
                if (settings.isGiven(OUTPUT)) {
                    throw settings.error(OUTPUT, "the heads of reconstruction: likelihood are softmaxes; remove it");
                }
                yield new LikelihoodTrainer(
                        settings.isGiven(LAYERS) || settings.isGiven(PRESET)
                                ? network
                                : network.withHidden(LikelihoodTrainer.LAYERS),
                        settings.get(NETWORK_SHARE),
                        settings.get(COUNTED_SHARE),
                        settings.get(POPULATION_SHARE));
            }
        };
    }

    private static AutoencoderTrainer network(Settings settings) {
        if (settings.isGiven(PRESET) && settings.isGiven(LAYERS)) {
            throw settings.error(LAYERS, "preset gives the layers already; remove one of the two");
        }
        return new AutoencoderTrainer(
                settings.get(LAYERS)
                        .orElseGet(() ->
                                AutoencoderTrainer.preset(settings.get(PRESET).orElse("ml-siem"))),
                settings.get(OUTPUT),
                settings.get(INITIAL_WEIGHTS),
                new Schedule(
                        settings.get(EPOCHS),
                        settings.get(EPOCH_ROWS)
                                .orElse(
                                        settings.get(RECONSTRUCTION) == Reconstruction.LIKELIHOOD
                                                ? LikelihoodTrainer.EPOCH_ROWS
                                                : Integer.MAX_VALUE),
                        settings.get(BATCH_SIZE),
                        settings.get(LEARNING_RATE),
                        settings.get(PATIENCE),
                        settings.get(MIN_DELTA),
                        settings.get(PLATEAU_PATIENCE),
                        settings.get(PLATEAU_FACTOR)),
                settings.get(SEED),
                settings.get(ENGINE),
                workers(settings),
                settings.get(CORRUPTION).orElse(Corruption.NONE),
                optimization(settings),
                Optional.empty());
    }

    private static Optimization optimization(Settings settings) {
        if (settings.isGiven(MOMENTUM) && settings.get(OPTIMIZER) != Optimization.Optimizer.SGD) {
            throw settings.error(
                    MOMENTUM,
                    "is of optimizer: sgd, and it is " + settings.get(OPTIMIZER).configName()
                            + "; remove it, or set optimizer: sgd");
        }
        return new Optimization(
                settings.get(OPTIMIZER),
                settings.get(MOMENTUM),
                settings.get(WEIGHT_DECAY),
                settings.get(DROPOUT),
                settings.get(BATCH_NORM_MOMENTUM));
    }

    /** 0 where not given. */
    private static int workers(Settings settings) {
        int workers = settings.get(WORKERS).orElse(0);
        if (workers > 1 && !settings.get(ENGINE).hasReplicas()) {
            throw settings.error(
                    WORKERS,
                    workers + " workers need engine: dl4j or dl4j-spark, and it is "
                            + settings.get(ENGINE).configName() + "; fused uses all cores by itself");
        }
        if (settings.get(ENGINE) == Engine.DL4J && settings.get(BATCH_SIZE) < 2 * workers) {
            throw settings.error(
                    WORKERS,
                    workers + " workers need a batch-size of " + 2 * workers + " or more, and it is "
                            + settings.get(BATCH_SIZE));
        }
        return workers;
    }

    private static Layer layer(ConfigNode node, String text) {
        String[] parts = text.strip().split("\\s+");
        if (!parts[0].matches("[0-9]{1,6}") || Integer.parseInt(parts[0]) < 1 || Integer.parseInt(parts[0]) > 1 << 16) {
            throw node.error(
                    text + " does not begin with a width in [1, 65536]; write a layer like 128 relu batch-norm");
        }
        Activation activation = null;
        boolean batchNorm = false;
        for (String word : List.of(parts).subList(1, parts.length)) {
            if (!WORDS.contains(word)) {
                throw node.error(text + ": " + word + " is not one of " + String.join(", ", WORDS));
            }
            if (word.equals(BATCH_NORM) ? batchNorm : activation != null) {
                String what = word.equals(BATCH_NORM) ? "batch-norm" : "its activation";
                throw node.error(text + " says " + what + " twice; remove " + word);
            }
            if (word.equals(BATCH_NORM)) {
                batchNorm = true;
            } else {
                activation = ACTIVATIONS.get(WORDS.indexOf(word));
            }
        }
        return new Layer(Integer.parseInt(parts[0]), activation == null ? Activation.RELU : activation, batchNorm);
    }

    private static List<String> words() {
        List<String> words =
                new ArrayList<>(ACTIVATIONS.stream().map(Activation::configName).toList());
        words.add(BATCH_NORM);
        return List.copyOf(words);
    }
}
