package dev.octet.spark;

import dev.octet.bundle.Bundle;
import dev.octet.bundle.BundleFiles;
import dev.octet.evaluate.drift.DriftMonitor;
import dev.octet.evaluate.drift.DriftReport;
import dev.octet.event.InputException;
import dev.octet.event.LoginEvent;
import dev.octet.event.enrich.AddressFact;
import dev.octet.event.text.JsonText;
import dev.octet.feature.HistoryPlaces;
import dev.octet.feature.View;
import dev.octet.feature.history.HistoryOptions;
import dev.octet.feature.history.LoginHistory;
import dev.octet.feature.history.LoginWords;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import dev.octet.feature.history.StartingHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** Scores one log or table with one bundle. */
final class ScoreJob {
    private final SparkSession session;
    private final JavaSparkContext spark;
    private final Bundle bundle;
    private final Broadcast<BundleFiles> files;
    private final ScoreOptions options;
    private final SentVerdicts verdicts;
    private final Consumer<String> notes;
    private final Optional<StateStore> store;
    private final boolean kept;
    private final boolean alerts;
    private final LogIntake intake;
    private HistoryScoring scoring;
    /** What a model without features that look back scored. */
    private Optional<JavaPairRDD<OrderKey, byte[]>> stateless = Optional.empty();

    /**
     * A job.
     *
     * @param bundle with the format that the log has
     * @param databases address databases on the driver, by what they are asked for
     * @param verdicts what analysts said of logins of the log
     * @param store where the state before the log is, if it holds one
     * @param stream how far the stream has come of which the log is the next batch; then the log may hold no login, and its
     *     late logins count as being as new as the newest of the batches before, or are left out
     * @param kept whether {@link #after} will be asked for
     * @param alerts whether {@link AlertFinder} will look for alerts
     * @param unreadable the file on the driver that lists what cannot be read; without it that is counted only
     * @param notes told what the user should know, in sentences
     * @throws InputException if the bundle cannot be scored with on Spark, with the reason
     */
    ScoreJob(
            SparkSession session,
            Bundle bundle,
            Map<AddressFact, List<Path>> databases,
            ScoreOptions options,
            SentVerdicts verdicts,
            Optional<StateStore> store,
            Optional<StreamPlace> stream,
            boolean kept,
            boolean alerts,
            Optional<Path> unreadable,
            Consumer<String> notes)
            throws IOException {
        this.session = session;
        this.bundle = bundle;
        this.options = options;
        this.verdicts = verdicts;
        this.store = store;
        this.kept = kept;
        this.alerts = alerts;
        this.notes = notes;
        requireScorable(bundle, databases);
        if (kept && stream.isEmpty() && !bundle.hasHistory()) {
            throw new InputException("the bundle has no feature that looks back, so nothing is remembered between runs:"
                    + " leave out --state and --export-history");
        }
        spark = new JavaSparkContext(session.sparkContext());
        BundleFiles packed = BundleFiles.of(bundle, databases);
        files = spark.broadcast(packed);
        intake = new LogIntake(spark, new BundleRecipe(packed), options, false, stream, unreadable, notes);
    }

    /** What can be known before anything is read. */
    static void requireScorable(Bundle bundle, Map<AddressFact, List<Path>> databases) {
        if (!(bundle.model().view() instanceof View.Attempt)) {
            throw new InputException("the bundle scores rows of the view "
                    + bundle.model().view().key()
                    + "; on Spark only logins are scored (view: attempt): use octet score");
        }
        for (AddressFact fact : bundle.enrichment().databases().keySet()) {
            if (!databases.containsKey(fact)) {
                throw new InputException("the bundle was trained on logins whose " + fact.plural()
                        + " were looked up in a database; name yours: --" + fact.key()
                        + " FILE, or complete the log first with octet convert");
            }
        }
    }

    /**
     * Scores files.
     *
     * @param inputs names of files, folders or patterns
     */
    ScoredLog score(List<String> inputs) throws IOException {
        return scoreFiles(LogPlan.files(inputs, session));
    }

    /** As above. */
    ScoredLog scoreFiles(List<LogPlan.LogFile> log) throws IOException {
        Optional<LogIntake.Logins> logins = intake.read(log);
        return scored(logins.isPresent() ? score(logins.get()) : spark.parallelize(List.of(), 1));
    }

    /**
     * Scores a table.
     *
     * @param table has the columns that the bundle's format names
     */
    ScoredLog score(Dataset<Row> table) throws IOException {
        return scored(score(intake.read(table, bundle.hasHistory())));
    }

    private ScoredLog scored(JavaRDD<byte[]> packets) {
        return new ScoredLog(packets, bundle.model().threshold().value(), bundle.id());
    }

    private JavaRDD<byte[]> score(LogIntake.Logins logins) throws IOException {
        if (!bundle.hasHistory()) {
            Broadcast<BundleFiles> packed = files;
            stateless = Optional.of(logins.records());
            return logins.records().mapPartitions(records -> new Stateless(records, packed.value()));
        }
        int chunks = options.chunks(logins.sample().count(), spark.defaultParallelism());
        scoring = new HistoryScoring(
                spark,
                Optional.of(files),
                spark.broadcast(new BundleRecipe(files.value())),
                before(),
                verdicts,
                !bundle.model().successfulOnly(),
                kept,
                alerts,
                options.partitions(spark.defaultParallelism()),
                notes);
        return scoring.score(logins.chunks(chunks));
    }

    private HistoryState before() throws IOException {
        if (store.isPresent() && store.get().newest().isPresent()) {
            notes.accept("going on from version " + store.get().newest().getAsLong() + " of the state");
            return store.get().read(bundle.id());
        }
        return start(spark, bundle, options.cold());
    }

    /** What is remembered at the start; nothing where no feature looks back. */
    static HistoryState start(JavaSparkContext spark, Bundle bundle, boolean cold) throws IOException {
        LoginHistory memory = bundle.hasHistory()
                ? StartingHistory.memory((cold ? bundle.coldExtractor() : bundle.extractor()).memories())
                : new LoginHistory(HistoryOptions.defaults());
        return HistoryState.of(spark, memory);
    }

    /**
     * What is remembered after the log.
     *
     * @throws IllegalStateException if it was not to be kept
     */
    HistoryState after() throws IOException {
        return scoring == null ? before() : scoring.after();
    }

    /** Rows of the log and of the stream before it, used or not. */
    long rows() {
        return intake.rows();
    }

    /** Numbers of rows of the log that was scored. */
    LogIntake.Rows read() {
        return intake.read();
    }

    /** Compares the log that was scored with the rows that the threshold was chosen on; empty where the bundle does not know these. */
    Optional<DriftReport> drift() throws IOException {
        Optional<String> reference = DriftCounts.reference(bundle);
        if (reference.isEmpty()) {
            return Optional.empty();
        }
        String known = reference.get();
        Broadcast<BundleFiles> packed = files;
        JavaRDD<String> counted = stateless.isPresent()
                ? stateless.get().mapPartitions(records -> counted(records, packed.value(), known))
                : scoring.drift(known);
        return Optional.of(DriftCounts.report(bundle, counted.collect()));
    }

    private static Iterator<String> counted(
            Iterator<Tuple2<OrderKey, byte[]>> logins, BundleFiles files, String reference) {
        DriftMonitor monitor = DriftCounts.monitor(reference, files.bundle());
        ScoredLogins scored =
                new ScoredLogins(files, new HistoryPlaces(files.bundle().model().features()));
        LoginRecord.Head head = new LoginRecord.Head();
        while (logins.hasNext()) {
            PackedInput rest = head.read(logins.next()._2);
            if (head.valued) {
                scored.take(rest.skipBytes(), null);
                scored.explain();
                scored.count(head.keyed.timeMicros(), monitor);
            }
        }
        return List.of(JsonText.line(monitor.toJson())).iterator();
    }

    /** Time of the newest login of the log that was scored; {@code Long.MIN_VALUE} where it has none. */
    long newestMicros() {
        return intake.newestMicros();
    }

    /** Some of the log's logins, as {@link LogIntake#logins}. */
    Map<Long, LoginEvent> logins(SortedSet<Long> rows) throws IOException {
        return intake.logins(rows);
    }

    /** What the logins of other users say of flagged ones, by their places. */
    Map<Long, HistoryScoring.Population> population(SortedMap<Long, LoginWords> flagged) {
        return scoring.population(flagged);
    }

    /** How the history of the log that was scored is kept. */
    HistoryOptions historyOptions() {
        return scoring.options();
    }

    /** Scores logins with a model without features that look back: packets of {@link ScoredLogin}s. */
    private static final class Stateless extends PacketWriter {
        private final Iterator<Tuple2<OrderKey, byte[]>> logins;
        private final ScoredLogins scored;
        private final LoginRecord.Head head = new LoginRecord.Head();
        private final PackedOutput said = new PackedOutput();
        private final PackedOutput out = new PackedOutput();

        Stateless(Iterator<Tuple2<OrderKey, byte[]>> logins, BundleFiles files) {
            this.logins = logins;
            scored = new ScoredLogins(
                    files, new HistoryPlaces(files.bundle().model().features()));
        }

        @Override
        boolean write() {
            if (!logins.hasNext()) {
                return false;
            }
            Tuple2<OrderKey, byte[]> login = logins.next();
            PackedInput rest = head.read(login._2);
            if (head.valued) {
                byte[] user = rest.bytes();
                scored.take(rest, null);
                scored.explain();
                scored.write(null, said.clear());
                OrderKey place = login._1;
                PackedInput all = new PackedInput(said.toBytes());
                scored.finish(place.micros, place.row, Math.abs(place.row), head.keyed.timeMicros(), user, all, out);
                add(out);
            }
            return true;
        }
    }
}
