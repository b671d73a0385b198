package dev.octet.detect.baseline;

import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.Setting;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import dev.octet.feature.Scaling;
import java.util.Arrays;
import java.util.List;

/**
 * Principal component analysis: what the first components cannot reconstruct is odd. Shyu, Chen, Sarinnapakorn and Chang, "A
 * novel anomaly detection scheme based on principal component classifier", 2003. Training costs O(n × d² + d³), a score
 * O(d × components).
 *
 * @param components number of components; 0: as many as {@code variance} needs
 * @param variance share of the variance to be explained, in (0, 1], where components is 0
 */
public record PcaTrainer(int components, double variance) implements Trainer {
    static final String KIND = "pca";

    public PcaTrainer {
        Settings.atLeast(KIND, "components", components, 0);
        Settings.fraction(KIND, "variance", variance);
    }

    /** As many components as explain 95 % of the variance. */
    public static PcaTrainer withDefaults() {
        return new PcaTrainer(0, 0.95);
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
    public PcaDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 2);
        int width = columns.width();
        if (components > width) {
            throw new InputException(KIND + ": components must be in [0, number of columns], got " + components
                    + ", and there are " + width);
        }
        PrincipalAxes axes = PrincipalAxes.of(columns, data.train());
        int kept = components;
        if (components == 0) {
            double total = Arrays.stream(axes.variances()).sum();
            for (double explained = 0; kept < axes.rank() && explained < variance * total; kept++) {
                explained += axes.variances()[kept];
            }
        }
        double[] basis = new double[kept * width];
        for (int k = 0; k < kept; k++) {
            System.arraycopy(axes.axes()[k], 0, basis, k * width, width);
        }
        return new PcaDetector(columns, axes.means(), basis);
    }

    static DetectorDefinition definition() {
        Setting<Integer> components = Setting.byDefault(
                "components", new Setting.Count(0, 1_000_000), "0", "number of components; 0: what `variance` needs");
        Setting<Double> variance = Setting.byDefault(
                "variance",
                new Setting.Real("(0, 1]"),
                "0.95",
                "share of the variance to be explained where components is 0");
        return new DetectorDefinition(
                KIND,
                "What the first principal components cannot reconstruct (Shyu, Chen, Sarinnapakorn, Chang, 2003)",
                List.of(components, variance),
                values -> new PcaTrainer(values.get(components), values.get(variance)),
                PcaDetector::restore);
    }
}
