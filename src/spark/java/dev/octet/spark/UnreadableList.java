package dev.octet.spark;

import dev.octet.event.CsvOutput;
import dev.octet.event.text.CsvLines;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;

/**
 * What could not be read of a log, as one machine lists it: a line a value, in the order of the log, rows and lines counted over
 * the whole of it. Each task lists what it read; the driver puts the lists together one line at a time.
 */
final class UnreadableList {
    private UnreadableList() {}

    /** Where a task's rows and lines begin. */
    record Start(long rows, long lines, String file) {}

    /** Hands out the lines of a block's own list, which has the block's rows and lines, as records. */
    static final class Lines implements AutoCloseable {
        private final BufferedReader list;
        private final PackedOutput out = new PackedOutput();

        /** @param list written by {@code RejectedRows}; it may be missing, where everything could be read */
        Lines(Path list) throws IOException {
            this.list = Files.exists(list) ? Files.newBufferedReader(list) : null;
            if (this.list != null) {
                this.list.readLine(); // the names of the columns
            }
        }

        /** The next record; {@code null} after the last one. */
        byte[] next() throws IOException {
            String line = list == null ? null : list.readLine();
            if (line == null) {
                return null;
            }
            int row = line.indexOf(',');
            int number = line.indexOf(',', row + 1);
            return record(
                    out,
                    Long.parseLong(line.substring(0, row)),
                    Long.parseLong(line.substring(row + 1, number)),
                    line.substring(number + 1).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void close() throws IOException {
            if (list != null) {
                list.close();
            }
        }
    }

    /** @param rest the columns behind row and line, as the list has them */
    private static byte[] record(PackedOutput out, long row, long line, byte[] rest) {
        return out.clear()
                .number(LoginRecord.UNREADABLE)
                .number(row)
                .number(line)
                .bytes(rest)
                .toBytes();
    }

    /** The record of a table's row that is left out; a table has no lines. */
    static byte[] ofTable(long row, String column, String reason) {
        CsvLines rest = new CsvLines();
        rest.text("");
        rest.text("");
        rest.text(column);
        rest.text(reason);
        rest.text("");
        rest.text("left out");
        return record(new PackedOutput(), row, 0, Arrays.copyOf(rest.bytes(), rest.length()));
    }

    /**
     * Writes the list.
     *
     * @param records all records of the log, of which those of this list are taken
     * @param starts by partition, where its rows and lines begin, and the name of its file if there are several
     */
    static void write(JavaRDD<byte[]> records, List<Start> starts, Path target) throws IOException {
        Iterator<byte[]> listed = records.mapPartitionsWithIndex(
                        (index, block) -> new Expanding<byte[], byte[]>(block) {
                            @Override
                            void expand(byte[] record, Consumer<byte[]> sink) {
                                if (record[0] == LoginRecord.UNREADABLE) {
                                    sink.accept(new PackedOutput()
                                            .number(index)
                                            .plain(record, 1, record.length)
                                            .toBytes());
                                }
                            }
                        },
                        false)
                .toLocalIterator();
        try (CsvOutput csv =
                new CsvOutput(target, "row", "line", "time", "user", "column", "reason", "value", "outcome")) {
            PackedInput in = new PackedInput(new byte[0]);
            while (listed.hasNext()) {
                Start start = starts.get(in.on(listed.next()).integer());
                CsvLines lines = csv.lines();
                lines.number(start.rows() + in.number());
                long line = start.lines() + in.number();
                if (start.file().isEmpty()) {
                    lines.number(line);
                } else {
                    lines.text(start.file() + ":" + line);
                }
                lines.field().plain(in.bytes());
                csv.end();
            }
            csv.complete();
        }
    }
}
