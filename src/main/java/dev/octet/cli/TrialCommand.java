package dev.octet.cli;

import dev.octet.detect.TrainingData;
import dev.octet.detect.autoencoder.Backend;
import dev.octet.detect.autoencoder.Engine;
import dev.octet.detect.autoencoder.EngineTrial;
import dev.octet.detect.autoencoder.SparkTraining;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What gpu/check.sh and gpu/bench.sh start. */
@Command(
        name = "trial",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Compares the engines' losses from the same seed, and times them. Exit code 1 if losses differ.")
final class TrialCommand implements Callable<Integer> {
    private static final int WARM_EPOCHS = 1;
    private static final int COMPARED_EPOCHS = 8;
    private static final int COMPARED_STEPS = 20;

    @Option(names = "--columns", defaultValue = "14", description = "columns of the made-up rows")
    private int columns;

    @Option(names = "--widen", defaultValue = "1", description = "multiplies the ML-SIEM network's widths")
    private int widen;

    @Option(names = "--seed", defaultValue = "1", description = "of rows, weights and order")
    private long seed;

    @Option(
            names = "--compare",
            defaultValue = "0",
            paramLabel = "BATCH",
            description = "trains by dl4j and by fused in batches of this size; 0: does not")
    private int compare;

    @Option(
            names = "--tolerance",
            defaultValue = "0.02",
            description = "most that a loss may differ, relative, from the other engine's")
    private double tolerance;

    @Option(
            names = "--first-tolerance",
            defaultValue = "0.0005",
            description = "most that a loss of the first epoch may differ, relative")
    private double firstTolerance;

    @Option(
            names = "--time",
            split = ",",
            paramLabel = "BATCH",
            description = "times training in batches of these sizes")
    private List<Integer> times = List.of();

    @Option(names = "--engines", split = ",", defaultValue = "dl4j", description = "the engines to time")
    private List<Engine> engines;

    @Option(names = "--workers", defaultValue = "0", description = "of dl4j; 0: one for each card")
    private int workers;

    @Option(names = "--steps", defaultValue = "200", description = "of a timed epoch")
    private int steps;

    @Option(names = "--most-rows", defaultValue = "4000000", description = "of a timed epoch")
    private int mostRows;

    @Option(names = "--epochs", defaultValue = "3", description = "timed epochs, after one that is not")
    private int epochs;

    @Mixin
    private DeviceOption device;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (engines.contains(Engine.DL4J_SPARK) && !SparkTraining.isOnClassPath()) {
            return new SparkTrainingJvm(SparkOptions.home(), System.getenv("SPARK_HOME"))
                    .run(spec.root().commandLine().getParseResult().originalArgs());
        }
        PrintWriter out = Output.out(spec);
        device.check();
        EngineTrial trial = new EngineTrial(columns, widen, seed);
        out.println("backend: " + Backend.description());
        boolean agree = compare == 0 || agree(trial, out);
        if (!times.isEmpty()) {
            time(trial, out);
        }
        out.flush();
        return agree ? 0 : 1;
    }

    private boolean agree(EngineTrial trial, PrintWriter out) {
        TrainingData data = trial.data(compare * COMPARED_STEPS);
        EngineTrial.Result dl4j = trial.train(data, Engine.DL4J, workers, compare, COMPARED_EPOCHS);
        EngineTrial.Result fused = trial.train(data, Engine.FUSED, 0, compare, COMPARED_EPOCHS);
        out.printf(
                Locale.ROOT,
                "Losses of %d epochs of %d steps of %d rows, from the same weights and rows:%n",
                COMPARED_EPOCHS,
                COMPARED_STEPS,
                compare);
        out.printf(
                "%5s  %-10s %-10s %-9s  %-10s %-10s %-9s%n",
                "epoch", "train dl4j", "fused", "apart", "valid.", "fused", "apart");
        for (int e = 0; e < COMPARED_EPOCHS; e++) {
            out.printf(
                    Locale.ROOT,
                    "%5d  %.8f %.8f %.2e  %.8f %.8f %.2e%n",
                    e + 1,
                    dl4j.trainLosses()[e],
                    fused.trainLosses()[e],
                    EngineTrial.apart(dl4j.trainLosses()[e], fused.trainLosses()[e]),
                    dl4j.validationLosses()[e],
                    fused.validationLosses()[e],
                    EngineTrial.apart(dl4j.validationLosses()[e], fused.validationLosses()[e]));
        }
        EngineTrial.Comparison comparison = EngineTrial.compare(dl4j, fused);
        boolean passes = comparison.passes(firstTolerance, tolerance);
        out.printf(
                Locale.ROOT,
                "%s: losses are at most %.2e apart in the first epoch, relative (allowed: %.2e), and %.2e in all (allowed: %.2e);"
                        + " %s%n",
                passes ? "PASS" : "FAIL",
                comparison.first(),
                firstTolerance,
                comparison.most(),
                tolerance,
                comparison.learnt() ? "the network has learnt" : "the network has not learnt: its loss has not halved");
        out.flush();
        return passes;
    }

    private void time(EngineTrial trial, PrintWriter out) {
        for (int batch : times) {
            int rows = (int) Math.min((long) batch * steps, Math.max(mostRows, batch));
            TrainingData data = trial.data(rows);
            for (Engine engine : engines) {
                double[] seconds = trial.train(
                                data, engine, engine == Engine.DL4J ? workers : 0, batch, WARM_EPOCHS + epochs)
                        .seconds();
                double[] timed = Arrays.copyOfRange(seconds, WARM_EPOCHS, seconds.length);
                Arrays.sort(timed);
                double median = timed[timed.length / 2];
                out.printf(
                        Locale.ROOT,
                        "%s, widths x%d, batch %d: %.0f rows/s, %.3f ms a step (median of %d epochs of %d rows; %.3f to %.3f s,"
                                + " first %.3f s)%n",
                        engine.configName(),
                        trial.widen(),
                        batch,
                        rows / median,
                        1e3 * median / Math.ceil((double) rows / batch),
                        epochs,
                        rows,
                        timed[0],
                        timed[timed.length - 1],
                        seconds[0]);
                out.flush();
            }
        }
    }
}
