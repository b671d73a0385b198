package dev.octet.detect.autoencoder;

import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds the engine that trains on Apache Spark, {@link Engine#DL4J_SPARK}. Profile {@code spark} builds it, and it needs
 * Spark's jars and dl4j-spark beside it. None of them is on Octet's ordinary class path. Thread-safe.
 */
public final class SparkTraining {
    private static final String ENGINES = "dev.octet.detect.autoencoder.SparkEngines";
    /** A class of each jar, and what the jar is. */
    private static final Map<String, String> NEEDED = Map.of(
            ENGINES,
            "octet-dl4j-spark.jar",
            "org.apache.spark.api.java.JavaSparkContext",
            "Apache Spark",
            "org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer",
            "dl4j-spark",
            "org.deeplearning4j.core.loader.DataSetLoader",
            "deeplearning4j-core");

    private SparkTraining() {}

    /** Makes the engine; the class of that name has a constructor without arguments. */
    interface Engines {
        /**
         * Makes an engine for one training.
         *
         * @param rows of an epoch
         */
        TrainingEngine make(
                AutoencoderTrainer trainer, NetworkShape shape, Loss loss, int rows, TrainingProgress progress);
    }

    /** What is not on the class path; empty where a training can run. */
    private static List<String> missing() {
        List<String> missing = new ArrayList<>();
        NEEDED.forEach((name, jar) -> {
            if (!isThere(name)) {
                missing.add(jar);
            }
        });
        missing.sort(null);
        return missing;
    }

    private static boolean isThere(String name) {
        try {
            Class.forName(name, false, SparkTraining.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Whether all that the engine needs is on the class path. */
    public static boolean isOnClassPath() {
        return missing().isEmpty();
    }

    /**
     * Refuses a training on Spark where classes are missing.
     *
     * @throws InputException naming the jars that are missing, with what to do
     */
    public static void requireClasses() {
        List<String> missing = missing();
        if (!missing.isEmpty()) {
            throw new InputException("engine: dl4j-spark needs jars that are not on the class path: "
                    + String.join(", ", missing)
                    + ". Start it with ./octet run, after ./mvnw -Pspark -DskipTests package"
                    + " (docs/spark.md); or take engine: auto, which is faster on one machine");
        }
    }

    static TrainingEngine engine(
            AutoencoderTrainer trainer, NetworkShape shape, Loss loss, int rows, TrainingProgress progress) {
        requireClasses();
        try {
            return Class.forName(ENGINES)
                    .asSubclass(Engines.class)
                    .getDeclaredConstructor()
                    .newInstance()
                    .make(trainer, shape, loss, rows, progress);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(ENGINES + " of octet-dl4j-spark.jar is not that of this Octet", e);
        }
    }
}
