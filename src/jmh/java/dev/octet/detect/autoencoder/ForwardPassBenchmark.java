package dev.octet.detect.autoencoder;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Scores and contributions of a batch of rows; multiply batches/s by the batch for rows/s. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-XX:+UseParallelGC"})
public class ForwardPassBenchmark {
    @Param({"11", "64"})
    int features;

    @Param({"1", "32", "1024"})
    int batch;

    private AutoencoderDetector detector;
    private float[] rows;
    private double[] scores;
    private double[] contributions;

    @Setup
    public void setUp() {
        NetworkShape shape = new NetworkShape(features, AutoencoderTrainer.preset("ml-siem"), Activation.SIGMOID);
        detector = new AutoencoderDetector(ForwardPass.fold(shape, TrainingTimes.initial(shape)));
        rows = new float[batch * features];
        scores = new double[batch];
        contributions = new double[rows.length];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextDouble();
        }
    }

    @Benchmark
    public double[] explain() {
        detector.explain(rows, batch, scores, contributions);
        return scores;
    }
}
