package dev.octet.spark;

import dev.octet.event.InputException;
import dev.octet.event.text.PlainText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs an experiment whose log lies on the cluster. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Runs one experiment on Spark: fits features and the threshold over all rows, trains on a sample, scores"
                        + " and evaluates; the bundle is the one that octet run makes of the same sample.")
final class RunOnSpark implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CONFIG", description = "the experiment's YAML file, on the driver")
    private Path config;

    @Option(
            names = "--octet",
            required = true,
            paramLabel = "JAR",
            description =
                    "octet.jar with its libraries beside it, on the driver, where the detector is trained; octet run names it itself")
    private Path octet;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "overrides a value of CONFIG; may be repeated")
    private List<String> overrides = List.of();

    @Option(names = "--strict", description = "stop at the first row that cannot be read")
    private boolean strict;

    @Mixin
    private Splitting splitting;

    @Option(
            names = "--block-bytes",
            defaultValue = "67108864",
            paramLabel = "BYTES",
            description = "bytes of a log that a task reads, about (default: ${DEFAULT-VALUE})")
    private long blockBytes;

    @Override
    public Integer call() throws IOException {
        if (!Files.isRegularFile(octet)) {
            throw new InputException(
                    "--octet " + octet + " does not exist; name the octet.jar of an Octet on the driver,"
                            + " which trains the detector (docs/spark.md)");
        }
        PrintWriter err = spec.commandLine().getErr();
        ScoreOptions options = ScoreOptions.ofRun(splitting.chunkRows(), splitting.partitions(), blockBytes);
        long start = System.nanoTime();
        TrainingLibrary.Run run = TrainingLibrary.of(octet).run(config, overrides);
        SparkSession session = SparkMain.session("octet run");
        try {
            TrainingLog log = new TrainingLog(
                    session,
                    options,
                    Optional.of(run.output().resolve("unreadable.csv")),
                    note -> err.println("  " + PlainText.of(note, 2000)));
            List<String> written = run.run(strict, log, text -> err.println(PlainText.of(text, 2000)));
            List<String> lines = new ArrayList<>(written);
            lines.add(String.format(
                    Locale.ROOT,
                    "Done in %.0f s (Spark %s, %s).",
                    (System.nanoTime() - start) / 1e9,
                    session.version(),
                    PlainText.of(session.sparkContext().master())));
            lines.forEach(spec.commandLine().getOut()::println);
            return 0;
        } finally {
            session.stop();
        }
    }
}
