package dev.octet.cli;

import dev.octet.bundle.Bundle;
import dev.octet.event.InputException;
import dev.octet.event.LogFormat;
import dev.octet.serve.DeskServer;
import dev.octet.serve.ServiceSettings;
import dev.octet.serve.Watch;
import dev.octet.serve.WatchDesk;
import dev.octet.serve.WatchInput;
import dev.octet.serve.alert.AlertSink;
import dev.octet.serve.desk.AlertStore;
import dev.octet.serve.destination.AlertOptions;
import dev.octet.serve.kafka.TopicAddress;
import dev.octet.serve.kafka.TopicInput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        header = "scores a log while it grows, and prints its alerts",
        description =
                "Scores a log while it grows, a file or a topic of Kafka, and prints its alerts as lines of JSON, or hands them to other"
                        + " tools. See docs/alerts.md.")
final class WatchCommand implements Callable<Integer> {
    /** How long the desk keeps an alert. */
    private static final Duration KEEP = Duration.ofDays(90);

    @Option(names = "--model", required = true, paramLabel = "BUNDLE", description = "the bundle's directory")
    private Path model;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "LOG",
            description =
                    "the log: a file, which must not be compressed, or kafka://HOST:PORT/TOPIC, of whose records each value is a"
                            + " line")
    private String input;

    @Option(
            names = "--header",
            paramLabel = "LINE",
            description = "the line that names the columns, for a topic of CSV whose first record does not")
    private Optional<String> header = Optional.empty();

    @Option(
            names = "--follow",
            description =
                    "wait for more at the end of the log, also when it is rotated or emptied; without it, read what"
                            + " is new and stop")
    private boolean follow;

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "file for the position in the log and the history (default: BUNDLE.watch-NAME,"
                    + " by the file's or topic's name)")
    private Optional<Path> state = Optional.empty();

    @Option(
            names = "--history",
            defaultValue = "bundle",
            paramLabel = "START",
            description =
                    "what a watch that is new remembers: bundle, what the bundle has seen, or cold, nothing (default:"
                            + " ${DEFAULT-VALUE})")
    private ScoreCommand.Start history;

    @Option(
            names = "--verdicts",
            paramLabel = "LOG",
            description =
                    "what analysts said of alerts: lines of alerts with the field verdict added, takeover or benign. A"
                            + " benign one updates its user's history at once; the file may grow meanwhile")
    private Optional<Path> verdicts = Optional.empty();

    @Option(
            names = "--max-rejected",
            defaultValue = "0.001",
            paramLabel = "SHARE",
            description = "share of lines that may be unreadable before a warning says so (default: ${DEFAULT-VALUE});"
                    + " they are listed beside the state as STATE.unreadable.csv")
    private double maxRejected;

    @Option(
            names = "--desk",
            description =
                    "also show the alerts on a page at this machine, where they are looked at and judged; verdicts go to the"
                            + " file of --verdicts, or to STATE.desk/verdicts.ndjson. With --follow, it stays open until the watch"
                            + " ends")
    private boolean desk;

    @Option(
            names = "--desk-port",
            defaultValue = "8080",
            paramLabel = "PORT",
            description = "where --desk listens, 0 for any free port (default: ${DEFAULT-VALUE})")
    private int deskPort;

    @Mixin
    private AlertOptions alerts;

    @Mixin
    private EnrichOptions addresses;

    @Mixin
    private LogOptions options;

    @Mixin
    private Output console;

    @Override
    public Integer call() throws IOException {
        Optional<TopicAddress> topic = topic();
        String name = topic.map(TopicAddress::topic).orElse(null);
        if (topic.isEmpty()) {
            Path file = Path.of(input).getFileName();
            if (file == null) {
                throw console.wrongUsage("--input " + input + " is no file");
            }
            if (header.isPresent()) {
                throw console.wrongUsage("--header is for topics; a file has its own first line");
            }
            name = file.toString();
        }
        Optional<LogFormat> given = options.given(console);
        alerts.check();
        Bundle bundle = Bundle.load(model);
        Path directory = model.toAbsolutePath().normalize();
        Path kept = state.orElse(directory.resolveSibling(directory.getFileName() + ".watch-" + name));
        CountDownLatch saved = new CountDownLatch(1);
        if (desk && !follow) {
            throw console.wrongUsage("--desk stays open while a log is followed; add --follow");
        }
        LogFormat format = given.orElse(bundle.format());
        WatchInput log = topic.isPresent()
                ? new TopicInput(
                        topic.get(),
                        alerts.kafka(),
                        format,
                        header,
                        kept.resolveSibling(kept.getFileName() + ".order"),
                        console::warn)
                : WatchInput.of(Path.of(input), format);
        Path deskState = kept.resolveSibling(kept.getFileName() + ".desk");
        Optional<Path> judged = desk ? Optional.of(verdicts.orElse(deskState.resolve("verdicts.ndjson"))) : verdicts;
        try (AlertSink sink = alerts.open(
                        bundle,
                        () -> kept.resolveSibling(kept.getFileName() + ".alerts"),
                        console::line,
                        console::warn);
                WatchDesk page = desk ? desk(bundle, log, deskState, judged.orElseThrow()) : null) {
            Watch watch = new Watch(
                    bundle,
                    log,
                    follow,
                    kept,
                    history == ScoreCommand.Start.COLD,
                    judged,
                    addresses.files().open(bundle.enrichment(), console::warn),
                    sink,
                    note -> {
                        if (!console.quiet()) {
                            console.warn(note);
                        }
                    },
                    console::warn,
                    maxRejected);
            if (page != null) {
                page.show(watch);
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(watch, saved), "octet-stop"));
            watch.run();
        } finally {
            saved.countDown();
        }
        return 0;
    }

    private Optional<TopicAddress> topic() {
        try {
            return TopicAddress.isMeant(input) ? Optional.of(TopicAddress.of("--input", input)) : Optional.empty();
        } catch (InputException e) {
            throw console.wrongUsage(e.getMessage());
        }
    }

    private WatchDesk desk(Bundle bundle, WatchInput log, Path state, Path judged) throws IOException {
        DeskServer at;
        try {
            at = new DeskServer(deskPort, Optional.ofNullable(System.getenv(ServiceSettings.TOKEN)), console::warn);
        } catch (InputException e) {
            throw console.wrongUsage(e.getMessage());
        }
        return new WatchDesk(
                bundle,
                log,
                history == ScoreCommand.Start.COLD,
                state,
                judged,
                AlertStore.Keep.of(KEEP),
                addresses.files(),
                at);
    }

    private static void stop(Watch watch, CountDownLatch saved) {
        watch.stop();
        try {
            saved.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
