package dev.octet.run;

import dev.octet.config.ExperimentConfig;
import dev.octet.run.cluster.ClusterLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A {@link ClusterExperiment} for a caller in another class loader: only types of the JDK and of {@code
 * dev.octet.run.cluster} pass. {@code octet-spark.jar} calls it by its name. Not thread-safe.
 */
public final class ClusterRun {
    private final ExperimentConfig config;

    private ClusterRun(ExperimentConfig config) {
        this.config = config;
    }

    /** As {@link ClusterExperiment#config}. */
    public static ClusterRun of(Path config, List<String> overrides, Map<String, String> environment) {
        return new ClusterRun(ClusterExperiment.config(config, overrides, environment));
    }

    /** The folder that everything is written under. */
    public Path output() {
        return config.output();
    }

    /**
     * Runs it.
     *
     * @param strict whether the first row that cannot be used ends the run
     * @param steps told how it goes, in sentences
     * @return the table, and where the bundle is, as lines
     * @throws IOException if something cannot be read or written
     */
    public List<String> run(boolean strict, ClusterLog log, Consumer<String> steps) throws IOException {
        Experiment.Result result = ClusterExperiment.run(config, strict, log, new RunListener() {
            @Override
            public void stage(String text) {
                steps.accept(text);
            }

            @Override
            public void note(String text) {
                steps.accept(text);
            }
        });
        List<String> lines = new ArrayList<>(result.report().markdown().lines().toList());
        lines.add("The table is in " + new Outputs(config).table() + ", everything else beside it.");
        lines.add("Model bundle: " + result.bundles().get(0));
        return lines;
    }
}
