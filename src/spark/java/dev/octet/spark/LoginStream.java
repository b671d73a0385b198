package dev.octet.spark;

import dev.octet.bundle.Bundle;
import dev.octet.serve.alert.Alert;
import dev.octet.serve.alert.AlertSink;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Scores a stream of logins batch by batch. A batch is a chunk of the log, and goes on from the state of the one before. Its
 * scores and alerts are written first, then the state, which notes the batch; a batch that was cut off comes again with the
 * same rows, and what of it was written already is not written twice. Not thread-safe.
 */
final class LoginStream {
    /** The local property in which Spark tells a batch the id of its stream. */
    private static final String STREAM_ID = "sql.streaming.queryId";

    private final SparkSession session;
    private final Bundle bundle;
    private final ScoreOptions options;
    private final StateStore store;
    private final Optional<ScoreFolder> folder;
    private final Optional<AlertSink> alerts;
    private final Consumer<String> notes;

    /**
     * A stream.
     *
     * @param store the state that it goes on from and that each batch replaces
     * @param folder where each batch's scores are written to
     * @param alerts receives the flagged logins
     * @param notes told how far it is, in sentences
     */
    LoginStream(
            SparkSession session,
            Bundle bundle,
            ScoreOptions options,
            StateStore store,
            Optional<ScoreFolder> folder,
            Optional<AlertSink> alerts,
            Consumer<String> notes) {
        this.session = session;
        this.bundle = bundle;
        this.options = options;
        this.store = store;
        this.folder = folder;
        this.alerts = alerts;
        this.notes = notes;
    }

    /**
     * Reads the stream from where it was left.
     *
     * @param trigger when a batch begins; one that ends the stream makes this return
     * @throws StreamingQueryException if a batch fails; its cause says why
     */
    void run(StreamInput input, Trigger trigger) throws IOException, TimeoutException, StreamingQueryException {
        begin();
        input.rows(session)
                .writeStream()
                .option("checkpointLocation", store.beside("checkpoint"))
                .trigger(trigger)
                .foreachBatch((VoidFunction2<Dataset<Row>, Long>) (rows, number) -> batch(input, rows, number))
                .start()
                .awaitTermination();
    }

    private void begin() throws IOException {
        Optional<Map<String, String>> noted = store.notes().filter(StreamPlace::isIn);
        if (noted.isPresent()) {
            StreamPlace place = StreamPlace.of(noted.get());
            if (alerts.isPresent()) {
                alerts.get().resume(place.ends());
            }
            notes.accept(String.format(Locale.ROOT, "going on after batch %d, %,d rows", place.batch(), place.rows()));
            return;
        }
        if (folder.isPresent()) {
            folder.get().requireFree(session);
        }
        HistoryState start = store.newest().isPresent()
                ? store.read(bundle.id())
                : ScoreJob.start(new JavaSparkContext(session.sparkContext()), bundle, options.cold());
        write(start, StreamPlace.first(start.shared().newestMicros(), ends()));
    }

    private Map<String, String> ends() throws IOException {
        return alerts.isPresent() ? alerts.get().ends() : Map.of();
    }

    private void write(HistoryState state, StreamPlace place) throws IOException {
        store.write(state, bundle.id(), store.newest().orElse(0) + 1, place.notes());
    }

    private void batch(StreamInput input, Dataset<Row> rows, long number) throws IOException {
        long start = System.nanoTime();
        String stream = session.sparkContext().getLocalProperty(STREAM_ID);
        StreamPlace place = StreamPlace.of(store.notes().orElseThrow());
        if (place.holds(stream, number)) {
            notes.accept("batch " + number + " is in the state already");
            return;
        }
        ScoreJob job = new ScoreJob(
                session,
                bundle,
                Map.of(),
                options,
                SentVerdicts.NONE,
                Optional.of(store),
                Optional.of(place),
                true,
                alerts.isPresent(),
                Optional.empty(),
                note -> notes.accept("batch " + number + ": " + note));
        ScoredLog log = job.scoreFiles(input.files(rows));
        ScoredLog.Counts counts = log.keep();
        if (folder.isPresent()) {
            folder.get().ofBatch(number).writeAgain(log.table(session));
        }
        AlertFinder finder =
                place.alarms().length > 0 ? new AlertFinder(bundle, place.alarms()) : new AlertFinder(bundle);
        int earlier = finder.alerts();
        if (alerts.isPresent()) {
            for (Alert alert : finder.alerts(job, log)) {
                alerts.get().accept(alert);
            }
            alerts.get().flush();
        }
        write(
                job.after(),
                new StreamPlace(
                        stream,
                        number,
                        job.rows(),
                        Math.max(place.newestMicros(), job.newestMicros()),
                        ends(),
                        finder.save()));
        new JavaSparkContext(session.sparkContext())
                .getPersistentRDDs()
                .values()
                .forEach(rdd -> rdd.unpersist(false));
        notes.accept(String.format(
                Locale.ROOT,
                "batch %d: %,d rows, %,d logins scored, %,d flagged%s, in %.1f s",
                number,
                job.rows() - place.rows(),
                counts.logins(),
                counts.flagged(),
                alerts.isPresent() ? String.format(Locale.ROOT, ", %,d alerts", finder.alerts() - earlier) : "",
                (System.nanoTime() - start) / 1e9));
    }
}
