package dev.octet.detect.baseline;

import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.Setting;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.Scaling;
import java.util.List;

/**
 * Naive Bayes with a normal distribution for each column and class, as scikit-learn's {@code GaussianNB}: a share of the
 * largest column variance is added to every variance, so that a column that is constant within a class does no more than
 * nearly decide. Zhang, "The optimality of naive Bayes", FLAIRS 2004. Training costs O(n × d).
 *
 * @param smoothing that share
 */
public record GaussianNaiveBayesTrainer(double smoothing) implements Trainer {
    static final String KIND = "gaussian-naive-bayes";

    public GaussianNaiveBayesTrainer {
        Settings.notNegative(KIND, "smoothing", smoothing);
    }

    /** Smoothing 1e-9. */
    public static GaussianNaiveBayesTrainer withDefaults() {
        return new GaussianNaiveBayesTrainer(1e-9);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean supervised() {
        return true;
    }

    @Override
    public Scaling scaling() {
        return Scaling.STANDARD;
    }

    @Override
    public GaussianNaiveBayesDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 2);
        LinearModel.requireBothKinds(KIND, data);
        int width = columns.width();
        long[] counts = new long[2];
        double[][] means = new double[2][width];
        double[] all = new double[width];
        columns.forEachRow(data.train(), (index, row) -> {
            int label = data.trainAttacks().get(index) ? 1 : 0;
            counts[label]++;
            for (int j = 0; j < width; j++) {
                means[label][j] += row[j];
                all[j] += row[j];
            }
        });
        for (int j = 0; j < width; j++) {
            means[0][j] /= counts[0];
            means[1][j] /= counts[1];
            all[j] /= data.train().rows();
        }
        double[][] variances = new double[2][width];
        double[] spread = new double[width];
        columns.forEachRow(data.train(), (index, row) -> {
            int label = data.trainAttacks().get(index) ? 1 : 0;
            for (int j = 0; j < width; j++) {
                variances[label][j] += (row[j] - means[label][j]) * (row[j] - means[label][j]);
                spread[j] += (row[j] - all[j]) * (row[j] - all[j]);
            }
        });
        double largest = 0;
        for (double squares : spread) {
            largest = Math.max(largest, squares / data.train().rows());
        }
        for (int label = 0; label < 2; label++) {
            for (int j = 0; j < width; j++) {
                variances[label][j] = variances[label][j] / counts[label] + smoothing * largest;
                if (!(variances[label][j] > 0)) {
                    throw new InputException(KIND + ": feature " + columns.name(j) + " (column " + j
                            + ") does not vary and smoothing is " + smoothing
                            + ", so its normal distribution has no width; raise smoothing or leave the feature out");
                }
            }
        }
        return new GaussianNaiveBayesDetector(
                columns,
                StrictMath.log((double) counts[1] / counts[0]),
                means[0],
                variances[0],
                means[1],
                variances[1]);
    }

    static DetectorDefinition definition() {
        Setting<Double> smoothing = Setting.byDefault(
                "smoothing",
                new Setting.Real("[0, 1]"),
                "1e-9",
                "share of the largest variance that every variance is given");
        return new DetectorDefinition(
                KIND,
                "From labels: a normal distribution for each column and class (Zhang, FLAIRS 2004)",
                List.of(smoothing),
                values -> new GaussianNaiveBayesTrainer(values.get(smoothing)),
                GaussianNaiveBayesDetector::restore);
    }
}
