package dev.octet.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.config.ExperimentConfig;
import dev.octet.run.MatrixExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "matrix",
        mixinStandardHelpOptions = true,
        header = "writes the encoded rows and labels of a config as NumPy arrays",
        description =
                "Writes the training, validation and test rows of a config as a detector would see them, with their"
                        + " labels and row numbers, as NumPy arrays (.npy). Trains nothing. Scores of another program come back"
                        + " with evaluate.external.")
final class MatrixCommand implements Callable<Integer> {
    @Parameters(paramLabel = "CONFIG", description = "the experiment's YAML file")
    private Path config;

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "the folder for the arrays")
    private Path folder;

    @Option(
            names = "--detector",
            paramLabel = "NAME",
            description = "the detector whose features and scales are taken (default: the first one)")
    private Optional<String> detector = Optional.empty();

    @Mixin
    private ConfigOptions options;

    @Mixin
    private Output output;

    @Override
    public Integer call() throws IOException {
        ExperimentConfig experiment = ExperimentConfig.read(config, options.overrides(), System.getenv());
        MatrixExport.Result result;
        try (Steps steps = output.steps()) {
            result = new MatrixExport(experiment, steps).write(detector.orElse(""), folder, options.strict());
        }
        if (output.json()) {
            ObjectNode tree = JsonNodeFactory.instance.objectNode();
            tree.put("detector", result.detector());
            result.columns().forEach(tree.putArray("columns")::add);
            ObjectNode rows = tree.putObject("rows");
            result.rows().forEach(rows::put);
            output.print(tree);
            return 0;
        }
        result.rows()
                .forEach((span, rows) -> output.out()
                        .printf(
                                Locale.ROOT,
                                "%s: %,d rows of %d columns%n",
                                folder.resolve(span + ".npy"),
                                rows,
                                result.columns().size()));
        output.out().flush();
        return 0;
    }
}
