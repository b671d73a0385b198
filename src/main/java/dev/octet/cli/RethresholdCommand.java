package dev.octet.cli;

import dev.octet.detect.FittedThreshold;
import dev.octet.detect.Threshold;
import dev.octet.serve.Rethreshold;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "rethreshold",
        mixinStandardHelpOptions = true,
        header = "chooses a threshold anew from what analysts said of alerts",
        description = "Chooses a bundle's threshold anew from what analysts said of its alerts. Needs no training.")
final class RethresholdCommand implements Callable<Integer> {
    /** How the threshold is chosen: one of these. */
    static final class Policy {
        @Option(
                names = "--min-recall",
                paramLabel = "SHARE",
                description = "the highest threshold that finds this share of the known takeovers (default: 1)")
        private Double minRecall;

        @Option(
                names = "--min-precision",
                paramLabel = "SHARE",
                description = "the lowest threshold at which this share of the alerts are known takeovers")
        private Double minPrecision;

        @Option(
                names = "--alerts-per-day",
                paramLabel = "NUMBER",
                description = "the lowest threshold with at most this number of alerts a day")
        private Double alertsPerDay;

        @Option(
                names = "--percentile",
                paramLabel = "PERCENT",
                description = "a percentile of the scores that are not known takeovers")
        private Double percentile;

        @Option(names = "--threshold", paramLabel = "SCORE", description = "this score")
        private Double threshold;

        private FittedThreshold choose(Rethreshold rethreshold) {
            if (threshold != null) {
                return rethreshold.given(threshold);
            }
            if (alertsPerDay != null) {
                return rethreshold.fit(new Threshold.AlertsPerDay(alertsPerDay));
            }
            if (percentile != null) {
                return rethreshold.fit(new Threshold.Percentile(percentile));
            }
            return rethreshold.fit(new Threshold.TargetPrecisionRecall(
                    minPrecision == null ? OptionalDouble.empty() : OptionalDouble.of(minPrecision),
                    minPrecision != null
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(minRecall == null ? 1 : minRecall)));
        }
    }

    @Mixin
    private NewVersion version;

    @Option(
            names = "--scores",
            paramLabel = "PATH",
            description =
                    "scores that it gave: the state directory of octet serve (default: the one that LOG lies in), or"
                            + " a file of octet score")
    private Optional<Path> scores = Optional.empty();

    @ArgGroup
    private Policy policy = new Policy();

    @Mixin
    private Output console;

    @Override
    public Integer call() throws IOException {
        Rethreshold rethreshold = new Rethreshold(
                version.bundle(console),
                version.verdicts(),
                scores.orElse(version.verdicts().toAbsolutePath().getParent()));
        FittedThreshold next = policy.choose(rethreshold);
        return version.show(
                console,
                rethreshold.report(next),
                rethreshold.tree(next),
                directory -> rethreshold.apply(next, directory));
    }
}
