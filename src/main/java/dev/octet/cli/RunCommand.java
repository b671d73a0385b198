package dev.octet.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.autoencoder.SparkTraining;
import dev.octet.evaluate.FoldTable;
import dev.octet.evaluate.ReproductionReport;
import dev.octet.event.text.PlainText;
import dev.octet.lab.Book;
import dev.octet.lab.MlflowFolder;
import dev.octet.lab.StarterConfig;
import dev.octet.run.Experiment;
import dev.octet.run.Outputs;
import dev.octet.run.RollingOrigin;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        header = "runs a config or a log: trains, chooses a threshold, evaluates",
        description =
                "Runs one experiment: trains, chooses a threshold, scores, evaluates, writes bundle and table. Given"
                        + " logs instead of a config, it writes a config for them first, as ./octet init does.")
final class RunCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "CONFIG|LOG",
            arity = "1..*",
            description =
                    "the experiment's YAML file, whose keys docs/config.md lists; or logs: files, folders, patterns")
    private List<String> inputs;

    @Option(
            names = "--mlflow",
            paramLabel = "DIR",
            description = "also write the run into this folder as MLflow's file store has it: mlflow ui"
                    + " --backend-store-uri DIR shows it")
    private Optional<Path> mlflow = Optional.empty();

    @Mixin
    private LogOptions log;

    @Mixin
    private EnrichOptions addresses;

    @Mixin
    private ConfigOptions options;

    @Mixin
    private DeviceOption device;

    @Mixin
    private SparkOptions spark;

    @Mixin
    private Output output;

    @Override
    public Integer call() throws IOException {
        if (spark.given()) {
            return spark.run(onSpark());
        }
        if (spark.settingsWithoutMaster()) {
            throw output.wrongUsage("--conf is a setting of Spark; say where it runs: --on MASTER");
        }
        long start = System.nanoTime();
        Path config = config();
        List<String> overrides = new ArrayList<>();
        addresses
                .named()
                .forEach((fact, files) -> overrides.add("data.enrich." + fact.key() + "=" + StarterConfig.list(files)));
        overrides.addAll(options.overrides());
        ExperimentConfig experiment = ExperimentConfig.read(config, overrides, System.getenv());
        device.check();
        if (experiment.reproduce().isPresent()) {
            return reproduce(experiment);
        }
        if (Experiment.needsSpark(experiment) && !SparkTraining.isOnClassPath()) {
            return new SparkTrainingJvm(SparkOptions.home(), System.getenv("SPARK_HOME")).run(output.arguments());
        }
        if (mlflow.isPresent()) {
            MlflowFolder.requireWritable(mlflow.get());
        }
        long startMillis = System.currentTimeMillis();
        Experiment.Result result;
        Optional<FoldTable> folds = Optional.empty();
        Outputs outputs = new Outputs(experiment);
        try (Steps steps = output.steps(() -> Interruption.Advice.goOn(output, outputs.resumable()))) {
            Optional<RollingOrigin> rolling = RollingOrigin.of(experiment, steps);
            if (rolling.isPresent()) {
                RollingOrigin.Result all = rolling.get().run(options.strict());
                result = all.last();
                folds = Optional.of(all.table());
            } else {
                result = new Experiment(experiment, steps).run(options.strict());
            }
        }
        if (mlflow.isPresent()) {
            MlflowFolder.write(mlflow.get(), experiment, result, startMillis, System.currentTimeMillis());
        }
        if (output.json()) {
            ObjectNode tree = result.report().tree();
            folds.ifPresent(table -> tree.set("folds", table.tree()));
            result.bundles().forEach(bundle -> tree.withArray("bundles").add(bundle.toString()));
            result.scores().forEach(scores -> tree.withArray("scores").add(scores.toString()));
            output.print(tree);
            return 0;
        }
        PrintWriter out = output.out();
        out.println();
        out.print(result.report().markdown());
        out.println();
        if (folds.isPresent()) {
            out.print(folds.get().markdown());
            out.println();
        }
        out.printf(
                Locale.ROOT,
                "Done in %.0f s. The table is in %s, everything else beside it.%n",
                (System.nanoTime() - start) / 1e9,
                experiment.output().resolve("table.md"));
        for (Path bundle : result.bundles()) {
            out.println("Model bundle: " + bundle);
        }
        out.flush();
        Path bundle = result.bundles().get(0);
        output.hint("");
        output.hint("Next:");
        output.hint("  ./octet inspect " + bundle + "   what is in it");
        output.hint("  ./octet score --model " + bundle + " --input LOGINS.csv --output scores.csv");
        return 0;
    }

    /** The arguments of the same command in octet-spark.jar. */
    private List<String> onSpark() {
        if (!isConfig() || addresses.isGiven()) {
            throw output.wrongUsage("--on needs a config; write one for the log first: ./octet init LOG");
        }
        if (mlflow.isPresent() || output.json() || device.isGiven()) {
            throw output.wrongUsage(
                    "--mlflow, --json and --device work on one machine only: leave them out, or leave out --on");
        }
        List<String> arguments = new ArrayList<>(
                List.of("run", inputs.get(0), "--octet", SparkOptions.octet().toString()));
        options.overrides().forEach(override -> arguments.addAll(List.of("--set", override)));
        if (options.strict()) {
            arguments.add("--strict");
        }
        return arguments;
    }

    private boolean isConfig() {
        return inputs.size() == 1 && inputs.get(0).matches("(?i).*\\.ya?ml") && !log.isGiven();
    }

    /** The config that was named, or one for the logs that were. */
    private Path config() throws IOException {
        if (isConfig()) {
            return Path.of(inputs.get(0));
        }
        OwnLog own = OwnLog.look(inputs, log, addresses, output);
        Path config = Path.of(own.name() + ".yaml");
        own.write(config, false);
        if (!output.json()) {
            own.print(output.out());
            output.out().println("Config: " + PlainText.of(config.toString()));
            output.out().flush();
        }
        return config;
    }

    private int reproduce(ExperimentConfig experiment) throws IOException {
        ReproductionReport report;
        try (Steps steps = output.steps()) {
            report = switch (experiment.reproduce().orElseThrow()) {
                case BOOK -> new Book(experiment, steps).run(options.strict());
            };
        }
        if (output.json()) {
            output.print(report.tree());
            return 0;
        }
        PrintWriter out = output.out();
        out.println();
        out.print(report.markdown());
        out.println();
        out.println("The table is in " + experiment.output().resolve("table.md") + ".");
        out.flush();
        return 0;
    }
}
