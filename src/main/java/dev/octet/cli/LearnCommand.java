package dev.octet.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.bundle.Bundle;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginSource;
import dev.octet.event.SortedLog;
import dev.octet.event.format.LogFiles;
import dev.octet.event.text.PlainText;
import dev.octet.serve.Learn;
import dev.octet.serve.Rethreshold;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
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
    /** What is done with it: one of these. */
    static final class Action {
        @Option(names = "--what-if", description = "show what would change, write nothing")
        private boolean whatIf;

        @Option(names = "--apply", description = "show it, and write the bundle that has learnt")
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
        Optional<LogFormat> given = options.given(console);
        Bundle bundle = Bundle.load(model);
        List<Path> files = LogFiles.find(inputs, System.in);
        List<LoginSource> sources = given.orElse(bundle.format()).sources(files, false, console::warn);
        Learn learn = learn(bundle, sources);
        if (!console.json()) {
            console.out().print(PlainText.lines(learn.report()));
            console.out().flush();
        }
        Optional<Bundle> written = action.apply
                ? Optional.of(learn.apply(output.orElse(Rethreshold.nextVersion(model))))
                : Optional.empty();
        if (console.json()) {
            ObjectNode tree = learn.tree();
            written.ifPresent(next -> {
                tree.put("bundle", next.directory().toString());
                tree.put("bundle_id", next.id());
            });
            console.print(tree);
            return 0;
        }
        written.ifPresent(next -> console.out().printf("%nNew bundle: %s (%s)%n", next.directory(), next.id()));
        console.out().flush();
        return 0;
    }

    private Learn learn(Bundle bundle, List<LoginSource> sources) throws IOException {
        boolean cold = history == ScoreCommand.Start.COLD;
        if (sources.size() == 1 && SortedLog.isInOrder(sources.get(0))) {
            return new Learn(bundle, verdicts, sources.get(0), cold);
        }
        try (SortedLog sorted = SortedLog.inTemporaryFolder(sources, console::warn)) {
            return new Learn(bundle, verdicts, sorted, cold);
        }
    }
}
