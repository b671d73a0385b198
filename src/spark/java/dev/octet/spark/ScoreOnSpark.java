package dev.octet.spark;

import dev.octet.bundle.AlertFile;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.BundleFiles;
import dev.octet.bundle.SavedFormat;
import dev.octet.bundle.ScoreResult;
import dev.octet.detect.AlarmRule;
import dev.octet.evaluate.drift.DriftReport;
import dev.octet.event.InputException;
import dev.octet.event.LogFormat;
import dev.octet.event.TemporaryFile;
import dev.octet.event.enrich.AddressFact;
import dev.octet.event.enrich.AddressFiles;
import dev.octet.event.text.JsonText;
import dev.octet.event.text.PlainText;
import dev.octet.feature.history.LoginHistory;
import dev.octet.serve.alert.Alert;
import dev.octet.serve.alert.AlertOutputs;
import dev.octet.serve.alert.AlertSink;
import dev.octet.serve.alert.AlertSource;
import dev.octet.serve.alert.FileSink;
import dev.octet.serve.destination.AlertOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Scores a log or a table. */
@Command(
        name = "score",
        mixinStandardHelpOptions = true,
        description = "Scores a log with a bundle on Spark; scores equal those of octet score to the bit.")
final class ScoreOnSpark implements Callable<Integer> {
    /** What is remembered at the start. */
    enum Start {
        BUNDLE,
        COLD
    }

    private static final String ALERT_LIST = ".alerts.csv";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "BUNDLE",
            description = "the bundle's directory, on the driver")
    private Path model;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "LOG",
            description = "files, folders or patterns that every worker can read; may be repeated")
    private List<String> inputs;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "PATH",
            description = "a new folder of Parquet files; with --csv a file on the driver")
    private String output;

    @Option(names = "--csv", description = "write one file, the same as octet score, byte for byte")
    private boolean csv;

    @Option(
            names = "--history",
            defaultValue = "bundle",
            paramLabel = "START",
            description =
                    "what features that look back remember at the start: bundle or cold (default: ${DEFAULT-VALUE})")
    private Start history;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "directory with what is remembered between runs: the log goes on from it where it holds any, else from"
                            + " --history; what is remembered after the log is written to it")
    private Optional<String> state = Optional.empty();

    @Option(
            names = "--export-history",
            paramLabel = "FILE",
            description = "write what is remembered after the log as one machine does, a history.bin, on the driver")
    private Optional<Path> export = Optional.empty();

    @Option(
            names = "--table",
            paramLabel = "FORMAT",
            description =
                    "read --input as a table of this format of Spark, e.g. parquet, json, delta, iceberg; its columns are those"
                            + " that the bundle's format names")
    private Optional<String> table = Optional.empty();

    @Option(
            names = "--row-column",
            defaultValue = "",
            paramLabel = "COLUMN",
            description = "column of the table that numbers its rows from 0 on; without it a hash of the row does")
    private String rowColumn;

    @Mixin
    private Splitting splitting;

    @Option(
            names = "--block-bytes",
            defaultValue = "67108864",
            paramLabel = "BYTES",
            description = "bytes of a log that a task reads, about (default: ${DEFAULT-VALUE})")
    private long blockBytes;

    @Option(
            names = "--max-rejected",
            defaultValue = "0.001",
            paramLabel = "SHARE",
            description = "share of rows that may be unreadable before a warning says so (default: ${DEFAULT-VALUE})")
    private double maxRejected;

    @Option(
            names = "--asn",
            paramLabel = "FILE",
            description = "database that AS numbers are looked up in, on the driver; may be repeated")
    private List<Path> asn = List.of();

    @Option(names = "--country", paramLabel = "FILE", description = "the same for countries")
    private List<Path> country = List.of();

    @Option(names = "--city", paramLabel = "FILE", description = "the same for regions, cities and coordinates")
    private List<Path> city = List.of();

    @Option(
            names = "--format",
            paramLabel = "BASE64",
            description =
                    "how the log is read: base64 of JSON as \"format\" in a bundle.json has it; octet score --on makes it"
                            + " of its own --format (default: the bundle's)")
    private Optional<String> format = Optional.empty();

    @Option(
            names = "--verdicts",
            paramLabel = "LOG",
            description =
                    "what analysts said of logins of this log, on the driver: a benign one updates its user's history though it"
                            + " is flagged, a takeover never does")
    private Optional<Path> verdicts = Optional.empty();

    @Mixin
    private AlertOptions forms;

    @Option(names = "--json", description = "print the result as one JSON object, with a report of drift")
    private boolean json;

    @Option(names = "--strict", description = "stop at the first row that cannot be read")
    private boolean strict;

    @Override
    public Integer call() throws IOException {
        ScoreOptions options;
        try {
            options = new ScoreOptions(
                    history == Start.COLD,
                    splitting.chunkRows(),
                    splitting.partitions(),
                    blockBytes,
                    maxRejected,
                    strict,
                    rowColumn);
        } catch (InputException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        Map<AddressFact, List<Path>> databases = new EnumMap<>(AddressFact.class);
        Map.of(AddressFact.ASN, asn, AddressFact.COUNTRY, country, AddressFact.CITY, city)
                .forEach((fact, files) -> {
                    if (!files.isEmpty()) {
                        databases.put(fact, files);
                    }
                });
        forms.check();
        Bundle loaded = Bundle.load(model);
        Bundle bundle =
                format.map(text -> BundleFiles.reading(loaded, format(text))).orElse(loaded);
        ScoreJob.requireScorable(bundle, databases);
        SentVerdicts said = verdicts.isPresent() ? SentVerdicts.of(verdicts.get()) : SentVerdicts.NONE;
        if (!databases.isEmpty()) {
            new AddressFiles(databases, Path.of("")).open(bundle.enrichment(), this::note);
        }
        Optional<Path> local = ScoreFolder.local(output);
        ScoreFolder folder = new ScoreFolder("--output", output);
        if (csv && local.isEmpty()) {
            throw new InputException(
                    "--output " + output + " is not on the driver's own file system, where --csv writes;"
                            + " name a local file, or leave out --csv");
        }
        if (csv) {
            requireFile(local.orElseThrow());
        }
        if (forms.given() && !forms.hasDestination() && local.isEmpty()) {
            throw new InputException(
                    "--output " + output + " is not on the driver's own file system, where --alerts writes"
                            + " beside it; name a local output, or say where alerts go with --alerts-to");
        }
        if (export.isPresent()
                && !Files.isDirectory(export.get().toAbsolutePath().getParent())) {
            throw new InputException("--export-history " + export.get() + " lies in no directory of the driver;"
                    + " create the directory first, or name another file");
        }
        SparkSession session = SparkMain.session("octet score");
        try (AlertSink sink = forms.hasDestination()
                ? forms.open(bundle, this::waiting, SparkMain.lines(spec), this::note)
                : new AlertOutputs(List.of())) {
            if (!csv) {
                folder.requireFree(session);
            }
            long start = System.nanoTime();
            Optional<StateStore> store = state.map(directory -> new StateStore(session, directory));
            if (store.isPresent()) {
                store.get().requireWritable();
                store.get().requireOf(bundle.id());
                if (StreamPlace.isIn(store.get().notes().orElse(Map.of()))) {
                    throw new InputException(
                            "--state " + state.get() + " is that of octet stream, whose next batch would"
                                    + " go on from another log; name another directory, or copy the version first");
                }
            }
            ScoreJob job = new ScoreJob(
                    session,
                    bundle,
                    databases,
                    options,
                    said,
                    store,
                    Optional.empty(),
                    state.isPresent() || export.isPresent(),
                    local.isPresent() || forms.given(),
                    local.map(path -> beside(path, ".unreadable.csv")),
                    this::note);
            ScoredLog log = table.isPresent() ? job.score(readTable(session)) : job.score(inputs);
            ScoredLog.Counts counts = log.keep();
            if (csv) {
                log.writeCsv(local.orElseThrow());
            } else {
                folder.write(log.table(session));
            }
            AlertFinder finder = new AlertFinder(bundle);
            Optional<Path> list = local.map(path -> beside(path, ALERT_LIST));
            if (local.isPresent() || forms.given()) {
                List<Alert> alerts = finder.alerts(job, log);
                if (list.isPresent()) {
                    writeAlerts(alerts, bundle, list.get());
                }
                tell(alerts, bundle, sink, local);
            }
            if (list.isEmpty()) {
                note("alerts in words are written beside an --output on the driver's own file system only");
            }
            keep(job, bundle, store);
            Optional<DriftReport> drift = json ? job.drift() : Optional.empty();
            double seconds = (System.nanoTime() - start) / 1e9;
            if (json) {
                LogIntake.Rows rows = job.read();
                ScoreResult result = new ScoreResult(
                        output,
                        list.map(path -> Path.of(output + ALERT_LIST)),
                        "logins",
                        rows.usable(),
                        rows.rejected(),
                        rows.unreadableFields(),
                        counts.logins(),
                        bundle.model().threshold().value(),
                        counts.flagged(),
                        finder.alerts(),
                        0, // an older log is refused
                        drift,
                        seconds);
                spec.commandLine().getOut().println(JsonText.indented(result.toJson()));
                return 0;
            }
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "%s: %,d logins scored, %,d flagged above %s%s, in %.1f s (Spark %s, %s)%n",
                            PlainText.of(output),
                            counts.logins(),
                            counts.flagged(),
                            bundle.model().threshold().value(),
                            list.map(path -> String.format(
                                            Locale.ROOT,
                                            ", %,d alerts (%s)",
                                            finder.alerts(),
                                            PlainText.of(path.toString())))
                                    .orElse(""),
                            seconds,
                            session.version(),
                            PlainText.of(session.sparkContext().master()));
            return 0;
        } finally {
            session.stop();
        }
    }

    private LogFormat format(String base64) {
        try {
            return SavedFormat.read(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8), "--format");
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--format is no base64: " + e.getMessage(), e);
        }
    }

    private void note(String text) {
        spec.commandLine().getErr().println(PlainText.of(text, 2000));
    }

    private Path waiting() {
        return ScoreFolder.local(output)
                .map(path -> beside(path, ".alerts.unsent"))
                .orElseThrow(
                        () -> new InputException("a webhook needs an --output on the driver's own file system, beside"
                                + " which alerts wait while the receiver is away"));
    }

    /** Hands out the alerts in the form that was asked for: to the destinations, or to a file beside the scores. */
    private void tell(List<Alert> alerts, Bundle bundle, AlertSink destinations, Optional<Path> local)
            throws IOException {
        if (forms.hasDestination()) {
            for (Alert alert : alerts) {
                destinations.accept(alert);
            }
            destinations.flush();
        } else if (forms.given()) {
            Path target = beside(local.orElseThrow(), ".alerts." + forms.form().extension());
            TemporaryFile.replace(target, file -> {
                try (FileSink written = new FileSink(file, forms.form(), AlertSource.of(bundle))) {
                    for (Alert alert : alerts) {
                        written.accept(alert);
                    }
                }
            });
        }
    }

    private static Path beside(Path path, String ending) {
        return path.resolveSibling(path.getFileName() + ending);
    }

    /** Writes the alerts as {@code octet score} does. */
    private static void writeAlerts(List<Alert> alerts, Bundle bundle, Path file) throws IOException {
        // each alert is one already, so no rule puts any together
        try (AlertFile written = new AlertFile(
                file, bundle.model().view(), bundle.model().threshold().value(), AlarmRule.NONE)) {
            for (Alert alert : alerts) {
                written.add(alert.row(), alert.score(), true, () -> "", alert::inWords);
            }
            written.complete();
        }
    }

    /** Writes what is remembered after the log; the scores are written already. */
    private void keep(ScoreJob job, Bundle bundle, Optional<StateStore> store) throws IOException {
        if (store.isEmpty() && export.isEmpty()) {
            return;
        }
        HistoryState after = job.after();
        if (store.isPresent()) {
            long number = store.get().newest().orElse(0) + 1;
            store.get().write(after, bundle.id(), number, Map.of("output", output));
        }
        if (export.isPresent()) {
            LoginHistory memory = after.memory();
            TemporaryFile.replace(export.get().toAbsolutePath(), file -> {
                try (OutputStream out = Files.newOutputStream(file)) {
                    memory.save(out);
                }
            });
        }
    }

    private Dataset<Row> readTable(SparkSession session) {
        try {
            return session.read().format(table.orElseThrow()).load(inputs.toArray(new String[0]));
        } catch (Exception e) { // Scala's compiler does not say which
            if (e instanceof AnalysisException) {
                throw new InputException(
                        "--input " + String.join(", ", inputs) + " cannot be read as a table of the format "
                                + table.orElseThrow() + ": "
                                + String.valueOf(e.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse(""),
                        e);
            }
            throw e;
        }
    }

    private void requireFile(Path file) {
        if (Files.isDirectory(file)) {
            throw new InputException("--output " + output + " is a directory; name the file to write the scores to");
        }
    }
}
