package dev.octet.detect.baseline;

import dev.octet.detect.DetectorDefinition;
import dev.octet.detect.Setting;
import dev.octet.detect.Trainer;
import dev.octet.detect.TrainingData;
import dev.octet.detect.TrainingProgress;
import dev.octet.feature.Scaling;
import java.util.List;
import java.util.Optional;

/**
 * Guesses: an attack with the probability that attacks have among the training rows, whatever the row says. What another
 * detector has to be better than; scikit-learn's {@code DummyClassifier(strategy="stratified")}.
 *
 * @param seed of the guesses
 */
public record StratifiedDummyTrainer(long seed) implements Trainer {
    static final String KIND = "dummy-stratified";

    /** Seed 0. */
    public static StratifiedDummyTrainer withDefaults() {
        return new StratifiedDummyTrainer(0);
    }

    public StratifiedDummyTrainer withSeed(long value) {
        return new StratifiedDummyTrainer(value);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<Trainer> reseeded(int more) {
        return Optional.of(new StratifiedDummyTrainer(seed + more));
    }

    @Override
    public boolean supervised() {
        return true;
    }

    @Override
    public Scaling scaling() {
        return Scaling.NONE;
    }

    @Override
    public StratifiedDummyDetector train(TrainingData data, TrainingProgress progress) {
        RowColumns columns = RowColumns.ofTraining(KIND, data, 2);
        LinearModel.requireBothKinds(KIND, data);
        int rows = data.train().rows();
        return new StratifiedDummyDetector(
                columns, seed, (double) data.trainAttacks().get(0, rows).cardinality() / rows);
    }

    static DetectorDefinition definition() {
        Setting<Long> seed = Setting.seed("of the guesses");
        return new DetectorDefinition(
                KIND,
                "From labels: guesses an attack as often as there are attacks; what another detector has to beat",
                List.of(seed),
                values -> new StratifiedDummyTrainer(values.get(seed)),
                StratifiedDummyDetector::restore);
    }
}
