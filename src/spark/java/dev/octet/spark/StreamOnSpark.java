package dev.octet.spark;

import dev.octet.bundle.Bundle;
import dev.octet.event.CsvFormat;
import dev.octet.event.InputException;
import dev.octet.event.text.PlainText;
import dev.octet.serve.alert.AlertOutputs;
import dev.octet.serve.alert.AlertSink;
import dev.octet.serve.destination.AlertOptions;
import dev.octet.serve.kafka.KafkaSettings;
import dev.octet.serve.kafka.TopicAddress;
import dev.octet.serve.kafka.TopicLookup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Scores a topic of Kafka, or the files that come into a folder. */
@Command(
        name = "stream",
        mixinStandardHelpOptions = true,
        description =
                "Scores a stream of logins with a bundle on Spark; killed and started again it answers each login once.")
final class StreamOnSpark implements Callable<Integer> {
    /** Major version of Spark. */
    private static final int FIRST_TESTED = 4;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "BUNDLE",
            description = "the bundle's directory, on the driver")
    private Path model;

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
    private Optional<String> to = Optional.empty();

    @Option(
            names = "--state",
            required = true,
            paramLabel = "DIR",
            description =
                    "directory with what is remembered and how far the stream is, on a file system that driver and workers share")
    private String state;

    @Option(
            names = "--history",
            defaultValue = "bundle",
            paramLabel = "START",
            description =
                    "what a stream that is new remembers: bundle, what the bundle has seen, or cold (default: ${DEFAULT-VALUE})")
    private ScoreOnSpark.Start history;

    @Option(
            names = "--header",
            paramLabel = "LINE",
            description = "the line that names the columns, for a topic of CSV; without it records are JSON objects")
    private Optional<String> header = Optional.empty();

    @Mixin
    private AlertOptions alerts;

    @Option(names = "--follow", description = "wait for more; without it, read what is there and stop")
    private boolean follow;

    @Option(
            names = "--every",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "with --follow: time between the begins of two batches (default: ${DEFAULT-VALUE})")
    private int every;

    @Option(
            names = "--batch-rows",
            defaultValue = "1000000",
            paramLabel = "ROWS",
            description = "records of a topic in a batch at most (default: ${DEFAULT-VALUE})")
    private long batchRows;

    @Option(
            names = "--batch-files",
            defaultValue = "100",
            paramLabel = "FILES",
            description = "files of a folder in a batch at most (default: ${DEFAULT-VALUE})")
    private int batchFiles;

    @Mixin
    private Splitting splitting;

    @Option(
            names = "--max-rejected",
            defaultValue = "0.001",
            paramLabel = "SHARE",
            description = "share of rows that may be unreadable before a warning says so (default: ${DEFAULT-VALUE})")
    private double maxRejected;

    @Override
    public Integer call() throws IOException, TimeoutException, StreamingQueryException {
        ScoreOptions options;
        Optional<TopicAddress> topic;
        try {
            options = new ScoreOptions(
                    history == ScoreOnSpark.Start.COLD,
                    splitting.chunkRows(),
                    splitting.partitions(),
                    ScoreOptions.BLOCK_BYTES,
                    maxRejected,
                    false,
                    "");
            ScoreOptions.require("every", every, 1, 1 << 20);
            ScoreOptions.require("batch-rows", batchRows, 1, 1L << 31);
            ScoreOptions.require("batch-files", batchFiles, 1, 1 << 20);
            topic = TopicAddress.isMeant(from) ? Optional.of(TopicAddress.of("--from", from)) : Optional.empty();
        } catch (InputException e) {
            throw wrongUsage(e.getMessage());
        }
        if (to.isEmpty() && !alerts.hasDestination()) {
            throw wrongUsage("nothing would be written: name a folder with --to, or a receiver with --alerts-to");
        }
        if (topic.isEmpty() && header.isPresent()) {
            throw wrongUsage("--header is for topics; a file has its own first line");
        }
        alerts.check();
        Bundle bundle = Bundle.load(model);
        ScoreJob.requireScorable(bundle, Map.of());
        if (!(bundle.format() instanceof CsvFormat)) {
            throw new InputException(
                    "the bundle's format is not one of CSV or JSON lines with named columns, and of others"
                            + " Spark reads no stream: use octet watch, or convert the log with octet convert and train again");
        }
        KafkaSettings kafka = alerts.kafka();
        if (topic.isPresent() && TopicLookup.find(topic.get(), kafka).isEmpty()) {
            throw new InputException(
                    "none of the brokers of " + topic.get() + " answers; start them, or correct --from");
        }
        Consumer<String> notes = note -> spec.commandLine().getErr().println(PlainText.of(note, 2000));
        SparkSession session = SparkMain.session("octet stream");
        try (AlertSink sink = alerts.hasDestination()
                ? alerts.open(bundle, this::waiting, SparkMain.lines(spec), notes)
                : new AlertOutputs(List.of())) {
            requireTested(session.version());
            StateStore store = new StateStore(session, state);
            store.requireWritable();
            store.requireOf(bundle.id());
            StreamInput input = topic.isPresent()
                    ? new StreamInput.Topic(topic.get(), kafka, header, batchRows, store.beside("batch"))
                    : new StreamInput.Folder(from, batchFiles);
            new LoginStream(
                            session,
                            bundle,
                            options,
                            store,
                            to.map(name -> new ScoreFolder("--to", name)),
                            alerts.hasDestination() ? Optional.of(sink) : Optional.empty(),
                            notes)
                    .run(input, follow ? Trigger.ProcessingTime(every, TimeUnit.SECONDS) : Trigger.AvailableNow());
            return 0;
        } finally {
            session.stop();
        }
    }

    private Path waiting() {
        Path beside = ScoreFolder.local(state)
                .orElseThrow(() -> new InputException("a webhook needs a --state on the driver's own file system, where"
                        + " alerts wait while the receiver is away"));
        return beside.resolveSibling(beside.getFileName() + ".alerts");
    }

    /** Streams were run on Spark 4 only; whether one that is killed answers each login once elsewhere is not known. */
    private static void requireTested(String version) {
        if (Integer.parseInt(version.substring(0, version.indexOf('.'))) < FIRST_TESTED) {
            throw new InputException("this is Spark " + version + ", and streams are tested on Spark " + FIRST_TESTED
                    + " and newer only: use such a Spark, or octet watch on one machine");
        }
    }

    private ParameterException wrongUsage(String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
