package dev.octet.detect.baseline;

import dev.octet.detect.Detector;
import dev.octet.detect.TrainingData;
import dev.octet.feature.FeatureColumns;
import dev.octet.feature.FloatMatrix;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The rows, and scikit-learn's scores of them, that {@code make_reference.py} wrote. */
final class Reference {
    static final List<FeatureColumns> FEATURES = List.of(
            new FeatureColumns("place", FeatureColumns.Kind.NUMERIC, 0, 4),
            new FeatureColumns("flag", FeatureColumns.Kind.ONE_HOT, 4, 1),
            new FeatureColumns("failures", FeatureColumns.Kind.NUMERIC, 5, 1));
    static final int TRAIN = 400;

    private Reference() {}

    /** The 400 training rows; the 120 others are the validation rows. */
    static TrainingData data() {
        List<String[]> lines = lines("rows.csv");
        FloatMatrix train = new FloatMatrix(6);
        FloatMatrix other = new FloatMatrix(6);
        BitSet trainAttacks = new BitSet();
        BitSet otherAttacks = new BitSet();
        for (String[] line : lines.subList(1, lines.size())) {
            float[] row = new float[6];
            for (int j = 0; j < 6; j++) {
                row[j] = Float.parseFloat(line[2 + j]);
            }
            boolean inTrain = line[0].equals("1.0");
            (inTrain ? trainAttacks : otherAttacks).set((inTrain ? train : other).rows(), line[1].equals("1.0"));
            (inTrain ? train : other).append(row);
        }
        return new TrainingData(FEATURES, train, trainAttacks, other, otherAttacks);
    }

    /** {@link #data()} standardised by its training rows. */
    static TrainingData standardised() {
        TrainingData data = data();
        return standardise(data, data.train());
    }

    /** (x - mean) / population standard deviation of {@code by}, as scikit-learn's StandardScaler. */
    static TrainingData standardise(TrainingData data, FloatMatrix by) {
        int width = by.columns();
        double[] mean = new double[width];
        double[] deviation = new double[width];
        for (int j = 0; j < width; j++) {
            double sum = 0;
            for (int i = 0; i < by.rows(); i++) {
                sum += by.get(i, j);
            }
            mean[j] = sum / by.rows();
            double squares = 0;
            for (int i = 0; i < by.rows(); i++) {
                squares += (by.get(i, j) - mean[j]) * (by.get(i, j) - mean[j]);
            }
            deviation[j] = squares == 0 ? 1 : Math.sqrt(squares / by.rows());
        }
        return new TrainingData(
                data.columns(),
                scaled(data.train(), mean, deviation),
                data.trainAttacks(),
                scaled(data.validation(), mean, deviation),
                data.validationAttacks());
    }

    private static FloatMatrix scaled(FloatMatrix matrix, double[] mean, double[] deviation) {
        FloatMatrix scaled = new FloatMatrix(matrix.columns());
        float[] row = new float[matrix.columns()];
        for (int i = 0; i < matrix.rows(); i++) {
            matrix.copyRow(i, row, 0);
            for (int j = 0; j < row.length; j++) {
                row[j] = (float) ((row[j] - mean[j]) / deviation[j]);
            }
            scaled.append(row);
        }
        return scaled;
    }

    /** The same data with training and validation rows changing places. */
    static TrainingData swapped(TrainingData data) {
        return new TrainingData(
                data.columns(), data.validation(), data.validationAttacks(), data.train(), data.trainAttacks());
    }

    static double[] score(Detector detector, FloatMatrix matrix) {
        float[] rows = flat(matrix);
        double[] scores = new double[matrix.rows()];
        detector.score(rows, scores.length, scores);
        return scores;
    }

    static float[] flat(FloatMatrix matrix) {
        float[] rows = new float[matrix.rows() * matrix.columns()];
        matrix.copyRows(0, matrix.rows(), rows);
        return rows;
    }

    /** Scores of all 520 rows, training rows first. */
    static double[] scoreAll(Detector detector, TrainingData data) {
        double[] all = new double[data.train().rows() + data.validation().rows()];
        double[] train = score(detector, data.train());
        double[] other = score(detector, data.validation());
        System.arraycopy(train, 0, all, 0, train.length);
        System.arraycopy(other, 0, all, train.length, other.length);
        return all;
    }

    /** A column of reference-scores.csv. */
    static double[] scores(String name) {
        List<String[]> lines = lines("reference-scores.csv");
        int column = List.of(lines.get(0)).indexOf(name);
        return lines.subList(1, lines.size()).stream()
                .mapToDouble(line -> Double.parseDouble(line[column]))
                .toArray();
    }

    /** A line of reference-values.csv. */
    static double[] values(String name) {
        for (String[] line : lines("reference-values.csv")) {
            if (line[0].equals(name)) {
                double[] values = new double[line.length - 1];
                for (int i = 0; i < values.length; i++) {
                    values[i] = Double.parseDouble(line[i + 1]);
                }
                return values;
            }
        }
        throw new IllegalArgumentException("reference-values.csv has no line " + name);
    }

    /** Area under the ROC curve by ranks, ties counting half. */
    static double auc(double[] scores, BitSet attacks) {
        double wins = 0;
        long pairs = 0;
        for (int a = attacks.nextSetBit(0); a >= 0; a = attacks.nextSetBit(a + 1)) {
            for (int n = 0; n < scores.length; n++) {
                if (!attacks.get(n)) {
                    pairs++;
                    wins += scores[a] > scores[n] ? 1 : scores[a] == scores[n] ? 0.5 : 0;
                }
            }
        }
        return wins / pairs;
    }

    static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    static double deviation(double[] values) {
        double mean = mean(values);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / (values.length - 1));
    }

    private static List<String[]> lines(String resource) {
        List<String[]> lines = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(Reference.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line.split(","));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }
}
