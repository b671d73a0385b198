package dev.octet.detect.baseline;

import dev.octet.detect.TrainingData;
import dev.octet.event.InputException;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a detector's rows by feature. Refuses values that are not finite by the feature's name, in training and
 * in scoring alike: a distance or a split with NaN would be a silent nonsense score.
 *
 * @param kind the detector, for messages
 * @param features which feature each column belongs to
 * @param width number of columns
 */
record RowColumns(String kind, List<FeatureColumns> features, int width) {
    /** Rows copied at once where a matrix is walked through. */
    private static final int BLOCK = 1024;

    RowColumns {
        features = List.copyOf(features);
    }

    /** The columns of {@code data}, with every training value checked to be finite and at least {@code least} rows. */
    static RowColumns ofTraining(String kind, TrainingData data, int least) {
        RowColumns columns = ofUnchecked(kind, data, least);
        columns.forEachRow(data.train(), (index, row) -> {});
        return columns;
    }

    /** As {@link #ofTraining}, for rows that are only read by {@link #forEachRow}, which checks them. */
    static RowColumns ofUnchecked(String kind, TrainingData data, int least) {
        RowColumns columns = new RowColumns(kind, data.columns(), data.train().columns());
        if (data.train().rows() < least) {
            throw new InputException(kind + " needs at least " + least + " training rows, got "
                    + data.train().rows() + "; widen the training span or loosen its filter");
        }
        return columns;
    }

    /** What is done with each row of a matrix; the array is used again for the next row. */
    interface RowVisitor {
        void visit(int index, float[] row);
    }

    /** Calls {@code visitor} with every row in order, after checking it. */
    void forEachRow(FloatMatrix matrix, RowVisitor visitor) {
        float[] row = new float[width];
        for (int i = 0; i < matrix.rows(); i++) {
            matrix.copyRow(i, row, 0);
            if (!finite(row, 0)) {
                throw refuse(row, 0, "training row " + i);
            }
            visitor.visit(i, row);
        }
    }

    /** All rows of a matrix as one row-major array. */
    float[] flat(FloatMatrix matrix) {
        float[] all = new float[values(matrix)];
        for (int i = 0; i < matrix.rows(); i += BLOCK) {
            int count = Math.min(BLOCK, matrix.rows() - i);
            for (int j = 0; j < count; j++) {
                matrix.copyRow(i + j, all, (i + j) * width);
            }
        }
        return all;
    }

    /** Number of values, if they fit into one array. */
    int values(FloatMatrix matrix) {
        if ((long) matrix.rows() * width > Integer.MAX_VALUE - 8) {
            throw new InputException(kind + " keeps its training rows in one array of at most 2^31 - 9 values, got "
                    + matrix.rows() + " rows of " + width + "; train on a shorter span");
        }
        return matrix.rows() * width;
    }

    /** Checks the arguments of a call of {@link dev.octet.detect.Detector#score}. */
    void checkScoring(float[] rows, int count, double[] scores) {
        if (count < 0 || (long) count * width > rows.length || count > scores.length) {
            throw new IllegalArgumentException(kind + " was asked for " + count + " rows of " + width
                    + " columns, but got " + rows.length + " values and room for " + scores.length + " scores");
        }
        for (int i = 0; i < count; i++) {
            if (!finite(rows, i * width)) {
                throw refuse(rows, i * width, "row " + i);
            }
        }
    }

    /** Checks rows that a trained detector goes on learning from. */
    void checkLearning(TrainingData data) {
        if (data.train().columns() != width) {
            throw new InputException(kind + " has " + width + " columns and cannot learn from rows of "
                    + data.train().columns() + "; make them with the same features");
        }
        forEachRow(data.train(), (index, row) -> {});
    }

    /** Checks the arguments of a call of {@link dev.octet.detect.Detector#contributions}. */
    void checkContributions(float[] row, double[] contributions) {
        if (row.length < width || contributions.length < width) {
            throw new IllegalArgumentException(kind + " has " + width + " columns, but got a row of " + row.length
                    + " and room for " + contributions.length + " contributions");
        }
        if (!finite(row, 0)) {
            throw refuse(row, 0, "the row");
        }
    }

    private boolean finite(float[] rows, int offset) {
        float sum = 0;
        for (int j = 0; j < width; j++) {
            sum += rows[offset + j] * 0f; // NaN for NaN and both infinities, else 0
        }
        return sum == 0;
    }

    private InputException refuse(float[] rows, int offset, String where) {
        int column = 0;
        while (Float.isFinite(rows[offset + column])) {
            column++;
        }
        return new InputException(kind + ", " + where + ": feature " + name(column) + " (column " + column + ") is "
                + rows[offset + column]
                + ", and a finite number is needed; fill the missing value or leave the feature out");
    }

    /** The feature that a column belongs to. */
    String name(int column) {
        for (FeatureColumns feature : features) {
            if (column >= feature.first() && column < feature.first() + feature.width()) {
                return feature.feature();
            }
        }
        return "without a name";
    }

    /** @throws InputException if there is no feature of that name */
    FeatureColumns feature(String name) {
        return features.stream()
                .filter(columns -> columns.feature().equals(name))
                .findFirst()
                .orElseThrow(() -> new InputException(kind + ": there is no feature " + name + ", only "
                        + String.join(
                                ", ",
                                features.stream().map(FeatureColumns::feature).toList())));
    }

    /** One line a feature, to be stored; {@link #decode} reads it. */
    String encode() {
        StringBuilder text = new StringBuilder();
        for (FeatureColumns feature : features) {
            text.append(feature.first()).append(' ').append(feature.width()).append(' ');
            text.append(feature.kind()).append(' ').append(feature.feature()).append('\n');
        }
        return text.toString();
    }

    static List<FeatureColumns> decode(String kind, String text) {
        List<FeatureColumns> features = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] parts = line.split(" ", 4);
            try {
                features.add(new FeatureColumns(
                        parts[3],
                        FeatureColumns.Kind.valueOf(parts[2]),
                        Integer.parseInt(parts[0]),
                        Integer.parseInt(parts[1])));
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                throw new InputException(
                        "state of " + kind + ": \"" + line
                                + "\" is no feature as `first width kind name`; the bundle is damaged, make it again",
                        e);
            }
        }
        return features;
    }
}
