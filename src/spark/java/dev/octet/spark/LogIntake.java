package dev.octet.spark;

import dev.octet.event.CsvFormat;
import dev.octet.event.InputException;
import dev.octet.event.LogTimes;
import dev.octet.event.LoginBytes;
import dev.octet.event.LoginEvent;
import dev.octet.event.TimeSpan;
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
import java.util.SortedSet;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;
import scala.Tuple3;

/** Reads one log or table, in the order in which one machine reads it. Not thread-safe. */
final class LogIntake {
    private static final int SAMPLED_KEYS = 100_000;

    private final JavaSparkContext spark;
    private final Broadcast<LoginRecipe> recipe;
    private final ScoreOptions options;
    private final boolean consecutive;
    private final Optional<StreamPlace> stream;
    private final Optional<Path> unreadable;
    private final Consumer<String> notes;
    private Optional<TableReading> table = Optional.empty();
    private List<LogBlock> blocks = List.of();
    private List<BlockReport> reports = List.of();
    private long[] rowsBefore;
    private long newestMicros = Long.MIN_VALUE;
    private Rows read = new Rows(0, 0, 0);

    /**
     * An intake.
     *
     * @param consecutive whether files are read one after the other, as a run does; else several are sorted
     * @param stream how far the stream has come of which the log is the next batch; then the log may hold no login, and its
     *     late logins count as being as new as the newest of the batches before, or are left out
     * @param unreadable the file on the driver that lists what cannot be read; without it that is counted only
     * @param notes told what the user should know, in sentences
     */
    LogIntake(
            JavaSparkContext spark,
            LoginRecipe recipe,
            ScoreOptions options,
            boolean consecutive,
            Optional<StreamPlace> stream,
            Optional<Path> unreadable,
            Consumer<String> notes) {
        this.spark = spark;
        this.recipe = spark.broadcast(recipe);
        this.options = options;
        this.consecutive = consecutive;
        this.stream = stream;
        this.unreadable = unreadable;
        this.notes = notes;
        rowsBefore = new long[] {stream.map(StreamPlace::rows).orElse(0L)};
    }

    /**
     * Logins of a log.
     *
     * @param records of {@link LoginRecord} with their places
     * @param sample of the places
     * @param inOrder whether the places ascend, within partitions and from one to the next
     */
    record Logins(JavaPairRDD<OrderKey, byte[]> records, KeySample.Merged sample, boolean inOrder) {
        /** The same as runs of the log's order, a partition each: packets of {@link ChunkLogins}. */
        JavaRDD<byte[]> chunks(int count) {
            Partitioning.ByOrder chunks = new Partitioning.ByOrder(sample.bounds(count));
            if (inOrder) { // a packet is sorted as a login would be
                return records.mapPartitionsToPair(logins -> ChunkLogins.pack(logins, chunks))
                        .repartitionAndSortWithinPartitions(chunks)
                        .values();
            }
            return records.repartitionAndSortWithinPartitions(chunks).mapPartitions(ChunkLogins::pack);
        }
    }

    /**
     * Numbers of rows of a log.
     *
     * @param usable rows that are logins
     * @param rejected rows that could not be read
     * @param unreadableFields logins with fields that count as not known, since they could not be read
     */
    record Rows(long usable, long rejected, long unreadableFields) {}

    /** Reads files; empty where they hold no login. */
    Optional<Logins> read(List<LogPlan.LogFile> log) throws IOException {
        rowsBefore = new long[] {stream.map(StreamPlace::rows).orElse(0L)};
        if (log.isEmpty()) {
            return Optional.empty();
        }
        Configuration configuration = spark.hadoopConfiguration();
        if (!(recipe.value().format() instanceof CsvFormat) && log.size() > 1) {
            throw new InputException("the format is not one of CSV or JSON lines with named columns; of such"
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
        boolean sorted =
                !LogTimes.inOrder(reading.times()) || log.size() > 1 && (!consecutive || reading.filesOverlap());
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
        reports = reading.reports;
        rowsBefore = before;
        if (!report(reading)) {
            return Optional.empty();
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
        return Optional.of(new Logins(records, sample, !sorted));
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

        /** Whether a file begins before the end of the one before it. */
        boolean filesOverlap() {
            long newest = Long.MIN_VALUE;
            String file = "";
            for (int i = 0; i < reports.size(); i++) {
                LogTimes times = reports.get(i).times;
                if (times.usable() == 0) {
                    continue;
                }
                if (!blocks.get(i).path.equals(file) && times.firstMicros() < newest) {
                    return true;
                }
                file = blocks.get(i).path;
                newest = Math.max(newest, times.maxMicros());
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
        List<LogBlock> blocks =
                LogPlan.blocks(log, recipe.value().format(), options.blockBytes(), whole, configuration);
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
                        recipe,
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
        read = new Rows(all - rejected - late, rejected, kept);
        if (all == rejected && stream.isEmpty()) {
            throw new InputException("the log has no row that can be scored" + (first.isEmpty() ? "" : ": " + first));
        }
        return read.usable > 0;
    }

    private String listed() {
        return unreadable.map(list -> "; listed in " + list).orElse("");
    }

    /**
     * Reads a table.
     *
     * @param rows have the columns that the format names
     * @param withSample whether places are sampled
     */
    Logins read(Dataset<Row> rows, boolean withSample) throws IOException {
        if (!(recipe.value().format() instanceof CsvFormat format)) {
            throw new InputException("the bundle's format is not one of named columns, so a table cannot be read by it;"
                    + " train with a CSV format (docs/reading-logs.md), or give files with --input");
        }
        TableReading reading = new TableReading(rows, format, recipe, options);
        table = Optional.of(reading);
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
        long all = records.count();
        read = new Rows(all - rejected, rejected, 0);
        if (rejected > 0) {
            notes.accept(String.format(
                    Locale.ROOT,
                    "%s%,d of %,d rows cannot be used and were left out%s",
                    rejected > options.maxRejected() * all ? "WARNING: " : "",
                    rejected,
                    all,
                    listed()));
        }
        JavaPairRDD<OrderKey, byte[]> logins = records.mapPartitionsToPair(block -> ordered(block, 0, false));
        return withSample ? sampled(logins) : new Logins(logins, new KeySample.Merged(), false);
    }

    /** Logins whose places are sampled. */
    static Logins sampled(JavaPairRDD<OrderKey, byte[]> logins) {
        KeySample.Merged sample = new KeySample.Merged();
        long count = logins.count();
        double share = Math.min(1, SAMPLED_KEYS / (double) Math.max(1, count));
        List<OrderKey> keys = (share < 1 ? logins.keys().sample(false, share, 1) : logins.keys()).collect();
        sample.add(keys, count);
        return new Logins(logins, sample, false);
    }

    /** What the blocks were found to be. */
    List<BlockReport> reports() {
        return reports;
    }

    /** Numbers of rows of the log or table that was read last. */
    Rows read() {
        return read;
    }

    /** Rows of the log and of the stream before it, used or not. */
    long rows() {
        return rowsBefore[rowsBefore.length - 1];
    }

    /** Time of the newest login of the log that was scored; {@code Long.MIN_VALUE} where it has none. */
    long newestMicros() {
        return newestMicros;
    }

    private boolean rowsAreLines(int block) {
        return !blocks.get(block).isWhole() && reports.get(block).lines == reports.get(block).rows;
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
        List<Tuple2<Integer, long[]>> tasks = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            long first = rowsBefore[i];
            long[] ofBlock = rows.subSet(first, rowsBefore[i + 1]).stream()
                    .mapToLong(row -> row - first)
                    .toArray();
            if (ofBlock.length > 0) {
                tasks.add(new Tuple2<>(i, ofBlock));
            }
        }
        if (tasks.isEmpty()) {
            return found;
        }
        Broadcast<LoginRecipe> read = recipe;
        Broadcast<SerializableConfiguration> configuration =
                spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
        List<Tuple3<LogBlock, long[], Boolean>> reading = new ArrayList<>();
        tasks.forEach(task -> reading.add(new Tuple3<>(blocks.get(task._1), task._2, rowsAreLines(task._1))));
        List<List<byte[]>> ofTasks = spark.parallelize(reading, reading.size())
                .map(task -> LogReading.logins(
                        task._1(), read.value(), configuration.value().value(), task._2(), task._3()))
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
}
