package dev.octet.spark;

import picocli.CommandLine.Option;

/** The options of how the rows, users and values of a log are split over a cluster. */
final class Splitting {
    @Option(
            names = "--chunk-rows",
            defaultValue = "0",
            paramLabel = "ROWS",
            description = "rows of a chunk, about (default: the rows by the cores, at most 4 million)")
    private long chunkRows;

    @Option(
            names = "--partitions",
            defaultValue = "0",
            paramLabel = "N",
            description = "partitions of users and values (default: spark.default.parallelism)")
    private int partitions;

    /** As {@link ScoreOptions#chunkRows}. */
    long chunkRows() {
        return chunkRows;
    }

    /** As {@link ScoreOptions#partitions}. */
    int partitions() {
        return partitions;
    }
}
