package dev.octet.cli;

import dev.octet.evaluate.RunComparison;
import dev.octet.lab.ComparedRuns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        header = "finished runs in one table: configs, figures, differences",
        description = "Puts finished runs side by side: where their configs differ, their figures, and, where they were"
                + " tested on the same rows, paired differences of recall with 95 %% intervals. Reads what the runs wrote,"
                + " no log and no model.")
final class CompareCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", arity = "2..*", description = "output folders of finished runs, e.g. models/demo")
    private List<Path> runs;

    @Option(names = "--html", paramLabel = "FILE", description = "also write it as a page")
    private Optional<Path> html = Optional.empty();

    @Mixin
    private Output output;

    @Override
    public Integer call() throws IOException {
        RunComparison comparison = ComparedRuns.of(runs);
        if (html.isPresent()) {
            ComparedRuns.writePage(comparison, html.get());
        }
        if (output.json()) {
            output.print(comparison.tree());
            return 0;
        }
        output.out().print(comparison.markdown());
        output.out().flush();
        html.ifPresent(file -> output.hint("The same as a page: " + file));
        return 0;
    }
}
