package dev.octet.detect.autoencoder;

import dev.octet.detect.autoencoder.ForwardPass.FoldedLayer;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import dev.octet.onnx.OnnxScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * A {@link LikelihoodDetector} as ONNX: the same formulas over a batch, the network in float and what was counted in double,
 * where a float would round a count to its neighbour. The heads' numbers stand side by side, [N, heads], once each head was
 * asked. Used once.
 */
final class LikelihoodGraph {
    private final OnnxGraph graph;
    private final String features;
    private final List<HeadCells> heads;
    private final Head[] kinds;
    private final CountryOfNetwork countries;
    private final List<FoldedLayer> layers;
    private final double[] networkShares;
    private final double countedShare;
    private final double populationShare;
    private final FieldWeights weights;
    /** Whether a login may lack a field; where it may not, the graph is that of bundles which took that for a value. */
    private final boolean mayLack;
    /** Whether campaigns are mixed with failures and travel, or added. */
    private final boolean mixes;

    private final Hypotheses.Priors priors;

    private String has;

    LikelihoodGraph(
            OnnxGraph graph,
            String features,
            List<HeadCells> heads,
            CountryOfNetwork countries,
            List<FoldedLayer> layers,
            double[] networkShares,
            double countedShare,
            double populationShare,
            FieldWeights weights,
            boolean mayLack,
            Optional<Hypotheses.Priors> priors) {
        this.mixes = priors.isPresent();
        this.priors = priors.orElse(null);
        this.mayLack = mayLack;
        this.graph = graph;
        this.features = features;
        this.heads = heads;
        kinds = heads.stream().map(HeadCells::head).toArray(Head[]::new);
        this.countries = countries;
        this.layers = layers;
        this.networkShares = networkShares;
        this.countedShare = countedShare;
        this.populationShare = populationShare;
        this.weights = weights;
    }

    OnnxScore add() {
        String rarity = columns(ofHeads(LoginColumns::rarityColumn));
        String surprise = graph.cast(columns(ofHeads(LoginColumns::surpriseColumn)), Type.DOUBLE);
        String share = graph.add("Exp", graph.add("Neg", graph.cast(rarity, Type.DOUBLE)));
        String earlier = graph.add(
                "Round",
                graph.add(
                        "Sub",
                        graph.add("Exp", graph.cast(columns(LoginColumns.EARLIER), Type.DOUBLE)),
                        graph.scalar(1.0)));
        String seen = seen(earlier, surprise, share);
        String isNew = graph.cast(
                graph.add(
                        "And",
                        graph.add("Greater", earlier, graph.scalar(0.0)),
                        mayLack
                                ? graph.add("Less", seen, graph.scalar(0.5))
                                : graph.add("Equal", seen, graph.scalar(0.0))),
                Type.INT64);

        if (mayLack) {
            has = graph.add(
                    "Or",
                    graph.add("Not", graph.add("Equal", rarity, graph.scalar(0f))),
                    graph.add("Not", graph.add("Equal", surprise, graph.scalar(0.0))));
        }
        List<String> keys = new ArrayList<>();
        List<String> network = new ArrayList<>();
        List<String> alpha = new ArrayList<>();
        String sums = context();
        for (int h = 0; h < kinds.length; h++) {
            HeadCells head = heads.get(h);
            keys.add(key(kinds[h]));
            String cell = cell(head, keys.get(h), column(rarity, h));
            ask(head, networkShares[h] > 0, sums, cell, network, alpha);
            if (h < kinds.length - 1) {
                sums = graph.add("Add", sums, told(h, cell, column(isNew, h)));
            }
        }
        String weight = graph.add(
                "Div",
                graph.scalar(LoginColumns.MAX_EARLIER),
                graph.add("Max", earlier, graph.scalar(LoginColumns.MAX_EARLIER)));
        return score(
                share,
                graph.add("Mul", earlier, weight),
                graph.add("Mul", seen, weight),
                expected(countryLift(keys, share), graph.cast(graph.beside(network), Type.DOUBLE)),
                graph.cast(graph.beside(alpha), Type.DOUBLE));
    }

    private int[] ofHeads(ToIntFunction<Head> column) {
        return Arrays.stream(kinds).mapToInt(column).toArray();
    }

    private String columns(int... which) {
        return gather(features, which);
    }

    private String gather(String matrix, int... which) {
        long[] places = Arrays.stream(which).asLongStream().toArray();
        return graph.node("Gather").with("axis", 1).of(matrix, graph.longs(places, places.length));
    }

    /** One column, [N]. */
    private String column(String matrix, int which) {
        return graph.node("Gather").with("axis", 1).of(matrix, graph.scalar((long) which));
    }

    /** How often the user had each value, as {@link LoginColumns#seen}. */
    private String seen(String earlier, String surprise, String share) {
        String p = graph.add("Exp", graph.add("Neg", surprise));
        String counted = graph.add("Sub", graph.add("Mul", p, graph.add("Add", earlier, graph.scalar(1.0))), share);
        String whole = graph.add("Round", counted);
        String seen = whole;
        if (mayLack) {
            String apart = graph.add("Abs", graph.add("Sub", counted, whole));
            String most = graph.add(
                    "Add",
                    graph.add("Mul", whole, graph.scalar(LoginColumns.NEARLY_WHOLE)),
                    graph.add("Mul", share, graph.scalar(LoginColumns.NEARLY_NONE)));
            seen = graph.add("Where", graph.add("LessOrEqual", apart, most), whole, counted);
        }
        return graph.add(
                "Where",
                graph.add("Equal", earlier, graph.scalar(0.0)),
                graph.scalar(0.0),
                graph.add("Max", seen, graph.scalar(0.0)));
    }

    /** The first layer's sums for the user's context alone. */
    private String context() {
        FoldedLayer first = layers.get(0);
        float[] weights = first.plainWeights();
        int from = (first.inputs() - LoginColumns.CONTEXT_COLUMNS) * first.outputs();
        float[] scales = LoginColumns.contextScales();
        return graph.add(
                "Gemm",
                graph.add("Mul", columns(LoginColumns.contextColumns()), graph.floats(scales, scales.length)),
                graph.floats(
                        Arrays.copyOfRange(weights, from, weights.length),
                        LoginColumns.CONTEXT_COLUMNS,
                        first.outputs()),
                graph.floats(first.plainBias(), first.outputs()));
    }

    /** What stands for the value of a head's field, [N]; as {@link LoginColumns#key}. */
    private String key(Head head) {
        String key = null;
        for (int column : LoginColumns.codeColumns(head)) {
            String one = graph.add("Add", graph.cast(column(features, column), Type.INT64), graph.scalar(1L));
            key = key == null
                    ? one
                    : graph.add("Add", graph.add("Mul", key, graph.scalar(1L << LoginColumns.CODE_BITS)), one);
        }
        return key;
    }

    /** As {@link HeadCells#cell}, [N]. */
    private String cell(HeadCells head, String key, String rarity) {
        Map<Long, Long> places = new HashMap<>();
        for (long own : head.keys()) {
            places.put(own, (long) places.size());
        }
        String byRarity = graph.add(
                "Add",
                graph.add(
                        "Clip",
                        graph.cast(rarity, Type.INT64),
                        graph.scalar(0L),
                        graph.scalar(HeadCells.RARITY_CELLS - 1L)),
                graph.scalar((long) head.keys().length));
        if (places.isEmpty()) {
            return byRarity;
        }
        String place = graph.lookUpNumbers(key, places, -1);
        return graph.add("Where", graph.add("Less", place, graph.scalar(0L)), byRarity, place);
    }

    /** Asks one head: how much likelier than by its share the cell is, and the weight of the back-off; [N, 1] each. */
    private void ask(
            HeadCells head, boolean softmax, String sums, String cell, List<String> network, List<String> alpha) {
        String values = layers.get(0).activation().addTo(graph, sums);
        for (FoldedLayer layer : layers.subList(1, layers.size() - 1)) {
            values = layer.addTo(graph, values);
        }
        FoldedLayer last = layers.get(layers.size() - 1);
        int cells = head.cells();
        int from = softmax ? head.offset() : head.newFlag();
        int width = head.newFlag() + 1 - from;
        float[] weights = new float[last.inputs() * width];
        float[] plain = last.plainWeights();
        for (int i = 0; i < last.inputs(); i++) {
            System.arraycopy(plain, i * last.outputs() + from, weights, i * width, width);
        }
        String outputs = graph.add(
                "Gemm",
                values,
                graph.floats(weights, last.inputs(), width),
                graph.floats(Arrays.copyOfRange(last.plainBias(), from, from + width), width));
        String[] parts = softmax
                ? graph.node("Split").with("axis", 1).of(2, outputs, graph.longs(new long[] {cells, 1}, 2))
                : new String[] {null, outputs};
        alpha.add(graph.add(
                "Exp",
                graph.add(
                        "Clip",
                        parts[1],
                        graph.scalar(-MixtureLoss.MAX_LOG_ALPHA),
                        graph.scalar(MixtureLoss.MAX_LOG_ALPHA))));
        if (!softmax) {
            network.add(graph.add("Add", graph.add("Mul", parts[1], graph.scalar(0f)), graph.scalar(1f)));
            return;
        }
        String place = graph.column(cell);
        String p = graph.node("GatherElements")
                .with("axis", 1)
                .of(graph.node("Softmax").with("axis", 1).of(parts[0]), place);
        network.add(graph.add("Div", p, graph.add("Gather", graph.floats(head.shares(), cells), place)));
    }

    /** What the later heads are told of a field: its cell, and whether the user is new to it. */
    private String told(int h, String cell, String isNew) {
        HeadCells head = heads.get(h);
        FoldedLayer first = layers.get(0);
        float[] weights = first.plainWeights();
        int width = first.outputs();
        int cells = head.cells();
        // The last row is for a login that lacks the field.
        int count = 2 * cells + (mayLack ? 1 : 0);
        float[] rows = new float[count * width];
        for (int c = 0; c < cells; c++) {
            for (int j = 0; j < width; j++) {
                float known = weights[(head.offset() + c) * width + j];
                rows[c * width + j] = known;
                rows[(cells + c) * width + j] = known + weights[head.newFlag() * width + j];
            }
        }
        String row = graph.add("Add", cell, graph.add("Mul", isNew, graph.scalar((long) cells)));
        if (mayLack) {
            row = graph.add("Where", column(has, h), row, graph.scalar(2L * cells));
        }
        return graph.add("Gather", graph.floats(rows, count, width), row);
    }

    /** As {@link CountryOfNetwork#lift} for the country, [N, 1] in double. */
    private String countryLift(List<String> keys, String share) {
        Map<Long, Long> pairs = new HashMap<>();
        Map<Long, Long> networks = new HashMap<>();
        long[] pairKeys = countries.keys();
        int[] counts = countries.counts();
        for (int i = 0; i < pairKeys.length; i++) {
            pairs.put(pairKeys[i], (long) counts[i]);
            networks.merge(pairKeys[i] >>> CountryOfNetwork.KEY_BITS, (long) counts[i], Long::sum);
        }
        String network = keys.get(Head.ASN.ordinal());
        String pair = graph.add(
                "Add",
                graph.add("Mul", network, graph.scalar(1L << CountryOfNetwork.KEY_BITS)),
                keys.get(Head.COUNTRY.ordinal()));
        String both = graph.cast(graph.column(count(pair, pairs)), Type.DOUBLE);
        String all = graph.cast(graph.column(count(network, networks)), Type.DOUBLE);
        return graph.add(
                "Div",
                graph.add("Add", graph.add("Div", both, gather(share, Head.COUNTRY.ordinal())), graph.scalar(1.0)),
                graph.add("Add", all, graph.scalar(1.0)));
    }

    private String count(String key, Map<Long, Long> counts) {
        return counts.isEmpty() ? graph.add("Sub", key, key) : graph.lookUpNumbers(key, counts, 0);
    }

    /** m of each head. */
    private String expected(String countryLift, String network) {
        String counted = graph.add("Where", mask(Head.COUNTRY::equals), countryLift, graph.scalar(1.0));
        double[] rest = Arrays.stream(networkShares).map(w -> 1 - w).toArray();
        return graph.add(
                "Add",
                graph.add("Mul", counted, graph.doubles(rest, rest.length)),
                graph.add("Mul", network, graph.doubles(networkShares, networkShares.length)));
    }

    private String mask(Predicate<Head> which) {
        long[] chosen =
                Arrays.stream(kinds).mapToLong(head -> which.test(head) ? 1 : 0).toArray();
        return graph.cast(graph.longs(chosen, 1, chosen.length), Type.BOOL);
    }

    private OnnxScore score(String share, String earlier, String seen, String expected, String alpha) {
        double own = 1 - countedShare;
        String counted = graph.doubles(weights.backOffs(), kinds.length);
        String surprise = graph.add(
                "Log",
                graph.add(
                        "Div",
                        graph.add("Add", earlier, counted),
                        graph.add("Add", seen, graph.add("Mul", share, counted))));
        String backOff = graph.add("Mul", graph.add("Mul", alpha, share), expected);
        String likelihood = graph.add("Div", graph.add("Add", seen, backOff), graph.add("Add", earlier, alpha));
        String evidence = graph.add(
                "Sub",
                graph.add("Mul", surprise, graph.scalar(countedShare)),
                graph.add("Mul", graph.add("Log", likelihood), graph.scalar(own)));
        String population = graph.add(
                "Add", graph.add("Log", share), graph.add("Mul", graph.add("Log", expected), graph.scalar(own)));
        if (mayLack) {
            evidence = graph.add("Where", has, evidence, graph.scalar(0.0));
            population = graph.add("Where", has, population, graph.scalar(0.0));
        }
        String both = graph.add("Add", evidence, population);

        double logNetworks = StrictMath.log(heads.get(Head.ASN.ordinal()).values());
        double logCountries =
                countedShare * StrictMath.log(heads.get(Head.COUNTRY.ordinal()).values());
        String ofNetworks = mask(head -> head.network);
        String countryOfAnywhere = graph.add(
                "Where",
                mask(Head.COUNTRY::equals),
                graph.add("Mul", graph.add("Log", graph.add("Mul", share, expected)), graph.scalar(own)),
                graph.scalar(0.0));
        if (mayLack) {
            countryOfAnywhere = graph.add("Where", has, countryOfAnywhere, graph.scalar(0.0));
        }
        String unchosen = graph.add("Add", evidence, countryOfAnywhere);
        double[] flat = new double[kinds.length];
        flat[Head.ASN.ordinal()] = logNetworks;
        flat[Head.COUNTRY.ordinal()] = logCountries;
        String flats = graph.doubles(flat, flat.length);
        if (mayLack) {
            flats = graph.add("Where", has, flats, graph.scalar(0.0));
        }
        String asAnywhere = graph.add(
                "Mul",
                graph.add("Where", ofNetworks, graph.add("Sub", unchosen, flats), both),
                graph.doubles(weights.anywhere(), kinds.length));
        String asPopulation = graph.add("Mul", both, graph.doubles(weights.population(), kinds.length));
        String uniformAttacker = graph.add(
                "Add",
                graph.rowSums(asAnywhere),
                graph.scalar(StrictMath.log(1 - populationShare) + weights.anywhereOdds()));
        String populationAttacker = graph.add(
                "Add",
                graph.rowSums(asPopulation),
                graph.scalar(StrictMath.log(populationShare) + weights.populationOdds()));
        String most = graph.add("Max", uniformAttacker, populationAttacker);
        String windows = graph.cast(columns(LoginColumns.CAMPAIGN_WEEK, LoginColumns.CAMPAIGN_DAY), Type.DOUBLE);
        if (mixes) {
            windows = graph.add("Min", windows, graph.scalar(Hypotheses.CAMPAIGN_CAP));
        }
        String campaign = graph.add("Mul", windows, graph.scalar(Hypotheses.CAMPAIGN));
        String mixed = graph.add(
                "Add",
                most,
                graph.add(
                        "Log",
                        graph.add(
                                "Add",
                                graph.add("Exp", graph.add("Sub", uniformAttacker, most)),
                                graph.add("Exp", graph.add("Sub", populationAttacker, most)))));
        String added = graph.add("Add", mixed, graph.rowSums(campaign));
        String devices = null;
        String alone = null;
        String pressure = null;
        String travel = null;
        String pressures = null;
        String ofPressures = null;
        if (mixes) {
            devices = graph.rowSums(graph.add("Where", ofNetworks, graph.scalar(0.0), asPopulation));
            String tooSoon = graph.cast(column(features, LoginColumns.TRAVEL), Type.DOUBLE);
            travel = graph.add(
                    "Add",
                    graph.add("Add", orTheUser(1, devices), moreThanNone(tooSoon)),
                    graph.scalar(priors.travel()));
            pressures = graph.cast(columns(LoginColumns.PRESSURES), Type.DOUBLE);
            ofPressures = logSum(pressures);
            String mean = graph.add("Sub", ofPressures, graph.scalar(StrictMath.log(LoginColumns.PRESSURES.length)));
            pressure = graph.add(
                    "Add",
                    graph.add("Add", orTheUser(priors.imitators(), mixed), moreThanNone(mean)),
                    graph.scalar(priors.pressure()));
            alone = graph.add("Add", moreByCampaign(added, campaign), graph.scalar(priors.alone()));
            added = logSum(graph.beside(List.of(graph.column(alone), graph.column(pressure), graph.column(travel))));
        }
        String score = graph.cast(added, Type.FLOAT);

        String likely = graph.column(graph.add(
                "Reciprocal",
                graph.add(
                        "Add",
                        graph.add("Exp", graph.add("Sub", uniformAttacker, populationAttacker)),
                        graph.scalar(1.0))));
        String nats = graph.add(
                "Max",
                graph.add(
                        "Add",
                        graph.add("Mul", likely, asPopulation),
                        graph.add("Mul", graph.add("Sub", graph.scalar(1.0), likely), asAnywhere)),
                graph.scalar(0.0));
        List<String> parts = new ArrayList<>(List.of(nats, campaign));
        if (mixes) {
            String byAlone = graph.column(graph.add("Exp", graph.add("Sub", alone, added)));
            String byPressure = graph.column(graph.add("Exp", graph.add("Sub", pressure, added)));
            String byTravel = graph.column(graph.add("Exp", graph.add("Sub", travel, added)));
            parts.set(
                    0,
                    graph.add(
                            "Mul",
                            nats,
                            graph.add("Where", ofNetworks, graph.add("Add", byAlone, byPressure), graph.scalar(1.0))));
            parts.set(1, graph.add("Mul", campaign, byAlone));
            parts.add(graph.add(
                    "Mul", byTravel, graph.cast(graph.column(column(features, LoginColumns.TRAVEL)), Type.DOUBLE)));
            String each = graph.add("Exp", graph.add("Sub", pressures, graph.column(ofPressures)));
            parts.add(graph.add("Mul", graph.add("Mul", pressures, each), byPressure));
        }
        return new OnnxScore(score, placed(graph.cast(graph.beside(parts), Type.FLOAT)));
    }

    /** The offset of campaigns that was learned from verdicts, as {@link Hypotheses}; no node where it is 0. */
    private String moreByCampaign(String nats, String windows) {
        if (priors.campaign() == 0) {
            return nats;
        }
        String all = graph.add("Max", graph.rowSums(windows), graph.scalar(0.0));
        String share = graph.add("Sub", graph.scalar(1.0), graph.add("Exp", graph.add("Neg", all)));
        String times = graph.add("Mul", share, graph.scalar(StrictMath.expm1(priors.campaign())));
        return graph.add("Add", nats, graph.add("Log", graph.add("Add", times, graph.scalar(1.0))));
    }

    /** ln(e^nats - 1), minus infinity for 0. */
    private String moreThanNone(String nats) {
        String more = graph.add("Sub", graph.add("Exp", nats), graph.scalar(1.0));
        return graph.add("Log", graph.add("Max", more, graph.scalar(0.0)));
    }

    /** @param imitators how frequent attackers are who look like the user */
    private String orTheUser(double imitators, String nats) {
        return graph.add("Log", graph.add("Add", graph.add("Exp", nats), graph.scalar(imitators)));
    }

    /** The logarithm of the sum of the exponentials of each row, [N]. */
    private String logSum(String values) {
        String most = graph.node("ReduceMax").with("keepdims", 1).of(values, graph.longs(new long[] {1}, 1));
        String sum = graph.rowSums(graph.add("Exp", graph.add("Sub", values, most)));
        return graph.add("Add", graph.add("Log", sum), graph.add("Squeeze", most, graph.longs(new long[] {1}, 1)));
    }

    /** The parts of the score in the columns that stand for them. */
    private String placed(String parts) {
        IntStream hypotheses = IntStream.concat(
                IntStream.of(LoginColumns.CAMPAIGN_WEEK, LoginColumns.CAMPAIGN_DAY),
                mixes
                        ? IntStream.concat(IntStream.of(LoginColumns.TRAVEL), Arrays.stream(LoginColumns.PRESSURES))
                        : IntStream.empty());
        int[] columns = IntStream.concat(Arrays.stream(ofHeads(LoginColumns::surpriseColumn)), hypotheses)
                .toArray();
        int width = mixes ? LoginColumns.count(kinds.length) : LoginColumns.COUNT_OF_OLD;
        float[] places = new float[columns.length * width];
        for (int i = 0; i < columns.length; i++) {
            places[i * width + columns[i]] = 1;
        }
        return graph.add("MatMul", parts, graph.floats(places, columns.length, width));
    }
}
