package dev.octet.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.config.ExperimentConfig;
import dev.octet.lab.Replay;
import dev.octet.run.Outputs;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        header = "walks the test span: predict, receive labels, learn",
        description =
                "Walks the test span by month, week, day or hour: predicts a span, receives its labels, learns from"
                        + " them, and shows what that was worth. A replay that was killed goes on.")
final class ReplayCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "CONFIG",
            description = "the experiment's YAML file; its replay.every is the span's length")
    private Path config;

    @Option(names = "--restart", description = "begin anew, whatever an earlier replay left")
    private boolean restart;

    @Mixin
    private ConfigOptions options;

    @Mixin
    private DeviceOption device;

    @Mixin
    private Output output;

    @Override
    public Integer call() throws IOException {
        ExperimentConfig experiment = ExperimentConfig.read(config, options.overrides(), System.getenv());
        device.check();
        Replay.Result result;
        try (Steps steps = output.steps(() -> Interruption.Advice.goOn(output, states(experiment)))) {
            result = new Replay(experiment, steps).run(options.strict(), restart);
        }
        if (output.json()) {
            ObjectNode tree = result.table().tree();
            result.bundles().forEach(bundle -> tree.withArray("bundles").add(bundle.toString()));
            output.print(tree);
            return 0;
        }
        PrintWriter out = output.out();
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

    /** What the replay, or the training before it, has left. */
    private static List<Path> states(ExperimentConfig config) {
        Path replay = config.output().resolve("replay");
        return Files.exists(replay) ? List.of(replay) : new Outputs(config).resumable();
    }
}
