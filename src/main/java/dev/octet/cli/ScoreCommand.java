package dev.octet.cli;

import dev.octet.bundle.AlertFile;
import dev.octet.bundle.Bundle;
import dev.octet.bundle.BundleDrift;
import dev.octet.bundle.Reasons;
import dev.octet.bundle.RowScorer;
import dev.octet.bundle.RunSpans;
import dev.octet.bundle.SavedFormat;
import dev.octet.bundle.ScoreFile;
import dev.octet.bundle.ScoreResult;
import dev.octet.evaluate.drift.DriftMonitor;
import dev.octet.evaluate.drift.DriftReport;
import dev.octet.event.InputException;
import dev.octet.event.JudgedLogins;
import dev.octet.event.Labelled;
import dev.octet.event.LogFormat;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.LoginReader;
import dev.octet.event.LoginSource;
import dev.octet.event.OutOfOrderException;
import dev.octet.event.ReadAhead;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.SortedLog;
import dev.octet.event.TemporaryFile;
import dev.octet.event.enrich.EnrichedSource;
import dev.octet.event.enrich.Enrichment;
import dev.octet.event.format.LogFiles;
import dev.octet.feature.FeatureExtractor;
import dev.octet.feature.RowFeatures;
import dev.octet.feature.RowReader;
import dev.octet.feature.RowWords;
import dev.octet.feature.View;
import dev.octet.serve.ColdStart;
import dev.octet.serve.alert.Alert;
import dev.octet.serve.alert.AlertSink;
import dev.octet.serve.alert.AlertSource;
import dev.octet.serve.alert.FileSink;
import dev.octet.serve.destination.AlertOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "score",
        mixinStandardHelpOptions = true,
        header = "streams a log through a bundle: scores, alerts and their reasons",
        description = "Streams a log through a saved bundle and writes a score for each row.")
final class ScoreCommand implements Callable<Integer> {
    private static final int TOLD_EVERY = 4096;
    /** Options that octet-spark.jar takes as they were written. */
    private static final Set<String> HANDED_ON = Set.of(
            "--model",
            "--input",
            "--output",
            "--history",
            "--max-rejected",
            "--verdicts",
            "--strict",
            "--alerts",
            "--alerts-to",
            "--alerts-keep",
            "--kafka-properties",
            "--csv",
            "--table",
            "--state",
            "--export-history",
            "--json");

    private static final RowScorer.Sink NOBODY = (row, score, flagged, columns, contributions, words) -> {};

    /** What is remembered at the start. */
    enum Start {
        BUNDLE,
        COLD,
        RUN
    }

    @Spec
    private CommandSpec spec;

    @Option(names = "--model", required = true, paramLabel = "BUNDLE", description = "the bundle's directory")
    private Path model;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "LOG",
            description = "the log: a file, a folder or a pattern; may be compressed; may be repeated")
    private List<String> inputs;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "the scores, a CSV file; with --on a new folder of Parquet files")
    private Path output;

    @Option(
            names = "--max-rejected",
            defaultValue = "0.001",
            paramLabel = "SHARE",
            description =
                    "share of rows that may be unreadable before a warning says so (default: ${DEFAULT-VALUE}); they"
                            + " are listed beside the output as OUTPUT.unreadable.csv")
    private double maxRejected;

    @Option(
            names = "--history",
            defaultValue = "bundle",
            paramLabel = "START",
            description =
                    "what features that look back remember at the start: bundle, what the bundle has seen; cold, nothing; or"
                            + " run, to go through the log of the run that made the bundle again: rows before its test span"
                            + " only update the history, those of the test span are scored, with the run's very scores"
                            + " (default: ${DEFAULT-VALUE})")
    private Start history;

    @Option(
            names = "--verdicts",
            paramLabel = "LOG",
            description =
                    "what analysts said of logins of this log, such as verdicts.ndjson of octet serve: a benign one"
                            + " updates its user's history though it is flagged, a takeover never does")
    private Optional<Path> verdicts = Optional.empty();

    @Option(names = "--strict", description = "stop at the first row that cannot be read")
    private boolean strict;

    @Mixin
    private AlertOptions forms;

    @Mixin
    private EnrichOptions addresses;

    @Mixin
    private LogOptions options;

    @Mixin
    private SparkOptions spark;

    @Option(
            names = "--csv",
            description = "with --on: write the CSV file that one machine writes (default: a folder of Parquet)")
    private boolean csv;

    @Option(
            names = "--table",
            paramLabel = "FORMAT",
            description =
                    "with --on: the log is a table of this format of Spark, e.g. parquet, delta or iceberg, with the columns that"
                            + " the bundle's format names")
    private Optional<String> table = Optional.empty();

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "with --on: a directory with what is remembered between runs, which the log goes on from and which is"
                            + " written anew (docs/spark.md)")
    private Optional<String> state = Optional.empty();

    @Option(
            names = "--export-history",
            paramLabel = "FILE",
            description = "with --on: write what is remembered after the log as a history.bin, on the driver")
    private Optional<Path> export = Optional.empty();

    @Mixin
    private Output console;

    @Override
    public Integer call() throws IOException {
        RejectionPolicy policy;
        try {
            policy = RejectionPolicy.warning(maxRejected, strict);
        } catch (InputException e) {
            throw console.wrongUsage(e.getMessage());
        }
        if (spark.given()) {
            return spark.run(onSpark());
        }
        if (csv || table.isPresent() || state.isPresent() || export.isPresent() || spark.settingsWithoutMaster()) {
            throw console.wrongUsage(
                    "--csv, --table, --state, --export-history and --conf say how a log is scored on Spark; say where:"
                            + " --on MASTER");
        }
        Optional<LogFormat> given = options.given(console);
        Bundle bundle = Bundle.load(model);
        Optional<RunSpans> again = history == Start.RUN ? Optional.of(spansOfTheRun(bundle)) : Optional.empty();
        List<Path> files = LogFiles.find(inputs, System.in);
        if (Files.isDirectory(output)) {
            throw console.wrongUsage("--output " + output + " is a directory; name the file to write the scores to");
        }
        for (Path file : files) {
            if (Files.exists(output) && Files.isSameFile(file, output)) {
                throw console.wrongUsage("--output " + output + " is the log itself, which it would replace");
            }
        }
        long start = System.nanoTime();
        List<LoginSource> sources = given.orElse(bundle.format()).sources(files, false, console::warn);
        Enrichment enrichment = addresses.files().open(bundle.enrichment(), console::warn);
        List<EnrichedSource> completed = sources.stream()
                .map(source -> new EnrichedSource(source, enrichment))
                .toList();
        Tally tally;
        try (Steps steps = console.steps();
                SortedLog sorted =
                        new SortedLog(completed, output.toAbsolutePath().getParent(), steps::note)) {
            tally = score(bundle, again, completed, sorted, policy, steps);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (tally.older > 0) {
            console.warn(String.format(
                    Locale.ROOT,
                    "%,d rows are older than what the bundle has seen already: they are scored, but do not update the history;"
                            + " --history cold starts from nothing",
                    tally.older));
        }
        if (history == Start.COLD) {
            ColdStart.warning(bundle, tally.alerts, tally.firstMicros, tally.lastMicros)
                    .ifPresent(console::warn);
        }
        if (console.json()) {
            console.print(new ScoreResult(
                            output.toString(),
                            Optional.of(alertList()),
                            rows(bundle.model().view()),
                            tally.read,
                            tally.rejected,
                            tally.keptUnreadable,
                            tally.scored,
                            bundle.model().threshold().value(),
                            tally.flagged,
                            tally.alerts,
                            tally.older,
                            tally.drift.map(DriftMonitor::report),
                            seconds)
                    .toJson());
            return 0;
        }
        console.out()
                .printf(
                        Locale.ROOT,
                        "%s: %,d of %,d %s scored%s, %,d flagged above %s, %,d alerts (%s) in %.1f s (%,.0f rows/s)%n",
                        output,
                        tally.scored,
                        tally.read,
                        rows(bundle.model().view()),
                        bundle.model().successfulOnly() ? " (the successful ones, as the bundle was made for)" : "",
                        tally.flagged,
                        bundle.model().threshold().value(),
                        tally.alerts,
                        alertList(),
                        seconds,
                        tally.read / seconds);
        if (tally.drift.isPresent()) {
            tellDrift(tally.drift.get().report());
        }
        return 0;
    }

    private void tellDrift(DriftReport report) {
        switch (report.decision()) {
            case RETHRESHOLD, RETRAIN -> console.warn(report.text());
            case KEEP -> console.hint(report.text());
            case TOO_FEW_ROWS -> {}
        }
    }

    /** The arguments of the same command in octet-spark.jar. */
    List<String> onSpark() {
        forms.check();
        List<String> arguments = new ArrayList<>(List.of("score"));
        arguments.addAll(SparkOptions.asWritten(spec, HANDED_ON::contains));
        addresses
                .named()
                .forEach((fact, files) ->
                        files.forEach(file -> arguments.addAll(List.of("--" + fact.key(), file.toString()))));
        options.given(console)
                .map(given -> SavedFormat.write(given).getBytes(StandardCharsets.UTF_8))
                .ifPresent(given ->
                        arguments.addAll(List.of("--format", Base64.getEncoder().encodeToString(given))));
        return arguments;
    }

    private static String rows(View view) {
        if (view instanceof View.Entity entity) {
            return entity.by() == View.Entity.By.IP ? "addresses" : "users";
        }
        return view instanceof View.Attempt ? "logins" : "windows";
    }

    /**
     * Scores the log as it is. Where it is not in the order of time, starts again from a sorted copy.
     *
     * @param sorted the files as one sorted log, which is not sorted before it is opened
     */
    private Tally score(
            Bundle bundle,
            Optional<RunSpans> again,
            List<? extends LoginSource> files,
            SortedLog sorted,
            RejectionPolicy policy,
            Steps steps)
            throws IOException {
        LoginSource log = files.get(0);
        // alerts that have been sent cannot be taken back
        boolean sort = files.size() > 1 || forms.hasDestination() && !SortedLog.isInOrder(log);
        if (!sort) {
            try {
                return score(bundle, again, log, policy, steps);
            } catch (OutOfOrderException e) {
                steps.stage("sorting " + log.name());
            }
        }
        return score(bundle, again, sorted, policy, steps);
    }

    private Tally score(
            Bundle bundle, Optional<RunSpans> again, LoginSource source, RejectionPolicy policy, Steps steps)
            throws IOException {
        Path rejectedList = output.resolveSibling(output.getFileName() + ".unreadable.csv");
        Tally tally = new Tally();
        try (RejectedRows rejected = RejectedRows.listedIn(rejectedList, source.name(), policy)) {
            score(bundle, again, source, rejected, tally, steps);
            tally.rejected = rejected.count();
            tally.keptUnreadable = rejected.kept();
            rejected.warnings(tally.usable + rejected.count()).forEach(console::warn);
        }
        return tally;
    }

    private void score(
            Bundle bundle,
            Optional<RunSpans> again,
            LoginSource source,
            RejectedRows rejected,
            Tally tally,
            Steps steps)
            throws IOException {
        Reasons reasons = new Reasons(bundle.model().features().layout());
        tally.drift = BundleDrift.monitor(bundle);
        FeatureExtractor extractor = switch (history) {
            case BUNDLE -> bundle.extractor();
            case COLD -> bundle.coldExtractor();
            case RUN -> bundle.extractorOfTheRun();
        };
        long olderBefore = older(extractor);
        RowScorer scorer = new RowScorer(
                bundle.model(),
                extractor,
                true,
                verdicts.isPresent() ? JudgedLogins.read(verdicts.get()) : JudgedLogins.NONE);
        Set<LoginField> needed = extractor.neededFields();
        needed.add(LoginField.USER); // for the score file
        if (forms.given()) {
            needed = LoginField.all(); // an alert shows them
        }
        long[] usable = new long[1];
        int threads = scorer.gathers() ? 2 : 1;
        try (LoginReader counted = counting(ReadAhead.of(source.open(rejected, needed), threads), usable, steps);
                RowReader rows = bundle.model().view().read(counted, Optional.empty());
                AlertFile alerts = new AlertFile(
                        alertList(),
                        bundle.model().view(),
                        bundle.model().threshold().value(),
                        bundle.model().alarm());
                ScoreFile out = new ScoreFile(
                        output,
                        bundle.model().view(),
                        bundle.model().threshold().value(),
                        reasons);
                AlertTarget target = new AlertTarget(bundle)) {
            RowScorer.Sink sink =
                    new InTurn(new Counted(tally), new Listed(out), new Alerted(alerts, target.sink, reasons));
            scorer.forEach(rows, row -> {
                tally.read++;
                long time = row.row().timeMicros();
                if (again.isEmpty()) {
                    scorer.add(row, sink);
                } else if (time < again.get().validationUntil()) {
                    scorer.pass(row);
                } else if (time < again.get().testUntil()) {
                    scorer.add(row, time < again.get().testFrom() ? NOBODY : sink);
                }
            });
            scorer.flush(sink);
            tally.usable = usable[0];
            if (usable[0] == 0) {
                throw new InputException(
                        rejected.count() == 0
                                ? source.name() + " has a header but no rows; nothing to score"
                                : String.join(". ", rejected.warnings(rejected.count())));
            }
            out.complete();
            alerts.complete();
            target.complete();
            tally.alerts = alerts.alerts();
        }
        tally.older = older(extractor) - olderBefore;
    }

    /**
     * The spans of the run that made the bundle.
     *
     * @throws InputException if what it did cannot be done again here
     */
    private static RunSpans spansOfTheRun(Bundle bundle) {
        RunSpans spans = RunSpans.in(bundle.provenance())
                .orElseThrow(() -> new InputException(bundle.directory() + " does not say which spans its run had, so"
                        + " --history run cannot go through them; make the bundle again, or take another --history"));
        if (!(bundle.model().view() instanceof View.Attempt)) {
            throw new InputException(
                    "--history run is for single logins; the rows of " + bundle.directory() + " are of the" + " view "
                            + bundle.model().view().key() + ", whose spans a run cuts at its own moments");
        }
        if (spans.attacksLeftOut() && bundle.hasHistory()) {
            throw new InputException(
                    "the run that made " + bundle.directory() + " kept logins labelled as attacks out of"
                            + " the history (data.labels.in-training: exclude), and score reads no labels, so --history run cannot"
                            + " give its scores");
        }
        return spans;
    }

    /** Where the alerts go, with their reasons in words. */
    private Path alertList() {
        return output.resolveSibling(output.getFileName() + ".alerts.csv");
    }

    private static long older(FeatureExtractor extractor) {
        return extractor.memories().stream().mapToLong(RowFeatures::olderRows).sum();
    }

    private static LoginReader counting(LoginReader reader, long[] usable, Steps steps) {
        return new LoginReader() {
            @Override
            public Labelled<LoginEvent> next() throws IOException {
                Labelled<LoginEvent> login = reader.next();
                if (login != null && ++usable[0] % TOLD_EVERY == 0) {
                    steps.reading(usable[0], reader.share());
                }
                return login;
            }

            @Override
            public void close() throws IOException {
                reader.close();
            }
        };
    }

    /**
     * Hands each row to several sinks in turn. The JIT compiler does not inline a call that reaches three or more classes, so
     * it compiles each sink alone. One sink for everything became one very large method, and all others waited up to three
     * seconds for its compilation.
     */
    private record InTurn(RowScorer.Sink... sinks) implements RowScorer.Sink {
        @Override
        public void scored(
                Labelled<?> row, double score, boolean flagged, float[] columns, double[] contributions, RowWords words)
                throws IOException {
            for (RowScorer.Sink sink : sinks) {
                sink.scored(row, score, flagged, columns, contributions, words);
            }
        }
    }

    private record Counted(Tally tally) implements RowScorer.Sink {
        @Override
        public void scored(
                Labelled<?> row,
                double score,
                boolean flagged,
                float[] columns,
                double[] contributions,
                RowWords words) {
            tally.scored++;
            tally.firstMicros = Math.min(tally.firstMicros, row.row().timeMicros());
            tally.lastMicros = Math.max(tally.lastMicros, row.row().timeMicros());
            tally.flagged += flagged ? 1 : 0;
            if (tally.drift.isPresent()) {
                tally.drift.get().add(columns, score, flagged, row.row().timeMicros());
            }
        }
    }

    private record Listed(ScoreFile out) implements RowScorer.Sink {
        @Override
        public void scored(
                Labelled<?> row, double score, boolean flagged, float[] columns, double[] contributions, RowWords words)
                throws IOException {
            out.write(row.row(), score, flagged, contributions);
        }
    }

    private record Alerted(AlertFile alerts, Optional<AlertSink> forms, Reasons reasons) implements RowScorer.Sink {
        @Override
        public void scored(
                Labelled<?> row, double score, boolean flagged, float[] columns, double[] contributions, RowWords words)
                throws IOException {
            int before = alerts.alerts();
            alerts.add(
                    row.row(),
                    score,
                    flagged,
                    () -> reasons.cause(contributions),
                    () -> reasons.inWords(contributions, words));
            if (forms.isPresent() && alerts.alerts() > before) {
                forms.get().accept(new Alert(row.row(), score, reasons.list(contributions, words)));
            }
        }
    }

    /** Where alerts go in the form that was asked for: nowhere, to its destinations, or to a file beside the scores. */
    private final class AlertTarget implements AutoCloseable {
        private final Optional<Path> file;
        private final Path temporary;
        private final Optional<AlertSink> sink;
        private boolean complete;

        AlertTarget(Bundle bundle) throws IOException {
            boolean beside = forms.given() && !forms.hasDestination();
            file = beside
                    ? Optional.of(output.toAbsolutePath()
                            .resolveSibling(output.getFileName() + ".alerts."
                                    + forms.form().extension()))
                    : Optional.empty();
            temporary = TemporaryFile.beside(file.orElse(output));
            if (beside) {
                sink = Optional.of(new FileSink(temporary, forms.form(), AlertSource.of(bundle)));
            } else {
                sink = forms.given()
                        ? Optional.of(forms.open(
                                bundle,
                                () -> output.resolveSibling(output.getFileName() + ".alerts.unsent"),
                                console::line,
                                console::warn))
                        : Optional.empty();
            }
        }

        /** Says that all alerts were written, so that {@link #close} may put the file in its place. */
        void complete() {
            complete = true;
        }

        @Override
        public void close() throws IOException {
            if (sink.isPresent()) {
                sink.get().close();
            }
            if (file.isPresent()) {
                if (complete) {
                    Files.move(
                            temporary, file.get(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                }
                Files.deleteIfExists(temporary);
            }
        }
    }

    private static final class Tally {
        private long read;
        private long scored;
        private long flagged;
        private long alerts;
        private Optional<DriftMonitor> drift = Optional.empty();
        private long older;
        private long firstMicros = Long.MAX_VALUE;
        private long lastMicros = Long.MIN_VALUE;
        private long usable;
        private long rejected;
        private long keptUnreadable;
    }
}
