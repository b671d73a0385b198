package dev.octet.detect.autoencoder;

import dev.octet.detect.TrainingProgress;
import dev.octet.event.InputException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/** Makes {@link SparkEngine}s, on the Spark that {@code spark.master} names; without it on all cores of this machine. */
final class SparkEngines implements SparkTraining.Engines {
    private static final String SERIALIZER = "spark.serializer";
    private static final String JAVA_SERIALIZER = "org.apache.spark.serializer.JavaSerializer";

    SparkEngines() {}

    @Override
    public TrainingEngine make(
            AutoencoderTrainer trainer, NetworkShape shape, Loss loss, int rows, TrainingProgress progress) {
        SparkConf settings = new SparkConf();
        settings.setIfMissing("spark.app.name", "octet run");
        settings.setIfMissing("spark.master", "local[*]");
        settings.setIfMissing("spark.log.level", "ERROR");
        settings.setIfMissing("spark.ui.enabled", "false");
        settings.setIfMissing(SERIALIZER, JAVA_SERIALIZER);
        if (settings.get("spark.master").startsWith("local")) {
            settings.setIfMissing("spark.driver.host", "127.0.0.1");
            settings.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
        }
        SparkContext context = SparkContext.getOrCreate(settings);
        String serializer = context.conf().get(SERIALIZER, JAVA_SERIALIZER);
        if (!serializer.equals(JAVA_SERIALIZER)) {
            throw new InputException("engine: dl4j-spark sends networks by Java's serializer, and " + SERIALIZER
                    + " is " + serializer + "; leave that setting out");
        }
        JavaSparkContext spark = new JavaSparkContext(context);
        int workers = trainer.workers() > 0 ? trainer.workers() : Math.max(1, spark.defaultParallelism());
        progress.note("autoencoder: engine dl4j-spark trains " + workers + " replicas on " + spark.master()
                + " and averages them every " + SparkEngine.BATCHES_A_ROUND
                + " batches; engine: auto is faster on one machine (docs/spark.md)");
        return new SparkEngine(spark, trainer, shape, loss, rows, workers);
    }
}
