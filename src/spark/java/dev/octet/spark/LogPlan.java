package dev.octet.spark;

import dev.octet.event.CsvFormat;
import dev.octet.event.InputException;
import dev.octet.event.LogFormat;
import dev.octet.event.text.PlainText;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Which parts of which files are read by which task. */
final class LogPlan {
    private static final int HEAD = 1 << 10;
    private static final Pattern MARKS = Pattern.compile("[*?{}\\[\\]\\\\]");

    private LogPlan() {}

    /** A file of a log. */
    record LogFile(String path, long size, long modifiedMillis) {}

    /**
     * The files in the order of the names, those of a folder or pattern by their paths, as on one machine. Files whose names
     * begin with a dot or an underscore are none, as everywhere in Spark.
     *
     * @throws InputException if a name is of nothing
     */
    static List<LogFile> files(List<String> names, SparkSession session) {
        List<LogFile> files = new ArrayList<>();
        for (String name : names) {
            List<LogFile> ofName;
            try {
                ofName = inFolder(name, session);
            } catch (Exception e) { // Scala's compiler does not say which
                if (e instanceof AnalysisException) {
                    throw new InputException(
                            "--input " + name + " cannot be found by Spark (" + firstLine(e)
                                    + "); name a file, a folder or a pattern that every worker can read",
                            e);
                }
                throw e;
            }
            if (ofName.isEmpty()) {
                throw new InputException("--input " + name + " is a folder without files");
            }
            files.addAll(ofName);
        }
        return files;
    }

    /** What is known of the files of a folder or pattern, by their paths. */
    static List<LogFile> inFolder(String name, SparkSession session) {
        SparkSession reading = isPattern(name) ? readingPatterns(session) : session;
        return listed(named(reading.read()
                        .format("binaryFile")
                        .option("recursiveFileLookup", "true")
                        .load(name))
                .collectAsList());
    }

    /** Whether Spark takes a name for a pattern. */
    static boolean isPattern(String name) {
        return MARKS.matcher(name).find();
    }

    /**
     * A session that reads patterns without looking for notes of a stream, which stand in folders only: Spark would warn with the
     * trace of an exception at each pattern.
     */
    static SparkSession readingPatterns(SparkSession session) {
        SparkSession own = session.newSession();
        own.conf().set("spark.sql.streaming.fileStreamSink.ignoreMetadata", true);
        return own;
    }

    /** What {@link #listed} takes of Spark's table of files. */
    static Dataset<Row> named(Dataset<Row> files) {
        return files.select("path", "modificationTime", "length");
    }

    /** Whether there is anything under a name. */
    static boolean isThere(String name, SparkSession session) {
        try {
            inFolder(name, session);
            return true;
        } catch (Exception e) { // Scala's compiler does not say which
            if (e instanceof AnalysisException) {
                return false;
            }
            throw e;
        }
    }

    /** The files of a log that rows of {@link #named} tell of, by their paths. */
    static List<LogFile> listed(List<Row> rows) {
        return rows.stream()
                .map(file -> new LogFile(
                        file.getString(0), file.getLong(2), time(file.get(1)).toEpochMilli()))
                .sorted(Comparator.comparing(LogFile::path))
                .toList();
    }

    private static Instant time(Object value) {
        return value instanceof Timestamp timestamp ? timestamp.toInstant() : (Instant) value;
    }

    static String firstLine(Exception e) {
        return PlainText.of(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }

    /**
     * Cuts files into blocks.
     *
     * @param blockBytes size of a block, about
     * @param whole paths of files that cannot be cut
     */
    static List<LogBlock> blocks(
            List<LogFile> files, LogFormat format, long blockBytes, Set<String> whole, Configuration configuration)
            throws IOException {
        List<LogBlock> blocks = new ArrayList<>();
        boolean lines =
                format instanceof CsvFormat && format.time().zone().getRules().isFixedOffset();
        for (LogFile file : files) {
            byte[] header = lines && file.size() > blockBytes && !whole.contains(file.path())
                    ? header(file, configuration)
                    : null;
            if (header == null) {
                blocks.add(new LogBlock(file, 0, file.size(), true, new byte[0]));
                continue;
            }
            long from = header.length;
            long count = Math.max(1, (file.size() - from + blockBytes - 1) / blockBytes);
            for (long i = 0; i < count; i++) {
                long begin = from + (file.size() - from) * i / count;
                long end = from + (file.size() - from) * (i + 1) / count;
                blocks.add(new LogBlock(file, begin, end, false, header));
            }
        }
        return blocks;
    }

    /** What each block of a file begins with; {@code null} where the file cannot be cut into lines. */
    private static byte[] header(LogFile file, Configuration configuration) throws IOException {
        Path path = new Path(file.path());
        try (FSDataInputStream in = path.getFileSystem(configuration).open(path)) {
            byte[] head = LogBlock.head(in, HEAD);
            if (!isText(head)) {
                return null;
            }
            for (byte each : head) {
                if (each == '{') {
                    return new byte[0]; // JSON lines
                }
                if (each > ' ') {
                    break;
                }
            }
            in.seek(0);
            byte[] line = LogBlock.firstLine(new BufferedInputStream(in));
            return line == null || quotes(line) % 2 != 0 ? null : line;
        }
    }

    /** Whether a file is plain text: whatever is packed or binary has one of these bytes among its first. */
    private static boolean isText(byte[] head) {
        for (byte each : head) {
            if (each >= 0 && each < ' ' && each != '\t' && each != '\n' && each != '\r') {
                return false;
            }
        }
        return head.length > 0
                && (head[0] & 0xff) != 0xfd
                && (head[0] & 0xff) != 0xff
                && (head[0] & 0xff) != 0xfe
                && (head[0] & 0xff) != 0x28;
    }

    private static int quotes(byte[] line) {
        int quotes = 0;
        for (byte each : line) {
            quotes += each == '"' ? 1 : 0;
        }
        return quotes;
    }
}
