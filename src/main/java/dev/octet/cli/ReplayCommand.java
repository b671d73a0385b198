package dev.octet.cli;

import dev.octet.experiment.ExperimentConfig;
import dev.octet.experiment.Replay;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description =
                "Walks the test span by month, week, day or hour: predicts a span, receives its labels, learns from"
                        + " them, and shows what that was worth. A replay that was killed goes on.")
final class ReplayCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "CONFIG",
            description = "the experiment's YAML file; its replay.every is the span's length")
    private Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "overrides a value of the config, e.g. --set replay.every=week; may be repeated")
    private List<String> overrides = List.of();

    @Option(names = "--restart", description = "begin anew, whatever an earlier replay left")
    private boolean restart;

    @Option(names = "--strict", description = "stop at the first row that cannot be read")
    private boolean strict;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        ExperimentConfig experiment = ExperimentConfig.read(config, overrides, System.getenv());
        Replay.Result result;
        try (Steps steps = new Steps(spec.commandLine().getErr())) {
            result = new Replay(experiment, steps).run(strict, restart);
        }
        out.println();
        out.print(result.table().markdown());
        out.println();
        out.println("The table is in " + experiment.output().resolve("replay.md") + ".");
        for (Path bundle : result.bundles()) {
            out.println("Updated model: " + bundle);
        }
        out.flush();
        return 0;
    }
}
