package dev.octet.cli;

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
import picocli.CommandLine.Option;

/** In which form alerts are written, and where to; see {@code docs/alerts.md}. */
final class AlertOptions {
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

    /** What Kafka's clients are set up with. */
    KafkaSettings kafka() throws IOException {
        return KafkaSettings.of(kafkaProperties);
    }

    /** Refuses destinations that are no addresses, before anything is read. */
    void check(Output console) {
        for (String destination : destinations) {
            if (TopicAddress.isMeant(destination)) {
                topic(destination, console);
            }
        }
    }

    private static TopicAddress topic(String destination, Output console) {
        try {
            return TopicAddress.of("--alerts-to", destination);
        } catch (InputException e) {
            throw console.wrongUsage(e.getMessage());
        }
    }

    /** Whether alerts are to be written in a form that somebody asked for. */
    boolean given() {
        return form.isPresent() || !destinations.isEmpty();
    }

    AlertForm form() {
        return form.orElse(AlertForm.NDJSON);
    }

    boolean hasDestination() {
        return !destinations.isEmpty();
    }

    /**
     * Opens the destinations; the standard output where none is named.
     *
     * @param waiting where alerts wait for a receiver that is away; with several receivers, a name beside it for each
     */
    AlertSink open(Bundle bundle, Path waiting, Output console) throws IOException {
        if (keep < 1) {
            throw console.wrongUsage("--alerts-keep is " + keep + ", at least 1 MiB is needed");
        }
        AlertSource source = AlertSource.of(bundle);
        List<AlertSink> sinks = new ArrayList<>();
        try {
            for (String destination : hasDestination() ? destinations : List.of(STANDARD_OUTPUT)) {
                sinks.add(open(destination, source, waiting, sinks.size(), console));
            }
        } catch (IOException | RuntimeException e) {
            new AlertOutputs(sinks).close();
            throw e;
        }
        return new AlertOutputs(sinks);
    }

    private AlertSink open(String destination, AlertSource source, Path waiting, int number, Output console)
            throws IOException {
        if (destination.equals(STANDARD_OUTPUT)) {
            return new LineSink(form(), source, line -> {
                console.out().println(line);
                console.out().flush();
            });
        }
        if (TopicAddress.isMeant(destination)) {
            return new TopicSink(topic(destination, console), kafka(), form(), source, console::warn);
        }
        if (destination.contains("://")) {
            Webhook.Receiver receiver;
            try {
                receiver = Webhook.Receiver.of(destination, Optional.ofNullable(System.getenv(Webhook.HEADER)));
            } catch (InputException e) {
                throw console.wrongUsage(e.getMessage());
            }
            return new Webhook(
                    receiver,
                    form(),
                    source,
                    number == 0 ? waiting : waiting.resolveSibling(waiting.getFileName() + "." + number),
                    (long) keep << 20,
                    Webhook.Timing.defaults(),
                    console::warn);
        }
        Path file = Path.of(destination);
        if (Files.isDirectory(file)) {
            throw console.wrongUsage("--alerts-to " + file + " is a directory; name a file");
        }
        return new FileSink(file, form(), source);
    }
}
