package dev.octet.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.detect.FittedThreshold;
import dev.octet.detect.Threshold;
import dev.octet.event.text.PlainText;
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
                description = "the lowest threshold with at most so many alerts a day")
        private Double alertsPerDay;

        @Option(
                names = "--percentile",
                paramLabel = "PERCENT",
                description = "a percentile of the scores that are not known takeovers")
        private Double percentile;

        @Option(names = "--threshold", paramLabel = "SCORE", description = "this one")
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

    /** What is done with it: one of these. */
    static final class Action {
        @Option(names = "--what-if", description = "show before and after, write nothing")
        private boolean whatIf;

        @Option(names = "--apply", description = "show it, and write the bundle with the new threshold")
        private boolean apply;
    }

    @Option(names = "--model", required = true, paramLabel = "BUNDLE", description = "the bundle's directory")
    private Path model;

    @Option(
            names = "--verdicts",
            required = true,
            paramLabel = "LOG",
            description = "the verdicts.ndjson in the state directory of octet serve")
    private Path verdicts;

    @Option(
            names = "--scores",
            paramLabel = "PATH",
            description =
                    "scores that it gave: the state directory of octet serve (default: the one that LOG lies in), or"
                            + " a file of octet score")
    private Optional<Path> scores = Optional.empty();

    @ArgGroup
    private Policy policy = new Policy();

    @ArgGroup(multiplicity = "1")
    private Action action;

    @Option(
            names = "--output",
            paramLabel = "DIRECTORY",
            description = "where --apply writes the new bundle (default: BUNDLE-v2, or the next number that is free)")
    private Optional<Path> output = Optional.empty();

    @Mixin
    private Output console;

    @Override
    public Integer call() throws IOException {
        if (output.isPresent() && !action.apply) {
            throw console.wrongUsage("--output belongs to --apply; --what-if writes nothing");
        }
        Rethreshold rethreshold = new Rethreshold(
                Bundle.load(model),
                verdicts,
                scores.orElse(verdicts.toAbsolutePath().getParent()));
        FittedThreshold next = policy.choose(rethreshold);
        Optional<Bundle> written = action.apply
                ? Optional.of(rethreshold.apply(next, output.orElse(Rethreshold.nextVersion(model))))
                : Optional.empty();
        if (console.json()) {
            ObjectNode tree = rethreshold.tree(next);
            written.ifPresent(bundle -> {
                tree.put("bundle", bundle.directory().toString());
                tree.put("bundle_id", bundle.id());
            });
            console.print(tree);
            return 0;
        }
        console.out().print(PlainText.lines(rethreshold.report(next)));
        written.ifPresent(bundle -> console.out().printf("%nNew bundle: %s (%s)%n", bundle.directory(), bundle.id()));
        console.out().flush();
        return 0;
    }
}
