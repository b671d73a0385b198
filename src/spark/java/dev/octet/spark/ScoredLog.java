package dev.octet.spark;

import dev.octet.event.CsvOutput;
import dev.octet.event.text.CsvLines;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/** The scored logins of a log, kept as packets until they are written. */
final class ScoredLog {
    private final JavaRDD<byte[]> packets;
    private final double threshold;
    private final String bundleId;

    /**
     * The scored logins of a log, in any order.
     *
     * @param packets of {@link ScoredLogin}s
     */
    ScoredLog(JavaRDD<byte[]> packets, double threshold, String bundleId) {
        this.packets = packets;
        this.threshold = threshold;
        this.bundleId = bundleId;
    }

    /**
     * Numbers of scored logins.
     *
     * @param flagged those above the threshold
     */
    record Counts(long logins, long flagged) {}

    /** Computes all scores, and keeps them for all that is asked for later. */
    Counts keep() {
        long[] sums = packets.persist(StorageLevel.MEMORY_AND_DISK_SER())
                .mapPartitions(ScoredLog::sums)
                .reduce((one, other) -> new long[] {one[0] + other[0], one[1] + other[1]});
        return new Counts(sums[0], sums[1]);
    }

    private static Iterator<long[]> sums(Iterator<byte[]> packets) {
        PacketReader records = new PacketReader(packets);
        long[] sums = new long[2];
        for (PackedInput in = records.next(); in != null; in = records.next()) {
            ScoredLogin.place(in);
            sums[0]++;
            sums[1] += ScoredLogin.flagged(in) ? 1 : 0;
        }
        return List.of(sums).iterator();
    }

    /**
     * A flagged login, as an alarm rule sees it.
     *
     * @param place in the order of the log
     * @param cause what made it anomalous above all
     */
    record Cause(OrderKey place, long micros, String user, String cause) {}

    /** The flagged logins, in the order of the log. */
    List<Cause> causes() {
        return flagged(
                each -> true,
                (login, out) -> {
                    out.signed(login.micros).text(login.user).text(FlaggedLogin.cause(login.words));
                },
                (place, in) -> new Cause(place, in.signed(), in.text(), in.text()));
    }

    /**
     * Some of the flagged logins with what their reasons are made of, in the order of the log.
     *
     * @param places where they are
     */
    List<FlaggedLogin> flagged(Set<OrderKey> places) {
        Set<OrderKey> wanted = new HashSet<>(places);
        return flagged(
                wanted::contains,
                (login, out) -> {
                    out.number(login.row).signed(login.micros).text(login.user).real(login.score);
                    out.bytes(login.words);
                },
                (place, in) -> FlaggedLogin.of(place, in.number(), in.signed(), in.text(), in.real(), in.bytes()));
    }

    /** Which logins are meant, by their places. */
    @FunctionalInterface
    private interface Places extends Serializable {
        boolean has(OrderKey place);
    }

    /** Writes what is wanted of a login. */
    @FunctionalInterface
    private interface Extract extends Serializable {
        void write(ScoredLogin login, PackedOutput out);
    }

    /** What is wanted of flagged logins, by their places; only that reaches the driver. */
    private <T> List<T> flagged(Places places, Extract extract, BiFunction<OrderKey, PackedInput, T> read) {
        SortedMap<OrderKey, T> found = new TreeMap<>();
        packets.mapPartitionsToPair(ofPartition -> extracts(ofPartition, places, extract))
                .collect()
                .forEach(each -> found.put(each._1, read.apply(each._1, new PackedInput(each._2))));
        return List.copyOf(found.values());
    }

    private static Iterator<Tuple2<OrderKey, byte[]>> extracts(
            Iterator<byte[]> packets, Places places, Extract extract) {
        PacketReader records = new PacketReader(packets);
        PackedInput whole = new PackedInput(new byte[0]);
        PackedOutput out = new PackedOutput();
        ScoredLogin login = new ScoredLogin();
        List<Tuple2<OrderKey, byte[]>> found = new ArrayList<>();
        for (PackedInput in = records.next(); in != null; in = records.next()) {
            whole.onRestOf(in);
            OrderKey place = ScoredLogin.place(in);
            if (ScoredLogin.flagged(in) && places.has(place)) {
                extract.write(login.read(whole), out.clear());
                found.add(new Tuple2<>(place, out.toBytes()));
            }
        }
        return found.iterator();
    }

    /** A table with the columns of {@link ScoredLogin#SCHEMA}. */
    Dataset<Row> table(SparkSession session) {
        double value = threshold;
        String bundle = bundleId;
        JavaRDD<Row> rows = packets.flatMap(packet -> {
            PacketReader records = new PacketReader(List.of(packet).iterator());
            ScoredLogin login = new ScoredLogin();
            List<Row> ofPacket = new ArrayList<>();
            for (PackedInput in = records.next(); in != null; in = records.next()) {
                ofPacket.add(login.read(in).toRow(value, bundle));
            }
            return ofPacket.iterator();
        });
        return session.createDataFrame(rows, ScoredLogin.SCHEMA);
    }

    /**
     * Writes one file, in the order of the log and byte for byte as {@code octet score} does. Lines are made where the logins
     * are; the driver puts them together.
     */
    void writeCsv(Path target) throws IOException {
        double value = threshold;
        JavaRDD<byte[]> lines = packets.flatMapToPair(packet -> {
                    PackedInput in = new PackedInput(packet);
                    List<Tuple2<OrderKey, byte[]>> ofPacket = new ArrayList<>();
                    while (!in.atEnd()) {
                        byte[] record = in.bytes();
                        ofPacket.add(new Tuple2<>(ScoredLogin.place(new PackedInput(record)), record));
                    }
                    return ofPacket.iterator();
                })
                .sortByKey()
                .values()
                .mapPartitions(records -> new Lines(records, value))
                .persist(StorageLevel.MEMORY_AND_DISK_SER());
        lines.count(); // the iterator below asks for one partition after the other
        Iterator<byte[]> blocks = lines.toLocalIterator();
        try (CsvOutput csv =
                new CsvOutput(target, "row", "timestamp", "user", "score", "threshold", "flagged", "reasons")) {
            while (blocks.hasNext()) {
                csv.append(blocks.next());
            }
            csv.complete();
        }
        lines.unpersist(false);
    }

    /** The lines of a score file, many in an array of bytes. */
    private static final class Lines implements Iterator<byte[]> {
        private static final int BYTES = 1 << 18;

        private final Iterator<byte[]> records;
        private final byte[] threshold;
        private final PackedInput in = new PackedInput(new byte[0]);
        private final ScoredLogin login = new ScoredLogin();
        private final CsvLines lines = new CsvLines();

        Lines(Iterator<byte[]> records, double threshold) {
            this.records = records;
            this.threshold = Double.toString(threshold).getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public boolean hasNext() {
            return records.hasNext();
        }

        @Override
        public byte[] next() {
            lines.clear();
            while (records.hasNext() && lines.length() < BYTES) {
                login.read(in.on(records.next()));
                lines.number(login.row);
                lines.timestamp(login.micros);
                lines.key(login.user);
                lines.number(login.score);
                lines.field().plain(threshold);
                lines.number(login.flagged ? 1 : 0);
                lines.field().plain(login.reasons);
                lines.end();
            }
            return Arrays.copyOf(lines.bytes(), lines.length());
        }
    }
}
