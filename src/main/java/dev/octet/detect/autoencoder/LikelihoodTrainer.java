package dev.octet.detect.autoencoder;

import dev.octet.detect.Detector;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.event.LoginField;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.FloatMatrix;
import dev.octet.feature.Scaling;
import dev.octet.feature.UnseenMark;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrays;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Trains a {@link LikelihoodDetector}: an autoencoder with a softmax head for each field of a login, on the likelihood of
 * what it gives mixed with what was counted about the user. It brings its own features. How much of the network each
 * head's mixture takes is chosen afterwards by the likelihood of the validation rows; no label is used for it.
 *
 * @param network layers and how they are trained; {@code output} is not used, the heads are softmaxes
 * @param networkShare the most that a head's mixture may take of the network, in (0, 1)
 * @param countedShare of the evidence that stays as counted, in [0, 1]
 * @param populationShare prior probability that an attacker comes from networks as common as everybody's rather than
 *     from anywhere, in (0, 1)
 * @param extras fields beyond the table, a head each; numbers among them have none
 */
public record LikelihoodTrainer(
        AutoencoderTrainer network,
        double networkShare,
        double countedShare,
        double populationShare,
        List<LoginField> extras)
        implements Trainer {
    /** Of attackers, one in ten: most come through rented or hijacked machines, few through their victims' networks. */
    public static final double POPULATION_SHARE = 0.1;
    /** Leaves the share of everybody enough weight to bound what an over-confident network can add, to a nat. */
    public static final double NETWORK_SHARE = 0.6;

    /** Layers that are enough for four fields. */
    public static final List<Layer> LAYERS = List.of(
            new Layer(64, Activation.RELU, false),
            new Layer(16, Activation.RELU, false),
            new Layer(64, Activation.RELU, false));

    /** Rows that an epoch shows: on logs of one to 31 million logins more find the same within a takeover or two, half as many fewer. */
    public static final int EPOCH_ROWS = 1 << 17;

    /** Half and half: neither part was ahead of the other everywhere. */
    public static final double COUNTED_SHARE = 0.5;

    private static final double[] STEPS = {0, 0.25, 0.5, 0.75, 1};

    public LikelihoodTrainer {
        Objects.requireNonNull(network, "network");
        extras = List.copyOf(extras);
        if (!(networkShare > 0 && networkShare < 1)) {
            throw new InputException("autoencoder: network-share must be in (0, 1), got " + networkShare);
        }
        if (!(countedShare >= 0 && countedShare <= 1)) {
            throw new InputException("autoencoder: counted-share must be in [0, 1], got " + countedShare);
        }
        if (!(populationShare > 0 && populationShare < 1)) {
            throw new InputException("autoencoder: population-share must be in (0, 1), got " + populationShare);
        }
    }

    /** A trainer for a log with the fields of the table only. */
    public LikelihoodTrainer(
            AutoencoderTrainer network, double networkShare, double countedShare, double populationShare) {
        this(network, networkShare, countedShare, populationShare, List.of());
    }

    @Override
    public LikelihoodTrainer withExtraFields(List<LoginField> fields) {
        return new LikelihoodTrainer(network, networkShare, countedShare, populationShare, fields);
    }

    private List<Head> heads() {
        return Head.all(extras);
    }

    @Override
    public String kind() {
        return AutoencoderDetector.KIND;
    }

    @Override
    public Optional<List<FeatureRequest>> ownRequests() {
        return Optional.of(LoginColumns.requests(heads()));
    }

    @Override
    public Scaling scaling() {
        return Scaling.NONE;
    }

    @Override
    public LikelihoodTrainer resumingFrom(Path file) {
        return new LikelihoodTrainer(network.resumingFrom(file), networkShare, countedShare, populationShare, extras);
    }

    @Override
    public Optional<Trainer> reseeded(int more) {
        return Optional.of(new LikelihoodTrainer(
                network.withSeed(network.seed() + more), networkShare, countedShare, populationShare, extras));
    }

    @Override
    public boolean needsSpark() {
        return network.needsSpark();
    }

    @Override
    public boolean usesAllCores() {
        return true;
    }

    @Override
    public void prepare(BooleanSupplier enough) {
        network.prepare(enough);
    }

    /**
     * Trains on all rows of {@code data.train()}.
     *
     * @throws InputException as {@link AutoencoderTrainer#train}, and if the columns are not {@link #ownRequests}
     */
    @Override
    public Detector train(TrainingData data, TrainingProgress progress) {
        List<String> given =
                data.columns().stream().map(column -> column.feature()).toList();
        List<String> own = LoginColumns.requests(heads()).stream()
                .map(FeatureRequest::name)
                .toList();
        if (!given.equals(own) || data.train().columns() != own.size()) {
            throw new InputException("autoencoder: reconstruction: likelihood works on " + own + ", got " + given);
        }
        List<HeadCells> heads = cells(heads(), data.train(), data.unseen());
        int width = LoginColumns.CONTEXT_COLUMNS
                + heads.stream().mapToInt(HeadCells::width).sum();
        NetworkShape shape = new NetworkShape(width, network.hidden(), Activation.IDENTITY, network.initialWeights());
        CountryOfNetwork countries = CountryOfNetwork.of(data.train(), data.unseen());
        LikelihoodObjective objective = new LikelihoodObjective(shape, heads, countries, this);
        float[] best = network.parameters(shape, data, objective, MixtureLoss.of(heads), progress);
        ForwardPass pass = ForwardPass.fold(shape, best);
        double[] most = new double[heads.size()];
        Arrays.fill(most, networkShare);
        FieldWeights even = FieldWeights.even(heads.size());
        LikelihoodDetector all =
                new LikelihoodDetector(heads, countries, pass, most, countedShare, populationShare, even);
        double[] shares = chooseShares(all, data, progress);
        return new LikelihoodDetector(
                heads,
                countries,
                pass,
                shares,
                countedShare,
                populationShare,
                weights(
                        data,
                        weights -> new LikelihoodDetector(
                                heads, countries, pass, shares, countedShare, populationShare, weights),
                        progress));
    }

    /** What each field's evidence is worth on the validation rows; attacks that the config leaves out of the training are left out. */
    private FieldWeights weights(
            TrainingData data, Function<FieldWeights, LikelihoodDetector> detector, TrainingProgress progress) {
        List<Head> heads = heads();
        FieldWeights even = FieldWeights.even(heads.size());
        int[] rows = TrainingRun.normals(data.validation(), data.validationAttacks());
        double[] backOffs = new Contrast(detector.apply(even), data.validation(), rows, data.unseen()).backOffs();
        FieldWeights learnt = new Contrast(
                        detector.apply(even.withBackOffs(backOffs)), data.validation(), rows, data.unseen())
                .weights(backOffs);
        StringJoiner said = new StringJoiner(
                ", ",
                "what everybody's habits count beside a user's own logins, and the weight of a field's evidence for an attacker from anywhere"
                        + " and for one who looks like the population, learnt on the validation rows without labels: ",
                "");
        for (Head head : heads) {
            int h = head.ordinal();
            said.add(String.format(
                    Locale.ROOT,
                    "%s %.3g, %.2f and %.2f",
                    head.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    backOffs[h],
                    learnt.anywhere()[h],
                    learnt.population()[h]));
        }
        said.add(String.format(Locale.ROOT, "travel %+.2f nats", learnt.travelOdds()));
        progress.detail(said.toString());
        return learnt;
    }

    /** The weight of the neural network that makes each head's validation values likeliest; equal likelihoods take the least. */
    private double[] chooseShares(LikelihoodDetector detector, TrainingData data, TrainingProgress progress) {
        double[] tried = Arrays.stream(STEPS).map(step -> step * networkShare).toArray();
        int[] normals = TrainingRun.normals(data.validation(), data.validationAttacks());
        double[][] losses = LikelihoodObjective.losses(detector, data.validation(), normals, tried);
        double[] chosen = new double[losses.length];
        StringJoiner said = new StringJoiner(
                ", ",
                "weight of the neural network in the probability of each field (the rest is what was counted), chosen on"
                        + " the validation rows: ",
                "");
        for (Head head : detector.kinds()) {
            double[] ofHead = losses[head.ordinal()];
            int best = 0;
            for (int i = 1; i < tried.length; i++) {
                if (ofHead[i] < ofHead[best]) {
                    best = i;
                }
            }
            chosen[head.ordinal()] = tried[best];
            said.add(String.format(
                    Locale.ROOT,
                    "%s %.2f (%.3f nats better than counts alone)",
                    head.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    tried[best],
                    ofHead[0] - ofHead[best]));
        }
        progress.detail(said.toString());
        return chosen;
    }

    /**
     * Cells for the values of the training rows: the most frequent get one each.
     *
     * @param unseen how a row shows that it has a value outside of a vocabulary; such values are no value of their own
     */
    static List<HeadCells> cells(List<Head> kinds, FloatMatrix rows, List<UnseenMark> unseen) {
        List<HeadCells> apart =
                kinds.parallelStream().map(head -> cells(head, rows, unseen)).toList();
        List<HeadCells> heads = new ArrayList<>();
        int offset = 0;
        for (HeadCells cells : apart) {
            heads.add(cells.at(offset));
            offset += cells.width();
        }
        return heads;
    }

    /**
     * The cells of one head. A field without codes, as a network that is a block of addresses, has cells by rarity alone, and as
     * many values as the mean of 1 / share over the rows says.
     */
    private static HeadCells cells(Head head, FloatMatrix rows, List<UnseenMark> unseen) {
        float[] row = new float[rows.columns()];
        Long2IntOpenHashMap counts = new Long2IntOpenHashMap();
        long withoutCode = LoginColumns.keyWithoutCodes();
        boolean withCode = false;
        int known = 0;
        double byRarity = 0;
        for (int i = 0; i < rows.rows(); i++) {
            rows.copyRow(i, row, 0);
            if (!LoginColumns.has(head, row, 0)) {
                continue;
            }
            known++;
            byRarity += StrictMath.exp(LoginColumns.rarity(head, row, 0));
            if (LoginColumns.isInVocabulary(head, row, unseen)) {
                long key = LoginColumns.key(head, row, 0);
                withCode |= key != withoutCode;
                counts.addTo(key, 1);
            }
        }
        int values = Math.max(
                1, withCode ? counts.size() : (int) Math.min(Integer.MAX_VALUE, byRarity / Math.max(1, known)));
        if (!withCode) {
            counts.clear();
        }
        long[] byCount = counts.keySet().toLongArray();
        LongArrays.quickSort(
                byCount,
                (one, other) -> counts.get(one) != counts.get(other)
                        ? Integer.compare(counts.get(other), counts.get(one))
                        : Long.compare(one, other));
        long[] keys = Arrays.copyOf(byCount, Math.min(byCount.length, head.ownCells));
        Arrays.sort(keys);
        HeadCells withoutShares = new HeadCells(head, keys, new float[keys.length + HeadCells.RARITY_CELLS], values, 0);
        double[] inCell = new double[withoutShares.cells()];
        Arrays.fill(inCell, 0.5);
        for (int i = 0; i < rows.rows(); i++) {
            rows.copyRow(i, row, 0);
            if (LoginColumns.has(head, row, 0)) {
                inCell[withoutShares.cell(LoginColumns.key(head, row, 0), LoginColumns.rarity(head, row, 0))]++;
            }
        }
        float[] shares = new float[inCell.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = (float) (inCell[i] / (known + 0.5 * inCell.length));
        }
        return new HeadCells(head, keys, shares, values, 0);
    }
}
