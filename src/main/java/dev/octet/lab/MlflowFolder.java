package dev.octet.lab;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.octet.config.ExperimentConfig;
import dev.octet.evaluate.DetectorFigures;
import dev.octet.evaluate.FiguresCsv;
import dev.octet.evaluate.TrainingCurve;
import dev.octet.event.TemporaryFile;
import dev.octet.event.text.JsonText;
import dev.octet.run.Experiment;
import dev.octet.run.OutputFile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A finished run in a folder that MLflow reads as its file store ({@code mlflow ui --backend-store-uri FOLDER}): the config's
 * keys as parameters, the table's figures and the losses as metrics, reports as artifacts. The experiment is named as the
 * config is. Writes files only; needs no MLflow.
 */
public final class MlflowFolder {
    /** MLflow's {@code RunStatus.FINISHED}. */
    private static final int FINISHED = 3;
    /** MLflow's {@code SourceType.LOCAL}. */
    private static final int LOCAL = 4;
    /** Longest value of a parameter that MLflow takes. */
    private static final int MAX_PARAMETER = 6000;

    private static final List<String> ARTIFACTS =
            List.of("table.md", "report.html", "evaluation.json", "config.yaml", "figures.csv", "losses.csv");

    private final Path store;
    private final ExperimentConfig config;

    private MlflowFolder(Path store, ExperimentConfig config) {
        this.store = store.toAbsolutePath().normalize();
        this.config = config;
    }

    /**
     * Checks that the folder can be written to; to be called before a run.
     *
     * @throws IOException if it cannot
     */
    public static void requireWritable(Path store) throws IOException {
        Files.createDirectories(store);
        Path probe = TemporaryFile.beside(store.toAbsolutePath().resolve("probe"));
        Files.createFile(probe);
        Files.delete(probe);
    }

    /**
     * Writes a run.
     *
     * @param startMillis when it began, in milliseconds since 1970
     * @return the run's folder
     */
    public static Path write(
            Path store, ExperimentConfig config, Experiment.Result result, long startMillis, long endMillis)
            throws IOException {
        return new MlflowFolder(store, config).write(result, startMillis, endMillis);
    }

    private Path write(Experiment.Result result, long start, long end) throws IOException {
        String experiment = experimentId();
        Path folder = store.resolve(experiment);
        Files.createDirectories(folder);
        Path meta = folder.resolve("meta.yaml");
        if (!Files.exists(meta)) {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("artifact_location", folder.toUri().toString().replaceAll("/$", ""));
            keys.put("creation_time", start);
            keys.put("experiment_id", experiment);
            keys.put("last_update_time", start);
            keys.put("lifecycle_stage", "active");
            keys.put("name", config.name());
            OutputFile.write(meta, yaml(keys));
        }
        String id = UUID.randomUUID().toString().replace("-", "");
        Path run = folder.resolve(id);
        Path temporary = Files.createDirectory(TemporaryFile.beside(run));
        try {
            for (String part : List.of("metrics", "params", "tags", "artifacts")) {
                Files.createDirectory(temporary.resolve(part));
            }
            params(temporary.resolve("params"));
            metrics(temporary.resolve("metrics"), result, end);
            Files.writeString(temporary.resolve("tags").resolve("mlflow.runName"), config.name());
            Files.writeString(temporary.resolve("tags").resolve("mlflow.source.name"), "octet");
            Files.writeString(temporary.resolve("tags").resolve("mlflow.source.type"), "LOCAL");
            for (String name : ARTIFACTS) {
                if (Files.isRegularFile(config.output().resolve(name))) {
                    Files.copy(
                            config.output().resolve(name),
                            temporary.resolve("artifacts").resolve(name));
                }
            }
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("artifact_uri", run.resolve("artifacts").toUri().toString().replaceAll("/$", ""));
            keys.put("end_time", end);
            keys.put("entry_point_name", "");
            keys.put("experiment_id", experiment);
            keys.put("lifecycle_stage", "active");
            keys.put("run_id", id);
            keys.put("run_name", config.name());
            keys.put("run_uuid", id);
            keys.put("source_name", "");
            keys.put("source_type", LOCAL);
            keys.put("source_version", "");
            keys.put("start_time", start);
            keys.put("status", FINISHED);
            keys.put("user_id", "octet");
            Files.writeString(temporary.resolve("meta.yaml"), yaml(keys) + "tags: []\n");
            Files.move(temporary, run, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            TemporaryFile.deleteTree(temporary);
        }
        return run;
    }

    /** A number of 18 digits that the name gives, as MLflow's ids are. */
    private String experimentId() {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(config.name().getBytes(StandardCharsets.UTF_8));
            BigInteger number = new BigInteger(1, hash).mod(BigInteger.TEN.pow(17));
            return number.add(BigInteger.TEN.pow(17)).toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private void params(Path folder) throws IOException {
        for (Map.Entry<String, String> each : ConfigSettings.of(config.file()).entrySet()) {
            String value = each.getValue();
            Files.writeString(
                    folder.resolve(fileName(each.getKey())),
                    value.substring(0, Math.min(value.length(), MAX_PARAMETER)));
        }
    }

    /** MLflow takes letters, digits, {@code _-./} and spaces. */
    private static String fileName(String name) {
        return name.replaceAll("[^A-Za-z0-9_. -]", "_");
    }

    private static void metrics(Path folder, Experiment.Result result, long time) throws IOException {
        FiguresCsv.each(result.report(), (detector, figure, value, low, high) -> {
            if (Double.isFinite(value)) {
                metric(folder, detector + "." + figure, time, value, 0);
            }
        });
        for (DetectorFigures one : result.figures().detectors()) {
            for (TrainingCurve.Epoch epoch :
                    one.training().map(TrainingCurve::epochs).orElse(List.of())) {
                metric(folder, one.detector() + ".train_loss", time, epoch.trainLoss(), epoch.epoch());
                if (Double.isFinite(epoch.validationLoss())) {
                    metric(folder, one.detector() + ".validation_loss", time, epoch.validationLoss(), epoch.epoch());
                }
            }
        }
    }

    private static void metric(Path folder, String name, long time, double value, int step) throws IOException {
        Path file = folder.resolve(fileName(name));
        String before = Files.exists(file) ? Files.readString(file) : "";
        Files.writeString(file, before + time + " " + value + " " + step + "\n");
    }

    /** Keys and values; texts as JSON strings, which are YAML. */
    private static String yaml(Map<String, Object> keys) {
        StringBuilder text = new StringBuilder();
        keys.forEach((key, value) -> text.append(key)
                .append(": ")
                .append(value instanceof String string ? JsonText.line(TextNode.valueOf(string)) : value.toString())
                .append('\n'));
        return text.toString();
    }
}
