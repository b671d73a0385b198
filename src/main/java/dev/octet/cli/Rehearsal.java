package dev.octet.cli;

import dev.octet.event.TemporaryFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

/**
 * Runs the commands that should answer at once on a small simulated log, so that the JVM can archive the classes that they
 * load (class data sharing). Only the launcher starts it, after a build: {@code java -XX:ArchiveClassesAtExit=FILE}.
 */
final class Rehearsal {
    private static final String CONFIG = """
            name: rehearsal
            data: {format: rba, train: %s, labels: {column: Is Account Takeover}}
            features: [country, device, ip-octets, hour]
            detector: {autoencoder: {layers: [4], epochs: 1, seed: 1}}
            threshold: {percentile: 95}
            output: %s
            """;

    private static final String TAKEOVERS = """
            name: rehearsal
            data: {format: rba, train: %s, labels: {column: Is Account Takeover, in-training: ignore}}
            split: {by: time, train: 0.5, validation: 0.1, test: 0.4}
            detector: {autoencoder: {reconstruction: likelihood, epochs: 1, batch-size: 256, seed: 1}}
            threshold: {percentile: 90}
            evaluate: {on: successful, by: [history]}
            output: %s
            """;

    private Rehearsal() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("octet-rehearsal");
        try {
            String log = folder.resolve("logins.csv").toString();
            String out = folder.resolve("out").toString();
            String bundle = folder.resolve("out/bundle").toString();
            Path config = folder.resolve("config.yaml");
            Files.writeString(config, CONFIG.formatted(log, out));
            perform("--help");
            perform("run", "--help");
            perform("simulate", "--rows", "2000", "--takeovers", "10", "--output", log);
            perform("explore", log);
            perform("convert", log, "--output", log + ".ndjson");
            perform("convert", log + ".ndjson", "--output", log + ".again.csv");
            perform("run", config.toString());
            Path takeovers = folder.resolve("takeovers.yaml");
            Files.writeString(takeovers, TAKEOVERS.formatted(log, folder.resolve("takeovers")));
            perform("run", takeovers.toString());
            perform("inspect", bundle);
            perform("verify", bundle, "--json");
            perform("score", "--model", bundle, "--input", log, "--output", log + ".scores.csv");
        } finally {
            TemporaryFile.deleteTree(folder);
        }
    }

    private static void perform(String... arguments) {
        StringWriter said = new StringWriter();
        CommandLine commands =
                Octet.commandLine().setOut(new PrintWriter(Writer.nullWriter())).setErr(new PrintWriter(said));
        int code = commands.execute(arguments);
        if (code != 0) {
            System.err.println("octet: the rehearsal of " + String.join(" ", arguments) + " ended with " + code);
            System.err.println(said);
            System.exit(1);
        }
    }
}
