package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.DetectorState;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import dev.octet.onnx.OnnxScore;
import java.util.Map;
import java.util.Optional;

/**
 * Trained Gaussian naive Bayes. The score is the log-odds of an attack, so 0 is the classifier's own decision; a column's
 * contribution is its own log-likelihood ratio where that speaks for an attack. Immutable and thread-safe.
 */
public final class GaussianNaiveBayesDetector implements Detector {
    private static final int VERSION = 1;

    private final RowColumns columns;
    private final double priorLogOdds;
    private final double[] normalMeans;
    private final double[] normalVariances;
    private final double[] attackMeans;
    private final double[] attackVariances;
    private final double[] widths; // log of the ratio of the standard deviations, normal to attack

    GaussianNaiveBayesDetector(
            RowColumns columns,
            double priorLogOdds,
            double[] normalMeans,
            double[] normalVariances,
            double[] attackMeans,
            double[] attackVariances) {
        this.columns = columns;
        this.priorLogOdds = priorLogOdds;
        this.normalMeans = normalMeans;
        this.normalVariances = normalVariances;
        this.attackMeans = attackMeans;
        this.attackVariances = attackVariances;
        widths = new double[columns.width()];
        for (int j = 0; j < widths.length; j++) {
            widths[j] = (StrictMath.log(normalVariances[j]) - StrictMath.log(attackVariances[j])) / 2;
        }
    }

    @Override
    public String kind() {
        return GaussianNaiveBayesTrainer.KIND;
    }

    @Override
    public int columns() {
        return columns.width();
    }

    @Override
    public void score(float[] rows, int count, double[] scores) {
        columns.checkScoring(rows, count, scores);
        for (int i = 0; i < count; i++) {
            double sum = priorLogOdds;
            for (int j = 0; j < columns.width(); j++) {
                sum += ratio(j, rows[i * columns.width() + j]);
            }
            scores[i] = sum;
        }
    }

    private double ratio(int column, float value) {
        double normal = value - normalMeans[column];
        double attack = value - attackMeans[column];
        return widths[column]
                + (normal * normal / normalVariances[column] - attack * attack / attackVariances[column]) / 2;
    }

    @Override
    public void contributions(float[] row, double[] contributions) {
        columns.checkContributions(row, contributions);
        for (int j = 0; j < columns.width(); j++) {
            contributions[j] = Math.max(0, ratio(j, row[j]));
        }
    }

    @Override
    public Optional<OnnxScore> addTo(OnnxGraph graph, String features) {
        String rows = graph.cast(features, Type.DOUBLE);
        String apart = graph.add(
                "Sub",
                distances(graph, rows, normalMeans, normalVariances),
                distances(graph, rows, attackMeans, attackVariances));
        String ratios =
                graph.add("Add", graph.add("Mul", apart, graph.scalar(0.5)), graph.doubles(widths, widths.length));
        String score = graph.add("Add", graph.rowSums(ratios), graph.scalar(priorLogOdds));
        return Optional.of(new OnnxScore(
                graph.cast(score, Type.FLOAT), graph.cast(graph.add("Max", ratios, graph.scalar(0.0)), Type.FLOAT)));
    }

    private static String distances(OnnxGraph graph, String rows, double[] means, double[] variances) {
        String off = graph.add("Sub", rows, graph.doubles(means, means.length));
        return graph.add("Div", graph.add("Mul", off, off), graph.doubles(variances, variances.length));
    }

    @Override
    public DetectorState state() {
        Map<String, Object> settings = StateReader.settings(columns);
        settings.put("prior-log-odds", priorLogOdds);
        return new DetectorState(
                kind(),
                VERSION,
                settings,
                Map.of(
                        "normal-means", normalMeans.clone(),
                        "normal-variances", normalVariances.clone(),
                        "attack-means", attackMeans.clone(),
                        "attack-variances", attackVariances.clone()));
    }

    /**
     * The detector that {@link #state()} was taken of.
     *
     * @throws dev.octet.event.InputException if the state is not one of this detector or damaged
     */
    public static GaussianNaiveBayesDetector restore(DetectorState state) {
        StateReader reader = new StateReader(state, GaussianNaiveBayesTrainer.KIND, VERSION);
        RowColumns columns = reader.columns();
        return new GaussianNaiveBayesDetector(
                columns,
                reader.number("prior-log-odds"),
                reader.doubles("normal-means", columns.width()),
                reader.doubles("normal-variances", columns.width()),
                reader.doubles("attack-means", columns.width()),
                reader.doubles("attack-variances", columns.width()));
    }
}
