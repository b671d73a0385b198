package dev.octet.detect.baseline;

import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.Scaling;
import java.util.List;

/**
 * Mahalanobis distance from the mean of the training rows (Mahalanobis 1936), with the covariance's pseudo-inverse as scikit-learn's
 * {@code EmpiricalCovariance}: directions in which no training row varies, such as the sum of a one-hot feature, do not
 * count. Training costs O(n × d² + d³), a score O(d²). The columns' scale does not matter.
 */
public record MahalanobisTrainer() implements Trainer {
    static final String KIND = "mahalanobis";

    /** There is nothing to set. */
    public static MahalanobisTrainer withDefaults() {
        return new MahalanobisTrainer();
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Scaling scaling() {
        return Scaling.STANDARD;
    }

    @Override
    public MahalanobisDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 2);
        PrincipalAxes axes = PrincipalAxes.of(columns, data.train());
        int width = columns.width();
        int rank = axes.rank();
        if (rank == 0) {
            throw new InputException(KIND + ": all " + data.train().rows()
                    + " training rows are equal, so there is no distance; choose features that vary");
        }
        double[] whitening = new double[rank * width];
        for (int k = 0; k < rank; k++) {
            for (int j = 0; j < width; j++) {
                whitening[k * width + j] = axes.axes()[k][j] / Math.sqrt(axes.variances()[k]);
            }
        }
        return new MahalanobisDetector(columns, axes.means(), whitening);
    }

    static DetectorDefinition definition() {
        return new DetectorDefinition(
                KIND,
                "Distance from the mean in units of the covariance (Mahalanobis 1936)",
                List.of(),
                values -> MahalanobisTrainer.withDefaults(),
                MahalanobisDetector::restore);
    }
}
