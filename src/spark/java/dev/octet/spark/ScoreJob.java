package dev.octet.spark;

import dev.octet.bundle.Bundle;
import dev.octet.bundle.BundleFiles;
import dev.octet.event.CsvFormat;
import dev.octet.event.InputException;
import dev.octet.event.LogTimes;
import dev.octet.event.TimeSpan;
import dev.octet.feature.View;
import dev.octet.feature.history.LoginHistory;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.StartingHistory;
import dev.octet.spark.LogReading.BlockReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
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
    private long rows;

    /**
     * A job.
     *
     * @param notes told what the user should know, in sentences
     * @throws InputException if the bundle cannot be scored with on Spark, with the reason
     */
    ScoreJob(SparkSession session, Bundle bundle, ScoreOptions options, Consumer<String> notes) throws IOException {
        this.session = session;
        this.bundle = bundle;
        this.options = options;
        this.notes = notes;
        requireScorable(bundle);
        spark = new JavaSparkContext(session.sparkContext());
        files = spark.broadcast(BundleFiles.of(bundle));
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

    /** Number of rows of the log, used or not; known once it was read. */
    long rows() {
        return rows;
    }

    /**
     * Scores files.
     *
     * @param inputs names of files, folders or patterns
     * @return scored logins with their places in the order of the log
     */
    JavaPairRDD<OrderKey, Row> score(List<String> inputs) throws IOException {
        Configuration configuration = spark.hadoopConfiguration();
        List<LogPlan.LogFile> log = LogPlan.files(inputs, session);
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
        report(reading);
        long[] before = reading.rowsBefore();
        rows = before[before.length - 1];
        JavaPairRDD<OrderKey, byte[]> records = reading.records
                .mapPartitionsWithIndex((index, block) -> ordered(block, before[index], falls), true)
                .mapToPair(each -> each);
        return score(records);
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

        /** Rows before each block, and all. */
        long[] rowsBefore() {
            long[] before = new long[reports.size() + 1];
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
                        within))
                .persist(StorageLevel.MEMORY_AND_DISK_SER());
        List<BlockReport> reports = new ArrayList<>();
        for (byte[] report :
                records.filter(record -> record[0] == LoginRecord.REPORT).collect()) {
            reports.add(BlockReport.of(report));
        }
        return new Reading(blocks, records, reports);
    }

    private void report(Reading reading) {
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
                    "%s%,d of %,d rows cannot be used and were left out. First (the line counts from its block): %s",
                    loud,
                    rejected,
                    all,
                    first));
        }
        if (kept > 0) {
            notes.accept(String.format(
                    Locale.ROOT,
                    "%,d of %,d rows have fields that cannot be read; they are kept, and such a field counts as not known",
                    kept,
                    all));
        }
        if (all == rejected) {
            throw new InputException("the log has no row that can be scored" + (first.isEmpty() ? "" : ": " + first));
        }
    }

    /**
     * Scores a table.
     *
     * @param table has the columns that the bundle's format names
     */
    JavaPairRDD<OrderKey, Row> score(Dataset<Row> table) throws IOException {
        if (!(bundle.format() instanceof CsvFormat format)) {
            throw new InputException("the bundle's format is not one of named columns, so a table cannot be read by it;"
                    + " train with a CSV format (docs/reading-logs.md), or give files with --input");
        }
        JavaRDD<byte[]> records = TableReading.records(table, format, files, options);
        return score(records.mapPartitionsToPair(logins -> ordered(logins, 0, false)));
    }

    private JavaPairRDD<OrderKey, Row> score(JavaPairRDD<OrderKey, byte[]> records) throws IOException {
        int partitions = options.partitions() > 0 ? options.partitions() : spark.defaultParallelism();
        if (!bundle.hasHistory()) {
            return stateless(records);
        }
        JavaPairRDD<OrderKey, byte[]> chunks =
                records.repartitionAndSortWithinPartitions(new Partitioning.ByOrder(bounds(records)));
        LoginHistory memory = options.cold()
                ? null
                : StartingHistory.memory(bundle.extractor().memories());
        return new HistoryScoring(spark, files, memory, !bundle.model().successfulOnly(), partitions, notes)
                .score(chunks);
    }

    /** Where chunks begin: at keys of a sample that cut it into equal parts. */
    private OrderKey[] bounds(JavaPairRDD<OrderKey, byte[]> records) {
        long count = records.count();
        int chunks = options.chunks(count, spark.defaultParallelism());
        if (chunks == 1) {
            return new OrderKey[0];
        }
        double share = Math.min(1, Math.max(SAMPLED_KEYS, 100L * chunks) / (double) count);
        List<OrderKey> sample =
                new ArrayList<>((share < 1 ? records.keys().sample(false, share, 1) : records.keys()).collect());
        sample.sort(null);
        OrderKey[] bounds = new OrderKey[chunks - 1];
        for (int i = 1; i < chunks; i++) {
            bounds[i - 1] = sample.get((int) ((long) sample.size() * i / chunks));
        }
        return Arrays.stream(bounds).distinct().toArray(OrderKey[]::new);
    }

    private JavaPairRDD<OrderKey, Row> stateless(JavaPairRDD<OrderKey, byte[]> records) {
        Broadcast<BundleFiles> packed = files;
        return records.mapPartitions(logins -> scored(logins, packed.value())).mapToPair(each -> each);
    }

    private static Iterator<Tuple2<OrderKey, Row>> scored(
            Iterator<Tuple2<OrderKey, byte[]>> logins, BundleFiles bundle) {
        return new Expanding<Tuple2<OrderKey, byte[]>, Tuple2<OrderKey, Row>>(logins) {
            private final ScoredLogins scored = new ScoredLogins(bundle);
            private final LoginRecord.Head head = new LoginRecord.Head();

            @Override
            void expand(Tuple2<OrderKey, byte[]> login, Consumer<Tuple2<OrderKey, Row>> sink) {
                PackedInput rest = head.read(login._2);
                if (head.scored) {
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
