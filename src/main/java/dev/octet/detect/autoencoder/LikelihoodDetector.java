package dev.octet.detect.autoencoder;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.event.InputException;
import dev.octet.event.LoginField;
import dev.octet.event.text.PlainText;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An autoencoder whose error is a surprise: how much better the login is explained by an attacker than by its user, in
 * nats; higher = more anomalous, below 0 where the user explains it better.
 *
 * <p>For each field (network, country, device, user agent) of a login of user u with n earlier successes, n(x) of them
 * with value x, and pi(x) the share of x among all logins:
 *
 * <pre>
 * counted    p_c(x|u) = (n(x) + pi(x)) / (n + 1)
 * network    p_a(x|u) = (n(x) + alpha pi(x) m) / (n + alpha)
 *            m = (1 - w) base + w softmax(cell of x) / share of the cell
 *   alpha and softmax: the heads of the network, given the user's context and the fields before
 *   base: 1; for the country, p(country | network) / pi(country) as counted over all users
 * field      s(x) = -c ln p_c - (1 - c) ln p_a
 * population l(x) = c ln pi(x) + (1 - c) ln(pi(x) m)
 * fields     = ln[(1 - q) e^A + q e^P]
 * score      = ln of the {@link Hypotheses} mixed: campaign, pressure, travel
 *   P = sum over all fields (s + l):  an attacker who looks like anybody
 *   A = sum over devices (s + l) + sum over networks s - ln(networks) - c ln(countries)
 *       + (1 - c) ln(pi(country) m of the country):                   one who comes from anywhere
 * </pre>
 *
 * <p>A history of more than ten logins counts as ten: n and n(x) are scaled down to that.
 *
 * <p>A field of which the login has no value is in neither sum: it says nothing.
 *
 * <p>Whoever comes from anywhere does not choose the country of the network that he comes through: in the part that is not
 * counted field by field the country has the same probability given the network for him as for everybody, so a network that
 * is located oddly speaks for nobody.
 *
 * <p>So the network says what is expected where the user has shown nothing, and how soon a user shows something new;
 * since m is at least (1 - w) base it cannot add more than -ln(1 - w) to what was counted. A part c of the evidence stays as
 * counted, field by field: in the other part fields explain each other away.
 *
 * <p>Immutable, thread-safe, without Deeplearning4j. A field's own value never reaches its own head. Costs one pass
 * through the hidden layers and a head's columns a field.
 */
public final class LikelihoodDetector implements Detector {
    static final String RECONSTRUCTION = "likelihood";
    private static final int STATE_VERSION = 4;
    /** With heads of fields beyond the table; a detector without is written as before. */
    private static final int EXTRAS_VERSION = 5;

    private static final String EXTRAS = "extra-fields";
    /** The oldest that is read; there a missing value was one of the values. */
    private static final int OLDEST_VERSION = 2;
    /** From here on campaigns are mixed with failures and travel; before they were added. */
    private static final int HYPOTHESES_VERSION = 4;

    private static final int COUNTRY = Head.COUNTRY.ordinal();

    /** Odds that differ by a hundredth. */
    private static final double NATS = 0.01;

    private final List<HeadCells> heads;
    private final Head[] kinds;
    private final CountryOfNetwork countries;
    private final List<ForwardPass.FoldedLayer> layers;
    /** Of each layer, row-major [inputs][outputs]. */
    private final float[][] weights;

    private final float[][] biases;
    private final double[] networkShares;
    private final double countedShare;
    private final double populationShare;
    /** Of each thread that explains logins one by one. */
    private final ThreadLocal<Prediction> working = ThreadLocal.withInitial(Prediction::new);

    private final double logAnywhere;
    private final double logPopulation;
    private final double logNetworks;
    private final double logCountries;
    private final int version;

    /**
     * @param heads one for each of {@link Head#all}, in their order
     * @param networkShares w of each head, in [0, 1)
     * @param countedShare c, in [0, 1]
     * @param populationShare q, in (0, 1)
     */
    LikelihoodDetector(
            List<HeadCells> heads,
            CountryOfNetwork countries,
            ForwardPass network,
            double[] networkShares,
            double countedShare,
            double populationShare) {
        this(
                heads,
                countries,
                network,
                networkShares,
                countedShare,
                populationShare,
                heads.size() > Head.all().size() ? EXTRAS_VERSION : STATE_VERSION);
    }

    private LikelihoodDetector(
            List<HeadCells> heads,
            CountryOfNetwork countries,
            ForwardPass network,
            double[] networkShares,
            double countedShare,
            double populationShare,
            int version) {
        this.version = version;
        this.heads = List.copyOf(heads);
        this.kinds = heads.stream().map(HeadCells::head).toArray(Head[]::new);
        this.countries = countries;
        this.layers = network.layers();
        this.networkShares = networkShares.clone();
        this.countedShare = countedShare;
        this.populationShare = populationShare;
        this.weights =
                layers.stream().map(ForwardPass.FoldedLayer::plainWeights).toArray(float[][]::new);
        this.biases = layers.stream().map(ForwardPass.FoldedLayer::plainBias).toArray(float[][]::new);
        this.logAnywhere = StrictMath.log(1 - populationShare);
        this.logPopulation = StrictMath.log(populationShare);
        this.logNetworks = StrictMath.log(heads.get(Head.ASN.ordinal()).values());
        this.logCountries =
                countedShare * StrictMath.log(heads.get(Head.COUNTRY.ordinal()).values());
    }

    /** What is known of one login's fields; working memory, for one thread. */
    final class Prediction {
        private final float[] base = new float[biases[0].length];
        private final float[] logits =
                new float[heads.stream().mapToInt(HeadCells::cells).max().orElseThrow()];
        private final float[] exponentials = new float[logits.length];
        private final float[][] hidden = new float[layers.size() - 1][];
        private double earlier;
        private final double[] seen = new double[kinds.length];
        private final double[] share = new double[kinds.length];
        private final double[] counted = new double[kinds.length];
        private final double[] network = new double[kinds.length];
        private final double[] alpha = new double[kinds.length];
        private final double[] evidence = new double[kinds.length];
        private final double[] population = new double[kinds.length];
        /** Which fields the login has a value of. */
        private final boolean[] has = new boolean[kinds.length];

        private Prediction() {
            for (int i = 0; i < hidden.length; i++) {
                hidden[i] = new float[biases[i].length];
            }
        }

        /** The part of p_a / share that is backed off, for some share of the network. */
        double lift(int h, double networkShare) {
            return alpha[h] * expected(h, networkShare) / (earlier + alpha[h]);
        }

        /** The part of p_a / share that is the user's own. */
        double ownLift(int h) {
            return seen[h] / share[h] / (earlier + alpha[h]);
        }

        /** The weight of each head's back-off. */
        double[] alphas() {
            return alpha.clone();
        }

        /** m. */
        private double expected(int h, double networkShare) {
            return (1 - networkShare) * counted[h] + networkShare * network[h];
        }

        /** Takes a login. */
        void predict(float[] rows, int start) {
            System.arraycopy(biases[0], 0, base, 0, base.length);
            int contextStart = layers.get(0).inputs() - LoginColumns.CONTEXT_COLUMNS;
            for (int i = 0; i < LoginColumns.CONTEXT_COLUMNS; i++) {
                addInput(contextStart + i, LoginColumns.context(i, rows, start), base);
            }
            double logins = LoginColumns.earlier(rows, start);
            double weight = LoginColumns.weight(logins);
            earlier = weight * logins;
            for (int h = 0; h < kinds.length; h++) {
                HeadCells head = heads.get(h);
                float rarity = LoginColumns.rarity(kinds[h], rows, start);
                int cell = head.cell(LoginColumns.key(kinds[h], rows, start), rarity);
                share[h] = StrictMath.exp(-rarity);
                seen[h] = weight * LoginColumns.seen(logins, LoginColumns.surprise(kinds[h], rows, start), share[h]);
                counted[h] = countries.lift(kinds[h], rows, start, share[h]);
                ask(h, cell);
                has[h] = version == OLDEST_VERSION || LoginColumns.has(kinds[h], rows, start);
                if (!has[h]) {
                    continue;
                }
                addInput(head.offset() + cell, 1, base);
                if (earlier > 0 && seen[h] < 0.5 * weight) {
                    addInput(head.newFlag(), 1, base);
                }
            }
        }

        /** Sends the inputs that are in the first layer's sums to one head. */
        private void ask(int h, int cell) {
            HeadCells head = heads.get(h);
            float[] values = hidden[0];
            System.arraycopy(base, 0, values, 0, values.length);
            layers.get(0).activation().apply(values, 0, values.length);
            for (int layer = 1; layer < layers.size() - 1; layer++) {
                float[] next = hidden[layer];
                System.arraycopy(biases[layer], 0, next, 0, next.length);
                addProducts(values, weights[layer], 0, next.length, next, next.length);
                layers.get(layer).activation().apply(next, 0, next.length);
                values = next;
            }
            float[] last = weights[layers.size() - 1];
            float[] bias = biases[layers.size() - 1];
            float y = bias[head.newFlag()];
            for (int i = 0; i < values.length; i++) {
                y = Math.fma(values[i], last[i * bias.length + head.newFlag()], y);
            }
            alpha[h] = MixtureLoss.alpha(y);
            if (networkShares[h] == 0) {
                network[h] = 1;
                return;
            }
            int cells = head.cells();
            System.arraycopy(bias, head.offset(), logits, 0, cells);
            addProducts(values, last, head.offset(), bias.length, logits, cells);
            float total = MixtureLoss.softmax(logits, 0, cells, exponentials, 0);
            network[h] = exponentials[cell] / total / head.shares()[cell];
        }

        private void weigh(float[] rows, int start) {
            predict(rows, start);
            for (int h = 0; h < kinds.length; h++) {
                if (!has[h]) {
                    evidence[h] = 0;
                    population[h] = 0;
                    continue;
                }
                double surprise = StrictMath.log((earlier + 1) / (seen[h] + share[h]));
                double expected = expected(h, networkShares[h]);
                double likelihood = (seen[h] + alpha[h] * share[h] * expected) / (earlier + alpha[h]);
                evidence[h] = countedShare * surprise - (1 - countedShare) * StrictMath.log(likelihood);
                population[h] = StrictMath.log(share[h]) + (1 - countedShare) * StrictMath.log(expected);
            }
        }

        /** A, and the logarithm of its prior. */
        private double anywhere() {
            double sum = logAnywhere - (flatNetworks() + flatCountries()) + countryOfAnywhere();
            for (int h = 0; h < kinds.length; h++) {
                sum += evidence[h] + (kinds[h].network ? 0 : population[h]);
            }
            return sum;
        }

        /** ln p(country | network) of an attacker from anywhere, as far as it is not counted. */
        private double countryOfAnywhere() {
            return !has[COUNTRY]
                    ? 0
                    : (1 - countedShare) * StrictMath.log(share[COUNTRY] * expected(COUNTRY, networkShares[COUNTRY]));
        }

        /** ln(e^A + e^P). */
        private double fields() {
            double anywhere = anywhere();
            double population = anybody();
            double most = Math.max(anywhere, population);
            return most + StrictMath.log(StrictMath.exp(anywhere - most) + StrictMath.exp(population - most));
        }

        /** What the fields say that do not depend on the place. */
        private double devices() {
            double sum = 0;
            for (int h = 0; h < kinds.length; h++) {
                sum += kinds[h].network ? 0 : evidence[h] + population[h];
            }
            return sum;
        }

        private double flatNetworks() {
            return has[Head.ASN.ordinal()] ? logNetworks : 0;
        }

        private double flatCountries() {
            return has[COUNTRY] ? logCountries : 0;
        }

        /** P, and the logarithm of its prior. */
        private double anybody() {
            double sum = logPopulation;
            for (int h = 0; h < kinds.length; h++) {
                sum += evidence[h] + population[h];
            }
            return sum;
        }
    }

    Prediction prediction() {
        return new Prediction();
    }

    @Override
    public String kind() {
        return AutoencoderDetector.KIND;
    }

    @Override
    public int columns() {
        return version < HYPOTHESES_VERSION ? LoginColumns.COUNT_OF_OLD : LoginColumns.count(kinds.length);
    }

    /** @throws IllegalArgumentException if a value is not finite, or an array too short */
    @Override
    public void score(float[] rows, int count, double[] scores) {
        if (count < 0 || rows.length < (long) count * columns() || scores.length < count) {
            throw new IllegalArgumentException(count + " rows of " + columns() + " columns and as many scores need"
                    + " larger arrays than " + rows.length + " and " + scores.length);
        }
        Prediction prediction = new Prediction();
        for (int row = 0; row < count; row++) {
            scores[row] = score(rows, row * columns(), prediction);
        }
    }

    private double score(float[] rows, int start, Prediction prediction) {
        for (int column = start; column < start + columns(); column++) {
            if (!Float.isFinite(rows[column])) {
                throw new IllegalArgumentException("autoencoder: row " + start / columns() + " has the value "
                        + rows[column] + " in column " + (column - start) + "; features must be finite");
            }
        }
        prediction.weigh(rows, start);
        if (version >= HYPOTHESES_VERSION) {
            return Hypotheses.of(prediction.fields(), prediction.devices(), rows, start)
                    .mixed();
        }
        return prediction.fields()
                + campaign(LoginColumns.CAMPAIGN_WEEK, rows, start)
                + campaign(LoginColumns.CAMPAIGN_DAY, rows, start);
    }

    private static double campaign(int column, float[] rows, int start) {
        return Hypotheses.CAMPAIGN * rows[start + column];
    }

    private void addInput(int input, float value, float[] sums) {
        int from = input * sums.length;
        float[] first = weights[0];
        for (int j = 0; j < sums.length; j++) {
            sums[j] = Math.fma(value, first[from + j], sums[j]);
        }
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
        Prediction prediction = new Prediction();
        prediction.weigh(row, 0);
        contributions(prediction, row, 0, contributions);
    }

    @Override
    public void explain(float[] rows, int count, double[] scores, double[] contributions) {
        Prediction prediction = working.get();
        for (int row = 0; row < count; row++) {
            int start = row * columns();
            scores[row] = score(rows, start, prediction);
            contributions(prediction, rows, start, contributions);
        }
    }

    @Override
    public boolean gainsFromBatches() {
        return false;
    }

    /** Of a login that was weighed; into the same places as its columns have. */
    private void contributions(Prediction prediction, float[] rows, int start, double[] contributions) {
        double likely = 1 / (1 + StrictMath.exp(prediction.anywhere() - prediction.anybody()));
        Arrays.fill(contributions, start, start + columns(), 0);
        for (int h = 0; h < kinds.length; h++) {
            double anybody = prediction.evidence[h] + prediction.population[h];
            double nats = anybody;
            if (kinds[h].network && prediction.has[h]) {
                double flat = kinds[h] == Head.ASN
                        ? prediction.flatNetworks()
                        : prediction.flatCountries() - prediction.countryOfAnywhere();
                nats = likely * anybody + (1 - likely) * (prediction.evidence[h] - flat);
            }
            contributions[start + LoginColumns.surpriseColumn(kinds[h])] = Math.max(0, nats);
        }
        contributions[start + LoginColumns.CAMPAIGN_WEEK] = campaign(LoginColumns.CAMPAIGN_WEEK, rows, start);
        contributions[start + LoginColumns.CAMPAIGN_DAY] = campaign(LoginColumns.CAMPAIGN_DAY, rows, start);
        if (version >= HYPOTHESES_VERSION) {
            weighByHypothesis(prediction, rows, contributions, start);
        }
    }

    /** Each part counts as far as the hypotheses that it belongs to explain the login. */
    private void weighByHypothesis(Prediction prediction, float[] rows, double[] contributions, int start) {
        Hypotheses hypotheses = Hypotheses.of(prediction.fields(), prediction.devices(), rows, start);
        double all = hypotheses.mixed();
        double alone = StrictMath.exp(hypotheses.alone() - all);
        double pressure = StrictMath.exp(hypotheses.pressure() - all);
        double travel = StrictMath.exp(hypotheses.travel() - all);
        for (Head head : kinds) {
            if (head.network) {
                contributions[start + LoginColumns.surpriseColumn(head)] *= alone + pressure;
            }
        }
        for (int column : new int[] {LoginColumns.CAMPAIGN_WEEK, LoginColumns.CAMPAIGN_DAY}) {
            contributions[start + column] = alone * Hypotheses.campaign(rows[start + column]);
        }
        contributions[start + LoginColumns.TRAVEL] = travel * rows[start + LoginColumns.TRAVEL];
        double sum = Hypotheses.pressures(rows, start);
        for (int column : LoginColumns.PRESSURES) {
            contributions[start + column] =
                    pressure * StrictMath.exp(rows[start + column] - sum) * rows[start + column];
        }
    }

    @Override
    public double resolution() {
        return NATS;
    }

    @Override
    public Optional<OnnxScore> addTo(OnnxGraph graph, String features) {
        return Optional.of(new LikelihoodGraph(
                        graph,
                        features,
                        heads,
                        countries,
                        layers,
                        networkShares,
                        countedShare,
                        populationShare,
                        version > OLDEST_VERSION,
                        version >= HYPOTHESES_VERSION)
                .add());
    }

    /** The heads, in their order; not to be changed. */
    Head[] kinds() {
        return kinds;
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
        int[] values = new int[kinds.length];
        for (HeadCells head : heads) {
            arrays.put("keys-" + head.head(), head.keys());
            arrays.put("shares-" + head.head(), head.shares());
            values[head.head().ordinal()] = head.values();
        }
        arrays.put("values", values);
        arrays.put("pairs", countries.keys());
        arrays.put("pair-counts", countries.counts());
        arrays.put("network-shares", networkShares);
        Map<String, Object> settings = new HashMap<>(Map.of(
                "reconstruction",
                RECONSTRUCTION,
                "activations",
                String.join(",", activations),
                "counted-share",
                countedShare,
                "population-share",
                populationShare));
        if (version >= EXTRAS_VERSION) {
            settings.put(
                    EXTRAS,
                    Arrays.stream(kinds)
                            .flatMap(head -> head.extra.stream())
                            .map(field -> field.key()
                                    + ':'
                                    + field.extra().orElseThrow().key())
                            .collect(Collectors.joining(",")));
        }
        return new DetectorState(AutoencoderDetector.KIND, version, settings, arrays);
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
        if (!state.kind().equals(AutoencoderDetector.KIND)
                || !isStateOf(state)
                || state.version() < OLDEST_VERSION
                || state.version() > EXTRAS_VERSION) {
            throw new InputException("autoencoder: the stored detector is " + state.kind() + ", version "
                    + state.version() + "; expected a likelihood autoencoder, version " + OLDEST_VERSION + " to "
                    + EXTRAS_VERSION);
        }
        List<Head> kinds = Head.all(extras(state));
        if (!(state.arrays().get("values") instanceof int[] values)
                || !(state.arrays().get("network-shares") instanceof double[] shares)
                || !(state.settings().get("counted-share") instanceof Double counted)
                || !(state.settings().get("population-share") instanceof Double population)
                || values.length != kinds.size()
                || shares.length != kinds.size()) {
            throw new InputException("autoencoder: the stored detector has not one value and one share a head");
        }
        if (!(counted >= 0 && counted <= 1)) {
            throw new InputException("autoencoder: the stored counted-share is " + counted + ", not in [0, 1]");
        }
        if (!(population > 0 && population < 1)) {
            throw new InputException("autoencoder: the stored population-share is " + population + ", not in (0, 1)");
        }
        List<HeadCells> heads = new ArrayList<>();
        int offset = 0;
        for (Head head : kinds) {
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
        return new LikelihoodDetector(heads, countries(state), network, shares, counted, population, state.version());
    }

    private static List<LoginField> extras(DetectorState state) {
        if (state.version() < EXTRAS_VERSION) {
            return List.of();
        }
        if (!(state.settings().get(EXTRAS) instanceof String text)) {
            throw new InputException("autoencoder: the stored detector does not say which extra fields it takes");
        }
        List<LoginField> fields = new ArrayList<>();
        for (String each : text.split(",")) {
            String[] parts = each.split(":", 2);
            LoginField.Extra type = Arrays.stream(LoginField.Extra.values())
                    .filter(one -> parts.length == 2 && one.key().equals(parts[1]))
                    .findFirst()
                    .orElseThrow(() -> new InputException("autoencoder: the stored " + EXTRAS + " hold \""
                            + PlainText.of(each, 80) + "\", expected NAME:category or NAME:boolean"));
            fields.add(LoginField.extra(parts[0], type));
        }
        return fields;
    }

    private static CountryOfNetwork countries(DetectorState state) {
        if (!(state.arrays().get("pairs") instanceof long[] pairs)
                || !(state.arrays().get("pair-counts") instanceof int[] counts)
                || pairs.length != counts.length
                || !Arrays.stream(counts).allMatch(count -> count > 0)) {
            throw new InputException("autoencoder: the stored countries of networks are missing or do not fit");
        }
        return CountryOfNetwork.of(pairs, counts);
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
