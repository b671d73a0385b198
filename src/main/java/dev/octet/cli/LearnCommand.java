package dev.octet.cli;

import dev.octet.bundle.Bundle;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginSource;
import dev.octet.event.SortedLog;
import dev.octet.event.format.LogFiles;
import dev.octet.serve.Learn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "learn",
        mixinStandardHelpOptions = true,
        header = "learns from verdicts: a second stage over a bundle's score",
        description = {
            "Learns from what analysts said of logins: the score begins at the label-free one and moves with each verdict.",
            "It shows what that changes on verdicts that it did not learn from, and refuses to apply what makes those worse."
        })
final class LearnCommand implements Callable<Integer> {
    @Mixin
    private NewVersion version;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "LOG",
            description =
                    "the log that the verdicts are about, which is scored again: a file, a folder or a pattern; may be"
                            + " repeated")
    private List<String> inputs;

    @Mixin
    private LogOptions options;

    @Option(
            names = "--history",
            defaultValue = "bundle",
            paramLabel = "START",
            description =
                    "what is remembered before the log: bundle, what the bundle has seen, or cold, nothing (default:"
                            + " ${DEFAULT-VALUE})")
    private ScoreCommand.Start history;

    @Mixin
    private Output console;

    @Override
    public Integer call() throws IOException {
        Bundle bundle = version.bundle(console);
        Optional<LogFormat> given = options.given(console);
        List<Path> files = LogFiles.find(inputs, System.in);
        List<LoginSource> sources = given.orElse(bundle.format()).sources(files, false, console::warn);
        boolean cold = history == ScoreCommand.Start.COLD;
        if (sources.size() == 1 && SortedLog.isInOrder(sources.get(0))) {
            return show(new Learn(bundle, version.verdicts(), sources.get(0), cold));
        }
        try (SortedLog sorted = SortedLog.inTemporaryFolder(sources, console::warn)) {
            return show(new Learn(bundle, version.verdicts(), sorted, cold));
        }
    }

    private int show(Learn learn) throws IOException {
        return version.show(console, learn.report(), learn.tree(), learn::apply);
    }
}
