package dev.octet.detect.baseline;

import dev.octet.detect.DetectorState;
import dev.octet.detect.TrainingData;
import dev.octet.event.InputException;
import dev.octet.onnx.OnnxGraph;
import dev.octet.onnx.OnnxGraph.Type;
import dev.octet.onnx.OnnxScore;
import java.util.Map;

/**
 * A linear score: intercept + weights · row.
 *
 * @param means of the training rows, from which contributions are counted
 */
record LinearModel(RowColumns columns, double[] weights, double intercept, double[] means) {

    /** Checks that a supervised detector has something to tell apart, and gives the training rows' column means. */
    static double[] means(RowColumns columns, TrainingData data) {
        requireBothKinds(columns.kind(), data);
        double[] means = new double[columns.width()];
        columns.forEachRow(data.train(), (index, row) -> {
            for (int j = 0; j < means.length; j++) {
                means[j] += row[j];
            }
        });
        for (int j = 0; j < means.length; j++) {
            means[j] /= data.train().rows();
        }
        return means;
    }

    static void requireBothKinds(String kind, TrainingData data) {
        int attacks = data.trainAttacks().get(0, data.train().rows()).cardinality();
        if (attacks == 0 || attacks == data.train().rows()) {
            throw new InputException(kind + " learns from labels and needs training rows with and without attack, got "
                    + attacks + " attacks among " + data.train().rows()
                    + " rows; widen the training span, or use an unsupervised detector");
        }
    }

    void score(float[] rows, int count, double[] scores) {
        columns.checkScoring(rows, count, scores);
        for (int i = 0, at = 0; i < count; i++) {
            double sum = intercept;
            for (int j = 0; j < weights.length; j++, at++) {
                sum += weights[j] * rows[at];
            }
            scores[i] = sum;
        }
    }

    /** What a column adds to the score beyond what it adds in the mean training row; less than that counts as 0. */
    void contributions(float[] row, double[] contributions) {
        columns.checkContributions(row, contributions);
        for (int j = 0; j < weights.length; j++) {
            contributions[j] = Math.max(0, weights[j] * (row[j] - means[j]));
        }
    }

    /** In double, as here, since the terms may cancel. */
    OnnxScore addTo(OnnxGraph graph, String features) {
        String rows = graph.cast(features, Type.DOUBLE);
        String scores = graph.add(
                "Add", graph.add("MatMul", rows, graph.doubles(weights, weights.length)), graph.scalar(intercept));
        String contributions = graph.add(
                "Max",
                graph.add(
                        "Mul",
                        graph.add("Sub", rows, graph.doubles(means, means.length)),
                        graph.doubles(weights, weights.length)),
                graph.scalar(0.0));
        return new OnnxScore(graph.cast(scores, Type.FLOAT), graph.cast(contributions, Type.FLOAT));
    }

    DetectorState state(int version) {
        Map<String, Object> settings = StateReader.settings(columns);
        settings.put("intercept", intercept);
        return new DetectorState(
                columns.kind(), version, settings, Map.of("weights", weights.clone(), "means", means.clone()));
    }

    static LinearModel restore(StateReader reader) {
        RowColumns columns = reader.columns();
        return new LinearModel(
                columns,
                reader.doubles("weights", columns.width()),
                reader.number("intercept"),
                reader.doubles("means", columns.width()));
    }
}
