package dev.octet.detect.learn;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.detect.MixtureDetector;
import dev.octet.event.InputException;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import dev.octet.onnx.OnnxScore;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A detector with what verdicts changed.
 *
 * <pre>
 * score(x) = (1 + slope) base(x) + sum over columns k of weight[k] z[k](x)
 * z[k](x)  = (x[k] - mean[k]) / spread[k], held within [-5, 5]
 * </pre>
 *
 * <p>The base takes the first columns; those after them are terms of the second stage alone.
 *
 * <p>Weights and slope are 0 where nobody judged anything; then the score has the bits of the base's. Units are those of the
 * base's score. A column's contribution is the base's, times {@code 1 + slope}, and what the verdicts added, where that is
 * above 0. Immutable and thread-safe.
 */
public final class LearnedDetector implements Detector {
    /** The kind in a stored state. */
    public static final String KIND = "learned";

    static final double MAX_SPREADS = 5;
    private static final int STATE_VERSION = 1;
    private static final String BASE = "base.";

    private final Detector base;
    private final double slope;
    private final double[] weights;
    private final double[] means;
    private final double[] spreads;

    /**
     * @param slope change of the base's weight, above -1
     * @param weights one a column of the base, in the base's unit for a spread
     * @param means one a column
     * @param spreads one a column, above 0
     */
    LearnedDetector(Detector base, double slope, double[] weights, double[] means, double[] spreads) {
        this.base = base;
        this.slope = slope;
        this.weights = weights.clone();
        this.means = means.clone();
        this.spreads = spreads.clone();
    }

    /** A detector that has learnt nothing yet, on the base's columns and further ones after them. */
    public static LearnedDetector unlearned(Detector base, int columns) {
        double[] spreads = new double[columns];
        Arrays.fill(spreads, 1);
        return new LearnedDetector(base, 0, new double[columns], new double[columns], spreads);
    }

    /** The label-free part of a detector that may have learnt already. */
    public static Detector labelFree(Detector detector) {
        Detector base = detector instanceof LearnedDetector learned ? learned.base() : detector;
        return base instanceof MixtureDetector mixture
                ? mixture.withOffsets(new double[mixture.components().size()])
                : base;
    }

    /** The detector below the second stage, on the first columns: the label-free one but for the offsets of its components. */
    public Detector base() {
        return base;
    }

    /** How much more the base's score counts; 0 before any verdict. */
    public double slope() {
        return slope;
    }

    /** What a spread above the mean of each column adds to the score. */
    public double[] weights() {
        return weights.clone();
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public int columns() {
        return weights.length;
    }

    @Override
    public boolean gainsFromBatches() {
        return base.gainsFromBatches();
    }

    @Override
    public double resolution() {
        return base.resolution();
    }

    private double change(float[] rows, int start) {
        double change = 0;
        for (int k = 0; k < weights.length; k++) {
            change += part(k, rows[start + k]);
        }
        return change;
    }

    private double part(int column, float value) {
        if (weights[column] == 0) {
            return 0;
        }
        double z = (value - means[column]) / spreads[column];
        return weights[column] * Math.max(-MAX_SPREADS, Math.min(MAX_SPREADS, z));
    }

    /** The first columns of the rows, which are the base's. */
    private float[] baseRows(float[] rows, int count) {
        int width = base.columns();
        if (width == columns()) {
            return rows;
        }
        float[] first = new float[count * width];
        for (int row = 0; row < count; row++) {
            System.arraycopy(rows, row * columns(), first, row * width, width);
        }
        return first;
    }

    @Override
    public void score(float[] rows, int count, double[] scores) {
        base.score(baseRows(rows, count), count, scores);
        for (int row = 0; row < count; row++) {
            scores[row] = (1 + slope) * scores[row] + change(rows, row * columns());
        }
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        explain(row, 1, new double[1], contributions);
    }

    @Override
    public void explain(float[] rows, int count, double[] scores, double[] contributions) {
        int width = base.columns();
        double[] parts = new double[count * width];
        base.explain(baseRows(rows, count), count, scores, parts);
        for (int row = 0; row < count; row++) {
            int start = row * columns();
            scores[row] = (1 + slope) * scores[row] + change(rows, start);
            Arrays.fill(contributions, start, start + columns(), 0);
            System.arraycopy(parts, row * width, contributions, start, width);
            addParts(rows, start, contributions, start);
        }
    }

    private void addParts(float[] rows, int start, double[] contributions, int at) {
        for (int k = 0; k < weights.length; k++) {
            contributions[at + k] = Math.max(0, (1 + slope) * contributions[at + k] + part(k, rows[start + k]));
        }
    }

    @Override
    public Optional<OnnxScore> addTo(OnnxGraph graph, String features) {
        int further = columns() - base.columns();
        String first = further == 0
                ? features
                : graph.add(
                        "Slice",
                        features,
                        graph.longs(new long[] {0}, 1),
                        graph.longs(new long[] {base.columns()}, 1),
                        graph.longs(new long[] {1}, 1));
        Optional<OnnxScore> label = base.addTo(graph, first);
        return label.map(score -> {
            String z = graph.add(
                    "Div",
                    graph.add("Sub", graph.cast(features, Type.DOUBLE), graph.doubles(means, means.length)),
                    graph.doubles(spreads, spreads.length));
            String held = graph.add("Max", graph.add("Min", z, graph.scalar(MAX_SPREADS)), graph.scalar(-MAX_SPREADS));
            String parts = graph.add("Mul", held, graph.doubles(weights, weights.length));
            String free = graph.add("Mul", graph.cast(score.score(), Type.DOUBLE), graph.scalar(1 + slope));
            String sum = graph.cast(graph.add("Add", free, graph.rowSums(parts)), Type.FLOAT);
            return new OnnxScore(
                    sum,
                    score.contributions()
                            .map(contributions -> graph.cast(
                                    graph.add(
                                            "Max",
                                            graph.add(
                                                    "Add",
                                                    graph.add(
                                                            "Mul",
                                                            padded(graph, contributions, further),
                                                            graph.scalar(1 + slope)),
                                                    parts),
                                            graph.scalar(0.0)),
                                    Type.FLOAT)));
        });
    }

    private static String padded(OnnxGraph graph, String contributions, int further) {
        String wide = graph.cast(contributions, Type.DOUBLE);
        return further == 0 ? wide : graph.add("Pad", wide, graph.longs(new long[] {0, 0, 0, further}, 4));
    }

    @Override
    public DetectorState state() {
        DetectorState inner = base.state();
        Map<String, Object> settings = new HashMap<>();
        settings.put(BASE + "kind", inner.kind());
        settings.put(BASE + "version", (long) inner.version());
        inner.settings().forEach((name, value) -> settings.put(BASE + "setting." + name, value));
        settings.put("slope", slope);
        Map<String, Object> arrays = new HashMap<>();
        inner.arrays().forEach((name, value) -> arrays.put(BASE + name, value));
        arrays.put("weights", weights.clone());
        arrays.put("means", means.clone());
        arrays.put("spreads", spreads.clone());
        return new DetectorState(KIND, STATE_VERSION, settings, arrays);
    }

    /**
     * The detector whose {@link #state} this is.
     *
     * @param restore makes the label-free detector of its own state
     * @throws InputException if it is not such a state, or not a whole one
     */
    public static LearnedDetector restore(DetectorState state, Function<DetectorState, Detector> restore) {
        if (!state.kind().equals(KIND) || state.version() != STATE_VERSION) {
            throw new InputException(KIND + ": the stored detector is " + state.kind() + ", version " + state.version()
                    + "; this Octet reads version " + STATE_VERSION);
        }
        if (!(state.settings().get(BASE + "kind") instanceof String kind)
                || !(state.settings().get(BASE + "version") instanceof Long version)
                || !(state.settings().get("slope") instanceof Double slope)
                || !(state.arrays().get("weights") instanceof double[] weights)
                || !(state.arrays().get("means") instanceof double[] means)
                || !(state.arrays().get("spreads") instanceof double[] spreads)) {
            throw new InputException(KIND + ": the stored detector lacks its base, slope, weights, means or spreads");
        }
        if (kind.equals(KIND)) {
            throw new InputException(KIND + ": the stored base is a learned detector itself");
        }
        Map<String, Object> settings = new HashMap<>();
        state.settings().forEach((name, value) -> {
            if (name.startsWith(BASE + "setting.")) {
                settings.put(name.substring((BASE + "setting.").length()), value);
            }
        });
        Map<String, Object> arrays = new HashMap<>();
        state.arrays().forEach((name, value) -> {
            if (name.startsWith(BASE)) {
                arrays.put(name.substring(BASE.length()), value);
            }
        });
        Detector base = restore.apply(new DetectorState(kind, Math.toIntExact(version), settings, arrays));
        int columns = weights.length;
        if (columns < base.columns() || means.length != columns || spreads.length != columns) {
            throw new InputException(
                    KIND + ": the stored weights, means and spreads do not fit the base or each other");
        }
        boolean sound = slope > -1
                && Double.isFinite(slope)
                && Arrays.stream(weights).allMatch(Double::isFinite)
                && Arrays.stream(means).allMatch(Double::isFinite)
                && Arrays.stream(spreads).allMatch(spread -> spread > 0 && Double.isFinite(spread));
        if (!sound) {
            throw new InputException(KIND + ": a stored weight, mean or spread is not in its range");
        }
        return new LearnedDetector(base, slope, weights, means, spreads);
    }
}
