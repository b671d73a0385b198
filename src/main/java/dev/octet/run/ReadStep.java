package dev.octet.run;

import dev.octet.config.ConfigException;
import dev.octet.config.DataConfig;
import dev.octet.config.DetectorConfig;
import dev.octet.config.EvaluateConfig;
import dev.octet.config.ExperimentConfig;
import dev.octet.config.LabelsConfig;
import dev.octet.event.AttackWindows;
import dev.octet.event.enrich.Enrichment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The first step of a run: reads the log from end to end and checks everything that the config names and that can be known
 * before training. What fails later than here is no fault of the log, of the config or of the output directory.
 */
public final class ReadStep {
    /** The list of what could not be read, in the output folder. */
    private static final String UNREADABLE = "unreadable.csv";

    private final ExperimentConfig config;
    private final RunListener listener;
    private final boolean strict;

    private ReadStep(ExperimentConfig config, RunListener listener, boolean strict) {
        this.config = config;
        this.listener = listener;
        this.strict = strict;
    }

    /**
     * Reads and checks.
     *
     * @param strict whether the first row that cannot be used ends it
     * @throws dev.octet.event.InputException if it cannot be done with this config and this data
     */
    public static ReadLog read(ExperimentConfig config, RunListener listener, boolean strict) throws IOException {
        if (config.detection().detectors().isEmpty()) {
            throw new ConfigException("the config names no detector but reproduce, which only ./octet run does");
        }
        return new ReadStep(config, listener, strict).read();
    }

    private ReadLog read() throws IOException {
        DataConfig data = config.data();
        config.requireDataFiles();
        Path folder = data.matrices().folder().orElse(config.output().resolve("cache"));
        Path sorted = data.matrices().folder().orElse(config.output());
        new Outputs(config).requireWritable(folder);
        Sample.makeIfMissing(data, listener);
        Map<Long, String> attackers = config.evaluate().by().contains(EvaluateConfig.Breakdown.ATTACKER)
                ? Truth.attackers(Sample.truth(data))
                : Map.of();
        Optional<Path> truth = data.reading().train().isEmpty() ? Optional.empty() : Sample.truthIfAny(data);
        Map<Long, String> campaigns = truth.isPresent() ? Truth.campaigns(truth.get()) : Map.of();
        RowCache cache = new RowCache(folder, (long) data.matrices().mebibytes() << 20, listener);
        Enrichment enrichment = Sources.enrichment(data);
        DataFiles files = new DataFiles(data, enrichment.info(), listener, SeenFiles.in(folder));
        Preparation preparation = new Preparation(config.detection().detectors().stream()
                .map(DetectorConfig::trainer)
                .toList());
        Optional<AttackWindows> attacks = Sources.attacks(data);
        Log log = new Log(Sources.train(data, enrichment, listener::note), attacks, sorted, listener);
        Log.Scan scan = scan(log, cache, files);
        Log testLog = log;
        Log.Scan testScan = scan;
        if (!data.reading().test().isEmpty()) {
            testLog = new Log(Sources.test(data, enrichment, listener::note), attacks, sorted, listener);
            testScan = scan(testLog, "unreadable-test.csv");
        }
        Spans spans =
                Spans.of(config.split(), scan, data.reading().format().time().zone());
        return new ReadLog(
                config, log, testLog, scan, testScan, spans, attackers, campaigns, files, cache, preparation);
    }

    /** The training log, of which an earlier run may have kept what it found. */
    private Log.Scan scan(Log log, RowCache cache, DataFiles files) throws IOException {
        if (files.areFiles() && cache.hasEntries()) {
            Optional<RowCache.Scanned> known = cache.findScan(files.trainingLogKey());
            if (known.isPresent()) {
                listener.stage("reading " + log.name());
                Files.deleteIfExists(config.output().resolve(UNREADABLE));
                Log.Scan scan = log.restore(known.get());
                tell(log, scan);
                return scan; // the disk and the cores are the training's, until it has begun
            }
        }
        files.beginChecksums();
        return scan(log, UNREADABLE);
    }

    private Log.Scan scan(Log log, String list) throws IOException {
        listener.stage("reading " + log.name());
        Log.Scan scan = log.scan(
                config.output().resolve(list),
                config.data().reading().rejection().strictIf(strict));
        tell(log, scan);
        return scan;
    }

    private void tell(Log log, Log.Scan scan) {
        withoutLabels(config.data(), log, scan).ifPresent(listener::note);
        scan.warnings().forEach(listener::note);
    }

    /** What a reader must know of a log of which the labels that the config names know nothing. */
    static Optional<String> withoutLabels(DataConfig data, Log log, Log.Scan scan) {
        if (scan.labelled() || data.labels().isEmpty()) {
            return Optional.empty();
        }
        LabelsConfig.Source source = data.labels().get().source();
        String missing;
        if (source instanceof LabelsConfig.Column column) {
            missing = "there is no label in its column " + column.name() + ", or no such column";
        } else if (source instanceof LabelsConfig.Windows windows && !Files.exists(windows.file())) {
            missing = windows.file() + " does not exist";
        } else {
            missing = "no attack window lies within " + Log.span(scan.firstMicros(), scan.lastMicros());
        }
        return Optional.of(log.name() + " counts as a log without labels: " + missing);
    }
}
