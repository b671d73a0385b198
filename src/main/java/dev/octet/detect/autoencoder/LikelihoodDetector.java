package dev.octet.detect.autoencoder;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.event.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An autoencoder whose error is a surprise: how much better the login is explained by an attacker than by its user, in
 * nats; higher = more anomalous, below 0 where the user explains it better.
 *
 * <p>For each field c (country, network, device, user agent) of a login of user u with n earlier successes, n(x) of them
 * with value x, and share pi(x) of x among all:
 *
 * <pre>
 * counted    p_c(x|u) = (n(x) + pi(x)) / (n + 1)
 * network    p_a(x|u) = (n(x) + pi(x) m) / (n + 1),  m = 1 - w + w softmax(cell of x | context, fields before) / share of the cell
 * field      s(x)     = -1/2 ln p_c - 1/2 ln p_a
 * population l(x)     = 1/2 ln pi(x) + 1/2 ln(pi(x) m)
 * score      = ln[(1 - q) e^A + q e^P] + (campaign week + campaign day) / 4
 *   P = sum over all fields (s + l):  an attacker who looks like anybody
 *   A = sum over devices (s + l) + sum over networks s - ln(networks) - 1/2 ln(countries):  one who comes from anywhere
 * </pre>
 *
 * <p>So the network replaces the population's share as what is expected of a value that the user has not shown before;
 * since m is at least 1 - w it cannot make a value more surprising than its rarity by more than -ln(1 - w). Half of the
 * evidence stays as counted: taken together, fields that explain each other away in one half do not in the other.
 *
 * <p>Immutable, thread-safe, without Deeplearning4j. A field's own value never reaches its own head.
 */
public final class LikelihoodDetector implements Detector {
    static final String RECONSTRUCTION = "likelihood";
    private static final int STATE_VERSION = 1;
    private static final Head[] HEADS = Head.values();

    private final List<HeadCells> heads;
    private final List<ForwardPass.FoldedLayer> layers;
    /** Of each layer, row-major [inputs][outputs]. */
    private final float[][] weights;

    private final float[][] biases;
    private final double[] networkShares;
    private final double populationShare;
    private final double logAnywhere;
    private final double logPopulation;
    private final double logPlaces;

    /**
     * @param heads one for each {@link Head}, in their order
     * @param networkShares w of each head, in [0, 1)
     * @param populationShare q, in (0, 1)
     */
    LikelihoodDetector(List<HeadCells> heads, ForwardPass network, double[] networkShares, double populationShare) {
        this.heads = List.copyOf(heads);
        this.layers = network.layers();
        this.networkShares = networkShares.clone();
        this.populationShare = populationShare;
        this.weights =
                layers.stream().map(ForwardPass.FoldedLayer::plainWeights).toArray(float[][]::new);
        this.biases = layers.stream().map(ForwardPass.FoldedLayer::plainBias).toArray(float[][]::new);
        this.logAnywhere = StrictMath.log(1 - populationShare);
        this.logPopulation = StrictMath.log(populationShare);
        this.logPlaces = StrictMath.log(heads.get(Head.ASN.ordinal()).values())
                + 0.5 * StrictMath.log(heads.get(Head.COUNTRY.ordinal()).values());
    }

    /** Working memory of one call. */
    private final class Workspace {
        final float[] base = new float[biases[0].length];
        final float[] logits =
                new float[heads.stream().mapToInt(HeadCells::cells).max().orElseThrow()];
        final float[] exponentials = new float[logits.length];
        final float[][] hidden = new float[layers.size() - 1][];
        final double[] lifts = new double[HEADS.length];
        final double[] evidence = new double[HEADS.length];
        final double[] population = new double[HEADS.length];

        Workspace() {
            for (int i = 0; i < hidden.length; i++) {
                hidden[i] = new float[biases[i].length];
            }
        }
    }

    @Override
    public String kind() {
        return AutoencoderDetector.KIND;
    }

    @Override
    public int columns() {
        return LoginColumns.COUNT;
    }

    /** @throws IllegalArgumentException if a value is not finite, or an array too short */
    @Override
    public void score(float[] rows, int count, double[] scores) {
        if (count < 0 || rows.length < (long) count * columns() || scores.length < count) {
            throw new IllegalArgumentException(count + " rows of " + columns() + " columns and as many scores need"
                    + " larger arrays than " + rows.length + " and " + scores.length);
        }
        Workspace space = new Workspace();
        for (int row = 0; row < count; row++) {
            scores[row] = score(rows, row * columns(), space);
        }
    }

    private double score(float[] rows, int start, Workspace space) {
        for (int column = start; column < start + columns(); column++) {
            if (!Float.isFinite(rows[column])) {
                throw new IllegalArgumentException("autoencoder: row " + start / columns() + " has the value "
                        + rows[column] + " in column " + (column - start) + "; features must be finite");
            }
        }
        weigh(rows, start, space);
        double anywhere = anywhere(space);
        double population = population(space);
        double most = Math.max(anywhere, population);
        return most
                + StrictMath.log(StrictMath.exp(anywhere - most) + StrictMath.exp(population - most))
                + campaign(LoginColumns.CAMPAIGN_WEEK, rows, start)
                + campaign(LoginColumns.CAMPAIGN_DAY, rows, start);
    }

    private static double campaign(int column, float[] rows, int start) {
        return 0.25 * rows[start + column];
    }

    /** Sets each field's evidence s and population term l. */
    private void weigh(float[] rows, int start, Workspace space) {
        lifts(rows, start, space);
        double earlier = LoginColumns.earlier(rows, start);
        for (int h = 0; h < HEADS.length; h++) {
            double surprise = LoginColumns.surprise(HEADS[h], rows, start);
            double rarity = LoginColumns.rarity(HEADS[h], rows, start);
            double share = StrictMath.exp(-rarity);
            double lift = 1 - networkShares[h] + networkShares[h] * space.lifts[h];
            double seen = LoginColumns.seen(earlier, surprise, share);
            double likelihood = (seen + share * lift) / (earlier + 1);
            space.evidence[h] = 0.5 * (surprise - StrictMath.log(likelihood));
            space.population[h] = -rarity + 0.5 * StrictMath.log(lift);
        }
    }

    private double anywhere(Workspace space) {
        double sum = logAnywhere - logPlaces;
        for (int h = 0; h < HEADS.length; h++) {
            sum += space.evidence[h] + (HEADS[h].network ? 0 : space.population[h]);
        }
        return sum;
    }

    private double population(Workspace space) {
        double sum = logPopulation;
        for (int h = 0; h < HEADS.length; h++) {
            sum += space.evidence[h] + space.population[h];
        }
        return sum;
    }

    /**
     * How many times likelier than by its share the network holds each field's value, given the user's context and the
     * fields before.
     *
     * @param lifts receives one value a head
     */
    void lifts(float[] rows, int start, double[] lifts) {
        Workspace space = new Workspace();
        lifts(rows, start, space);
        System.arraycopy(space.lifts, 0, lifts, 0, HEADS.length);
    }

    private void lifts(float[] rows, int start, Workspace space) {
        float[] base = space.base;
        System.arraycopy(biases[0], 0, base, 0, base.length);
        int contextStart = layers.get(0).inputs() - LoginColumns.CONTEXT_COLUMNS;
        for (int i = 0; i < LoginColumns.CONTEXT_COLUMNS; i++) {
            addInput(contextStart + i, LoginColumns.context(i, rows, start), base);
        }
        double earlier = LoginColumns.earlier(rows, start);
        for (int h = 0; h < HEADS.length; h++) {
            HeadCells head = heads.get(h);
            float rarity = LoginColumns.rarity(HEADS[h], rows, start);
            int cell = head.cell(LoginColumns.key(HEADS[h], rows, start), rarity);
            space.lifts[h] = networkShares[h] == 0 ? 1 : softmax(head, cell, space) / head.shares()[cell];
            addInput(head.offset() + cell, 1, base);
            double seen =
                    LoginColumns.seen(earlier, LoginColumns.surprise(HEADS[h], rows, start), StrictMath.exp(-rarity));
            if (earlier > 0 && seen == 0) {
                addInput(head.newFlag(), 1, base);
            }
        }
    }

    private void addInput(int input, float value, float[] sums) {
        int from = input * sums.length;
        float[] first = weights[0];
        for (int j = 0; j < sums.length; j++) {
            sums[j] = Math.fma(value, first[from + j], sums[j]);
        }
    }

    /** The network's probability of a cell, for the inputs that are in the first layer's sums. */
    private double softmax(HeadCells head, int cell, Workspace space) {
        float[] values = space.hidden[0];
        System.arraycopy(space.base, 0, values, 0, values.length);
        layers.get(0).activation().apply(values, 0, values.length);
        for (int layer = 1; layer < layers.size() - 1; layer++) {
            float[] next = space.hidden[layer];
            System.arraycopy(biases[layer], 0, next, 0, next.length);
            addProducts(values, weights[layer], 0, next.length, next, next.length);
            layers.get(layer).activation().apply(next, 0, next.length);
            values = next;
        }
        int last = layers.size() - 1;
        int cells = head.cells();
        System.arraycopy(biases[last], head.offset(), space.logits, 0, cells);
        addProducts(values, weights[last], head.offset(), biases[last].length, space.logits, cells);
        float total = MixtureLoss.softmax(space.logits, 0, cells, space.exponentials, 0);
        return space.exponentials[cell] / total;
    }

    /** sums[j] += sum over i of values[i] matrix[i][from + j], for the first {@code count} columns from there. */
    private static void addProducts(float[] values, float[] matrix, int from, int stride, float[] sums, int count) {
        for (int i = 0; i < values.length; i++) {
            float value = values[i];
            int row = i * stride + from;
            if (value != 0) {
                for (int j = 0; j < count; j++) {
                    sums[j] = Math.fma(value, matrix[row + j], sums[j]);
                }
            }
        }
    }

    /** Nats of each field under the attackers as far as each explains the login, in the column of its surprise. */
    @Override
    public void contributions(float[] row, double[] contributions) {
        Workspace space = new Workspace();
        weigh(row, 0, space);
        double likely = 1 / (1 + StrictMath.exp(anywhere(space) - population(space)));
        double place = logPlaces;
        Arrays.fill(contributions, 0, columns(), 0);
        for (int h = 0; h < HEADS.length; h++) {
            double anybody = space.evidence[h] + space.population[h];
            double nats = anybody;
            if (HEADS[h].network) {
                double flat = HEADS[h] == Head.ASN
                        ? StrictMath.log(heads.get(h).values())
                        : place - StrictMath.log(heads.get(Head.ASN.ordinal()).values());
                nats = likely * anybody + (1 - likely) * (space.evidence[h] - flat);
            }
            contributions[LoginColumns.surpriseColumn(HEADS[h])] = Math.max(0, nats);
        }
        contributions[LoginColumns.CAMPAIGN_WEEK] = campaign(LoginColumns.CAMPAIGN_WEEK, row, 0);
        contributions[LoginColumns.CAMPAIGN_DAY] = campaign(LoginColumns.CAMPAIGN_DAY, row, 0);
    }

    /** w of each head. */
    double[] networkShares() {
        return networkShares.clone();
    }

    @Override
    public DetectorState state() {
        Map<String, Object> arrays = new HashMap<>();
        int[] widths = new int[layers.size() + 1];
        widths[0] = layers.get(0).inputs();
        List<String> activations = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            widths[i + 1] = layers.get(i).outputs();
            activations.add(layers.get(i).activation().configName());
            arrays.put("weights" + i, weights[i]);
            arrays.put("bias" + i, biases[i]);
        }
        arrays.put("widths", widths);
        int[] values = new int[HEADS.length];
        for (HeadCells head : heads) {
            arrays.put("keys-" + head.head(), head.keys());
            arrays.put("shares-" + head.head(), head.shares());
            values[head.head().ordinal()] = head.values();
        }
        arrays.put("values", values);
        arrays.put("network-shares", networkShares);
        return new DetectorState(
                AutoencoderDetector.KIND,
                STATE_VERSION,
                Map.of(
                        "reconstruction",
                        RECONSTRUCTION,
                        "activations",
                        String.join(",", activations),
                        "population-share",
                        populationShare),
                arrays);
    }

    /** Whether a state is that of such a detector. */
    public static boolean isStateOf(DetectorState state) {
        return RECONSTRUCTION.equals(state.settings().get("reconstruction"));
    }

    /**
     * The detector whose {@link #state} this is; its scores have the same bits.
     *
     * @throws InputException if it is not such a state, or not a whole one
     */
    public static LikelihoodDetector restore(DetectorState state) {
        if (!state.kind().equals(AutoencoderDetector.KIND) || !isStateOf(state) || state.version() != STATE_VERSION) {
            throw new InputException("autoencoder: the stored detector is " + state.kind() + ", version "
                    + state.version() + "; expected a likelihood autoencoder, version " + STATE_VERSION);
        }
        if (!(state.arrays().get("values") instanceof int[] values)
                || !(state.arrays().get("network-shares") instanceof double[] shares)
                || !(state.settings().get("population-share") instanceof Double population)
                || values.length != HEADS.length
                || shares.length != HEADS.length) {
            throw new InputException("autoencoder: the stored detector has not one value and one share a head");
        }
        if (!(population > 0 && population < 1)) {
            throw new InputException("autoencoder: the stored population-share is " + population + ", not in (0, 1)");
        }
        List<HeadCells> heads = new ArrayList<>();
        int offset = 0;
        for (Head head : HEADS) {
            HeadCells cells = cells(state, head, values[head.ordinal()], offset);
            if (!(shares[head.ordinal()] >= 0 && shares[head.ordinal()] < 1)) {
                throw new InputException("autoencoder: the stored share of the network for " + head + " is "
                        + shares[head.ordinal()] + ", not in [0, 1)");
            }
            heads.add(cells);
            offset += cells.width();
        }
        ForwardPass network = new ForwardPass(AutoencoderDetector.restoreLayers(state));
        int width = offset + LoginColumns.CONTEXT_COLUMNS;
        if (network.columns() != width) {
            throw new InputException(
                    "autoencoder: the stored network takes " + network.columns() + " columns, its heads have " + width);
        }
        return new LikelihoodDetector(heads, network, shares, population);
    }

    private static HeadCells cells(DetectorState state, Head head, int values, int offset) {
        if (!(state.arrays().get("keys-" + head) instanceof long[] keys)
                || !(state.arrays().get("shares-" + head) instanceof float[] shares)
                || shares.length != keys.length + HeadCells.RARITY_CELLS
                || values < 1) {
            throw new InputException("autoencoder: the stored cells of " + head + " are missing or do not fit");
        }
        for (int i = 1; i < keys.length; i++) {
            if (keys[i - 1] >= keys[i]) {
                throw new InputException("autoencoder: the stored keys of " + head + " do not ascend");
            }
        }
        for (float share : shares) {
            if (!(share > 0 && share <= 1)) {
                throw new InputException(
                        "autoencoder: a stored cell of " + head + " has the share " + share + ", not in (0, 1]");
            }
        }
        return new HeadCells(head, keys, shares, values, offset);
    }
}
