package dev.octet.cli;

import dev.octet.evaluate.ReproductionReport;
import dev.octet.experiment.Book;
import dev.octet.experiment.Experiment;
import dev.octet.experiment.ExperimentConfig;
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
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs one experiment: trains, chooses a threshold, scores, evaluates, writes bundle and table.")
final class RunCommand implements Callable<Integer> {
    @Parameters(paramLabel = "CONFIG", description = "the experiment's YAML file; docs/config.md lists its keys")
    private Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "overrides a value of the config, e.g. --set detector.autoencoder.epochs=3; may be repeated")
    private List<String> overrides = List.of();

    @Option(names = "--strict", description = "stop at the first row that cannot be read")
    private boolean strict;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        long start = System.nanoTime();
        ExperimentConfig experiment = ExperimentConfig.read(config, overrides, System.getenv());
        if (experiment.reproduce().isPresent()) {
            return reproduce(experiment, out);
        }
        Experiment.Result result;
        try (Steps steps = new Steps(spec.commandLine().getErr())) {
            result = new Experiment(experiment, steps).run(strict);
        }
        out.println();
        out.print(result.report().markdown());
        out.println();
        out.printf(
                Locale.ROOT,
                "Done in %.0f s. The table is in %s, everything else beside it.%n",
                (System.nanoTime() - start) / 1e9,
                experiment.output().resolve("table.md"));
        for (Path bundle : result.bundles()) {
            out.println("Model bundle: " + bundle);
        }
        Path bundle = result.bundles().get(0);
        out.println();
        out.println("Next:");
        out.println("  ./octet inspect " + bundle + "   what is in it");
        out.println("  ./octet score --model " + bundle + " --input LOGINS.csv --output scores.csv");
        out.flush();
        return 0;
    }

    private int reproduce(ExperimentConfig experiment, PrintWriter out) throws IOException {
        ReproductionReport report;
        try (Steps steps = new Steps(spec.commandLine().getErr())) {
            report = switch (experiment.reproduce().orElseThrow()) {
                case BOOK -> new Book(experiment, steps).run(strict);
            };
        }
        out.println();
        out.print(report.markdown());
        out.println();
        out.println("The table is in " + experiment.output().resolve("table.md") + ".");
        out.flush();
        return 0;
    }
}
