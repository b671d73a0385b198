package dev.octet.spark;

import dev.octet.event.CsvFormat;
import dev.octet.event.InputException;
import dev.octet.event.Labelled;
import dev.octet.event.LogFormat;
import dev.octet.event.LogTimes;
import dev.octet.event.LoginBytes;
import dev.octet.event.LoginEvent;
import dev.octet.event.LoginField;
import dev.octet.event.LoginReader;
import dev.octet.event.LoginSource;
import dev.octet.event.RejectedRows;
import dev.octet.event.RejectionPolicy;
import dev.octet.event.TimeSpan;
import dev.octet.event.enrich.EnrichedSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads one block of a log with Octet's own readers and hands out {@link LoginRecord}s, the last one behind
 * {@link BlockReport}.
 */
final class LogReading implements FlatMapFunction<Iterator<LogReading.Task>, byte[]> {
    private static final long serialVersionUID = 1L;
    /** A row that is older than the newest by at most this counts as being as new. */
    private static final long TOLERANCE_MICROS = 60_000_000;

    /** In the place of a block that is read with the rest of its file instead. */
    private static final LoginReader NOTHING = new LoginReader() {
        @Override
        public Labelled<LoginEvent> next() {
            return null;
        }

        @Override
        public void close() {}
    };

    private final Broadcast<LoginRecipe> recipe;
    private final Broadcast<SerializableConfiguration> configuration;
    private final double maxRejected;
    private final boolean strict;
    /** Whether rows keep their own times; else they are as new as the newest before them at least. */
    private final boolean sorted;

    private final long fromMicros;
    private final long untilMicros;
    /** Time of the newest login of an earlier batch of a stream; logins that are older by more than a minute are left out. */
    private final long floorMicros;

    /**
     * A block and what is known of the blocks before it.
     *
     * @param newestMicros time of the newest login before it
     */
    static final class Task implements Serializable {
        private static final long serialVersionUID = 1L;

        final LogBlock block;
        final long newestMicros;

        Task(LogBlock block, long newestMicros) {
            this.block = block;
            this.newestMicros = newestMicros;
        }
    }

    /** What a block was found to be. */
    static final class BlockReport {
        final LogTimes times;
        /** Rows, used or not. */
        long rows;

        /** Lines of the block, without that of the columns' names. */
        long lines;

        long rejected;
        /** Rejected rows by reason. */
        final long[] byReason = new long[RejectedRows.Reason.values().length];

        long kept;
        /** Left out since they are older than an earlier batch of a stream. */
        long late;

        boolean cut;
        String first = "";
        /** The names whose numbers the block's raw values hold, by feature. */
        Map<String, List<String>> names = Map.of();

        private final KeySample sample;

        private BlockReport(LogTimes times, KeySample sample) {
            this.times = times;
            this.sample = sample;
        }

        /** Times and rows of some of the block's logins. */
        KeySample sample() {
            return sample;
        }

        byte[] toBytes() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.write(LoginRecord.REPORT);
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeLong(rows);
            out.writeLong(lines);
            out.writeLong(rejected);
            out.writeLong(kept);
            out.writeLong(late);
            out.writeBoolean(cut);
            write(first, out);
            for (long count : byReason) {
                out.writeLong(count);
            }
            out.writeInt(names.size());
            for (Map.Entry<String, List<String>> feature : names.entrySet()) {
                write(feature.getKey(), out);
                out.writeInt(feature.getValue().size());
                for (String name : feature.getValue()) {
                    write(name, out);
                }
            }
            times.write(out);
            sample.write(out);
            return bytes.toByteArray();
        }

        static BlockReport of(byte[] bytes) throws IOException {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 1, bytes.length - 1));
            long rows = in.readLong();
            long lines = in.readLong();
            long rejected = in.readLong();
            long kept = in.readLong();
            long late = in.readLong();
            boolean cut = in.readBoolean();
            String first = text(in);
            long[] byReason = new long[RejectedRows.Reason.values().length];
            for (int i = 0; i < byReason.length; i++) {
                byReason[i] = in.readLong();
            }
            Map<String, List<String>> names = new LinkedHashMap<>();
            for (int features = in.readInt(); features > 0; features--) {
                List<String> ofFeature = new ArrayList<>();
                names.put(text(in), ofFeature);
                for (int count = in.readInt(); count > 0; count--) {
                    ofFeature.add(text(in));
                }
            }
            BlockReport report = new BlockReport(LogTimes.read(in), KeySample.read(in));
            System.arraycopy(byReason, 0, report.byReason, 0, byReason.length);
            report.names = names;
            report.rows = rows;
            report.lines = lines;
            report.rejected = rejected;
            report.kept = kept;
            report.late = late;
            report.cut = cut;
            report.first = first;
            return report;
        }

        private static void write(String text, DataOutputStream out) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }

        private static String text(DataInputStream in) throws IOException {
            return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
        }
    }

    LogReading(
            Broadcast<LoginRecipe> recipe,
            Broadcast<SerializableConfiguration> configuration,
            double maxRejected,
            boolean strict,
            boolean sorted,
            TimeSpan within,
            long floorMicros) {
        this.recipe = recipe;
        this.configuration = configuration;
        this.maxRejected = maxRejected;
        this.strict = strict;
        this.sorted = sorted;
        fromMicros = within.fromMicros();
        untilMicros = within.untilMicros();
        this.floorMicros = floorMicros;
    }

    /** Reads a file of this machine. */
    private static LoginReader open(LoginRecipe recipe, Path file, TimeSpan within, RejectedRows rejected)
            throws IOException {
        LogFormat format = recipe.format();
        LoginSource source = format.sources(
                        List.of(file), recipe.labelMayBeMissing() || !(format instanceof CsvFormat), note -> {})
                .get(0);
        return new EnrichedSource(source.inAnyOrder(within), recipe.completion()).open(rejected, LoginField.all());
    }

    /**
     * Reads some logins of a block on this machine.
     *
     * @param rows their numbers, counted from the block's first row, ascending
     * @param rowsAreLines whether each row of the block is a line and each line a row
     * @return as {@link LoginBytes} writes them, with those numbers
     */
    static List<byte[]> logins(
            LogBlock block, LoginRecipe recipe, Configuration configuration, long[] rows, boolean rowsAreLines)
            throws IOException {
        Path copy = Files.createTempFile("octet-block", ".log");
        List<byte[]> found = new ArrayList<>();
        try {
            if (rowsAreLines) {
                block.copyLines(configuration, copy, rows);
            } else {
                block.copy(configuration, copy);
            }
            try (LoginReader reader = open(recipe, copy, TimeSpan.ALL, RejectedRows.ignoring())) {
                for (Labelled<LoginEvent> login = reader.next();
                        login != null && found.size() < rows.length;
                        login = reader.next()) {
                    long row = rowsAreLines
                            ? rows[(int) login.row().row()]
                            : login.row().row();
                    if (Arrays.binarySearch(rows, row) >= 0) {
                        found.add(LoginBytes.write(login.row().withRow(row)));
                    }
                }
            }
        } finally {
            Files.deleteIfExists(copy);
        }
        return found;
    }

    @Override
    public Iterator<byte[]> call(Iterator<Task> tasks) throws IOException {
        return new Rows(tasks.next());
    }

    private final class Rows implements Iterator<byte[]> {
        private final Task task;
        private final Path copy;
        private final Path list;
        private final BlockReport report = new BlockReport(new LogTimes(), new KeySample());
        private final RejectedRows rejected;
        private final LoginReader reader;
        private final LoginRecord.Writer writer;
        private UnreadableList.Lines unreadable;
        private long newest;
        private byte[] next;
        private boolean ended;

        Rows(Task task) throws IOException {
            this.task = task;
            newest = task.newestMicros;
            copy = Files.createTempFile("octet-block", ".log");
            list = copy.resolveSibling(copy.getFileName() + ".unreadable.csv");
            writer = new LoginRecord.Writer(recipe.value());
            rejected = RejectedRows.listedIn(list, task.block.path, RejectionPolicy.warning(maxRejected, strict));
            try {
                LogBlock.Copied copied = task.block.copy(configuration.value().value(), copy);
                report.cut = !copied.even();
                report.lines = copied.lines();
                reader = report.cut
                        ? NOTHING
                        : open(recipe.value(), copy, new TimeSpan(fromMicros, untilMicros), rejected);
            } catch (InputException e) {
                Files.deleteIfExists(copy);
                throw named(e);
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(copy);
                throw e;
            }
            advance();
        }

        /** The error with the file's own name. */
        private InputException named(InputException e) {
            return new InputException(String.valueOf(e.getMessage()).replace(copy.toString(), task.block.path), e);
        }

        private void advance() throws IOException {
            Labelled<LoginEvent> login = read();
            while (login != null
                    && login.row().timeMicros() < floorMicros
                    && floorMicros - login.row().timeMicros() > TOLERANCE_MICROS) {
                report.late++;
                login = read();
            }
            if (login == null) {
                end();
                return;
            }
            LoginEvent event = login.row();
            if (event.timeMicros() < floorMicros) {
                event = event.withTime(floorMicros);
            }
            report.times.add(event.timeMicros());
            if (!sorted && event.timeMicros() < newest && newest - event.timeMicros() <= TOLERANCE_MICROS) {
                event = event.withTime(newest);
            }
            newest = Math.max(newest, event.timeMicros());
            report.sample.add(event.timeMicros(), event.row());
            next = writer.write(event, login.label());
        }

        private Labelled<LoginEvent> read() throws IOException {
            try {
                return reader.next();
            } catch (InputException e) {
                throw named(e);
            }
        }

        private void end() throws IOException {
            reader.close();
            Files.deleteIfExists(copy);
            rejected.close();
            unreadable = new UnreadableList.Lines(list);
            report.rejected = rejected.count();
            report.kept = rejected.kept();
            rejected.counts().forEach((reason, count) -> report.byReason[reason.ordinal()] = count);
            if (recipe.value().numbersNames()) {
                report.names = writer.names();
            }
            report.rows = report.times.usable() + report.rejected + report.late;
            report.first = rejected.first().replace(copy.toString(), task.block.path);
            advanceList();
        }

        /** What could not be read comes behind the logins, and the report last. */
        private void advanceList() throws IOException {
            next = unreadable.next();
            if (next == null) {
                unreadable.close();
                Files.deleteIfExists(list);
                ended = true;
                next = report.toBytes();
            }
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public byte[] next() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            byte[] now = next;
            try {
                if (ended) {
                    next = null;
                } else if (unreadable != null) {
                    advanceList();
                } else {
                    advance();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return now;
        }
    }
}
