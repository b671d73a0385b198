package dev.octet.spark;

import dev.octet.event.CsvOutput;
import dev.octet.event.text.CsvLines;
import dev.octet.feature.history.PackedInput;
import dev.octet.feature.history.PackedOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/** The scored logins of a log, kept as packets until they are written. */
final class ScoredLog {
    private final JavaRDD<byte[]> packets;
    private final long logins;
    private final long flagged;

    private ScoredLog(JavaRDD<byte[]> packets, long logins, long flagged) {
        this.packets = packets;
        this.logins = logins;
        this.flagged = flagged;
    }

    /** Computes all scores and keeps them. */
    static ScoredLog of(JavaPairRDD<OrderKey, ScoredLogin> scored) {
        JavaRDD<byte[]> packets =
                scored.mapPartitions(rows -> new Packing(rows)).persist(StorageLevel.MEMORY_AND_DISK_SER());
        long[] sums = packets.mapPartitions(ScoredLog::sums)
                .reduce((one, other) -> new long[] {one[0] + other[0], one[1] + other[1]});
        return new ScoredLog(packets, sums[0], sums[1]);
    }

    private static Iterator<long[]> sums(Iterator<byte[]> packets) {
        PacketReader records = new PacketReader(packets);
        long[] sums = new long[2];
        for (PackedInput in = records.next(); in != null; in = records.next()) {
            key(in);
            sums[0]++;
            sums[1] += in.number();
        }
        return List.of(sums).iterator();
    }

    /** A record: the place in the log, whether it is flagged, the other columns, the words of a flagged one. */
    private static final class Packing extends PacketWriter {
        private final Iterator<Tuple2<OrderKey, ScoredLogin>> rows;
        private final PackedOutput out = new PackedOutput();

        Packing(Iterator<Tuple2<OrderKey, ScoredLogin>> rows) {
            this.rows = rows;
        }

        @Override
        boolean write() {
            if (!rows.hasNext()) {
                return false;
            }
            Tuple2<OrderKey, ScoredLogin> scored = rows.next();
            Row row = scored._2.row();
            out.clear().fixed(scored._1.micros).fixed(scored._1.row);
            out.number(row.getBoolean(5) ? 1 : 0).number(row.getLong(0));
            out.signed(ScoredLogins.micros(row.getTimestamp(1)));
            out.text(row.getString(2)).real(row.getDouble(3)).real(row.getDouble(4));
            out.text(row.getString(6)).text(row.getString(7)).bytes(scored._2.words());
            add(out);
            return true;
        }
    }

    private static OrderKey key(PackedInput in) {
        return new OrderKey(in.fixed(), in.fixed());
    }

    /** A row of {@link ScoredLogins#SCHEMA}; the key was read. */
    private static Row row(PackedInput in) {
        return rest(in, in.number() == 1);
    }

    private static Row rest(PackedInput in, boolean flags) {
        long number = in.number();
        Timestamp time = ScoredLogins.time(in.signed());
        return RowFactory.create(number, time, in.text(), in.real(), in.real(), flags, in.text(), in.text());
    }

    /** Scored logins. */
    long logins() {
        return logins;
    }

    /** Of them those above the threshold. */
    long flagged() {
        return flagged;
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
        return packets
                .mapPartitions(ofPartition -> {
                    PacketReader records = new PacketReader(ofPartition);
                    PackedOutput out = new PackedOutput();
                    List<byte[]> found = new ArrayList<>();
                    for (PackedInput in = records.next(); in != null; in = records.next()) {
                        OrderKey place = key(in);
                        if (in.number() == 1) {
                            Row row = rest(in, true);
                            out.clear().fixed(place.micros).fixed(place.row);
                            out.signed(ScoredLogins.micros(row.getTimestamp(1))).text(row.getString(2));
                            out.text(FlaggedLogin.cause(in.bytes()));
                            found.add(out.toBytes());
                        }
                    }
                    return found.iterator();
                })
                .collect()
                .stream()
                .map(PackedInput::new)
                .map(in -> new Cause(key(in), in.signed(), in.text(), in.text()))
                .sorted(Comparator.comparing(Cause::place))
                .toList();
    }

    /**
     * Some of the flagged logins with what their reasons are made of, in the order of the log.
     *
     * @param places where they are
     */
    List<FlaggedLogin> flagged(Set<OrderKey> places) {
        Set<OrderKey> wanted = new HashSet<>(places);
        return packets
                .mapPartitions(ofPartition -> {
                    PacketReader records = new PacketReader(ofPartition);
                    List<byte[]> found = new ArrayList<>();
                    for (PackedInput in = records.next(); in != null; in = records.next()) {
                        byte[] record = in.rest();
                        OrderKey place = key(in);
                        if (in.number() == 1 && wanted.contains(place)) {
                            found.add(record);
                        }
                    }
                    return found.iterator();
                })
                .collect()
                .stream()
                .map(PackedInput::new)
                .map(ScoredLog::flagged)
                .sorted(Comparator.comparing(FlaggedLogin::place))
                .toList();
    }

    private static FlaggedLogin flagged(PackedInput in) {
        OrderKey place = key(in);
        Row row = row(in);
        return FlaggedLogin.of(
                place,
                row.getLong(0),
                ScoredLogins.micros(row.getTimestamp(1)),
                row.getString(2),
                row.getDouble(3),
                in.bytes());
    }

    /** A table with the columns of {@link ScoredLogins#SCHEMA}. */
    Dataset<Row> table(SparkSession session) {
        JavaRDD<Row> rows = packets.flatMap(packet -> {
            PacketReader records = new PacketReader(List.of(packet).iterator());
            List<Row> ofPacket = new ArrayList<>();
            for (PackedInput in = records.next(); in != null; in = records.next()) {
                key(in);
                ofPacket.add(row(in));
            }
            return ofPacket.iterator();
        });
        return session.createDataFrame(rows, ScoredLogins.SCHEMA);
    }

    /** Writes one file, in the order of the log and byte for byte as {@code octet score} does. */
    void writeCsv(Path target) throws IOException {
        JavaPairRDD<OrderKey, byte[]> byOrder = packets.flatMapToPair(packet -> {
            PackedInput in = new PackedInput(packet);
            List<Tuple2<OrderKey, byte[]>> ofPacket = new ArrayList<>();
            while (!in.atEnd()) {
                byte[] record = in.bytes();
                ofPacket.add(new Tuple2<>(key(new PackedInput(record)), record));
            }
            return ofPacket.iterator();
        });
        Iterator<byte[]> records = byOrder.sortByKey().values().toLocalIterator();
        try (CsvOutput csv =
                new CsvOutput(target, "row", "timestamp", "user", "score", "threshold", "flagged", "reasons")) {
            PackedInput in = new PackedInput(new byte[0]);
            while (records.hasNext()) {
                in.on(records.next());
                key(in);
                boolean flags = in.number() == 1;
                CsvLines lines = csv.lines();
                lines.number(in.number());
                lines.timestamp(in.signed());
                lines.key(in.text());
                lines.number(in.real());
                lines.field().plain((in.real() + (flags ? ",1" : ",0")).getBytes(StandardCharsets.US_ASCII));
                lines.field().plain(in.bytes());
                csv.end();
            }
            csv.complete();
        }
    }
}
