package dev.octet.spark;

import dev.octet.event.InputException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How a log is scored on Spark. Immutable.
 *
 * @param cold whether features that look back remember nothing at the start
 * @param chunkRows rows of a chunk of the log, about; 0: as many as the cluster's cores and the log suggest
 * @param partitions partitions of users and values; 0: Spark's {@code spark.default.parallelism}
 * @param blockBytes bytes of a log that one task reads, about
 * @param maxRejected share of rows that may be unreadable before a warning says so
 * @param strict whether the first row that cannot be read stops the job
 * @param rowColumn the column of a table that numbers its rows; empty where there is none
 */
record ScoreOptions(
        boolean cold,
        long chunkRows,
        int partitions,
        long blockBytes,
        double maxRejected,
        boolean strict,
        String rowColumn) {
    static final long BLOCK_BYTES = 64L << 20;
    /** Rows of a chunk at most where nothing else is asked for: tables of its values take about a gigabyte. */
    private static final long LARGEST_CHUNK = 4_000_000;

    private static final long SMALLEST_CHUNK = 50_000;

    private static final List<String> NAMES =
            List.of("history", "chunk-rows", "partitions", "block-bytes", "max-rejected", "strict", "row-column");

    ScoreOptions {
        require("chunk-rows", chunkRows, 0, 1L << 31);
        require("partitions", partitions, 0, 1 << 20);
        require("block-bytes", blockBytes, 1 << 10, 1L << 40);
        if (!(maxRejected >= 0 && maxRejected <= 1)) {
            throw new InputException("max-rejected is " + maxRejected + "; allowed is a share, 0 to 1");
        }
    }

    /** Refuses a number that is not allowed. */
    static void require(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new InputException(
                    String.format(Locale.ROOT, "%s is %d; allowed is %d to %d", name, value, least, most));
        }
    }

    /** The defaults: the bundle's own memory, sizes that follow the log and the cluster. */
    static ScoreOptions defaults() {
        return new ScoreOptions(false, 0, 0, BLOCK_BYTES, 0.001, false, "");
    }

    /** Those of a run: its config says what may be unreadable. */
    static ScoreOptions ofRun(long chunkRows, int partitions, long blockBytes) {
        return new ScoreOptions(true, chunkRows, partitions, blockBytes, 1, false, "");
    }

    /** The same, or its strict twin. */
    ScoreOptions strictIf(boolean wanted) {
        return new ScoreOptions(cold, chunkRows, partitions, blockBytes, maxRejected, strict || wanted, rowColumn);
    }

    /**
     * Options by the names that the command line has, for callers from other languages.
     *
     * @throws InputException if a name or a value is none
     */
    static ScoreOptions of(Map<String, String> named) {
        ScoreOptions d = defaults();
        String history = named.getOrDefault("history", "bundle");
        if (!history.equals("bundle") && !history.equals("cold")) {
            throw new InputException("history is \"" + history + "\"; allowed are bundle and cold");
        }
        for (String name : named.keySet()) {
            if (!NAMES.contains(name)) {
                throw new InputException("there is no option " + name + "; known are " + String.join(", ", NAMES));
            }
        }
        try {
            return new ScoreOptions(
                    history.equals("cold"),
                    Long.parseLong(named.getOrDefault("chunk-rows", Long.toString(d.chunkRows))),
                    Integer.parseInt(named.getOrDefault("partitions", Integer.toString(d.partitions))),
                    Long.parseLong(named.getOrDefault("block-bytes", Long.toString(d.blockBytes))),
                    Double.parseDouble(named.getOrDefault("max-rejected", Double.toString(d.maxRejected))),
                    Boolean.parseBoolean(named.getOrDefault("strict", "false")),
                    named.getOrDefault("row-column", ""));
        } catch (NumberFormatException e) {
            throw new InputException("an option that is a number is none: " + e.getMessage(), e);
        }
    }

    /** Partitions of users and values. */
    int partitions(int byDefault) {
        return partitions > 0 ? partitions : byDefault;
    }

    /** Number of chunks of a log. */
    int chunks(long rows, int cores) {
        long size = chunkRows > 0
                ? chunkRows
                : Math.min(LARGEST_CHUNK, Math.max(SMALLEST_CHUNK, (rows + cores - 1) / cores));
        return (int) Math.max(1, Math.min(1 << 20, (rows + size - 1) / size));
    }
}
