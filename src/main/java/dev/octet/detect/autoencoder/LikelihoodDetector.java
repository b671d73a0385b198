package dev.octet.detect.autoencoder;

import dev.octet.detect.DetectorState;
import dev.octet.detect.MixtureDetector;
import dev.octet.event.InputException;
import dev.octet.event.LoginField;
import dev.octet.event.text.PlainText;
import dev.octet.feature.history.NaturalLog;
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
 * counted    p_c(x|u) = (n(x) + b pi(x)) / (n + b)
 * network    p_a(x|u) = (n(x) + alpha pi(x) m) / (n + alpha)
 *            m = (1 - w) base + w softmax(cell of x) / share of the cell
 *   alpha and softmax: the heads of the network, given the user's context and the fields before
 *   base: 1; for the country, p(country | network) / pi(country) as counted over all users
 *   b, v: {@link FieldWeights}, learnt without labels by {@link Contrast}; v is one of each hypothesis
 * field      s(x) = -c ln p_c - (1 - c) ln p_a
 * population l(x) = c ln pi(x) + (1 - c) ln(pi(x) m)
 * fields     = ln[(1 - q) e^A + q e^P]
 * score      = ln of the {@link Hypotheses} mixed: campaign, pressure, travel
 *   P = odds + sum over all fields v (s + l):  an attacker who looks like the population
 *   A = odds + sum over devices v (s + l) + v [sum over networks s - ln(networks) - c ln(countries)
 *       + (1 - c) ln(pi(country) m of the country)]:                  one from a network drawn uniformly
 * </pre>
 *
 * <p>A history of more than ten logins counts as ten: n and n(x) are scaled down to that.
 *
 * <p>A field of which the login has no value is in neither sum: it says nothing.
 *
 * <p>An attacker from a network drawn uniformly does not choose the country of the network that he comes through: in the part that is not
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
public final class LikelihoodDetector implements MixtureDetector {
    static final String RECONSTRUCTION = "likelihood";
    private static final int STATE_VERSION = 9;
    /** From here on a detector says which fields beyond the table it has heads of. */
    private static final int EXTRAS_VERSION = 5;

    /** Of earlier states with priors that verdicts moved; they name the version of all else. */
    private static final int OFFSETS_VERSION = 7;
    /** From here on a detector has weights of its fields; before they were all one. */
    private static final int WEIGHTS_VERSION = 8;
    /** From here on a detector knows how frequent travellers are, and fewer attackers with failed logins look like their victim. */
    private static final int TRAVELLERS_VERSION = 9;

    private static final String EXTRAS = "extra-fields";
    private static final String OFFSETS = "offsets";
    private static final String VERSION_OF_REST = "without-offsets";
    private static final String BACK_OFFS = "back-offs";
    private static final String ANYWHERE = "anywhere";
    private static final String POPULATION = "population";
    private static final String ODDS = "odds";
    /** The oldest that is read; there a missing value was one of the values. */
    private static final int OLDEST_VERSION = 2;
    /** From here on campaigns are mixed with failures and travel; before they were added. */
    private static final int HYPOTHESES_VERSION = 4;
    /** From here on travel has a greater prior. */
    private static final int PRIORS_VERSION = 6;

    private static final Kernel KERNEL = Kernel.best();
    /** Logins that go through the network together; what they need stays in the first caches. */
    static final int TILE = 16;

    private static final int COUNTRY = Head.COUNTRY.ordinal();

    /** Odds that differ by a hundredth. */
    private static final double NATS = 0.01;

    private final List<HeadCells> heads;
    private final Head[] kinds;
    private final CountryOfNetwork countries;
    private final List<ForwardPass.FoldedLayer> layers;
    private final Output[] outputs;
    private final double[] networkShares;
    private final double countedShare;
    private final double populationShare;
    private final FieldWeights weights;
    /** Of each thread that explains logins one by one. */
    private final ThreadLocal<Prediction> working = ThreadLocal.withInitial(() -> new Prediction(1));

    private final double logAnywhere;
    private final double logPopulation;
    private final double logNetworks;
    private final double logCountries;
    private final int version;
    /** One of each of {@link Hypotheses.Priors#COMPONENTS}. */
    private final double[] offsets;
    /** Before any verdict; empty where attackers of other kinds are not mixed in. */
    private final Optional<Hypotheses.Priors> unmoved;

    private final Optional<Hypotheses.Priors> priors;

    /**
     * @param heads one for each of {@link Head#all}, in their order
     * @param networkShares w of each head, in [0, 1)
     * @param countedShare c, in [0, 1]
     * @param populationShare q, in (0, 1)
     * @param weights of fields
     */
    LikelihoodDetector(
            List<HeadCells> heads,
            CountryOfNetwork countries,
            ForwardPass network,
            double[] networkShares,
            double countedShare,
            double populationShare,
            FieldWeights weights) {
        this(
                heads,
                countries,
                network.layers(),
                networkShares,
                countedShare,
                populationShare,
                weights,
                STATE_VERSION,
                new double[0]);
    }

    private LikelihoodDetector(
            List<HeadCells> heads,
            CountryOfNetwork countries,
            List<ForwardPass.FoldedLayer> layers,
            double[] networkShares,
            double countedShare,
            double populationShare,
            FieldWeights weights,
            int version,
            double[] offsets) {
        this.version = version;
        this.weights = weights;
        this.offsets = Arrays.copyOf(offsets, components(version).size());
        this.unmoved = priors(version).map(shipped -> shipped.withTravel(weights.travelOdds()));
        this.priors = unmoved.map(before -> before.plus(this.offsets));
        this.heads = List.copyOf(heads);
        this.kinds = heads.stream().map(HeadCells::head).toArray(Head[]::new);
        this.countries = countries;
        this.layers = layers;
        this.networkShares = networkShares.clone();
        this.countedShare = countedShare;
        this.populationShare = populationShare;
        this.outputs = new Output[kinds.length];
        for (int h = 0; h < kinds.length; h++) {
            HeadCells head = heads.get(h);
            outputs[h] = networkShares[h] == 0
                    ? Output.of(layers.get(layers.size() - 1), head.newFlag(), 1)
                    : Output.of(layers.get(layers.size() - 1), head.offset(), head.width());
        }
        this.logAnywhere = NaturalLog.of(1 - populationShare);
        this.logPopulation = NaturalLog.of(populationShare);
        this.logNetworks = NaturalLog.of(heads.get(Head.ASN.ordinal()).values());
        this.logCountries =
                countedShare * NaturalLog.of(heads.get(Head.COUNTRY.ordinal()).values());
    }

    private static Optional<Hypotheses.Priors> priors(int version) {
        if (version < HYPOTHESES_VERSION) {
            return Optional.empty();
        }
        if (version < PRIORS_VERSION) {
            return Optional.of(Hypotheses.Priors.EARLIER);
        }
        return Optional.of(
                version < TRAVELLERS_VERSION ? Hypotheses.Priors.WITH_MORE_IMITATORS : Hypotheses.Priors.SHIPPED);
    }

    private static List<String> components(int version) {
        return version < HYPOTHESES_VERSION ? List.of() : Hypotheses.Priors.COMPONENTS;
    }

    @Override
    public List<String> components() {
        return components(version);
    }

    @Override
    public void components(float[] row, double[] nats) {
        checkFinite(row, 1);
        Prediction prediction = working.get();
        prediction.predict(row, 0, 1);
        prediction.weigh();
        Hypotheses.of(unmoved.orElseThrow(), prediction.fields(), prediction.devices(), row, 0)
                .components(row, 0, nats);
    }

    @Override
    public double[] offsets() {
        return offsets.clone();
    }

    @Override
    public LikelihoodDetector withOffsets(double[] offsets) {
        if (offsets.length != this.offsets.length || !Arrays.stream(offsets).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("offsets " + Arrays.toString(offsets) + " are not " + this.offsets.length
                    + " finite values, one of each of " + components());
        }
        return new LikelihoodDetector(
                heads, countries, layers, networkShares, countedShare, populationShare, weights, version, offsets);
    }

    /** Of a login that was weighed by a detector that mixes. */
    private Hypotheses hypotheses(Prediction weighed, float[] rows, int start) {
        return Hypotheses.of(priors.orElseThrow(), weighed.fields(), weighed.devices(), rows, start);
    }

    /**
     * A head's columns of the last layer as the kernel takes them.
     *
     * @param weights row-major [inputs][width]
     * @param bias [width]
     * @param width padded
     * @param alpha the column of the back-off's weight; the cells' lie before it, where the network is asked for them
     */
    private record Output(float[] weights, float[] bias, int width, int alpha) {
        static Output of(ForwardPass.FoldedLayer last, int from, int count) {
            int width = Kernel.padded(count);
            int stride = Kernel.padded(last.outputs());
            float[] weights = new float[last.inputs() * width];
            for (int i = 0; i < last.inputs(); i++) {
                System.arraycopy(last.weights(), i * stride + from, weights, i * width, count);
            }
            float[] bias = new float[width];
            System.arraycopy(last.bias(), from, bias, 0, count);
            return new Output(weights, bias, width, count - 1);
        }
    }

    /**
     * What is known of the fields of some logins, which go through the network together; of each, the same whatever the others
     * are. Working memory, for one thread.
     */
    final class Prediction {
        private final float[] base = new float[Kernel.padded(layers.get(0).outputs())];
        /** Of each layer but the last, a row for each head of each login. */
        private final float[][] hidden = new float[layers.size() - 1][];

        private final float[] logits;
        private final float[] exponentials;
        private final int[] cell;
        // The fields of all logins, those of one after those of the other.
        private final double[] earlier;
        private final double[] seen;
        private final double[] share;
        private final double[] counted;
        private final double[] network;
        private final double[] alpha;
        private final double[] evidence = new double[kinds.length];
        private final double[] population = new double[kinds.length];
        /** Which fields a login has a value of. */
        private final boolean[] has;
        /** The login that is asked about, and its first field. */
        private int login;

        private int at;

        private Prediction(int logins) {
            int fields = logins * kinds.length;
            for (int i = 0; i < hidden.length; i++) {
                hidden[i] = new float[fields * Kernel.padded(layers.get(i).outputs())];
            }
            int widest = Arrays.stream(outputs).mapToInt(Output::width).max().orElseThrow();
            logits = new float[logins * widest];
            exponentials = new float[widest];
            cell = new int[fields];
            earlier = new double[logins];
            seen = new double[fields];
            share = new double[fields];
            counted = new double[fields];
            network = new double[fields];
            alpha = new double[fields];
            has = new boolean[fields];
        }

        /** The part of p_a / share that is backed off, for some share of the network. */
        double lift(int h, double networkShare) {
            return alpha[at + h] * expected(h, networkShare) / (earlier[login] + alpha[at + h]);
        }

        /** The part of p_a / share that is the user's own. */
        double ownLift(int h) {
            return seen[at + h] / share[at + h] / (earlier[login] + alpha[at + h]);
        }

        /** The weight of each head's back-off. */
        double[] alphas() {
            return Arrays.copyOfRange(alpha, at, at + kinds.length);
        }

        /** m. */
        private double expected(int h, double networkShare) {
            return (1 - networkShare) * counted[at + h] + networkShare * network[at + h];
        }

        /** Takes logins, of which the first is asked about. */
        void predict(float[] rows, int start, int logins) {
            for (int i = 0; i < logins; i++) {
                select(i);
                take(rows, start + i * columns());
            }
            int fields = logins * kinds.length;
            float[] values = hidden[0];
            int width = base.length;
            KERNEL.activate(layers.get(0).activation(), values, 0, fields * width);
            for (int layer = 1; layer < hidden.length; layer++) {
                ForwardPass.FoldedLayer dense = layers.get(layer);
                int wide = Kernel.padded(dense.outputs());
                KERNEL.multiply(
                        fields,
                        wide,
                        dense.inputs(),
                        values,
                        0,
                        width,
                        1,
                        dense.weights(),
                        0,
                        wide,
                        dense.bias(),
                        hidden[layer],
                        0,
                        wide);
                values = hidden[layer];
                width = wide;
                KERNEL.activate(dense.activation(), values, 0, fields * width);
            }
            for (int h = 0; h < kinds.length; h++) {
                ask(h, values, width, logins);
            }
            select(0);
        }

        /** Asks about one of the logins that were taken. */
        void select(int login) {
            this.login = login;
            at = login * kinds.length;
        }

        /** Reads a login's fields, and sends what is known before each into the first layer's sums. */
        private void take(float[] rows, int start) {
            System.arraycopy(layers.get(0).bias(), 0, base, 0, base.length);
            int contextStart = layers.get(0).inputs() - LoginColumns.CONTEXT_COLUMNS;
            for (int i = 0; i < LoginColumns.CONTEXT_COLUMNS; i++) {
                addInput(contextStart + i, LoginColumns.context(i, rows, start), base);
            }
            double logins = LoginColumns.earlier(rows, start);
            double weight = LoginColumns.weight(logins);
            earlier[login] = weight * logins;
            for (int h = 0; h < kinds.length; h++) {
                System.arraycopy(base, 0, hidden[0], (at + h) * base.length, base.length);
                HeadCells head = heads.get(h);
                float rarity = LoginColumns.rarity(kinds[h], rows, start);
                int value = head.cell(LoginColumns.key(kinds[h], rows, start), rarity);
                double of = StrictMath.exp(-rarity);
                cell[at + h] = value;
                share[at + h] = of;
                seen[at + h] = weight * LoginColumns.seen(logins, LoginColumns.surprise(kinds[h], rows, start), of);
                counted[at + h] = countries.lift(kinds[h], rows, start, of);
                has[at + h] = version == OLDEST_VERSION || LoginColumns.has(kinds[h], rows, start);
                if (!has[at + h]) {
                    continue;
                }
                addInput(head.offset() + value, 1, base);
                if (earlier[login] > 0 && seen[at + h] < 0.5 * weight) {
                    addInput(head.newFlag(), 1, base);
                }
            }
        }

        /** What one head says of each login. */
        private void ask(int h, float[] values, int width, int logins) {
            Output output = outputs[h];
            int wide = output.width();
            KERNEL.multiply(
                    logins,
                    wide,
                    layers.get(layers.size() - 1).inputs(),
                    values,
                    h * width,
                    kinds.length * width,
                    1,
                    output.weights(),
                    0,
                    wide,
                    output.bias(),
                    logits,
                    0,
                    wide);
            HeadCells head = heads.get(h);
            for (int i = 0; i < logins; i++) {
                int of = i * kinds.length + h;
                alpha[of] = MixtureLoss.alpha(logits[i * wide + output.alpha()]);
                if (networkShares[h] == 0) {
                    network[of] = 1;
                } else {
                    float total = MixtureLoss.softmax(logits, i * wide, head.cells(), exponentials, 0);
                    network[of] = exponentials[cell[of]] / total / head.shares()[cell[of]];
                }
            }
        }

        /** Weighs the fields of the login that is asked about. */
        private void weigh() {
            for (int h = 0; h < kinds.length; h++) {
                if (!has[at + h]) {
                    evidence[h] = 0;
                    population[h] = 0;
                    continue;
                }
                double of = share[at + h];
                double backOff = weights.backOffs()[h];
                double surprise = NaturalLog.of((earlier[login] + backOff) / (seen[at + h] + backOff * of));
                double expected = expected(h, networkShares[h]);
                double likelihood = (seen[at + h] + alpha[at + h] * of * expected) / (earlier[login] + alpha[at + h]);
                evidence[h] = countedShare * surprise - (1 - countedShare) * NaturalLog.of(likelihood);
                population[h] = NaturalLog.of(of) + (1 - countedShare) * NaturalLog.of(expected);
            }
        }

        /** A, and the logarithm of its prior. */
        private double uniformAttacker() {
            double ofNetworks = weights.anywhere()[Head.ASN.ordinal()];
            double sum = logAnywhere
                    + weights.anywhereOdds()
                    - ofNetworks * (flatNetworks() + flatCountries())
                    + ofNetworks * countryOfAnywhere();
            for (int h = 0; h < kinds.length; h++) {
                sum += weights.anywhere()[h] * (evidence[h] + (kinds[h].network ? 0 : population[h]));
            }
            return sum;
        }

        /** ln p(country | network) of an attacker from a network drawn uniformly, as far as it is not counted. */
        private double countryOfAnywhere() {
            return !has(COUNTRY)
                    ? 0
                    : (1 - countedShare)
                            * NaturalLog.of(share[at + COUNTRY] * expected(COUNTRY, networkShares[COUNTRY]));
        }

        /** ln(e^A + e^P). */
        private double fields() {
            double uniform = uniformAttacker();
            double population = populationAttacker();
            double most = Math.max(uniform, population);
            return most + NaturalLog.of(StrictMath.exp(uniform - most) + StrictMath.exp(population - most));
        }

        /** What the fields say that do not depend on the place. */
        private double devices() {
            double sum = 0;
            for (int h = 0; h < kinds.length; h++) {
                sum += kinds[h].network ? 0 : asPopulation(h);
            }
            return sum;
        }

        private boolean has(int h) {
            return has[at + h];
        }

        private double flatNetworks() {
            return has(Head.ASN.ordinal()) ? logNetworks : 0;
        }

        private double flatCountries() {
            return has(COUNTRY) ? logCountries : 0;
        }

        /** P, and the logarithm of its prior. */
        private double populationAttacker() {
            double sum = logPopulation + weights.populationOdds();
            for (int h = 0; h < kinds.length; h++) {
                sum += asPopulation(h);
            }
            return sum;
        }

        /** Nats of a field for an attacker who looks like the population. */
        private double asPopulation(int h) {
            return weights.population()[h] * (evidence[h] + population[h]);
        }

        /** The same for one from anywhere. */
        private double asAnywhere(int h) {
            double nats = evidence[h] + population[h];
            if (kinds[h].network && has(h)) {
                nats = evidence[h] - (kinds[h] == Head.ASN ? flatNetworks() : flatCountries() - countryOfAnywhere());
            }
            return weights.anywhere()[h] * nats;
        }
    }

    /** Nats of each field of a login: for an attacker from anywhere, and for one who looks like the population. */
    double[][] nats(float[] row) {
        Prediction prediction = working.get();
        prediction.predict(row, 0, 1);
        prediction.weigh();
        double[][] nats = new double[2][kinds.length];
        for (int h = 0; h < kinds.length; h++) {
            nats[0][h] = prediction.asAnywhere(h);
            nats[1][h] = prediction.asPopulation(h);
        }
        return nats;
    }

    /** @param logins that may be predicted together */
    Prediction prediction(int logins) {
        return new Prediction(logins);
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
        checkFinite(rows, count);
        Prediction prediction = new Prediction(Math.min(TILE, Math.max(1, count)));
        for (int first = 0; first < count; first += TILE) {
            int logins = Math.min(TILE, count - first);
            prediction.predict(rows, first * columns(), logins);
            for (int i = 0; i < logins; i++) {
                prediction.select(i);
                scores[first + i] = score(rows, (first + i) * columns(), prediction);
            }
        }
    }

    private void checkFinite(float[] rows, int count) {
        for (int i = 0; i < count * columns(); i++) {
            if (!Float.isFinite(rows[i])) {
                throw new IllegalArgumentException("autoencoder: row " + i / columns() + " has the value " + rows[i]
                        + " in column " + i % columns() + "; features must be finite");
            }
        }
    }

    /** Of the login that the prediction is asked about. */
    private double score(float[] rows, int start, Prediction prediction) {
        prediction.weigh();
        return priors.isPresent() ? hypotheses(prediction, rows, start).mixed() : addedUp(prediction, rows, start);
    }

    /** The score of old: campaigns are added. */
    private static double addedUp(Prediction weighed, float[] rows, int start) {
        return weighed.fields()
                + campaign(LoginColumns.CAMPAIGN_WEEK, rows, start)
                + campaign(LoginColumns.CAMPAIGN_DAY, rows, start);
    }

    private static double campaign(int column, float[] rows, int start) {
        return Hypotheses.CAMPAIGN * rows[start + column];
    }

    private void addInput(int input, float value, float[] sums) {
        int from = input * sums.length;
        float[] first = layers.get(0).weights();
        for (int j = 0; j < sums.length; j++) {
            sums[j] = Math.fma(value, first[from + j], sums[j]);
        }
    }

    /** Nats of each field under the attackers as far as each explains the login, in the column of its surprise. */
    @Override
    public void contributions(float[] row, double[] contributions) {
        Prediction prediction = new Prediction(1);
        prediction.predict(row, 0, 1);
        explain(prediction, row, 0, contributions);
    }

    @Override
    public void explain(float[] rows, int count, double[] scores, double[] contributions) {
        checkFinite(rows, count);
        Prediction prediction = working.get();
        for (int row = 0; row < count; row++) {
            int start = row * columns();
            prediction.predict(rows, start, 1);
            scores[row] = explain(prediction, rows, start, contributions);
        }
    }

    /** Score and contributions of the login that the prediction is asked about. */
    private double explain(Prediction prediction, float[] rows, int start, double[] contributions) {
        prediction.weigh();
        contributions(prediction, rows, start, contributions);
        if (priors.isEmpty()) {
            return addedUp(prediction, rows, start);
        }
        Hypotheses hypotheses = hypotheses(prediction, rows, start);
        double score = hypotheses.mixed();
        weighByHypothesis(hypotheses, score, rows, contributions, start);
        return score;
    }

    @Override
    public boolean gainsFromBatches() {
        return false;
    }

    /** Of a login that was weighed; into the same places as its columns have. */
    private void contributions(Prediction prediction, float[] rows, int start, double[] contributions) {
        double likely = 1 / (1 + StrictMath.exp(prediction.uniformAttacker() - prediction.populationAttacker()));
        Arrays.fill(contributions, start, start + columns(), 0);
        for (int h = 0; h < kinds.length; h++) {
            double asPopulation = prediction.asPopulation(h);
            double nats = asPopulation + (1 - likely) * (prediction.asAnywhere(h) - asPopulation);
            contributions[start + LoginColumns.surpriseColumn(kinds[h])] = Math.max(0, nats);
        }
        contributions[start + LoginColumns.CAMPAIGN_WEEK] = campaign(LoginColumns.CAMPAIGN_WEEK, rows, start);
        contributions[start + LoginColumns.CAMPAIGN_DAY] = campaign(LoginColumns.CAMPAIGN_DAY, rows, start);
    }

    /**
     * Each part counts as far as the hypotheses that it belongs to explain the login.
     *
     * @param all what they say, mixed
     */
    private void weighByHypothesis(Hypotheses hypotheses, double all, float[] rows, double[] contributions, int start) {
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
                        weights,
                        version > OLDEST_VERSION,
                        priors)
                .add());
    }

    /** The heads, in their order; not to be changed. */
    Head[] kinds() {
        return kinds;
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
            arrays.put("weights" + i, layers.get(i).plainWeights());
            arrays.put("bias" + i, layers.get(i).plainBias());
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
        boolean moved = Arrays.stream(offsets).anyMatch(offset -> offset != 0);
        if (moved) {
            arrays.put(OFFSETS, offsets.clone());
        }
        if (version >= WEIGHTS_VERSION) {
            arrays.put(BACK_OFFS, weights.backOffs().clone());
            arrays.put(ANYWHERE, weights.anywhere().clone());
            arrays.put(POPULATION, weights.population().clone());
            double[] odds = {weights.anywhereOdds(), weights.populationOdds(), weights.travelOdds()};
            arrays.put(ODDS, Arrays.copyOf(odds, odds(version)));
        }
        if (!moved || version >= WEIGHTS_VERSION) {
            return new DetectorState(AutoencoderDetector.KIND, version, settings, arrays);
        }
        settings.put(VERSION_OF_REST, (long) version);
        return new DetectorState(AutoencoderDetector.KIND, OFFSETS_VERSION, settings, arrays);
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
                || state.version() > STATE_VERSION) {
            throw new InputException("autoencoder: the stored detector is " + state.kind() + ", version "
                    + state.version() + "; expected a likelihood autoencoder, version " + OLDEST_VERSION + " to "
                    + STATE_VERSION);
        }
        int version = version(state);
        List<Head> kinds = Head.all(extras(state, version));
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
        return new LikelihoodDetector(
                heads,
                countries(state),
                network.layers(),
                shares,
                counted,
                population,
                weights(state, kinds.size()),
                version,
                offsets(state));
    }

    /** The version of all but the offsets. */
    private static int version(DetectorState state) {
        if (state.version() != OFFSETS_VERSION) {
            return state.version();
        }
        if (!(state.settings().get(VERSION_OF_REST) instanceof Long version)
                || version < HYPOTHESES_VERSION
                || version >= OFFSETS_VERSION) {
            throw new InputException("autoencoder: the stored " + VERSION_OF_REST + " is "
                    + PlainText.of(String.valueOf(state.settings().get(VERSION_OF_REST)), 80)
                    + ", expected a version from " + HYPOTHESES_VERSION + " to "
                    + (OFFSETS_VERSION - 1));
        }
        return version.intValue();
    }

    private static double[] offsets(DetectorState state) {
        boolean has = state.version() == OFFSETS_VERSION
                || state.version() >= WEIGHTS_VERSION && state.arrays().containsKey(OFFSETS);
        if (!has) {
            return new double[0];
        }
        if (!(state.arrays().get(OFFSETS) instanceof double[] offsets)
                || offsets.length != Hypotheses.Priors.COMPONENTS.size()
                || !Arrays.stream(offsets).allMatch(Double::isFinite)) {
            throw new InputException("autoencoder: the stored " + OFFSETS + " are missing, not finite, or not "
                    + Hypotheses.Priors.COMPONENTS.size());
        }
        return offsets;
    }

    /** How many odds a state has. */
    private static int odds(int version) {
        return version < TRAVELLERS_VERSION ? 2 : 3;
    }

    private static FieldWeights weights(DetectorState state, int heads) {
        if (state.version() < WEIGHTS_VERSION) {
            return FieldWeights.even(heads);
        }
        if (state.arrays().get(BACK_OFFS) instanceof double[] backOffs
                && state.arrays().get(ANYWHERE) instanceof double[] anywhere
                && state.arrays().get(POPULATION) instanceof double[] population
                && state.arrays().get(ODDS) instanceof double[] odds
                && odds.length == odds(state.version())) {
            double travel = state.version() < TRAVELLERS_VERSION ? 0 : odds[2];
            FieldWeights weights = new FieldWeights(backOffs, anywhere, population, odds[0], odds[1], travel);
            if (weights.fits(heads)) {
                return weights;
            }
        }
        throw new InputException("autoencoder: the stored weights of fields are missing, not finite, below 0, or not"
                + " one of each of " + heads + " heads");
    }

    private static List<LoginField> extras(DetectorState state, int version) {
        if (version < EXTRAS_VERSION) {
            return List.of();
        }
        if (!(state.settings().get(EXTRAS) instanceof String text)) {
            throw new InputException("autoencoder: the stored detector does not say which extra fields it takes");
        }
        List<LoginField> fields = new ArrayList<>();
        for (String each : text.isEmpty() ? new String[0] : text.split(",")) {
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
