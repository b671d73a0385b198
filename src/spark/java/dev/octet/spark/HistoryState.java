package dev.octet.spark;

import dev.octet.feature.history.LoginHistory;
import dev.octet.feature.history.StartingHistory;
import java.io.IOException;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * What a model remembers between two logs, spread over the cluster: what is one for each user or value, in tables; the rest on
 * the driver. Immutable.
 */
final class HistoryState {
    private final StartingHistory shared;
    private final JavaPairRDD<Long, byte[]> values;
    private final JavaPairRDD<UserKey, byte[]> users;
    private final Optional<Changes> changes;

    /**
     * The records of both tables that are not those of the state before the log. None goes: where a value is forgotten, its
     * record in a table says so by its time.
     */
    record Changes(JavaPairRDD<Long, byte[]> values, JavaPairRDD<UserKey, byte[]> users) {}

    /** @param changes those since the state before the log; empty where there is no such state */
    HistoryState(
            StartingHistory shared,
            JavaPairRDD<Long, byte[]> values,
            JavaPairRDD<UserKey, byte[]> users,
            Optional<Changes> changes) {
        this.shared = shared;
        this.values = values;
        this.users = users;
        this.changes = changes;
    }

    /**
     * What one machine remembers: that of a bundle's {@code history.bin}, or nothing yet.
     *
     * @throws dev.octet.event.InputException if it is of a kind that Spark cannot go on from
     */
    static HistoryState of(JavaSparkContext spark, LoginHistory memory) throws IOException {
        Packets values = new Packets();
        Packets users = new Packets();
        StartingHistory shared = StartingHistory.of(memory);
        StartingHistory.values(memory, values::add);
        StartingHistory.users(memory, users::add);
        return new HistoryState(shared, records(spark, values), byUser(records(spark, users)), Optional.empty());
    }

    private static JavaPairRDD<Long, byte[]> records(JavaSparkContext spark, Packets packets) {
        return spark.parallelize(packets.all(), Math.max(1, packets.all().size()))
                .flatMapToPair(packet -> Packets.open(packet).iterator());
    }

    /** Users' records as {@link #users} has them. */
    static JavaPairRDD<UserKey, byte[]> byUser(JavaPairRDD<Long, byte[]> users) {
        return users.mapToPair(each -> new Tuple2<>(new UserKey(each._1, UserKey.BEFORE_THE_LOG), each._2));
    }

    /** What every worker needs. */
    StartingHistory shared() {
        return shared;
    }

    /** By value, for {@code ChunkValues.before}: logins with it, failures by it, or when it came first. */
    JavaPairRDD<Long, byte[]> values() {
        return values;
    }

    /** By user, for {@code UserWalk.restore}. */
    JavaPairRDD<UserKey, byte[]> users() {
        return users;
    }

    /** What the log changed. */
    Optional<Changes> changes() {
        return changes;
    }

    /** All of it on the driver, as one machine has it. */
    LoginHistory memory() throws IOException {
        return shared.memory(
                sink -> values.toLocalIterator().forEachRemaining(each -> sink.accept(each._2, each._1)),
                sink -> users.toLocalIterator().forEachRemaining(each -> sink.accept(each._2, each._1.user)));
    }
}
