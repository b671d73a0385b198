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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One training step of the ML-SIEM network; multiply steps/s by the batch for rows/s. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-XX:+UseParallelGC"})
public class FusedEngineBenchmark {
    @Param({"11", "64"})
    int features;

    @Param({"256", "1024", "4096"})
    int batch;

    @Param({"1", "2"})
    int threads;

    private FusedEngine engine;
    private float[] rows;

    @Setup
    public void setUp() {
        NetworkShape shape = new NetworkShape(features, AutoencoderTrainer.preset("ml-siem"), Activation.SIGMOID);
        float[] initial = TrainingTimes.initial(shape);
        engine = new FusedEngine(shape, initial, Loss.MEAN_SQUARED_ERROR, 1e-3, threads);
        rows = new float[batch * features];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextDouble();
        }
    }

    @Benchmark
    public double step() {
        engine.step(rows, rows, batch);
        return engine.takeLossSum();
    }

    @TearDown
    public void tearDown() {
        engine.close();
    }
}
