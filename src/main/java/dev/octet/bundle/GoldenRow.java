package dev.octet.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.detect.Detector;
import dev.octet.event.InputException;
import dev.octet.event.text.JsonText;
import dev.octet.feature.FloatMatrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of the validation span and the score that it must have. It holds the encoded columns, not the login: a bundle
 * that is handed on names no user and no address.
 *
 * @param columns as the detector sees them
 * @param score what the detector gave when the bundle was made
 */
public record GoldenRow(List<Float> columns, double score) {
    public GoldenRow {
        columns = List.copyOf(columns);
    }

    static List<GoldenRow> score(Detector detector, FloatMatrix rows) {
        List<GoldenRow> golden = new ArrayList<>();
        for (int row = 0; row < rows.rows(); row++) {
            float[] columns = new float[rows.columns()];
            rows.copyRow(row, columns, 0);
            golden.add(new GoldenRow(boxed(columns), score(detector, columns)));
        }
        return golden;
    }

    static ObjectNode toJson(List<GoldenRow> golden) {
        ObjectNode root = Json.object();
        ArrayNode rows = root.putArray("rows");
        for (GoldenRow row : golden) {
            ObjectNode node = rows.addObject();
            ArrayNode columns = node.putArray("columns");
            row.columns.forEach(columns::add);
            node.put("score", row.score);
        }
        return root;
    }

    static List<GoldenRow> read(Path file, int columns) throws IOException {
        List<GoldenRow> golden = new ArrayList<>();
        for (JsonNode node : Json.array(Json.read(file), "rows", file)) {
            List<Float> values = new ArrayList<>();
            for (JsonNode value : Json.array(node, "columns", file)) {
                if (!value.isNumber() || !Float.isFinite(value.floatValue())) {
                    throw new InputException(file + ": row " + golden.size() + " holds " + JsonText.line(value)
                            + ", not a finite number");
                }
                values.add(value.floatValue());
            }
            if (values.size() != columns) {
                throw new InputException(file + ": row " + golden.size() + " has " + values.size()
                        + " columns, the detector takes " + columns);
            }
            golden.add(new GoldenRow(values, Json.number(node, "score", file)));
        }
        if (golden.isEmpty()) {
            throw new InputException(file + " holds no rows, so nothing shows that the bundle scores as it did");
        }
        return golden;
    }

    /** A score may differ by the tolerance's share of itself, or of the median score where it is smaller, e.g. a sum that cancels. */
    static void verify(List<GoldenRow> golden, Detector detector, double tolerance, Path file) {
        double[] sizes =
                golden.stream().mapToDouble(row -> Math.abs(row.score)).sorted().toArray();
        double usual = sizes[sizes.length / 2];
        for (int i = 0; i < golden.size(); i++) {
            double expected = golden.get(i).score;
            double actual = golden.get(i).rescore(detector);
            if (!(Math.abs(actual - expected) <= tolerance * Math.max(Math.abs(expected), usual))) {
                throw new InputException(file + ": golden row " + i + " scores " + actual + " here, " + expected
                        + " when the bundle was made; do not use it, make it again");
            }
        }
    }

    /** The score that a detector gives this row now. */
    public double rescore(Detector detector) {
        float[] row = new float[columns.size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = columns.get(i);
        }
        return score(detector, row);
    }

    private static double score(Detector detector, float[] row) {
        double[] score = new double[1];
        detector.score(row, 1, score);
        return score[0];
    }

    private static List<Float> boxed(float[] values) {
        List<Float> list = new ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }
}
