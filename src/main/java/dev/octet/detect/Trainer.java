package dev.octet.detect;

import dev.octet.event.LoginField;
import dev.octet.feature.FeatureRequest;
import dev.octet.feature.Scaling;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The configuration of one detector, immutable; {@link #train} makes the detector and may be called again. */
public interface Trainer {

    /** The detector's kind, e.g. {@code autoencoder}; also its key in the config. */
    String kind();

    /** Whether training needs labels. An unsupervised trainer is given normals only. */
    default boolean supervised() {
        return false;
    }

    /** The features this detector works on, where it does not take those of the config. */
    default Optional<List<String>> ownFeatures() {
        return Optional.empty();
    }

    /** As {@link #ownFeatures}, where their encoding matters too. */
    default Optional<List<FeatureRequest>> ownRequests() {
        return ownFeatures().map(names -> names.stream().map(FeatureRequest::of).toList());
    }

    /**
     * The same trainer for a log with fields beyond the table of {@link LoginField}: its own features take in those that it
     * can use.
     */
    default Trainer withExtraFields(List<LoginField> extras) {
        return this;
    }

    /** How the columns are to be scaled for this detector, by statistics of the training normals. */
    default Scaling scaling() {
        return Scaling.MIN_MAX;
    }

    /**
     * The same trainer, which keeps its state in a file while it trains and goes on from it if it was killed. A trainer
     * that is done in one go needs none and returns itself.
     */
    default Trainer resumingFrom(Path checkpoint) {
        return this;
    }

    /**
     * The same trainer with another seed, {@code more} above its own; empty where training draws nothing at random.
     *
     * @param more not negative; 0 gives an equal trainer
     */
    default Optional<Trainer> reseeded(int more) {
        return Optional.empty();
    }

    /** Whether training runs on Apache Spark, whose classes must then be on the class path (docs/spark.md). */
    default boolean needsSpark() {
        return false;
    }

    /** Whether a single training keeps all cores busy, so that several side by side gain nothing. */
    default boolean usesAllCores() {
        return false;
    }

    /**
     * Does what a first training would otherwise begin with: loads libraries, has the JVM compile loops. Changes no
     * result. May run on a thread of its own, but not beside a training.
     *
     * @param enough asked every now and then whether to return
     */
    default void prepare(BooleanSupplier enough) {}

    /**
     * Trains a detector.
     *
     * @throws dev.octet.event.InputException if the rows cannot train it (none, or no positives for a supervised one)
     */
    Detector train(TrainingData data, TrainingProgress progress);
}
