package dev.octet.bundle;

import dev.octet.config.ConfigFile;
import dev.octet.config.DetectorKind;
import dev.octet.config.DetectorKinds;
import dev.octet.config.ExperimentConfig;
import dev.octet.run.Experiment;
import dev.octet.run.RunListener;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Small bundles of both kinds of autoencoder, trained on a simulated log. */
final class Bundles {
    /** The jars beside ours that scoring needs; docs/bundle.md names them. */
    static final List<String> SCORING_JARS = List.of(
            "jackson-core",
            "jackson-databind",
            "fastutil",
            "commons-numbers-gamma",
            "commons-numbers-fraction",
            "commons-numbers-core");

    private Bundles() {}

    /** Makes {@code mse}, {@code likelihood} and the log {@code logins.csv} in a directory. */
    static void make(Path directory) throws IOException {
        make(directory, "mse", 6000, 1);
        make(directory, "likelihood", 6000, 1);
    }

    /** Makes one of them from a log of so many rows. */
    static void make(Path directory, String name, int rows, int epochs) throws IOException {
        make(directory, name, rows, epochs, directory.resolve(name));
    }

    /** As above, at a place. */
    static void make(Path directory, String name, int rows, int epochs, Path place) throws IOException {
        Path run = directory.resolve(place.getFileName() + ".run");
        String detector = name.equals("mse")
                ? "features: [ip-octets, hour, weekday, country: code, device: one-hot, browser-family: code,"
                        + " os-family: code]\ndetector: {autoencoder: {preset: ml-siem, epochs: " + epochs
                        + ", seed: 1}}"
                : "detector: {autoencoder: {reconstruction: likelihood, epochs: " + epochs + ", seed: 1}}";
        String text = String.format(Locale.ROOT, """
                name: %s
                data:
                  format: rba
                  train: '%s'
                  simulate: {rows: %d, takeovers: 10, seed: 3}
                view: attempt
                split: {by: time, train: 0.5, validation: 0.2, test: 0.3}
                %s
                threshold: {percentile: 95}
                evaluate: {on: successful}
                output: '%s'
                """, name, directory.resolve("logins.csv"), rows, detector, run);
        ExperimentConfig config = ExperimentConfig.of(ConfigFile.parse(name + ".yaml", text, List.of(), Map.of()));
        new Experiment(config, RunListener.SILENT).run(true);
        Files.move(run.resolve("bundle"), place);
    }

    /** Makes {@code demo}, the bundle of {@code configs/demo.yaml} on a smaller sample. */
    static void makeDemo(Path directory) throws IOException {
        Path run = directory.resolve("demo.run");
        run(ExperimentConfig.read(
                Path.of("configs/demo.yaml"),
                List.of(
                        "data.train=" + directory.resolve("demo.csv"),
                        "data.simulate={rows: 12000, takeovers: 10, seed: 7}",
                        "detector.autoencoder.epochs=1",
                        "output=" + run),
                Map.of()));
        Files.move(run.resolve("bundle"), directory.resolve("demo"));
    }

    /** Makes {@code extra}, a takeover detector with a field beyond the table, from the log of {@link #make(Path)}. */
    static void makeExtra(Path directory) throws IOException {
        Path run = directory.resolve("extra.run");
        String text = String.format(Locale.ROOT, """
                name: extra
                data:
                  format:
                    columns: {time: Login Timestamp, user: User ID, success: Login Successful, ip: IP Address,
                              country: Country, asn: ASN, user-agent: User Agent String,
                              browser: Browser Name and Version, os: OS Name and Version, device: Device Type,
                              extra: {town: City}}
                    time-format: "uuuu-MM-dd HH:mm:ss[.SSS]"
                    success-values: ["True"]
                    failure-values: ["False"]
                    unknown-values: ["-"]
                  train: '%s'
                split: {by: time, train: 0.5, validation: 0.2, test: 0.3}
                detector: {autoencoder: {reconstruction: likelihood, epochs: 1, seed: 1}}
                threshold: {percentile: 95}
                evaluate: {on: successful}
                output: '%s'
                """, directory.resolve("logins.csv"), run);
        run(ExperimentConfig.of(ConfigFile.parse("extra.yaml", text, List.of(), Map.of())));
        Files.move(run.resolve("bundle"), directory.resolve("extra"));
    }

    private static void run(ExperimentConfig config) throws IOException {
        new Experiment(config, RunListener.SILENT).run(true);
    }

    /** Makes a bundle of every kind of detector that scores single logins. */
    static List<Path> ofEveryKind(Path directory) throws IOException {
        String detectors = DetectorKinds.ALL.stream()
                .map(DetectorKind::name)
                .map(kind -> "  - " + kind + ": "
                        + switch (kind) {
                            case "autoencoder" -> "{layers: [4, 2, 4], epochs: 1}";
                            case "poisson-tail", "count" -> "{feature: success}\n    features: [success]";
                            case "stacking" -> "{folds: 2}";
                            default -> "{}";
                        }
                        + "\n")
                .collect(Collectors.joining());
        String text =
                String.format(Locale.ROOT, """
                name: every
                data:
                  format: rba
                  train: '%s'
                  simulate: {rows: 2500, takeovers: 25, seed: 3}
                  labels: {column: Is Account Takeover}
                features: [device: one-hot, hour, surprise-asn, user-failures-day, success]
                split: {by: time, train: 0.6, validation: 0.2, test: 0.2}
                detectors:
                %s
                threshold: {percentile: 98}
                output: '%s'
                """, directory.resolve("every.csv"), detectors, directory.resolve("every"));
        ExperimentConfig config = ExperimentConfig.of(ConfigFile.parse("every.yaml", text, List.of(), Map.of()));
        return new Experiment(config, RunListener.SILENT).run(true).bundles();
    }

    /** Our classes and the jars that scoring needs, nothing else. */
    static String scoringClasspath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith(".jar")
                        || SCORING_JARS.stream()
                                .anyMatch(jar -> new File(entry).getName().matches(jar + "-[0-9.]+\\.jar")))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
