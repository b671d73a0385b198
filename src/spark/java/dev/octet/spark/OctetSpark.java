package dev.octet.spark;

import dev.octet.bundle.Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Logger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Scores logins with a bundle of Octet on Spark, with the bits of {@code octet score}. From Python:
 * {@code spark._jvm.dev.octet.spark.OctetSpark.score(df._jdf, "bundle")}; see {@code docs/spark.md}.
 *
 * <p>Options, by name: {@code history} (bundle or cold), {@code chunk-rows}, {@code partitions}, {@code block-bytes},
 * {@code max-rejected}, {@code strict}, {@code row-column}.
 *
 * <p>The result has the columns {@code row, time, user, score, threshold, flagged, reasons, bundle}: the row's number, its time
 * in UTC to the microsecond, the user as the log writes it, the score (higher is more anomalous), the decision value, whether
 * the score is above it, the three features with the largest share of the score, and {@link Bundle#id}. Thread-safe.
 */
public final class OctetSpark {
    private static final Logger LOG = Logger.getLogger(OctetSpark.class.getName());

    private OctetSpark() {}

    /**
     * Scores a table.
     *
     * @param logins a row a login, with the columns that the bundle's format names; a time may be a timestamp
     * @param bundle the bundle's directory, on the driver
     * @throws dev.octet.event.InputException if the bundle or the table cannot be used, with the reason
     */
    public static Dataset<Row> score(Dataset<Row> logins, String bundle) {
        return score(logins, bundle, Map.of());
    }

    /** As above, with options. */
    public static Dataset<Row> score(Dataset<Row> logins, String bundle, Map<String, String> options) {
        try {
            SparkSession session = logins.sparkSession();
            return job(session, bundle, options, LOG::info).score(logins).table(session);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Scores the files of a log, read as {@code octet score} reads them.
     *
     * @param inputs files, folders or patterns, on any file system that Spark reads
     */
    public static Dataset<Row> scoreFiles(
            SparkSession session, List<String> inputs, String bundle, Map<String, String> options) {
        try {
            return job(session, bundle, options, LOG::info).score(inputs).table(session);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ScoreJob job(
            SparkSession session, String bundle, Map<String, String> options, Consumer<String> notes)
            throws IOException {
        return new ScoreJob(
                session,
                Bundle.load(Path.of(bundle)),
                Map.of(),
                ScoreOptions.of(options),
                SentVerdicts.NONE,
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                Optional.empty(),
                notes);
    }
}
