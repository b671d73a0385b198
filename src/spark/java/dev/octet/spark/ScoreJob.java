package dev.octet.spark;

import dev.octet.bundle.Bundle;
import dev.octet.bundle.BundleFiles;
import dev.octet.event.InputException;
import dev.octet.event.LoginEvent;
import dev.octet.feature.HistoryPlaces;
import dev.octet.feature.View;
import dev.octet.feature.history.HistoryOptions;
import dev.octet.feature.history.LoginHistory;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.StartingHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaPairRDD;
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
    private final Consumer<String> notes;
    private final Optional<StateStore> store;
    private final boolean kept;
    private final LogIntake intake;
    private HistoryScoring scoring;

    /**
     * A job.
     *
     * @param store where the state before the log is, if it holds one
     * @param stream how far the stream has come of which the log is the next batch; then the log may hold no login, and its
     *     late logins count as being as new as the newest of the batches before, or are left out
     * @param kept whether {@link #after} will be asked for
     * @param unreadable the file on the driver that lists what cannot be read; without it that is counted only
     * @param notes told what the user should know, in sentences
     * @throws InputException if the bundle cannot be scored with on Spark, with the reason
     */
    ScoreJob(
            SparkSession session,
            Bundle bundle,
            ScoreOptions options,
            Optional<StateStore> store,
            Optional<StreamPlace> stream,
            boolean kept,
            Optional<Path> unreadable,
            Consumer<String> notes)
            throws IOException {
        this.session = session;
        this.bundle = bundle;
        this.options = options;
        this.store = store;
        this.kept = kept;
        this.notes = notes;
        requireScorable(bundle);
        if (kept && stream.isEmpty() && !bundle.hasHistory()) {
            throw new InputException("the bundle has no feature that looks back, so nothing is remembered between runs:"
                    + " leave out --state and --export-history");
        }
        spark = new JavaSparkContext(session.sparkContext());
        BundleFiles packed = BundleFiles.of(bundle);
        files = spark.broadcast(packed);
        intake = new LogIntake(spark, new BundleRecipe(packed), options, false, stream, unreadable, notes);
    }

    /** What can be known before anything is read. */
    static void requireScorable(Bundle bundle) {
        if (!(bundle.model().view() instanceof View.Attempt)) {
            throw new InputException("the bundle scores rows of the view "
                    + bundle.model().view().key()
                    + "; on Spark only logins are scored (view: attempt): use octet score");
        }
        if (!bundle.enrichment().databases().isEmpty()) {
            throw new InputException(
                    "the bundle was trained on logins that were completed from address databases; on Spark"
                            + " they are scored as they stand in the log: complete it first with octet convert --asn FILE --country"
                            + " FILE, or use octet score");
        }
    }

    /**
     * Scores files.
     *
     * @param inputs names of files, folders or patterns
     * @return scored logins with their places in the order of the log
     */
    JavaPairRDD<OrderKey, Row> score(List<String> inputs) throws IOException {
        return scoreFiles(LogPlan.files(inputs, session));
    }

    /** As above. */
    JavaPairRDD<OrderKey, Row> scoreFiles(List<LogPlan.LogFile> log) throws IOException {
        Optional<LogIntake.Logins> logins = intake.read(log);
        return logins.isPresent()
                ? score(logins.get())
                : spark.<Tuple2<OrderKey, Row>>parallelize(List.of(), 1).mapToPair(each -> each);
    }

    /**
     * Scores a table.
     *
     * @param table has the columns that the bundle's format names
     */
    JavaPairRDD<OrderKey, Row> score(Dataset<Row> table) throws IOException {
        return score(intake.read(table, bundle.hasHistory()));
    }

    private JavaPairRDD<OrderKey, Row> score(LogIntake.Logins logins) throws IOException {
        if (!bundle.hasHistory()) {
            return stateless(logins.records());
        }
        int chunks = options.chunks(logins.sample().count(), spark.defaultParallelism());
        scoring = new HistoryScoring(
                spark,
                Optional.of(files),
                spark.broadcast(new BundleRecipe(files.value())),
                before(),
                !bundle.model().successfulOnly(),
                kept,
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

    /** Time of the newest login of the log that was scored; {@code Long.MIN_VALUE} where it has none. */
    long newestMicros() {
        return intake.newestMicros();
    }

    /** Some of the log's logins, as {@link LogIntake#logins}. */
    Map<Long, LoginEvent> logins(SortedSet<Long> rows) throws IOException {
        return intake.logins(rows);
    }

    private JavaPairRDD<OrderKey, Row> stateless(JavaPairRDD<OrderKey, byte[]> records) {
        Broadcast<BundleFiles> packed = files;
        return records.mapPartitions(logins -> scored(logins, packed.value())).mapToPair(each -> each);
    }

    private static Iterator<Tuple2<OrderKey, Row>> scored(
            Iterator<Tuple2<OrderKey, byte[]>> logins, BundleFiles bundle) {
        return new Expanding<Tuple2<OrderKey, byte[]>, Tuple2<OrderKey, Row>>(logins) {
            private final ScoredLogins scored = new ScoredLogins(
                    bundle, new HistoryPlaces(bundle.bundle().model().features()));
            private final LoginRecord.Head head = new LoginRecord.Head();

            @Override
            void expand(Tuple2<OrderKey, byte[]> login, Consumer<Tuple2<OrderKey, Row>> sink) {
                PackedInput rest = head.read(login._2);
                if (head.valued) {
                    String user = rest.text();
                    scored.take(rest, null);
                    sink.accept(
                            new Tuple2<>(login._1, scored.row(Math.abs(login._1.row), head.keyed.timeMicros(), user)));
                }
            }
        };
    }

    /** The scored logins as a table with the columns of {@link ScoredLogins#SCHEMA}. */
    Dataset<Row> table(JavaPairRDD<OrderKey, Row> scored) {
        return session.createDataFrame(scored.values(), ScoredLogins.SCHEMA);
    }
}
