package dev.octet.cli;

import dev.octet.config.ExperimentConfig;
import dev.octet.evaluate.explore.LogProfile;
import dev.octet.event.format.LogFiles;
import dev.octet.lab.Exploration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "explore",
        mixinStandardHelpOptions = true,
        header = "what is in a log: columns, times, failures, addresses, labels",
        description =
                "Reads a log once and says what is in it: events, users, addresses, success rate, missing and different"
                        + " values of each column, attempts by hour, the worst minutes, users per address, unusable rows;"
                        + " with labels also how well each feature alone tells attacks from the rest.")
final class ExploreCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "LOG",
            arity = "0..1",
            description = "the log: a file, a folder or a pattern; may be compressed. Not needed with --config, which"
                    + " names one")
    private Optional<String> file = Optional.empty();

    @Option(
            names = "--config",
            paramLabel = "CONFIG",
            description = "take columns, labels and, without FILE, the files from this experiment's YAML file")
    private Optional<Path> config = Optional.empty();

    @Option(
            names = "--labels",
            paramLabel = "COLUMN",
            description = "column that marks attacks; \"Is Account Takeover\" of the RBA format is known")
    private Optional<String> labels = Optional.empty();

    @Option(
            names = "--windows",
            paramLabel = "FILE",
            description = "attack windows beside the log: a CSV file with the columns start and end")
    private Optional<Path> windows = Optional.empty();

    @Option(
            names = "--truth",
            paramLabel = "FILE",
            description = "a CSV file with a column row that names the attacks, as ./octet simulate writes it")
    private Optional<Path> truth = Optional.empty();

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "the page to write (default: LOG.explore.html beside the log)")
    private Optional<Path> html = Optional.empty();

    @Option(names = "--no-html", description = "write no page")
    private boolean noHtml;

    @Mixin
    private LogOptions options;

    @Mixin
    private Output output;

    @Override
    public Integer call() throws IOException {
        if (file.isEmpty() && config.isEmpty()) {
            throw output.wrongUsage("Name a log, or a config with --config");
        }
        if (config.isPresent() && (options.isGiven() || labelOptions() > 0)) {
            throw output.wrongUsage("--config brings format and labels; leave out the other options");
        }
        if (noHtml && html.isPresent()) {
            throw output.wrongUsage("--html and --no-html contradict each other");
        }
        if (labelOptions() > 1) {
            throw output.wrongUsage("Labels come from one of --labels, --windows and --truth");
        }
        Optional<ExperimentConfig> experiment =
                config.map(path -> ExperimentConfig.read(path, List.of(), System.getenv()));
        List<Path> files = file.isPresent() ? LogFiles.find(List.of(file.get()), System.in) : List.of();
        Exploration exploration = experiment.isPresent()
                ? Exploration.of(experiment.get(), files, output::warn)
                : Exploration.of(
                        files, options.of(files), new Exploration.Labels(labels, windows, truth), output::warn);
        LogProfile profile;
        try (Steps steps = output.steps()) {
            profile = exploration.run(steps);
        }
        if (output.json()) {
            output.print(profile.json());
        } else {
            output.out()
                    .print(profile.text(
                            output.terminal().unicode(), output.terminal().colouredOut()));
            output.out().flush();
        }
        if (!noHtml) {
            Path page = html.orElseGet(() -> beside(experiment));
            Exploration.writePage(profile, page);
            output.hint("");
            output.hint("The same as a page: " + page);
        }
        return 0;
    }

    private Path beside(Optional<ExperimentConfig> experiment) {
        return file.map(Path::of)
                .map(log -> log.resolveSibling(log.getFileName() + ".explore.html"))
                .orElseGet(() -> experiment.orElseThrow().output().resolve("explore.html"));
    }

    private long labelOptions() {
        return Stream.of(labels, windows, truth).filter(Optional::isPresent).count();
    }
}
