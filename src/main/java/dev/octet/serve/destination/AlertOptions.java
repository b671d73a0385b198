package dev.octet.serve.destination;

import dev.octet.bundle.Bundle;
import dev.octet.event.InputException;
import dev.octet.serve.alert.AlertForm;
import dev.octet.serve.alert.AlertOutputs;
import dev.octet.serve.alert.AlertSink;
import dev.octet.serve.alert.AlertSource;
import dev.octet.serve.alert.FileSink;
import dev.octet.serve.alert.LineSink;
import dev.octet.serve.alert.Webhook;
import dev.octet.serve.kafka.KafkaSettings;
import dev.octet.serve.kafka.TopicAddress;
import dev.octet.serve.kafka.TopicSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** In which form alerts are written, and where to; see {@code docs/alerts.md}. */
public final class AlertOptions {
    private static final String STANDARD_OUTPUT = "-";

    @Option(
            names = "--alerts",
            paramLabel = "FORM",
            description = "the form of alerts for other tools: ndjson, ocsf (Detection Finding), ecs (Elastic) or cef")
    private Optional<AlertForm> form = Optional.empty();

    @Option(
            names = "--alerts-to",
            paramLabel = "DEST",
            description =
                    "where they go: https://…, which they are posted to; kafka://HOST:PORT/TOPIC; a file, which they are added to; or - for the"
                            + " standard output. May be given several times. A secret header of the receiver stands in the"
                            + " environment: " + Webhook.HEADER + "='Authorization: Bearer …'")
    private List<String> destinations = new ArrayList<>();

    @Option(
            names = "--alerts-keep",
            defaultValue = "64",
            paramLabel = "MIB",
            description =
                    "how large the file may become in which alerts wait while a receiver is away; then the oldest go"
                            + " (default: ${DEFAULT-VALUE})")
    private int keep;

    @Option(
            names = "--kafka-properties",
            paramLabel = "FILE",
            description =
                    "properties of Kafka's clients for kafka://…, e.g. security.protocol and sasl.jaas.config; never printed")
    private Optional<Path> kafkaProperties = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** What Kafka's clients are set up with. */
    public KafkaSettings kafka() throws IOException {
        return KafkaSettings.of(kafkaProperties);
    }

    /** Refuses destinations that are no addresses, before anything is read. */
    public void check() {
        if (keep < 1) {
            throw wrongUsage("--alerts-keep is " + keep + ", at least 1 MiB is needed");
        }
        for (String destination : destinations) {
            if (TopicAddress.isMeant(destination)) {
                topic(destination);
            } else if (destination.contains("://")) {
                receiver(destination);
            } else if (!destination.equals(STANDARD_OUTPUT) && Files.isDirectory(Path.of(destination))) {
                throw wrongUsage("--alerts-to " + destination + " is a directory; name a file");
            }
        }
    }

    private TopicAddress topic(String destination) {
        try {
            return TopicAddress.of("--alerts-to", destination);
        } catch (InputException e) {
            throw wrongUsage(e.getMessage());
        }
    }

    private Webhook.Receiver receiver(String destination) {
        try {
            return Webhook.Receiver.of(destination, Optional.ofNullable(System.getenv(Webhook.HEADER)));
        } catch (InputException e) {
            throw wrongUsage(e.getMessage());
        }
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** Whether alerts are to be written in a form that somebody asked for. */
    public boolean given() {
        return form.isPresent() || !destinations.isEmpty();
    }

    /** The form; Octet's own where none was asked for. */
    public AlertForm form() {
        return form.orElse(AlertForm.NDJSON);
    }

    /** Whether a destination is named. */
    public boolean hasDestination() {
        return !destinations.isEmpty();
    }

    /**
     * Opens the destinations; the standard output where none is named.
     *
     * @param waiting where alerts wait for a webhook that is away, asked for where one is named; with several receivers, a name
     *     beside it for each
     * @param lines receives what goes to the standard output
     * @param warnings told what the user should know, in sentences
     */
    public AlertSink open(Bundle bundle, Supplier<Path> waiting, Consumer<String> lines, Consumer<String> warnings)
            throws IOException {
        check();
        AlertSource source = AlertSource.of(bundle);
        List<AlertSink> sinks = new ArrayList<>();
        try {
            for (String destination : hasDestination() ? destinations : List.of(STANDARD_OUTPUT)) {
                sinks.add(open(destination, source, waiting, sinks.size(), lines, warnings));
            }
        } catch (IOException | RuntimeException e) {
            new AlertOutputs(sinks).close();
            throw e;
        }
        return new AlertOutputs(sinks);
    }

    private AlertSink open(
            String destination,
            AlertSource source,
            Supplier<Path> waiting,
            int number,
            Consumer<String> lines,
            Consumer<String> warnings)
            throws IOException {
        if (destination.equals(STANDARD_OUTPUT)) {
            return new LineSink(form(), source, lines);
        }
        if (TopicAddress.isMeant(destination)) {
            try {
                return new TopicSink(topic(destination), kafka(), form(), source, warnings);
            } catch (NoClassDefFoundError e) {
                throw new InputException(
                        "--alerts-to " + destination
                                + " needs Kafka's client, which is not on the class path; on Spark add"
                                + " --conf spark.jars.packages=org.apache.kafka:kafka-clients:VERSION",
                        e);
            }
        }
        if (destination.contains("://")) {
            Path spool = waiting.get();
            return new Webhook(
                    receiver(destination),
                    form(),
                    source,
                    number == 0 ? spool : spool.resolveSibling(spool.getFileName() + "." + number),
                    (long) keep << 20,
                    Webhook.Timing.defaults(),
                    warnings);
        }
        return new FileSink(Path.of(destination), form(), source);
    }
}
