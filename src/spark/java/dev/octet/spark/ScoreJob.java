package dev.octet.spark;

import dev.octet.bundle.Bundle;
import dev.octet.bundle.BundleFiles;
import dev.octet.event.CsvFormat;
import dev.octet.event.InputException;
import dev.octet.event.LogTimes;
import dev.octet.event.LoginBytes;
import dev.octet.event.LoginEvent;
import dev.octet.event.TimeSpan;
import dev.octet.event.enrich.AddressFact;
import dev.octet.feature.View;
import dev.octet.feature.history.HistoryOptions;
import dev.octet.feature.history.LoginHistory;
import dev.octet.feature.history.LoginWords;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import dev.octet.feature.history.StartingHistory;
import dev.octet.spark.LogReading.BlockReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/** Scores one log or table with one bundle. */
final class ScoreJob {
    private static final int SAMPLED_KEYS = 100_000;

    private final SparkSession session;
    private final JavaSparkContext spark;
    private final Bundle bundle;
    private final Broadcast<BundleFiles> files;
    private final ScoreOptions options;
    private final Consumer<String> notes;
    private final Optional<StateStore> store;
    private final Optional<StreamPlace> stream;
    private final boolean kept;
    private final boolean alerts;
    private final Optional<Path> unreadable;
    private HistoryScoring scoring;
    private Optional<TableReading> table = Optional.empty();
    private List<LogBlock> blocks = List.of();
    private long[] rowsBefore = {0};
    private long newestMicros = Long.MIN_VALUE;

    /**
     * A job.
     *
     * @param bundle with the format that the log has
     * @param databases address databases on the driver, by what they are asked for
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
        this.store = store;
        this.stream = stream;
        this.kept = kept;
        this.alerts = alerts;
        this.unreadable = unreadable;
        this.notes = notes;
        requireScorable(bundle, databases);
        if (kept && stream.isEmpty() && !bundle.hasHistory()) {
            throw new InputException("the bundle has no feature that looks back, so nothing is remembered between runs:"
                    + " leave out --state and --export-history");
        }
        spark = new JavaSparkContext(session.sparkContext());
        files = spark.broadcast(BundleFiles.of(bundle, databases));
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
     * @return scored logins with their places in the order of the log
     */
    JavaPairRDD<OrderKey, ScoredLogin> score(List<String> inputs) throws IOException {
        return scoreFiles(LogPlan.files(inputs, session));
    }

    /** As above. */
    JavaPairRDD<OrderKey, ScoredLogin> scoreFiles(List<LogPlan.LogFile> log) throws IOException {
        rowsBefore = new long[] {stream.map(StreamPlace::rows).orElse(0L)};
        if (log.isEmpty()) {
            return nothing();
        }
        Configuration configuration = spark.hadoopConfiguration();
        if (!(bundle.format() instanceof CsvFormat) && log.size() > 1) {
            throw new InputException("the bundle's format is not one of CSV or JSON lines with named columns; of such"
                    + " logs a single file is read on Spark, and " + log.size()
                    + " are given: convert them first with octet convert, or put them together");
        }
        Set<String> whole = new HashSet<>();
        Reading reading = read(log, whole, false, TimeSpan.ALL, configuration);
        if (reading.reports.stream().anyMatch(report -> report.cut)) {
            for (int i = 0; i < reading.reports.size(); i++) {
                if (reading.reports.get(i).cut) {
                    whole.add(reading.blocks.get(i).path);
                }
            }
            notes.accept(whole.size() + " files have values over several lines and are read by one task each");
            reading.records.unpersist();
            reading = read(log, whole, false, TimeSpan.ALL, configuration);
        }
        boolean sorted = log.size() > 1 || !LogTimes.inOrder(reading.times());
        boolean falls = sorted && LogTimes.falls(reading.times());
        if (sorted) {
            TimeSpan within = LogTimes.spanWithoutStrays(reading.times());
            reading.records.unpersist();
            reading = read(log, whole, true, within, configuration);
        } else if (reading.isLateAcrossBlocks()) {
            reading = again(reading, configuration);
        }
        long[] before = reading.rowsBefore(rowsBefore[0]);
        list(reading, before, log.size() > 1);
        blocks = reading.blocks;
        rowsBefore = before;
        if (!report(reading)) {
            return nothing();
        }
        newestMicros = reading.reports.stream()
                .mapToLong(report -> report.times.maxMicros())
                .max()
                .orElseThrow();
        JavaPairRDD<OrderKey, byte[]> records = reading.records
                .mapPartitionsWithIndex((index, block) -> ordered(block, before[index], falls), true)
                .mapToPair(each -> each);
        KeySample.Merged sample = new KeySample.Merged();
        for (int i = 0; i < reading.reports.size(); i++) {
            sample.add(reading.reports.get(i).sample(), before[i], falls);
        }
        return score(records, sample);
    }

    private JavaPairRDD<OrderKey, ScoredLogin> nothing() {
        return spark.<Tuple2<OrderKey, ScoredLogin>>parallelize(List.of(), 1).mapToPair(each -> each);
    }

    /**
     * Logins with their places.
     *
     * @param before rows of the log before them
     * @param falls whether of logins of one moment the last one comes first
     */
    private static Iterator<Tuple2<OrderKey, byte[]>> ordered(Iterator<byte[]> records, long before, boolean falls) {
        return new Expanding<byte[], Tuple2<OrderKey, byte[]>>(records) {
            private final LoginRecord.Head head = new LoginRecord.Head();

            @Override
            void expand(byte[] record, Consumer<Tuple2<OrderKey, byte[]>> sink) {
                if (record[0] == LoginRecord.LOGIN) {
                    head.read(record);
                    long row = before + head.row;
                    sink.accept(new Tuple2<>(new OrderKey(head.keyed.timeMicros(), falls ? -row : row), record));
                }
            }
        };
    }

    /** Blocks of a log as they were read. */
    private record Reading(List<LogBlock> blocks, JavaRDD<byte[]> records, List<BlockReport> reports) {
        List<LogTimes> times() {
            return reports.stream().map(report -> report.times).toList();
        }

        /** Whether a login is older than one of an earlier block. */
        boolean isLateAcrossBlocks() {
            long newest = Long.MIN_VALUE;
            for (BlockReport report : reports) {
                if (report.times.hasOlderThan(newest)) {
                    return true;
                }
                newest = Math.max(newest, report.times.maxMicros());
            }
            return false;
        }

        /** Rows before each block, and all, with those before the log. */
        long[] rowsBefore(long log) {
            long[] before = new long[reports.size() + 1];
            before[0] = log;
            for (int i = 0; i < reports.size(); i++) {
                before[i + 1] = before[i] + reports.get(i).rows;
            }
            return before;
        }
    }

    private Reading read(
            List<LogPlan.LogFile> log, Set<String> whole, boolean sorted, TimeSpan within, Configuration configuration)
            throws IOException {
        List<LogBlock> blocks = LogPlan.blocks(log, bundle.format(), options.blockBytes(), whole, configuration);
        List<LogReading.Task> tasks = blocks.stream()
                .map(block -> new LogReading.Task(block, Long.MIN_VALUE))
                .toList();
        return read(blocks, tasks, sorted, within, configuration);
    }

    /** Reads the blocks again, knowing the newest login before each. */
    private Reading again(Reading reading, Configuration configuration) throws IOException {
        List<LogReading.Task> tasks = new ArrayList<>();
        long newest = Long.MIN_VALUE;
        for (int i = 0; i < reading.blocks.size(); i++) {
            tasks.add(new LogReading.Task(reading.blocks.get(i), newest));
            newest = Math.max(newest, reading.reports.get(i).times.maxMicros());
        }
        reading.records.unpersist();
        return read(reading.blocks, tasks, false, TimeSpan.ALL, configuration);
    }

    private Reading read(
            List<LogBlock> blocks,
            List<LogReading.Task> tasks,
            boolean sorted,
            TimeSpan within,
            Configuration configuration)
            throws IOException {
        JavaRDD<byte[]> records = spark.parallelize(tasks, tasks.size())
                .mapPartitions(new LogReading(
                        files,
                        spark.broadcast(new SerializableConfiguration(configuration)),
                        options.maxRejected(),
                        options.strict(),
                        sorted,
                        within,
                        stream.map(StreamPlace::newestMicros).orElse(Long.MIN_VALUE)))
                .persist(StorageLevel.MEMORY_AND_DISK_SER());
        List<BlockReport> reports = new ArrayList<>();
        for (byte[] report :
                records.filter(record -> record[0] == LoginRecord.REPORT).collect()) {
            reports.add(BlockReport.of(report));
        }
        return new Reading(blocks, records, reports);
    }

    /** Lists what could not be read; a list of an earlier run goes where there is nothing to list. */
    private void list(Reading reading, long[] before, boolean severalFiles) throws IOException {
        if (unreadable.isEmpty()) {
            return;
        }
        if (reading.reports.stream().allMatch(report -> report.rejected + report.kept == 0)) {
            Files.deleteIfExists(unreadable.get());
            return;
        }
        List<UnreadableList.Start> starts = new ArrayList<>();
        long lines = 0;
        String file = "";
        for (int i = 0; i < reading.blocks.size(); i++) {
            String path = reading.blocks.get(i).path;
            lines = path.equals(file) ? lines : 0;
            file = path;
            starts.add(new UnreadableList.Start(before[i], lines, severalFiles ? path : ""));
            lines += reading.reports.get(i).lines;
        }
        UnreadableList.write(reading.records, starts, unreadable.get());
    }

    /** Tells what cannot be used; whether there are logins. */
    private boolean report(Reading reading) {
        long all = reading.reports.stream().mapToLong(report -> report.rows).sum();
        long rejected =
                reading.reports.stream().mapToLong(report -> report.rejected).sum();
        long kept = reading.reports.stream().mapToLong(report -> report.kept).sum();
        String first = reading.reports.stream()
                .map(report -> report.first)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        if (rejected > 0) {
            String loud = rejected > options.maxRejected() * all ? "WARNING: " : "";
            notes.accept(String.format(
                    Locale.ROOT,
                    "%s%,d of %,d rows cannot be used and were left out%s. First (the line counts from its block): %s",
                    loud,
                    rejected,
                    all,
                    listed(),
                    first));
        }
        if (kept > 0) {
            notes.accept(String.format(
                    Locale.ROOT,
                    "%,d of %,d rows have fields that cannot be read; they are kept, and such a field counts as not known%s",
                    kept,
                    all,
                    listed()));
        }
        long late = reading.reports.stream().mapToLong(report -> report.late).sum();
        if (late > 0) {
            notes.accept(String.format(
                    Locale.ROOT,
                    "WARNING: %,d of %,d rows were left out: they are older than the newest login of an earlier batch by more"
                            + " than a minute",
                    late,
                    all));
        }
        if (all == rejected && stream.isEmpty()) {
            throw new InputException("the log has no row that can be scored" + (first.isEmpty() ? "" : ": " + first));
        }
        return all > rejected + late;
    }

    private String listed() {
        return unreadable.map(list -> "; listed in " + list).orElse("");
    }

    /**
     * Scores a table.
     *
     * @param rows have the columns that the bundle's format names
     */
    JavaPairRDD<OrderKey, ScoredLogin> score(Dataset<Row> rows) throws IOException {
        if (!(bundle.format() instanceof CsvFormat format)) {
            throw new InputException("the bundle's format is not one of named columns, so a table cannot be read by it;"
                    + " train with a CSV format (docs/reading-logs.md), or give files with --input");
        }
        TableReading reading = new TableReading(rows, format, files, options);
        this.table = Optional.of(reading);
        JavaRDD<byte[]> records = reading.records().persist(StorageLevel.MEMORY_AND_DISK_SER());
        long rejected =
                records.filter(record -> record[0] == LoginRecord.UNREADABLE).count();
        if (unreadable.isPresent() && rejected == 0) {
            Files.deleteIfExists(unreadable.get());
        } else if (unreadable.isPresent()) {
            UnreadableList.write(
                    records,
                    Collections.nCopies(records.getNumPartitions(), new UnreadableList.Start(0, 0, "")),
                    unreadable.get());
        }
        if (rejected > 0) {
            long all = records.count();
            notes.accept(String.format(
                    Locale.ROOT,
                    "%s%,d of %,d rows cannot be used and were left out%s",
                    rejected > options.maxRejected() * all ? "WARNING: " : "",
                    rejected,
                    all,
                    listed()));
        }
        JavaPairRDD<OrderKey, byte[]> logins = records.mapPartitionsToPair(block -> ordered(block, 0, false));
        KeySample.Merged sample = new KeySample.Merged();
        if (bundle.hasHistory()) {
            long count = logins.count();
            double share = Math.min(1, SAMPLED_KEYS / (double) Math.max(1, count));
            List<OrderKey> keys = (share < 1 ? logins.keys().sample(false, share, 1) : logins.keys()).collect();
            sample.add(keys, count);
        }
        return score(logins, sample);
    }

    private JavaPairRDD<OrderKey, ScoredLogin> score(JavaPairRDD<OrderKey, byte[]> records, KeySample.Merged sample)
            throws IOException {
        int partitions = options.partitions() > 0 ? options.partitions() : spark.defaultParallelism();
        if (!bundle.hasHistory()) {
            return stateless(records);
        }
        JavaPairRDD<OrderKey, byte[]> chunks = records.repartitionAndSortWithinPartitions(
                new Partitioning.ByOrder(sample.bounds(options.chunks(sample.count(), spark.defaultParallelism()))));
        scoring = new HistoryScoring(
                spark, files, before(), !bundle.model().successfulOnly(), kept, alerts, partitions, notes);
        return scoring.score(chunks);
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
        return rowsBefore[rowsBefore.length - 1];
    }

    /** Time of the newest login of the log that was scored; {@code Long.MIN_VALUE} where it has none. */
    long newestMicros() {
        return newestMicros;
    }

    /**
     * Some of the log's logins, which the workers read again.
     *
     * @param rows their numbers
     * @return each by its number, with its own time
     */
    Map<Long, LoginEvent> logins(SortedSet<Long> rows) throws IOException {
        Map<Long, LoginEvent> found = new HashMap<>();
        if (table.isPresent() && !rows.isEmpty()) {
            for (byte[] each :
                    table.get().logins(spark.broadcast(new HashSet<>(rows))).collect()) {
                LoginEvent login = LoginBytes.read(each);
                found.put(login.row(), login);
            }
            return found;
        }
        List<Tuple2<Integer, Set<Long>>> tasks = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            long first = rowsBefore[i];
            Set<Long> ofBlock = rows.subSet(first, rowsBefore[i + 1]).stream()
                    .map(row -> row - first)
                    .collect(Collectors.toSet());
            if (!ofBlock.isEmpty()) {
                tasks.add(new Tuple2<>(i, ofBlock));
            }
        }
        if (tasks.isEmpty()) {
            return found;
        }
        List<LogBlock> all = List.copyOf(blocks);
        Broadcast<BundleFiles> packed = files;
        Broadcast<SerializableConfiguration> configuration =
                spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
        List<Tuple2<LogBlock, Set<Long>>> reading = new ArrayList<>();
        tasks.forEach(task -> reading.add(new Tuple2<>(all.get(task._1), task._2)));
        List<List<byte[]>> ofTasks = spark.parallelize(reading, reading.size())
                .map(task -> LogReading.logins(
                        task._1, packed.value(), configuration.value().value(), task._2))
                .collect();
        for (int i = 0; i < tasks.size(); i++) {
            long first = rowsBefore[tasks.get(i)._1];
            for (byte[] each : ofTasks.get(i)) {
                LoginEvent login = LoginBytes.read(each);
                found.put(first + login.row(), login.withRow(first + login.row()));
            }
        }
        return found;
    }

    /** What the logins of other users say of flagged ones, by their places. */
    Map<Long, HistoryScoring.Population> population(SortedMap<Long, LoginWords> flagged) {
        return scoring.population(flagged);
    }

    /** How the history of the log that was scored is kept. */
    HistoryOptions historyOptions() {
        return scoring.options();
    }

    private JavaPairRDD<OrderKey, ScoredLogin> stateless(JavaPairRDD<OrderKey, byte[]> records) {
        Broadcast<BundleFiles> packed = files;
        return records.mapPartitions(logins -> scored(logins, packed.value())).mapToPair(each -> each);
    }

    private static Iterator<Tuple2<OrderKey, ScoredLogin>> scored(
            Iterator<Tuple2<OrderKey, byte[]>> logins, BundleFiles bundle) {
        return new Expanding<Tuple2<OrderKey, byte[]>, Tuple2<OrderKey, ScoredLogin>>(logins) {
            private final ScoredLogins scored = new ScoredLogins(bundle);
            private final PackedOutput words = new PackedOutput();
            private final LoginRecord.Head head = new LoginRecord.Head();

            @Override
            void expand(Tuple2<OrderKey, byte[]> login, Consumer<Tuple2<OrderKey, ScoredLogin>> sink) {
                PackedInput rest = head.read(login._2);
                if (head.scored) {
                    String user = rest.text();
                    scored.take(rest, null);
                    Row row = scored.row(Math.abs(login._1.row), head.keyed.timeMicros(), user);
                    sink.accept(new Tuple2<>(login._1, row.getBoolean(5) ? flagged(row) : ScoredLogin.quiet(row)));
                }
            }

            private ScoredLogin flagged(Row row) {
                scored.why(words.clear());
                return new ScoredLogin(row, words.toBytes());
            }
        };
    }

    /** The scored logins as a table with the columns of {@link ScoredLogins#SCHEMA}. */
    Dataset<Row> table(JavaPairRDD<OrderKey, ScoredLogin> scored) {
        return session.createDataFrame(scored.values().map(ScoredLogin::row), ScoredLogins.SCHEMA);
    }
}
