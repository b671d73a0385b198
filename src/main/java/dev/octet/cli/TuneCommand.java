package dev.octet.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.lab.TuneConfig;
import dev.octet.lab.Tuning;
import dev.octet.lab.search.SearchResult;
import dev.octet.lab.search.Standing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "tune",
        mixinStandardHelpOptions = true,
        header = "searches for better settings of a config",
        description =
                "Searches for a better config: draws candidates, trains them, scores them on the validation span, and"
                        + " writes the best as a config to run. A search that was killed goes on.")
final class TuneCommand implements Callable<Integer> {
    @Parameters(paramLabel = "CONFIG", description = "the search's YAML file; docs/tuning.md shows one")
    private Path config;

    @Option(
            names = "--base-set",
            paramLabel = "KEY=VALUE",
            description = "overrides a value of the base config, e.g. --base-set data.train=my.csv; may be repeated")
    private List<String> baseOverrides = List.of();

    @Option(names = "--restart", description = "begin anew, whatever an earlier search left")
    private boolean restart;

    @Mixin
    private ConfigOptions options;

    @Mixin
    private DeviceOption device;

    @Mixin
    private Output output;

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        TuneConfig search = TuneConfig.read(config, options.overrides(), baseOverrides, System.getenv());
        device.check();
        Tuning.Result result;
        try (Steps steps = output.steps(() -> Interruption.Advice.goOn(output, journal(search)))) {
            result = new Tuning(search, steps).run(options.strict(), restart);
        }
        SearchResult found = result.search();
        Standing best = found.best();
        if (output.json()) {
            output.print(tree(result));
            return 0;
        }
        PrintWriter out = output.out();
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
        out.flush();
        output.hint("");
        output.hint("Next:");
        output.hint("  ./octet run " + result.best() + "   what the best does on the test span");
        output.hint("  ./octet run " + result.base() + "   and what the base does");
        return 0;
    }

    private static List<Path> journal(TuneConfig search) {
        return Stream.of(search.output().resolve("search.jsonl"))
                .filter(Files::exists)
                .toList();
    }

    private static ObjectNode tree(Tuning.Result result) {
        SearchResult found = result.search();
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("end", found.end().name().toLowerCase(Locale.ROOT));
        tree.put("candidates", found.standings().size() - 1);
        tree.put("base_score", found.base().score());
        tree.put("best_candidate", found.best().candidate());
        tree.put("best_score", found.best().score());
        ObjectNode values = tree.putObject("best_values");
        for (int i = 0; i < result.columns().size(); i++) {
            values.put(result.columns().get(i), found.best().cells().get(i));
        }
        tree.put("best", result.best().toString());
        tree.put("base", result.base().toString());
        tree.put("table", result.candidates().toString());
        return tree;
    }
}
