package dev.octet.run;

import dev.octet.config.DetectorConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.detect.autoencoder.SparkTraining;
import dev.octet.evaluate.EvaluationReport;
import dev.octet.evaluate.RunFigures;
import dev.octet.feature.RowFeatures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One experiment from config to table, in steps that hand each other values: {@link ReadStep read}, {@link FitStep fit},
 * {@link ThresholdStep threshold}, {@link ScoreStep score}, {@link EvaluateStep evaluate}, {@link ReportStep report}. What a
 * step returns is all that the next one sees. A run that was killed or failed goes on from what it left when it is started
 * again. How often the log is read, and why, is in {@code docs/architecture.md}. Not thread-safe.
 */
public final class Experiment {
    private final ExperimentConfig config;
    private final RunListener listener;
    /** What the features remember at the end of the validation span, where one detector alone goes on from there. */
    private List<RowFeatures> remembered = List.of();

    /**
     * What a run wrote.
     *
     * @param report the table
     * @param figures what the report draws
     * @param bundles one for each detector, in the order of the config
     * @param scores one for each detector, likewise
     */
    public record Result(EvaluationReport report, RunFigures figures, List<Path> bundles, List<Path> scores) {}

    public Experiment(ExperimentConfig config, RunListener listener) {
        this.config = config;
        this.listener = listener;
    }

    /** Whether a detector of the config is trained on Apache Spark, whose classes must then be on the class path. */
    public static boolean needsSpark(ExperimentConfig config) {
        return config.detection().detectors().stream()
                .anyMatch(detector -> detector.trainer().needsSpark());
    }

    /**
     * Runs the experiment.
     *
     * @param strict whether the first row that cannot be used ends the run
     * @throws dev.octet.event.InputException if it cannot be done with this config and this data
     */
    public Result run(boolean strict) throws IOException {
        if (needsSpark(config)) {
            SparkTraining.requireClasses();
        }
        ReadLog read = ReadStep.read(config, listener, strict);
        List<ExternalScores> external = ExternalScores.read(read);
        TrainedFiles files = new TrainedFiles(read, listener);
        SeedStep seeds = new SeedStep(read, listener);
        Map<String, List<TrainedDetector>> further = new LinkedHashMap<>();
        List<TrainedDetector> trained = train(read, files, seeds, further);
        FigureCollector figures = new FigureCollector(config.view(), trained);
        EvaluateStep.Evaluated evaluated;
        try (ScoreStep.Scored scored = ScoreStep.score(read, trained, remembered, figures, listener)) {
            if (!further.values().stream().allMatch(List::isEmpty)) {
                scored.awaitSaved(); // further seeds have memories of their own
            }
            evaluated =
                    EvaluateStep.evaluate(read, scored.detectors(), seeds.score(further), external, figures, listener);
        }
        ReportStep.write(config, evaluated);
        ModelCard.write(read, trained, evaluated);
        for (TrainedDetector one : trained) {
            files.forget(one.name());
            seeds.forget(one.name());
        }
        Outputs outputs = new Outputs(config);
        List<String> names = config.detection().detectors().stream()
                .map(DetectorConfig::name)
                .toList();
        return new Result(
                evaluated.report(),
                evaluated.figures(),
                names.stream().map(outputs::bundle).toList(),
                names.stream().map(outputs::scores).toList());
    }

    /**
     * Trains the detectors that no earlier start of this run has trained; holds no rows once it has returned.
     *
     * @param further receives each detector's further seeds
     */
    private List<TrainedDetector> train(
            ReadLog read, TrainedFiles files, SeedStep seeds, Map<String, List<TrainedDetector>> further)
            throws IOException {
        Map<String, TrainedDetector> trained = new HashMap<>();
        List<DetectorConfig> missing = new ArrayList<>();
        for (DetectorConfig detector : config.detection().detectors()) {
            Optional<TrainedDetector> before = files.find(detector.name());
            Optional<List<TrainedDetector>> others =
                    before.isPresent() ? seeds.find(detector, before.get()) : Optional.empty();
            if (before.isPresent() && others.isPresent()) {
                trained.put(detector.name(), before.get());
                further.put(detector.name(), others.get());
            } else {
                missing.add(detector);
            }
        }
        FitStep fit = new FitStep(read, listener);
        ValidationPass validation = new ValidationPass(read, listener);
        ThresholdStep threshold = new ThresholdStep(read, files);
        fit.readRows(missing);
        for (DetectorConfig detector : missing) {
            FittedDetector fitted = validation.score(fit.fit(detector));
            TrainedDetector first = threshold.decide(fitted);
            trained.put(detector.name(), first);
            further.put(detector.name(), seeds.train(fit, fitted, first));
            if (config.detection().detectors().size() == 1
                    && further.get(detector.name()).isEmpty()) {
                remembered = fitted.rows().memories();
            }
        }
        if (!missing.isEmpty()) {
            read.cache().removeUnused();
        }
        read.preparation().close();
        return config.detection().detectors().stream()
                .map(detector -> trained.get(detector.name()))
                .toList();
    }
}
