package dev.octet.cli;

import dev.octet.experiment.TuneConfig;
import dev.octet.experiment.Tuning;
import dev.octet.tune.SearchResult;
import dev.octet.tune.Standing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "tune",
        mixinStandardHelpOptions = true,
        description =
                "Searches for a better config: draws candidates, trains them, scores them on the validation span, and"
                        + " writes the best as a config to run. A search that was killed goes on.")
final class TuneCommand implements Callable<Integer> {
    @Parameters(paramLabel = "CONFIG", description = "the search's YAML file; docs/tuning.md shows one")
    private Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "overrides a value of the search's file, e.g. --set candidates=50; may be repeated")
    private List<String> overrides = List.of();

    @Option(
            names = "--base-set",
            paramLabel = "KEY=VALUE",
            description = "overrides a value of the base config, e.g. --base-set data.train=my.csv; may be repeated")
    private List<String> baseOverrides = List.of();

    @Option(names = "--restart", description = "begin anew, whatever an earlier search left")
    private boolean restart;

    @Option(names = "--strict", description = "stop at the first row that cannot be read")
    private boolean strict;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        long start = System.nanoTime();
        TuneConfig search = TuneConfig.read(config, overrides, baseOverrides, System.getenv());
        Tuning.Result result;
        try (Steps steps = new Steps(spec.commandLine().getErr())) {
            result = new Tuning(search, steps).run(strict, restart);
        }
        SearchResult found = result.search();
        Standing best = found.best();
        out.println();
        out.printf(
                Locale.ROOT,
                "%s after %d candidates, %.0f s.%n",
                switch (found.end()) {
                    case COMPLETE -> "Done";
                    case PATIENCE -> "Ended, with no better one for as long as patience allows,";
                    case EXHAUSTED -> "Ended, with every candidate of the space tried,";
                    case TIME -> "Ended by the time limit; the same command with more minutes goes on;";
                },
                found.standings().size() - 1,
                (System.nanoTime() - start) / 1e9);
        out.printf(Locale.ROOT, "The base scores %.4f.%n", found.base().score());
        if (best == found.base()) {
            out.println("No candidate was better.");
        } else {
            out.printf(Locale.ROOT, "Best is candidate %d, with %.4f:%n", best.candidate(), best.score());
            for (int i = 0; i < result.columns().size(); i++) {
                String value = best.cells().get(i);
                out.println("  " + result.columns().get(i) + ": " + (value.isEmpty() ? "(default)" : value));
            }
        }
        out.println("All candidates: " + result.candidates());
        out.println();
        out.println("Next:");
        out.println("  ./octet run " + result.best() + "   what the best does on the test span");
        out.flush();
        return 0;
    }
}
