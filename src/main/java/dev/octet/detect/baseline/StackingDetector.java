package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import dev.octet.onnx.OnnxScore;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A trained stack. The score is the final regression's log-odds of an attack, so 0 is the classifier's own decision. The
 * contribution of a column is the sum of its shares in the detectors' contributions, each detector weighted by what its score
 * adds beyond its mean. Immutable and thread-safe.
 */
public final class StackingDetector implements Detector {
    private static final int VERSION = 1;

    private final RowColumns columns;
    private final List<Detector> detectors;
    private final Standardiser standardiser; // of the detectors' scores
    private final double[] weights; // of the scores, the intercept last

    StackingDetector(RowColumns columns, List<Detector> detectors, Standardiser standardiser, double[] weights) {
        this.columns = columns;
        this.detectors = List.copyOf(detectors);
        this.standardiser = standardiser;
        this.weights = weights;
    }

    /** Weights of the detectors' standardised scores, in the order of the trainer's list. */
    public double[] weights() {
        return Arrays.copyOf(weights, detectors.size());
    }

    @Override
    public String kind() {
        return StackingTrainer.KIND;
    }

    @Override
    public int columns() {
        return columns.width();
    }

    @Override
    public void score(float[] rows, int count, double[] scores) {
        columns.checkScoring(rows, count, scores);
        Arrays.fill(scores, 0, count, weights[detectors.size()]);
        double[] single = new double[count];
        for (int k = 0; k < detectors.size(); k++) {
            detectors.get(k).score(rows, count, single);
            for (int i = 0; i < count; i++) {
                scores[i] += term(k, single[i]);
            }
        }
    }

    private double term(int detector, double score) {
        return weights[detector]
                * ((score - standardiser.means()[detector]) / standardiser.deviations()[detector]);
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        columns.checkContributions(row, contributions);
        int width = columns.width();
        Arrays.fill(contributions, 0, width, 0);
        double[] single = new double[1];
        double[] shares = new double[width];
        for (int k = 0; k < detectors.size(); k++) {
            detectors.get(k).score(row, 1, single);
            detectors.get(k).contributions(row, shares);
            double total = Arrays.stream(shares).sum();
            double pull = Math.max(0, term(k, single[0]));
            for (int j = 0; j < width && total > 0; j++) {
                contributions[j] += pull * shares[j] / total;
            }
        }
    }

    /** The detectors side by side; empty where one of them cannot be expressed. No contributions. */
    @Override
    public Optional<OnnxScore> addTo(OnnxGraph graph, String features) {
        String sum = graph.scalar(weights[detectors.size()]);
        for (int k = 0; k < detectors.size(); k++) {
            Optional<OnnxScore> single = detectors.get(k).addTo(graph, features);
            if (single.isEmpty()) {
                return Optional.empty();
            }
            String off = graph.add(
                    "Sub",
                    graph.cast(single.get().score(), Type.DOUBLE),
                    graph.scalar(standardiser.means()[k]));
            double factor = weights[k] / standardiser.deviations()[k];
            sum = graph.add("Add", sum, graph.add("Mul", off, graph.scalar(factor)));
        }
        return Optional.of(new OnnxScore(graph.cast(sum, Type.FLOAT), Optional.empty()));
    }

    @Override
    public DetectorState state() {
        Map<String, Object> settings = StateReader.settings(columns);
        Map<String, Object> arrays = new HashMap<>();
        for (int k = 0; k < detectors.size(); k++) {
            DetectorState inner = detectors.get(k).state();
            String prefix = k + "/";
            settings.put(prefix + "kind", inner.kind());
            settings.put(prefix + "version", (long) inner.version());
            inner.settings().forEach((name, value) -> settings.put(prefix + "settings/" + name, value));
            inner.arrays().forEach((name, value) -> arrays.put(prefix + name, value));
        }
        arrays.put("means", standardiser.means().clone());
        arrays.put("deviations", standardiser.deviations().clone());
        arrays.put("weights", weights.clone());
        return new DetectorState(kind(), VERSION, settings, arrays);
    }

    /**
     * The detector that {@link #state()} was taken of.
     *
     * @throws dev.octet.event.InputException if the state is not one of this detector or damaged
     */
    public static StackingDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, StackingTrainer.KIND, VERSION);
        RowColumns columns = reader.columns();
        int size = reader.length("means");
        if (size == 0) {
            throw reader.damaged("array means is empty");
        }
        Detector[] detectors = new Detector[size];
        for (int k = 0; k < size; k++) {
            String kind = reader.text(k + "/kind");
            if (kind.equals(StackingTrainer.KIND)) {
                throw reader.damaged("setting " + k + "/kind is " + kind);
            }
            detectors[k] = Baselines.restore(new DetectorState(
                    kind,
                    reader.integer(k + "/version"),
                    inner(state.settings(), k + "/settings/"),
                    inner(state.arrays(), k + "/")));
            if (detectors[k].columns() != columns.width()) {
                throw reader.damaged(
                        "detector " + k + " has " + detectors[k].columns() + " columns, not " + columns.width());
            }
        }
        return new StackingDetector(
                columns,
                List.of(detectors),
                new Standardiser(reader.doubles("means", size), reader.doubles("deviations", size)),
                reader.doubles("weights", size + 1));
    }

    private static Map<String, Object> inner(Map<String, Object> all, String prefix) {
        Map<String, Object> inner = new HashMap<>();
        all.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                inner.put(name.substring(prefix.length()), value);
            }
        });
        return inner;
    }
}
