package dev.octet.cli;

import dev.octet.serve.destination.AlertOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Hands its options to octet-spark.jar, which checks their values; on one machine {@code octet watch} does the same. */
@Command(
        name = "stream",
        mixinStandardHelpOptions = true,
        header = "scores a topic of Kafka, or a folder that grows, on Apache Spark",
        description =
                "Scores a stream of logins on Apache Spark. Killed and started again it answers each login once. See docs/spark.md.")
final class StreamCommand implements Callable<Integer> {
    /** Options that are not handed on. */
    private static final Set<String> OURS = Set.of("--on", "--conf", "--json", "--quiet", "--verbose");

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "BUNDLE",
            description = "the bundle's directory, on the driver")
    private String model;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "SOURCE",
            description =
                    "kafka://HOST:PORT/TOPIC, of whose records each value is a line, or a folder that files are moved into")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "FOLDER",
            description = "a folder for the scores of all logins, as Parquet, a folder batch=NUMBER for each batch")
    private String to;

    @Option(
            names = "--state",
            required = true,
            paramLabel = "DIR",
            description =
                    "directory with what is remembered and how far the stream is, on a file system that driver and workers share")
    private String state;

    @Option(
            names = "--history",
            paramLabel = "START",
            description = "what a stream that is new remembers: bundle, what the bundle has seen (default), or cold")
    private String history;

    @Option(
            names = "--header",
            paramLabel = "LINE",
            description = "the line that names the columns, for a topic of CSV; without it records are JSON objects")
    private String header;

    @Mixin
    private AlertOptions alerts;

    @Option(names = "--follow", description = "wait for more; without it, read what is there and stop")
    private boolean follow;

    @Option(
            names = "--every",
            paramLabel = "SECONDS",
            description = "with --follow: time between the begins of two batches (default: 60)")
    private String every;

    @Option(
            names = "--batch-rows",
            paramLabel = "ROWS",
            description = "records of a topic in a batch at most (default: 1000000)")
    private String batchRows;

    @Option(
            names = "--batch-files",
            paramLabel = "FILES",
            description = "files of a folder in a batch at most (default: 100)")
    private String batchFiles;

    @Option(
            names = "--max-rejected",
            paramLabel = "SHARE",
            description = "share of rows that may be unreadable before a warning says so (default: 0.001)")
    private String maxRejected;

    @Mixin
    private SparkOptions spark;

    @Mixin
    private Output console;

    @Override
    public Integer call() throws IOException {
        if (!spark.given()) {
            throw console.wrongUsage(
                    "octet stream runs on Apache Spark; say where: --on MASTER. On one machine: octet watch --follow");
        }
        if (console.json()) {
            throw console.wrongUsage("octet stream prints no result, so there is none as JSON: leave out --json");
        }
        alerts.check();
        return spark.run(arguments());
    }

    /** The arguments of the same command in octet-spark.jar. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("stream"));
        arguments.addAll(SparkOptions.asWritten(spec, name -> !OURS.contains(name)));
        return arguments;
    }
}
